"""Background jobs, as the scheduler runs them."""
