"""The words of the house as data."""
