"""Classifies calls for the rate limits: endpoint, issue written to, cost, and whether a call may be repeated."""

import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import urlsplit

from msgspec import Struct
from requests import PreparedRequest

_VERSION = re.compile(r"^.*?/rest/(?:api/(?:\d+|latest)/)?")
_WRITTEN = re.compile(r"^issue/([^/]*\d[^/]*)(?:/|$)")
# What is asked by POST and changes nothing.
_READS = frozenset(
    {
        "search/jql",
        "search/approximate-count",
        "issue/bulkfetch",
        "jql/match",
        "jql/parse",
        "permissions/check",
        "worklog/list",
    }
)
_LISTS = ("issues", "values", "worklogs", "comments", "histories", "projects", "projectPermissions")
_PEOPLE = re.compile(r"^(?:user|users|groups?|permissions|mypermissions|myself)(?:/|$)")


class Endpoint(Struct, frozen=True):
    """One call: `endpoint` without ids, `issue` where it writes to one, `read` where asking twice changes nothing."""

    method: str
    endpoint: str
    issue: str | None
    read: bool

    @property
    def scope(self) -> str:
        return f"{self.method} {self.endpoint}"[:128]


def read_asked(request: PreparedRequest) -> Endpoint:
    method = request.method or "GET"
    path = _VERSION.sub("", urlsplit(request.url or "").path)
    endpoint = "/".join("*" if any(sign.isdigit() for sign in part) else part for part in path.split("/"))
    read = method == "GET" or (method == "POST" and endpoint in _READS)
    written = None if read else _WRITTEN.match(path)
    return Endpoint(method, endpoint, written[1] if written else None, read)


def points_expected(options: Mapping[str, Any]) -> int:
    """Return how many objects a call may be counted for at most, by what it is asked with (Atlassian: rate limits)."""
    body = options.get("data")
    sizes = [options.get("max_results"), *(len(value) for value in options.values() if isinstance(value, list))]
    if isinstance(body, Mapping):
        sizes += [body.get("maxResults"), *(len(value) for value in body.values() if isinstance(value, list))]
    return max((size for size in sizes if isinstance(size, int)), default=1)


def points_of(answer: Any, endpoint: str) -> int:
    """Return what the objects of an answer cost: one each, two for people and permissions."""
    objects = answer if isinstance(answer, list) else _objects_of(answer)
    return len(objects) * (2 if _PEOPLE.match(endpoint) else 1)


def _objects_of(answer: Any) -> list[Any]:
    if not isinstance(answer, dict):
        return []
    lists = [answer[name] for name in _LISTS if isinstance(answer.get(name), list)]
    return max(lists, key=len) if lists else [answer]
