"""Rules of displacement against counts."""
