"""What anybody may ask: the keys that Atlassian publishes, and what time a site has."""

import time
from collections.abc import Iterator
from email.utils import parsedate_to_datetime

import requests

from connector.jira.errors import JiraError
from connector.jira.rate_limits import refusal
from connector.jira.session import QuietSession

KEY_TIMEOUT = 5.0
KEY_LIMIT = 16 * 1024


def fetch_document(address: str, timeout: float = KEY_TIMEOUT, limit: int = KEY_LIMIT) -> str | None:
    """Return the text at an address that is public, None where nothing is there. Raises JiraError."""
    until = time.monotonic() + timeout
    try:
        with QuietSession() as session, session.get(address, timeout=timeout, stream=True) as answer:
            if answer.status_code in {404, 410}:
                return None
            if answer.status_code != 200:
                raise refusal(answer)
            return b"".join(_chunks(answer, until, limit)).decode("ascii")
    except (requests.RequestException, UnicodeDecodeError) as cause:
        raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause


def fetch_clock(base_url: str, timeout: float = KEY_TIMEOUT) -> int:
    """Return the time of a site in µs, as its answers say it, to the second. Raises JiraError."""
    try:
        with QuietSession() as session, session.head(f"{base_url}/status", timeout=timeout) as answer:
            return int(parsedate_to_datetime(answer.headers["Date"]).timestamp()) * 1_000_000
    except (requests.RequestException, KeyError, ValueError) as cause:
        raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause


def _chunks(answer: requests.Response, until: float, limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in answer.iter_content(4096):
        size += len(chunk)
        if size > limit or time.monotonic() > until:
            raise JiraError("the answer is too large or too slow", permanent=False)
        yield chunk
