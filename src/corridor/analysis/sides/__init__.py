"""What the sides may do, and what it hangs on."""
