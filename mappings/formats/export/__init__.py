"""Exports of figures and ladders as CSV and JSON."""
