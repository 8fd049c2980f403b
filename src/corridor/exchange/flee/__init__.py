"""Cases of Flee."""
