"""From bytes to cells: CSV, YAML, columns."""
