"""The displaced in a wider country."""
