"""The story and its variations, given to the product and to the derivation, and the two compared."""
