"""What we leave on a ticket in Jira: issue properties."""

from connector.jira_base import JiraBase


class JiraProperties(JiraBase):
    """Properties of issues."""
