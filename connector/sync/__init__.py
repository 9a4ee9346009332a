"""Backfill and reconcile: reads issues from Jira by REST and saves them."""
