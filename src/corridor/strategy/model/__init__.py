"""Options, states, preferences, and the file they stand in."""
