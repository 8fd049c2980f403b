"""Food to bodies: intake, sharing, weight, wasting, deaths."""
