"""Errors of forecasts, and the naive forecasts beside them."""
