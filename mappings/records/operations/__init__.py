"""Rows that run the installation: tenants, inbox, jobs, progress, audit, quotas and dead letters."""
