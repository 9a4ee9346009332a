"""Access without an app in Jira: signed links, link sessions, admin webhooks and the token client."""
