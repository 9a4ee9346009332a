"""Faults at random while events arrive: what a whole installation comes to after them."""
