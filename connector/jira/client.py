"""The only outbound calls: what we ask Jira, each call signed, and the keys that Atlassian publishes."""

from connector.jira.errors import JiraError
from connector.jira.issues import JiraReads
from connector.jira.privacy import JiraPrivacy
from connector.jira.properties import JiraProperties
from connector.jira.request_auth import AccessToken, ApiToken, Signature
from connector.jira.session import Body
from connector.jira.unauthenticated import fetch_document
from connector.jira.users import JiraPeople, Permitted

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
