"""Rows of what was measured: entries, evidence, opportunities, day sums and snapshots."""
