"""REST: worklogs of the whole site since an instant, which is how a lost webhook is made good."""

from typing import Any, TypeAlias

from flask import Blueprint, Response, jsonify

from tests.jira.model import Instant, Worklog
from tests.jira.rest.context import Refused, body_object, number_argument, the_caller, the_site, the_view

Answer: TypeAlias = Response | tuple[Response, int]

PAGE = 1000
MOST_IDS = 1000
LAST_MINUTE: Instant = 60_000_000

worklogs_rest = Blueprint("worklogs_rest", __name__)


@worklogs_rest.get("/worklog/updated")
def updated() -> Answer:
    changed = [(each.id, each.updated) for each in visible_worklogs().values()]
    return _changed("updated", changed)


@worklogs_rest.get("/worklog/deleted")
def deleted() -> Answer:
    return _changed("deleted", the_site().deleted_worklogs)


@worklogs_rest.post("/worklog/list")
def by_ids() -> Answer:
    """Those that the caller sees; the others are missing without a word."""
    ids = body_object().get("ids", [])
    if len(ids) > MOST_IDS:
        raise Refused(400, f"Only {MOST_IDS} worklogs can be asked for at once.")
    seen = visible_worklogs()
    return jsonify([the_view().worklog(seen[each]) for each in ids if each in seen])


def visible_worklogs() -> dict[int, Worklog]:
    site, account = the_site(), the_caller().account
    return {
        number: worklog
        for issue in site.issues.values()
        if issue.worklogs and site.sees(account, issue)
        for number, worklog in issue.worklogs.items()
    }


def _changed(name: str, whole: list[tuple[int, Instant]]) -> Answer:
    """After `since` (milliseconds), oldest first, 1000 a page; what is younger than a minute waits for the next time.

    `until` is the instant of the last one shown, so that one goes on from there; `since` where there is none.
    """
    since = number_argument("since", 0)
    ripe = the_site().now() - LAST_MINUTE
    source = sorted((at, number) for number, at in whole if at // 1000 > since and at <= ripe)
    shown = source[:PAGE]
    while shown and len(source) > len(shown) and source[len(shown)][0] == shown[-1][0]:
        shown.append(source[len(shown)])  # a page never ends between two of one instant: going on would lose one
    until = shown[-1][0] // 1000 if shown else since
    root = f"{the_view().root}/worklog/{name}"
    page: dict[str, Any] = {
        "values": [{"worklogId": number, "updatedTime": at // 1000, "properties": []} for at, number in shown],
        "since": since,
        "until": until,
        "self": f"{root}?since={since}",
        "lastPage": len(shown) == len(source),
    }
    if not page["lastPage"]:
        page["nextPage"] = f"{root}?since={until}"
    return jsonify(page)
