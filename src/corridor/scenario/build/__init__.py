"""From cells to a checked scenario."""
