"""Folders that are written: a new case, calibrated stocks."""
