"""Events: what happened in Jira, and the readers of webhook bodies and REST answers."""
