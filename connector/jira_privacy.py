"""What Atlassian wants to hear, and tells, of the people whose account ids we keep."""

from connector.jira_base import JiraBase


class JiraPrivacy(JiraBase):
    """Reports of accounts."""
