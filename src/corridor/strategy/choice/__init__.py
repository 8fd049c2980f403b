"""What the sides choose, by draws and by law."""
