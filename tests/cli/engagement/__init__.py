"""Commands of engagement files: what they name, refuse, write and keep."""
