"""The stand-in's own pages, in the manner of Jira."""
