"""Actions of people, as their callers make them."""
