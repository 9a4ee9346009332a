"""The sample data on pages: loading and removing it, and reading it as its in-house lead does."""
