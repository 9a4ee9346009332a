"""Figures and ladders as files for other programs: CSV tables and JSON."""
