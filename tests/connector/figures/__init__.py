"""Figures as pages and reports query them."""
