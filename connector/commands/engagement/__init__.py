"""Commands of engagement files and of the people in them."""
