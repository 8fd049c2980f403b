"""The sides in the day: compiled, choosing, acting on the world."""
