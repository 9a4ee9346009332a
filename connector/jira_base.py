"""The way out to Jira: sessions that follow nothing and keep nothing, and answers of which nothing is believed."""

import threading
from collections.abc import Callable, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar

import requests
from atlassian.jira import JiraCloud
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from connector.hosts import is_allowed
from connector.jira_error import JiraError

Body = dict[str, Any]
T = TypeVar("T")

TIMEOUTS = (3.05, 30.0)
"""Seconds to connect and to wait for an answer."""
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 3600

# Sessions are cheap and one thread's each; connections are not, so all sessions share them.
_CONNECTIONS = HTTPAdapter(pool_connections=32, pool_maxsize=16, max_retries=0)


class QuietSession(requests.Session):
    """A session that keeps no cookie and follows no redirect: a redirect would carry our token elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", _CONNECTIONS)
        self.mount("http://", _CONNECTIONS)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Send one request and nothing after it."""
        return super().send(request, **{**options, "allow_redirects": False})


class JiraBase:
    """Jira of one tenant. What is asked is said in the classes made from this one; all of it raises JiraError.

    `_cloud` is the library's client with every endpoint of REST v3 (or v2), a session for each thread; what it is told
    to ask goes through `_ask`, so that errors are ours: `as_object(self._ask(self._cloud.get_issue, path_part(key)))`.
    """

    def __init__(self, base_url: str, auth: AuthBase, hosts: Sequence[str], *, version: int = 3) -> None:
        if not is_allowed(base_url, hosts):
            raise JiraError("the tenant's address is not one we may call", permanent=True)
        self._base_url, self._auth, self._version = base_url, auth, version
        self._mine = threading.local()

    @property
    def _cloud(self) -> JiraCloud:
        if not hasattr(self._mine, "cloud"):
            self._mine.cloud = self._open()
        found: JiraCloud = self._mine.cloud
        return found

    def _open(self) -> JiraCloud:
        session = QuietSession()
        session.auth = self._auth
        # The library's own retries sleep in the calling thread for up to half an hour.
        cloud = JiraCloud(
            self._base_url,
            api_version=self._version,
            session=session,
            retry_with_header=False,
            backoff_and_retry=False,
        )
        cloud.timeout = TIMEOUTS  # type: ignore[assignment]  # handed to requests, which takes the pair
        return cloud

    def _ask(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        try:
            return method(*args, **options)
        except requests.HTTPError as cause:
            raise refusal(cause.response) from cause
        except requests.RequestException as cause:
            raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause


def refusal(answer: requests.Response | None) -> JiraError:
    """Return what to raise for an answer that is none."""
    status = answer.status_code if answer is not None else 0
    wait = (answer.headers.get("Retry-After") or "") if answer is not None else ""
    seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < 8 else None
    return JiraError(f"answered {status}", permanent=status not in PASSING, retry_after=seconds, status=status)


def as_object(answer: Any) -> Body:
    """Return an answer that has to be an object. A redirect or a page of HTML comes as None or text."""
    if not isinstance(answer, dict):
        raise JiraError("answered something that is not an object", permanent=False)
    return answer


def as_objects(answer: Any) -> list[Body]:
    """Return an answer that has to be a list of objects."""
    if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
        raise JiraError("answered something that is not a list of objects", permanent=False)
    return answer


def path_part(name: int | str) -> str:
    """Return an id or key as a part of a path: the library pastes them as they come."""
    text = str(name)
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        raise JiraError("not an id or key", permanent=True)
    return text


def lumps(things: list[T], size: int) -> list[list[T]]:
    """Return the things in lists of at most that size."""
    return [things[at : at + size] for at in range(0, len(things), size)]
