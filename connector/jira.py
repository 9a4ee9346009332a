"""The only outbound calls: what we ask Jira, each call signed, and the keys that Atlassian publishes."""

import time
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from http.cookiejar import DefaultCookiePolicy
from typing import Any, TypeVar
from urllib.parse import urlsplit

import requests
from atlassian.jira import JiraCloud
from msgspec import Struct
from requests.adapters import HTTPAdapter
from requests.auth import AuthBase

from connector.hosts import is_allowed
from connector.query_hash import Call
from connector.tokens import sign_for_jira
from mappings.events.vocabulary import Instant

Body = dict[str, Any]
T = TypeVar("T")

TIMEOUTS = (3.05, 30.0)
"""Seconds to connect and to wait for an answer."""
KEY_TIMEOUT = 5.0
KEY_LIMIT = 16 * 1024
LUMP = 1000
"""Issues a permission check may name at once (Atlassian: REST v3)."""
NAMES_AT_ONCE = 90
PASSING = frozenset({408, 425, 429, 500, 502, 503, 504})
LONGEST_WAIT = 3600
BROWSE = "BROWSE_PROJECTS"

# Sessions are cheap and one caller's each; connections are not, so all sessions share them.
_CONNECTIONS = HTTPAdapter(pool_connections=32, pool_maxsize=16, max_retries=0)


class JiraError(Exception):
    """Jira did not give what we asked for. `permanent`: asking again will not help; `retry_after`: seconds, if it said.

    The message names the kind of trouble, never an address or an answer: both may hold personal data.
    """

    def __init__(self, message: str, *, permanent: bool, retry_after: int | None = None) -> None:
        super().__init__(message)
        self.permanent, self.retry_after = permanent, retry_after


class Permitted(Struct, frozen=True):
    """What of the things asked about a person may see: ids of projects and of issues."""

    projects: frozenset[int] = frozenset()
    issues: frozenset[int] = frozenset()


class Signature(AuthBase):
    """Signs each request for its final address, with a token that lives three minutes."""

    def __init__(self, base_url: str, app_key: str, secret: str, clock: Callable[[], Instant]) -> None:
        self._base_url, self._app_key, self._secret, self._clock = base_url, app_key, secret, clock

    def __call__(self, request: requests.PreparedRequest) -> requests.PreparedRequest:
        address = request.url or ""
        if not address.startswith(f"{self._base_url}/"):
            raise JiraError("a call to another address was not signed", permanent=True)
        url = urlsplit(address)
        call = Call(request.method or "GET", (url.path,), url.query, urlsplit(self._base_url).path)
        request.headers["Authorization"] = f"JWT {sign_for_jira(self._app_key, self._secret, call, self._clock())}"
        return request


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


class JiraClient:
    """Jira of one tenant, asked as the app. Build one per use; every function raises JiraError."""

    def __init__(self, base_url: str, auth: AuthBase, hosts: Sequence[str]) -> None:
        if not is_allowed(base_url, hosts):
            raise JiraError("the tenant's address is not one we may call", permanent=True)
        session = QuietSession()
        session.auth = auth
        # The library's own retries sleep in the calling thread for up to half an hour.
        self._cloud = JiraCloud(base_url, session=session, retry_with_header=False, backoff_and_retry=False)
        self._cloud.timeout = TIMEOUTS  # type: ignore[assignment]  # handed to requests, which takes the pair

    def fetch_permissions(
        self, account: str, *, projects: Collection[int] = (), issues: Collection[int] = (), permission: str = BROWSE
    ) -> Permitted:
        """Return which of the projects and issues the person may see; what Jira does not name, they may not."""
        if not projects and not issues:
            return Permitted()
        projects_left, found = list(projects), [Permitted()]
        for lump in _lumps(list(issues), LUMP) or [[]]:
            asked = {"permissions": [permission], "projects": projects_left, "issues": lump}
            body = {"accountId": account, "globalPermissions": [], "projectPermissions": [asked]}
            found.append(read_permitted(_object(_ask(self._cloud.get_bulk_permissions, data=body)), permission))
            projects_left = []
        return Permitted(
            frozenset().union(*(part.projects for part in found)) & frozenset(projects),
            frozenset().union(*(part.issues for part in found)) & frozenset(issues),
        )

    def fetch_administers(self, account: str) -> bool:
        """Tell whether the person administers the site."""
        body = {"accountId": account, "globalPermissions": ["ADMINISTER"], "projectPermissions": []}
        answer = _object(_ask(self._cloud.get_bulk_permissions, data=body))
        return "ADMINISTER" in (answer.get("globalPermissions") or [])

    def fetch_names(self, accounts: Collection[str]) -> dict[str, str]:
        """Return the display names of accounts, for showing and never for keeping; unknown ones are left out."""
        names: dict[str, str] = {}
        for lump in _lumps(sorted(accounts), NAMES_AT_ONCE):
            answer = _object(_ask(self._cloud.bulk_get_users, account_id=lump, max_results=len(lump)))
            for person in answer.get("values") or []:
                names[str(person.get("accountId"))] = str(person.get("displayName") or "")
        return {account: name for account, name in names.items() if name}

    def fetch_issue(self, issue: int | str, *, fields: str = "*all", expand: str | None = None) -> Body:
        """Return one issue as REST v3 gives it."""
        return _object(_ask(self._cloud.get_issue, _part(issue), fields=fields, expand=expand))

    def fetch_search(
        self, jql: str, *, fields: Sequence[str], expand: str | None = None, page: int = 100
    ) -> Iterator[list[Body]]:
        """Yield the issues of a bounded search, page by page."""
        body: Body = {"jql": jql, "fields": list(fields), "maxResults": page}
        if expand:
            body["expand"] = expand
        while True:
            answer = _object(_ask(self._cloud.search_and_reconsile_issues_using_jql_post, data=body))
            yield _objects(answer.get("issues"))
            token = answer.get("nextPageToken")
            if answer.get("isLast") or not token or token == body.get("nextPageToken"):
                return
            body["nextPageToken"] = token

    def fetch_statuses(self) -> list[Body]:
        """Return every status of the site."""
        return _objects(_ask(self._cloud.get_statuses))

    def fetch_changelog(self, issue: int | str) -> Iterator[list[Body]]:
        """Yield the histories of an issue, oldest first, page by page."""
        start = 0
        while True:
            answer = _object(_ask(self._cloud.get_change_logs, _part(issue), start_at=start, max_results=100))
            values = _objects(answer.get("values"))
            yield values
            start += len(values)
            if not values or answer.get("isLast") or start >= int(answer.get("total") or 0):
                return

    def fetch_project(self, project: int | str) -> Body:
        """Return one project by id or key."""
        return _object(_ask(self._cloud.get_project, _part(project)))


