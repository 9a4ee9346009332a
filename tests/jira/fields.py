"""The fields of an issue as REST and webhooks show them, one reader a field: an answer shapes only what is asked."""

from collections.abc import Callable, Iterable
from typing import Any, TypeAlias

from tests.jira.changes import option_id
from tests.jira.model import RANK_FIELD, SPRINT_FIELD, Field, Issue
from tests.jira.shapes import Shape, View

Read: TypeAlias = Callable[[View, Issue], Any]

EMBEDDED_WORKLOGS = 20


def show_parent(view: View, issue: Issue) -> Shape | None:
    return brief(view, view.site.issue(issue.parent)) if issue.parent else None


def brief(view: View, issue: Issue) -> Shape:
    """An issue as another one names it: its parent, sub-task or the other end of a link."""
    shown = ("summary", "status", "priority", "issuetype")
    return {
        "id": str(issue.id),
        "key": issue.key,
        "self": f"{view.root}/issue/{issue.id}",
        "fields": {name: SYSTEM[name](view, issue) for name in shown},
    }


def show_links(view: View, issue: Issue) -> list[Shape]:
    return [_link(view, issue, link_id) for link_id in (link.id for link in view.site.links_of(issue.id))]


def _link(view: View, issue: Issue, link_id: int) -> Shape:
    link = view.site.links[link_id]
    kind = view.site.link_types[link.type_id]
    outward = link.source == issue.id
    other = view.site.issue(link.target if outward else link.source)
    return {
        "id": str(link.id),
        "self": f"{view.root}/issueLink/{link.id}",
        "type": view.link_type(kind),
        "outwardIssue" if outward else "inwardIssue": brief(view, other),
    }


def show_subtasks(view: View, issue: Issue) -> list[Shape]:
    types = view.site.issue_types
    return [brief(view, child) for child in view.site.children_of(issue.id) if types[child.type_id].subtask]


def show_resolution(view: View, issue: Issue) -> Shape | None:
    if not issue.resolution:
        return None
    return {**view.named("resolution", view.site.resolutions[issue.resolution]), "description": ""}


def show_components(view: View, issue: Issue) -> list[Shape]:
    return [{**view.named("component", view.site.components[name]), "description": ""} for name in issue.components]


def show_security(view: View, issue: Issue) -> Shape | None:
    if not issue.security:
        return None
    return {**view.named("securitylevel", view.site.levels[issue.security]), "description": ""}


def spent(issue: Issue) -> int | None:
    return sum(worklog.seconds for worklog in issue.worklogs.values()) or None


def show_progress(view: View, issue: Issue) -> Shape:
    done = spent(issue) or 0
    return {"progress": done, "total": done + (issue.timeestimate or 0)}


def show_watches(view: View, issue: Issue) -> Shape:
    return {"self": f"{view.root}/issue/{issue.key}/watchers", "watchCount": 1, "isWatching": False}


def show_votes(view: View, issue: Issue) -> Shape:
    return {"self": f"{view.root}/issue/{issue.key}/votes", "votes": 0, "hasVoted": False}


