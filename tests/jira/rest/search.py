"""REST: searching by JQL, with page tokens and no total, as since the old search was taken away."""

import base64
from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify, request

from tests.jira.fields import field_names, show_fields
from tests.jira.jql import JqlError
from tests.jira.jql_terms import find_issues
from tests.jira.model import Issue, NotHere
from tests.jira.rest.context import (
    Refused,
    body_object,
    list_argument,
    number_argument,
    the_caller,
    the_site,
    the_view,
    visible_issue,
)
from tests.jira.shapes import View

Answer: TypeAlias = Response | tuple[Response, int]

DEFAULT_PAGE = 50
MOST_WITH_FIELDS = 100
MOST_OF_IDS = 5000
MOST_PROPERTIES = 5
MOST_RECONCILED = 50
ONLY_IDS = frozenset({"id", "key"})

search_rest = Blueprint("search_rest", __name__)


@search_rest.get("/search/jql")
def search_by_get() -> Answer:
    asked = {
        "jql": request.args.get("jql"),
        "maxResults": number_argument("maxResults", DEFAULT_PAGE),
        "nextPageToken": request.args.get("nextPageToken"),
        "fields": list_argument("fields"),
        "expand": request.args.get("expand", ""),
        "properties": list_argument("properties"),
        "reconcileIssues": [int(number) for number in list_argument("reconcileIssues") or []],
    }
    return search(asked)


@search_rest.post("/search/jql")
def search_by_post() -> Answer:
    return search(body_object())


def search(asked: dict[str, Any]) -> Answer:
    """One page: `issues`, `isLast`, and `nextPageToken` unless it is the last. A token belongs to one query."""
    fields = asked.get("fields") or ["id"]
    properties = asked.get("properties") or []
    if len(properties) > MOST_PROPERTIES:
        raise Refused(400, f"The maximum number of properties is {MOST_PROPERTIES}.")
    size = _page_size(asked.get("maxResults"), fields)
    left = _left_to_show(asked)
    view = the_view()
    expand = _words(asked.get("expand"))
    page: dict[str, Any] = {"isLast": len(left) <= size}
    if left[size:]:
        page["nextPageToken"] = _token(asked.get("jql") or "", left[size:])
    page["issues"] = [
        show_issue(view, issue, fields, expand=expand, properties=properties, bare=True)
        for issue in _still_there(left[:size])
    ]
    if "names" in expand:
        page["names"] = names_of(view, fields)
    return jsonify(page)


def show_issue(
    view: View, issue: Issue, fields: list[str], *, expand: set[str], properties: list[str], bare: bool = False
) -> dict[str, Any]:
    """IssueBean. `bare` answers as a search does: an id alone where nothing more is asked."""
    if bare and set(fields) == {"id"} and not expand and not properties:
        return {"id": str(issue.id)}
    shown: dict[str, Any] = {
        "expand": "renderedFields,names,schema,operations,editmeta,changelog,versionedRepresentations",
        "id": str(issue.id),
        "self": f"{view.root}/issue/{issue.id}",
        "key": issue.key,
    }
    if not (bare and set(fields) <= ONLY_IDS):
        shown["fields"] = show_fields(view, issue, field_names(view, fields))
    if properties:
        held = {key: value for key, value in issue.properties.items() if key in properties or "*all" in properties}
        shown["properties"] = held
    if "changelog" in expand:
        shown["changelog"] = view.changelog(issue, view.site.changelog_limit)
    return shown


def names_of(view: View, fields: list[str]) -> dict[str, str]:
    custom = view.site.fields
    return {name: custom[name].name if name in custom else name.capitalize() for name in field_names(view, fields)}


@search_rest.post("/search/approximate-count")
def count() -> Answer:
    return jsonify({"count": len(_found(body_object().get("jql") or "", bounded=True))})


@search_rest.post("/jql/match")
def match() -> Answer:
    """Which of the given issues each query finds; a query that is none gets its error, the others their answers."""
    asked = body_object()
    wanted = set(asked["issueIds"])
    return jsonify({"matches": [_match(jql, wanted) for jql in asked["jqls"]]})


def _match(jql: str, wanted: set[int]) -> dict[str, Any]:
    try:
        rows = [issue.id for issue in _found(jql) if issue.id in wanted]
    except Refused as refused:
        return {"matchedIssues": [], "errors": refused.messages}
    return {"matchedIssues": sorted(rows), "errors": []}


