"""Rows of what happened in Jira: issues, changes, comments, worklogs, projects and accounts."""
