"""Explanations of figures: the rule, the inputs and the tickets behind each."""