def read_permitted(answer: Mapping[str, Any], permission: str) -> Permitted:
    """Return what an answer of permissions/check grants."""
    grants = [
        grant for grant in _objects(answer.get("projectPermissions", [])) if grant.get("permission") == permission
    ]
    return Permitted(
        frozenset(int(project) for grant in grants for project in grant.get("projects") or []),
        frozenset(int(issue) for grant in grants for issue in grant.get("issues") or []),
    )


def fetch_document(address: str, timeout: float = KEY_TIMEOUT, limit: int = KEY_LIMIT) -> str | None:
    """Return the text at an address that is public, None where nothing is there. Raises JiraError."""
    until = time.monotonic() + timeout
    try:
        with QuietSession() as session, session.get(address, timeout=timeout, stream=True) as answer:
            if answer.status_code in {404, 410}:
                return None
            _check_status(answer)
            return b"".join(_chunks(answer, until, limit)).decode("ascii")
    except (requests.RequestException, UnicodeDecodeError) as cause:
        raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause


def _chunks(answer: requests.Response, until: float, limit: int) -> Iterator[bytes]:
    size = 0
    for chunk in answer.iter_content(4096):
        size += len(chunk)
        if size > limit or time.monotonic() > until:
            raise JiraError("the answer is too large or too slow", permanent=False)
        yield chunk


def _ask(method: Callable[..., Any], *args: Any, **options: Any) -> Any:
    try:
        return method(*args, **options)
    except requests.HTTPError as cause:
        raise _refusal(cause.response) from cause
    except requests.RequestException as cause:
        raise JiraError(f"no answer: {type(cause).__name__}", permanent=False) from cause


def _check_status(answer: requests.Response) -> None:
    if answer.status_code != 200:
        raise _refusal(answer)


def _refusal(answer: requests.Response | None) -> JiraError:
    status = answer.status_code if answer is not None else 0
    wait = (answer.headers.get("Retry-After") or "") if answer is not None else ""
    seconds = min(int(wait), LONGEST_WAIT) if wait.isascii() and wait.isdigit() and len(wait) < 8 else None
    return JiraError(f"answered {status}", permanent=status not in PASSING, retry_after=seconds)


def _object(answer: Any) -> Body:
    # A redirect or a page of HTML reaches us as None or text: the library raises for neither.
    if not isinstance(answer, dict):
        raise JiraError("answered something that is not an object", permanent=False)
    return answer


def _objects(answer: Any) -> list[Body]:
    if not isinstance(answer, list) or not all(isinstance(entry, dict) for entry in answer):
        raise JiraError("answered something that is not a list of objects", permanent=False)
    return answer


def _part(name: int | str) -> str:
    # The library pastes parts of a path as they come.
    text = str(name)
    if not text.replace("-", "").replace("_", "").isalnum() or not text.isascii():
        raise JiraError("not an id or key", permanent=True)
    return text


def _lumps(things: list[T], size: int) -> list[list[T]]:
    return [things[at : at + size] for at in range(0, len(things), size)]
