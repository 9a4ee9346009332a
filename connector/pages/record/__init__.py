"""A ticket's record: what was done on it, when, by whom, and what each of it counts towards."""
