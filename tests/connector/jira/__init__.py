"""Our calls to Jira: signing, limits and caches."""
