"""The pages on which an engagement is set up."""
