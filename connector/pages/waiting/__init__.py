"""What waits for the caller in an engagement: one table of kinds, the same on every page that says it."""