SYSTEM: dict[str, Read] = {
    "statuscategorychangedate": lambda view, issue: view.time(issue.status_since),
    "issuetype": lambda view, issue: view.issue_type(view.site.issue_types[issue.type_id]),
    "parent": show_parent,
    "timespent": lambda view, issue: spent(issue),
    "project": lambda view, issue: view.project(view.site.projects[issue.project_id]),
    "fixVersions": lambda view, issue: [],
    "aggregatetimespent": lambda view, issue: spent(issue),
    "resolution": show_resolution,
    "resolutiondate": lambda view, issue: view.time(issue.resolved) if issue.resolved else None,
    "workratio": lambda view, issue: -1,
    "watches": show_watches,
    "lastViewed": lambda view, issue: None,
    "created": lambda view, issue: view.time(issue.created),
    "priority": lambda view, issue: view.priority(issue.priority),
    "labels": lambda view, issue: list(issue.labels),
    "timeestimate": lambda view, issue: issue.timeestimate,
    "aggregatetimeoriginalestimate": lambda view, issue: issue.timeoriginalestimate,
    "versions": lambda view, issue: [],
    "issuelinks": show_links,
    "assignee": lambda view, issue: view.user(issue.assignee),
    "updated": lambda view, issue: view.time(issue.updated),
    "status": lambda view, issue: view.status(issue.status_id),
    "components": show_components,
    "timeoriginalestimate": lambda view, issue: issue.timeoriginalestimate,
    "description": lambda view, issue: view.text(issue.description),
    "timetracking": lambda view, issue: {},
    "security": show_security,
    "attachment": lambda view, issue: [],
    "aggregatetimeestimate": lambda view, issue: issue.timeestimate,
    "summary": lambda view, issue: issue.summary,
    "creator": lambda view, issue: view.user(issue.creator),
    "subtasks": show_subtasks,
    "reporter": lambda view, issue: view.user(issue.reporter),
    "aggregateprogress": show_progress,
    "environment": lambda view, issue: None,
    "duedate": lambda view, issue: issue.duedate,
    "progress": show_progress,
    "votes": show_votes,
    "comment": lambda view, issue: view.comments(issue, view.site.comment_limit),
    "worklog": lambda view, issue: view.worklogs(issue, EMBEDDED_WORKLOGS),
}
"""Every system field, in the order in which Jira answers."""

NOT_NAVIGABLE = frozenset({"comment", "worklog", "attachment", "timetracking"})
ONLY_WHERE_SET = frozenset({"parent"})


def _option(view: View, name: str) -> Shape:
    number = option_id(name)
    return {"self": f"{view.root}/customFieldOption/{number}", "value": name, "id": number}


CUSTOM: dict[str, Callable[[View, Any], Any]] = {
    "option": _option,
    "options": lambda view, value: [_option(view, name) for name in value],
    "user": lambda view, value: view.user(value),
    "users": lambda view, value: [view.user(account) for account in value],
    "text": lambda view, value: view.text(value),
    "datetime": lambda view, value: view.time(value),
    "labels": lambda view, value: list(value),
    "number": lambda view, value: float(value),
}
"""How the value of a custom field is shown, by its kind; what is not here is shown as it is kept."""


def show_custom(view: View, issue: Issue, field: Field) -> Any:
    if field.id == SPRINT_FIELD:
        return [_sprint(view, number) for number in issue.sprints] or None
    if field.id == RANK_FIELD:
        return f"0|i{issue.id:05d}:"
    value = issue.fields.get(field.id)
    if value is None or value == ():
        return None
    return CUSTOM[field.kind](view, value) if field.kind in CUSTOM else value


def _sprint(view: View, number: int) -> Shape:
    sprint = view.site.sprints[number]
    return {"id": sprint.id, "name": sprint.name, "state": "active", "boardId": 1, "goal": ""}


def field_names(view: View, asked: Iterable[str]) -> list[str]:
    """The fields that `asked` names, with *all, *navigable and -field as in Jira, in Jira's order."""
    rows = [*SYSTEM, *view.site.fields]
    chosen: set[str] = set()
    wanted = [name for part in asked for name in part.split(",") if name]
    if wanted and all(name.startswith("-") for name in wanted):
        chosen = set(rows)
    for name in wanted:
        group = {"*all": rows, "*navigable": [each for each in rows if each not in NOT_NAVIGABLE]}
        if name.startswith("-"):
            chosen.discard(name[1:])
        else:
            chosen |= set(group.get(name, [name]))
    return [name for name in rows if name in chosen]


def show_fields(view: View, issue: Issue, names: Iterable[str]) -> Shape:
    shown: Shape = {}
    for name in names:
        value = SYSTEM[name](view, issue) if name in SYSTEM else show_custom(view, issue, view.site.fields[name])
        if value is not None or name not in ONLY_WHERE_SET:
            shown[name] = value
    return shown
