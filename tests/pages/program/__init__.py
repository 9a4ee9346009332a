"""The program page."""
