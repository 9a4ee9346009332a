"""What Jira says is read as what happened, from every door alike."""
