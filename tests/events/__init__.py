"""What Jira says is read as what happened, by every way in alike."""
