"""The page of the Jira administrators."""
