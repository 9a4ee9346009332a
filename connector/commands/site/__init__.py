"""The commands of one Jira site: reading it, importing, links, webhooks, dead letters, personal data."""
