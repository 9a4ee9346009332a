"""Figures about people: rungs, decay, sign-offs, coverage and the suppression of small groups."""
