"""Sessions and base client for calls to Jira: no cookie, no redirect, answers bounded in time, size and depth."""

import random
import threading
import time
from collections.abc import Callable, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar

import requests
from atlassian.jira import JiraCloud
from requests.auth import AuthBase

from connector.allowed_hosts import is_allowed_site
from connector.jira.answers import Bounds, DeadlineAdapter, decode_answer, read_content
from connector.jira.endpoint import Endpoint, points_expected, points_of, read_asked
from connector.jira.errors import JiraError
from connector.jira.rate_limits import CallPolicy
from connector.traces import trace

Body = dict[str, Any]
T = TypeVar("T")

# Sessions are cheap and one thread's each; connections are not, so all sessions share them.
_CONNECTIONS = DeadlineAdapter(pool_connections=32, pool_maxsize=16, max_retries=0)


class QuietSession(requests.Session):
    """A session that keeps no cookie and follows no redirect: a redirect would carry our token elsewhere."""

    def __init__(self) -> None:
        super().__init__()
        self.cookies.set_policy(DefaultCookiePolicy(allowed_domains=[]))
        self.mount("https://", _CONNECTIONS)
        self.mount("http://", _CONNECTIONS)

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        return super().send(request, **{**options, "allow_redirects": False})


class LimitedSession(QuietSession):
    """Sends only what the policy lets through, and again where a call that changes nothing got no answer."""

    def __init__(self, policy: CallPolicy) -> None:
        super().__init__()
        self._policy = policy
        self.asked: Endpoint | None = None

    def send(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        """Return a good answer. Raises JiraError, StoreError."""
        self.asked = asked = read_asked(request)
        with trace(f"Jira {asked.scope}", "CLIENT"):
            return self._send_again(asked, request, **options)

    def _send_again(self, asked: Endpoint, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        for wait in (*self._policy.again, None):
            self._policy.enter(asked)
            try:
                answer = self._send_bounded(request, **options)
                problem = self._policy.read(asked, answer)
            except JiraError as error:
                problem = error
            except requests.RequestException as cause:
                problem = JiraError(f"no answer: {type(cause).__name__}", permanent=False)
                problem.__cause__ = cause
            else:
                if problem is None:
                    return answer
            if wait is None or not asked.read or not _passes_soon(problem):
                raise problem
            time.sleep(wait * random.uniform(0.7, 1.3))  # noqa: S311 only spreads calls in time
        raise AssertionError("the last round always ends")

    def _send_bounded(self, request: requests.PreparedRequest, **options: Any) -> requests.Response:
        # Streamed, so that no more is read than the limits allow; requests itself limits single reads only.
        bounds = Bounds(self._policy.deadline, self._policy.limit)
        return read_content(lambda: super(LimitedSession, self).send(request, **{**options, "stream": True}), bounds)


def _passes_soon(problem: JiraError) -> bool:
    # Tell whether to try again at once: not after a timeout, nor where the answer says when.
    slow = isinstance(problem.__cause__, requests.Timeout | TimeoutError)
    return not (slow or problem.unreadable or problem.permanent or problem.put_off or problem.retry_after is not None)


class JiraBase:
    """Jira of one tenant; its subclasses hold the calls. All of them raise JiraError.

    `_cloud` is the library's client with every endpoint of REST v3 (or v2), a session for each thread. Every call goes
    through `_ask`, which raises our errors and counts the costs:
    `as_object(self._ask(self._cloud.get_issue, path_part(key)))`. No database transaction may be open meanwhile.
    """

    def __init__(
        self, base_url: str, auth: AuthBase, hosts: Sequence[str], *, policy: CallPolicy | None = None, version: int = 3
    ) -> None:
        if not is_allowed_site(base_url, hosts):
            raise JiraError("the tenant's address is not one we may call", permanent=True)
        self._base_url, self._auth, self._version = base_url, auth, version
        self._policy = policy or CallPolicy()
        self._mine = threading.local()

    @property
    def _cloud(self) -> JiraCloud:
        if not hasattr(self._mine, "cloud"):
            self._mine.session = LimitedSession(self._policy)
            self._mine.cloud = self._open(self._mine.session)
        cloud: JiraCloud = self._mine.cloud
        return cloud

    def _open(self, session: LimitedSession) -> JiraCloud:
        session.auth = self._auth
        # The library's own retries sleep in the calling thread for up to half an hour.
        cloud = JiraCloud(
            self._base_url,
            api_version=self._version,
            session=session,
            retry_with_header=False,
            backoff_and_retry=False,
            advanced_mode=True,  # its own decoder has no limits
        )
        cloud.timeout = self._policy.timeouts  # type: ignore[assignment]  # handed to requests, which takes the pair
        return cloud

    def _ask(self, method: Callable[..., Any], *args: Any, **options: Any) -> Any:
        """Return what an answer holds, decoded; None where it is empty."""
        return self._call(method, args, options)[1]

    def _ask_response(self, method: Callable[..., Any], *args: Any, **options: Any) -> tuple[requests.Response, Any]:
        return self._call(method, args, options)

    def _call(
        self, method: Callable[..., Any], args: tuple[Any, ...], options: dict[str, Any]
    ) -> tuple[requests.Response, Any]:
        expected, cost = min(points_expected(options), self._policy.max_prepaid), 0
        self._policy.take(expected)
        try:
            response: requests.Response = method(*args, **options)
            answer = decode_answer(response)
            asked: Endpoint | None = self._mine.session.asked
            cost = points_of(answer, asked.endpoint if asked else "")
        except requests.RequestException as cause:
            raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause
        finally:
            self._policy.refund(expected - cost)
        return response, answer


def as_object(answer: Any) -> Body:
    # Return an answer that has to be an object. A redirect or a page of HTML comes as None or text.
    if not isinstance(answer, dict):
        raise JiraError("answered something that is not an object", permanent=False)
    return answer


def as_objects(answer: Any) -> list[Body]:
    """Return an answer that has to be a list of objects."""
    if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
        raise JiraError("answered something that is not a list of objects", permanent=False)
    return answer


def path_part(name: int | str) -> str:
    # Return an id or key as a part of a path: the library pastes them as they come.
    text = str(name)
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        raise JiraError("not an id or key", permanent=True)
    return text


def chunks(entries: list[T], size: int) -> list[list[T]]:
    return [entries[at : at + size] for at in range(0, len(entries), size)]
