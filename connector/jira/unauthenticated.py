"""Calls that need no authentication: the keys that Atlassian publishes, and the time of a site."""

from email.utils import parsedate_to_datetime

import requests

from connector.jira.answers import Bounds, read_content
from connector.jira.errors import JiraError
from connector.jira.rate_limits import refusal
from connector.jira.session import QuietSession

KEY_TIMEOUT = 5.0
KEY_LIMIT = 16 * 1024


def fetch_document(address: str, timeout: float = KEY_TIMEOUT, limit: int = KEY_LIMIT) -> str | None:
    """Return the text at an address that is public, None where nothing is there. Raises JiraError."""
    try:
        with QuietSession() as session:
            answer = read_content(lambda: session.get(address, timeout=timeout, stream=True), Bounds(timeout, limit))
        if answer.status_code in {404, 410}:
            return None
        if answer.status_code != 200:
            raise refusal(answer)
        return answer.content.decode("ascii")
    except (requests.RequestException, UnicodeDecodeError) as cause:
        raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause


def fetch_clock(base_url: str, timeout: float = KEY_TIMEOUT) -> int:
    """Return the time of a site in µs, from the Date header of an answer. Raises JiraError."""
    try:
        with QuietSession() as session:
            answer = read_content(
                lambda: session.head(f"{base_url}/status", timeout=timeout, stream=True), Bounds(timeout, KEY_LIMIT)
            )
        return int(parsedate_to_datetime(answer.headers["Date"]).timestamp()) * 1_000_000
    except (requests.RequestException, KeyError, ValueError) as cause:
        raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause
