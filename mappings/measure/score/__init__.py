"""The integration score: the dimensions, the opportunities they count, and the composite."""
