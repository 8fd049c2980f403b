"""People on their way out: leaving, the road, reception."""
