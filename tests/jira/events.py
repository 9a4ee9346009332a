"""Webhook bodies as Jira Cloud sends them: REST v2 shapes, each kind of event with just as much as Jira tells."""

from typing import TYPE_CHECKING, Any, TypeAlias

from tests.jira.fields import SYSTEM, brief, field_names, show_fields
from tests.jira.model import Comment, History, Issue, Item, Link, Project, Worklog
from tests.jira.shapes import View, avatar_urls

if TYPE_CHECKING:
    from tests.jira.collections import Store

Body: TypeAlias = dict[str, Any]

IN_EVENTS = ("*all", "-comment", "-worklog")
BESIDE_A_COMMENT = ("summary", "issuetype", "project", "assignee", "priority", "status")


def _view(site: "Store", account: str | None) -> View:
    """Events write times in the zone of the person who acts."""
    user = site.users.get(account or "")
    return View(site, 2, user.zone if user else site.zone)


def issue_body(
    site: "Store", issue: Issue, by: str, type_name: str | None, history: History | None, *, bulk: bool = False
) -> Body:
    """jira:issue_created, _updated and _deleted; `history` becomes the changelog, with its id but without a time."""
    view = _view(site, by)
    body: Body = {"issue_event_type_name": type_name} if type_name else {}
    body["user"] = view.user(by)
    body["issue"] = whole_issue(view, issue)
    if history:
        body["changelog"] = {"id": str(history.id), "items": [view.item(item) for item in history.items]}
    if bulk:
        body["bulkOperationMetaData"] = {"bulkOperationId": str(history.id if history else issue.id)}
    return body


def commented_body(site: "Store", issue: Issue, by: str, type_name: str, comment: Comment) -> Body:
    """The update that goes with a comment: it has the comment in place of a changelog, unless that was deleted."""
    body = issue_body(site, issue, by, type_name, None)
    if type_name != "issue_comment_deleted":
        body["comment"] = _view(site, by).comment(comment)
    return body


def whole_issue(view: View, issue: Issue) -> Body:
    fields = show_fields(view, issue, field_names(view, IN_EVENTS))
    return {"id": str(issue.id), "self": f"{view.root}/{issue.id}", "key": issue.key, "fields": fields}


def created_changelog(site: "Store", issue: Issue, number: int) -> History:
    """Some of the fields that a creation set, one of them called Status in capitals. REST has none of it."""
    status, priority = site.statuses[issue.status_id], site.priorities[issue.priority]
    reporter = site.user(issue.reporter)
    items = [
        Item("description", "description", "jira", None, None, None, issue.description or ""),
        Item("priority", "priority", "jira", None, None, str(priority.id), priority.name),
        Item("reporter", "reporter", "jira", None, None, reporter.account, reporter.name),
        Item("Status", "status", "jira", None, None, status.id, status.name),
        Item("summary", "summary", "jira", None, None, None, issue.summary),
    ]
    if issue.assignee:
        person = site.user(issue.assignee)
        items.append(Item("assignee", "assignee", "jira", None, None, person.account, person.name))
    return History(number, issue.creator, issue.created, tuple(items))


def comment_body(site: "Store", comment: Comment) -> Body:
    """comment_*: the comment, and of its issue what one line of a list needs."""
    view = _view(site, comment.update_author)
    issue = site.issues[comment.issue_id]
    partial = {name: SYSTEM[name](view, issue) for name in BESIDE_A_COMMENT}
    return {
        "comment": view.comment(comment),
        "issue": {"id": str(issue.id), "self": f"{view.root}/{issue.id}", "key": issue.key, "fields": partial},
        "eventType": "primaryAction",
    }


def worklog_body(site: "Store", worklog: Worklog, by: str) -> Body:
    """worklog_*: the worklog alone; of its issue only the id, of its project nothing."""
    return {"worklog": _view(site, by).worklog(worklog)}


def link_body(site: "Store", link: Link) -> Body:
    """issuelink_*: numbers, where every other event has texts."""
    kind = site.link_types[link.type_id]
    return {
        "issueLink": {
            "id": link.id,
            "sourceIssueId": link.source,
            "destinationIssueId": link.target,
            "issueLinkType": {
                "id": kind.id,
                "name": kind.name,
                "outwardName": kind.outward,
                "inwardName": kind.inward,
                "isSubTaskLinkType": False,
                "isSystemLinkType": False,
            },
            "systemLink": False,
        }
    }


def property_body(site: "Store", issue: Issue, key: str, value: Any) -> Body:
    """issue_property_*: Atlassian documents no body; here with the issue and the property, nothing of who set it."""
    short = brief(_view(site, None), issue)
    return {"issue": {name: short[name] for name in ("id", "self", "key")}, "property": {"key": key, "value": value}}


def project_body(site: "Store", project: Project, by: str) -> Body:
    view = _view(site, by)
    shown = {name: value for name, value in view.project(project).items() if name in PROJECT_KEYS}
    shown["id"] = project.id
    return {"project": {**shown, "projectLead": view.user(project.lead), "assigneeType": "UNASSIGNED"}}


PROJECT_KEYS = ("self", "id", "key", "name", "avatarUrls")


def user_body(site: "Store", account: str) -> Body:
    user = site.user(account)
    shape = _view(site, account).user(account) or {}
    return {"user": {**shape, "displayName": user.name, "avatarUrls": avatar_urls(user.name)}}
