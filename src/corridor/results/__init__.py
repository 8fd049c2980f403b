"""Pure functions on the Dataset of a run."""
