"""Which states can last, and what unsettles them."""
