"""One vocabulary for what happened in Jira, and the readers that turn bodies and answers into it."""
