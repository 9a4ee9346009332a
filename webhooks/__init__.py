"""Second floor: what Jira tells us, received once, kept durably and drained into facts and figures."""
