"""The calls to Jira: client, authentication, rate limits and caches. The only code that calls out."""
