"""The explanation of a figure: its rule, its inputs and the tickets behind it."""
