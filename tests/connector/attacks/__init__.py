"""Attacks on the ways in: each refused, and each shown to succeed without its check."""
