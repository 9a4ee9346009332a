"""Verification of tokens and callers."""
