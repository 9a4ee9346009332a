"""The only outbound calls: what we ask Jira, each call signed, and the keys that Atlassian publishes."""

from connector.jira_auth import AccessToken, ApiToken, Signature
from connector.jira_base import Body
from connector.jira_documents import fetch_document
from connector.jira_error import JiraError
from connector.jira_people import JiraPeople, Permitted
from connector.jira_privacy import JiraPrivacy
from connector.jira_properties import JiraProperties
from connector.jira_reads import JiraReads

__all__ = [
    "AccessToken",
    "ApiToken",
    "Body",
    "JiraClient",
    "JiraError",
    "Permitted",
    "Signature",
    "fetch_document",
]


class JiraClient(JiraReads, JiraPeople, JiraPrivacy, JiraProperties):
    """Jira of one tenant, asked as the app; every function raises JiraError."""