@search_rest.route("/search", methods=["GET", "POST"])
def older() -> Answer:
    """Data Center's search: counts on from `startAt`, with a total and whole histories. Cloud has taken it away."""
    if the_site().server and request.method == "POST":
        return _search_v2(body_object())
    raise Refused(410, "The requested API has been removed. Please migrate to the /rest/api/3/search/jql API.")


def _search_v2(asked: dict[str, Any]) -> Answer:
    view, expand, fields = the_view(), _words(asked.get("expand")), asked.get("fields") or ["*navigable"]
    start, size = int(asked.get("startAt") or 0), min(int(asked.get("maxResults", 50)), 1000)
    issues = _found(asked.get("jql") or "")
    shown = [show_issue(view, issue, fields, expand=expand, properties=[]) for issue in issues[start : start + size]]
    return jsonify({"startAt": start, "maxResults": size, "total": len(issues), "issues": shown})


@search_rest.post("/issue/bulkfetch")
def bulk_fetch() -> Answer:
    """Up to 100 issues by id or key; what is not there or not seen is left out."""
    asked = body_object()
    if len(asked["issueIdsOrKeys"]) > MOST_WITH_FIELDS:
        raise Refused(400, f"Only {MOST_WITH_FIELDS} issues can be fetched at once.")
    view = the_view()
    expand, properties = _words(asked.get("expand")), asked.get("properties") or []
    shown = [
        show_issue(view, issue, asked.get("fields") or ["*navigable"], expand=expand, properties=properties)
        for issue in map(_visible_or_none, asked["issueIdsOrKeys"])
        if issue is not None
    ]
    return jsonify({"issues": shown, "issueErrors": []})


def _visible_or_none(id_or_key: str) -> Issue | None:
    try:
        return visible_issue(id_or_key)
    except Refused:
        return None


def _words(value: Any) -> set[str]:
    parts = value if isinstance(value, list) else (value or "").split(",")
    return {part.strip() for part in parts if part.strip()}


def _page_size(asked: Any, fields: list[str]) -> int:
    most = MOST_OF_IDS if set(fields) <= ONLY_IDS else min(MOST_WITH_FIELDS, the_site().page_limit)
    return min(max(int(asked if asked is not None else DEFAULT_PAGE), 1), most)


def _left_to_show(asked: dict[str, Any]) -> list[int]:
    jql = asked.get("jql") or ""
    if token := asked.get("nextPageToken"):
        # The query is read anew with each page: "-60m" means an hour before this one.
        left, issue_ids = _ids_of(token, jql), {issue.id for issue in _found(jql, bounded=True)}
        return [sign_off for sign_off in left if sign_off in issue_ids]
    reconciled = asked.get("reconcileIssues") or []
    if len(reconciled) > MOST_RECONCILED:
        raise Refused(400, f"At most {MOST_RECONCILED} issues can be reconciled.")
    site = the_site()
    indexed = site.now() - site.search_lag
    return [
        issue.id
        for issue in _found(jql, bounded=True)
        if not site.search_lag or issue.created <= indexed or issue.id in reconciled
    ]


def _found(jql: str, *, bounded: bool = False) -> list[Issue]:
    try:
        return find_issues(the_site(), jql, the_caller().account, bounded=bounded)
    except JqlError as error:
        raise Refused(400, str(error)) from error


def _still_there(ids: list[int]) -> list[Issue]:
    site = the_site()
    rows = []
    for issue_id in ids:
        try:
            issue = site.issue(issue_id)
        except NotHere:
            continue
        if site.sees(the_caller().account, issue):
            rows.append(issue)
    return rows


def _token(jql: str, ids: list[int]) -> str:
    token = base64.urlsafe_b64encode(f"page-{the_site().next_id('page')}".encode()).decode().rstrip("=")
    the_site().faults.page_tokens[token] = (jql, ids)
    return token


def _ids_of(token: str, jql: str) -> list[int]:
    asked, ids = the_site().faults.page_tokens.get(token, ("", []))
    if not ids or asked != jql:
        raise Refused(400, "The nextPageToken is invalid, has expired or belongs to another query.")
    return ids
