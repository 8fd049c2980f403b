"""Futures of a closed road: supply, hunger, choices and flight under each policy."""

__version__ = "0.1.0"
