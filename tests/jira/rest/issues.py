"""REST: one issue with its changelog, comments and worklogs."""

from collections.abc import Callable
from typing import Any, TypeAlias
from urllib.parse import urlencode

from flask import Blueprint, Response, jsonify, request

from tests.jira.model import Issue
from tests.jira.rest.context import (
    Refused,
    list_argument,
    number_argument,
    the_caller,
    the_site,
    the_view,
    visible_issue,
)
from tests.jira.rest.search import names_of, show_issue
from tests.jira.shapes import oldest_first, ordered

Answer: TypeAlias = Response | tuple[Response, int]
Show: TypeAlias = Callable[[Any], dict[str, Any]]

CHANGELOG_PAGE = 100
COMMENT_PAGE = 100
WORKLOG_PAGE = 5000

issues_rest = Blueprint("issues_rest", __name__)


@issues_rest.get("/issue/<id_or_key>")
def issue(id_or_key: str) -> Answer:
    issue_record = visible_issue(id_or_key)
    expand = set(list_argument("expand") or [])
    fields = list_argument("fields") or ["*all"]
    view = the_view()
    shown = show_issue(view, issue_record, fields, expand=expand, properties=list_argument("properties") or [])
    if "names" in expand:
        shown["names"] = names_of(view, fields)
    return jsonify(shown)


@issues_rest.get("/issue/<id_or_key>/changelog")
def changelog(id_or_key: str) -> Answer:
    """Oldest first, at most 100 a page, whatever was asked."""
    issue_record = visible_issue(id_or_key)
    view = the_view()
    page = bean_page(ordered(issue_record.histories), CHANGELOG_PAGE, view.history)
    return jsonify(page)


@issues_rest.get("/issue/<id_or_key>/comment")
def comments(id_or_key: str) -> Answer:
    issue_record = visible_issue(id_or_key)
    whole = [each for each in oldest_first(issue_record.comments.values()) if _may_read(issue_record, each.role)]
    if request.args.get("orderBy", "").lstrip("+") == "-created":
        whole.reverse()
    start, size = number_argument("startAt", 0), number_argument("maxResults", COMMENT_PAGE, COMMENT_PAGE)
    shown = [the_view().comment(comment) for comment in whole[start : start + size]]
    return jsonify({"startAt": start, "maxResults": size, "total": len(whole), "comments": shown})


def _may_read(issue: Issue, role: str | None) -> bool:
    """A comment limited to a role: here its project's administrators, and apps."""
    site = the_site()
    return role is None or site.may(the_caller().account, "ADMINISTER_PROJECTS", site.projects[issue.project_id])


@issues_rest.get("/issue/<id_or_key>/comment/<int:comment_id>")
def comment(id_or_key: str, comment_id: int) -> Answer:
    comment_record = visible_issue(id_or_key).comments.get(comment_id)
    if comment_record is None:
        raise Refused(404, f"Can not find a comment for the id: {comment_id}.")
    return jsonify(the_view().comment(comment_record))


@issues_rest.get("/issue/<id_or_key>/worklog")
def worklogs(id_or_key: str) -> Answer:
    """Oldest first, up to 5000; startedAfter and startedBefore in milliseconds."""
    issue_record = visible_issue(id_or_key)
    after, before = number_argument("startedAfter", -1), number_argument("startedBefore", 0)
    whole = [
        worklog
        for worklog in oldest_first(issue_record.worklogs.values())
        if worklog.started // 1000 >= after and (not before or worklog.started // 1000 < before)
    ]
    start, size = number_argument("startAt", 0), number_argument("maxResults", WORKLOG_PAGE, WORKLOG_PAGE)
    shown = [the_view().worklog(worklog) for worklog in whole[start : start + size]]
    return jsonify({"startAt": start, "maxResults": size, "total": len(whole), "worklogs": shown})


@issues_rest.get("/issue/<id_or_key>/worklog/<int:worklog_id>")
def worklog(id_or_key: str, worklog_id: int) -> Answer:
    worklog_record = visible_issue(id_or_key).worklogs.get(worklog_id)
    if worklog_record is None:
        raise Refused(404, f"Cannot find worklog with id: '{worklog_id}'.")
    return jsonify(the_view().worklog(worklog_record))


def bean_page(whole: list[Any], most: int, show: Show, default: int | None = None) -> dict[str, Any]:
    """Jira's PageBean of the things, by startAt and maxResults of the request."""
    start, size = number_argument("startAt", 0), number_argument("maxResults", default or most, most)
    site, end = the_site(), start + size
    root = f"{site.base_url}{request.path}"
    page: dict[str, Any] = {
        "self": f"{root}?{_paged(start, size)}",
        "maxResults": size,
        "startAt": start,
        "total": len(whole),
        "isLast": end >= len(whole),
        "values": [show(each) for each in whole[start:end]],
    }
    if end < len(whole):
        page["nextPage"] = f"{root}?{_paged(end, size)}"
    return page


def _paged(start: int, size: int) -> str:
    rows = [(name, value) for name, value in request.args.items(multi=True) if name not in ("startAt", "maxResults")]
    return urlencode([*rows, ("startAt", start), ("maxResults", size)])
