"""The report of a period as JSON and CSV."""
