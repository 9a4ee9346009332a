"""How Jira shows single things in its answers and events: people, projects, statuses, comments, worklogs, histories."""

from collections.abc import Iterable
from datetime import UTC, datetime
from functools import cache
from hashlib import md5
from typing import TYPE_CHECKING, Any, TypeAlias
from urllib.parse import quote
from zoneinfo import ZoneInfo

from tests.jira.adf import document
from tests.jira.model import Comment, History, Instant, Issue, IssueType, Item, LinkType, Named, Project, Worklog

if TYPE_CHECKING:
    from tests.jira.collections import Store

Shape: TypeAlias = dict[str, Any]

SIZES = {"48x48": "", "24x24": "small", "16x16": "xsmall", "32x32": "medium"}
CATEGORIES = {
    "new": {"id": 2, "key": "new", "colorName": "blue-gray", "name": "To Do"},
    "indeterminate": {"id": 4, "key": "indeterminate", "colorName": "yellow", "name": "In Progress"},
    "done": {"id": 3, "key": "done", "colorName": "green", "name": "Done"},
}
AVATARS = "https://avatar-management--avatars.us-west-2.prod.public.atl-paas.net"
WEEK, DAY = 5 * 8 * 3600, 8 * 3600


def jira_time(at: Instant, zone: str) -> str:
    """2026-11-24T10:00:00.000+0100, as REST and webhooks write it: milliseconds and an offset without a colon."""
    moment = datetime.fromtimestamp(at // 1_000_000, UTC).astimezone(ZoneInfo(zone))
    return f"{moment:%Y-%m-%dT%H:%M:%S}.{at // 1000 % 1000:03d}{moment:%z}"


def spent_text(seconds: int) -> str:
    """Jira's duration of working time: weeks of 5 days of 8 hours, such as 1w 2d 3h 20m."""
    parts = []
    for size, letter in ((WEEK, "w"), (DAY, "d"), (3600, "h"), (60, "m")):
        count, seconds = divmod(seconds, size)
        if count:
            parts.append(f"{count}{letter}")
    return " ".join(parts) or "0m"


class View:
    """A site as one caller sees it: `version` 2 gives texts as wiki markup, 3 as documents; `zone` writes the times."""

    def __init__(self, site: "Store", version: int, zone: str) -> None:
        self.site, self.version, self.zone = site, version, zone
        self.root = f"{site.base_url}/rest/api/{version}"

    def time(self, at: Instant) -> str:
        return jira_time(at, self.zone)

    def text(self, words: str | None) -> Any:
        if words is None or self.version == 2:
            return words
        return document(words, lambda account: self.site.user(account).name)

    def user(self, account: str | None) -> Shape | None:
        if account is None:
            return None
        user = self.site.user(account)
        if getattr(self.site, "server", False):
            return {
                "self": f"{self.root}/user?username={quote(account, safe='')}",
                "name": account,
                "key": account,
                "avatarUrls": avatar_urls(user.name),
                "displayName": user.name,
                "active": user.active,
                "timeZone": user.zone,
            }
        return {
            "self": f"{self.root}/user?accountId={quote(account, safe='')}",
            "accountId": account,
            "avatarUrls": avatar_urls(user.name),
            "displayName": user.name,
            "active": user.active,
            "timeZone": user.zone,
            "accountType": user.kind,
        }

    def project(self, project: Project) -> Shape:
        return {
            "self": f"{self.root}/project/{project.id}",
            "id": str(project.id),
            "key": project.key,
            "name": project.name,
            "projectTypeKey": "software",
            "simplified": False,
            "avatarUrls": {
                size: f"{self.root}/universal_avatar/view/type/project/avatar/10400" + (f"?size={name}" if name else "")
                for size, name in SIZES.items()
            },
        }

    def issue_type(self, kind: IssueType) -> Shape:
        return {
            "self": f"{self.root}/issuetype/{kind.id}",
            "id": str(kind.id),
            "description": "",
            "iconUrl": f"{self.root}/universal_avatar/view/type/issuetype/avatar/10318?size=medium",
            "name": kind.name,
            "subtask": kind.subtask,
            "avatarId": 10318,
            "hierarchyLevel": kind.level,
        }

    def status(self, status_id: str) -> Shape:
        status = self.site.statuses[status_id]
        category = CATEGORIES[status.category]
        return {
            "self": f"{self.root}/status/{status.id}",
            "description": "",
            "iconUrl": f"{self.site.base_url}/",
            "name": status.name,
            "id": status.id,
            "statusCategory": {"self": f"{self.root}/statuscategory/{category['id']}", **category},
        }

    def priority(self, name: str) -> Shape:
        return {
            **self.named("priority", self.site.priorities[name]),
            "iconUrl": f"{self.site.base_url}/images/icons/priorities/{name.lower()}.svg",
        }

    def named(self, kind: str, thing: Named) -> Shape:
        return {"self": f"{self.root}/{kind}/{thing.id}", "id": str(thing.id), "name": thing.name}

    def link_type(self, kind: LinkType) -> Shape:
        return {
            "id": str(kind.id),
            "name": kind.name,
            "inward": kind.inward,
            "outward": kind.outward,
            "self": f"{self.root}/issueLinkType/{kind.id}",
        }

    def comment(self, comment: Comment) -> Shape:
        shape: Shape = {
            "self": f"{self.root}/issue/{comment.issue_id}/comment/{comment.id}",
            "id": str(comment.id),
            "author": self.user(comment.author),
            "body": self.text(comment.text),
            "updateAuthor": self.user(comment.update_author),
            "created": self.time(comment.created),
            "updated": self.time(comment.updated),
            "jsdPublic": not comment.internal,
        }
        if comment.role:
            shape["visibility"] = {"type": "role", "value": comment.role, "identifier": comment.role}
        return shape

    def worklog(self, worklog: Worklog) -> Shape:
        shape = {
            "self": f"{self.root}/issue/{worklog.issue_id}/worklog/{worklog.id}",
            "author": self.user(worklog.author),
            "updateAuthor": self.user(worklog.update_author),
            "comment": self.text(worklog.text),
            "created": self.time(worklog.created),
            "updated": self.time(worklog.updated),
            "started": self.time(worklog.started),
            "timeSpent": spent_text(worklog.seconds),
            "timeSpentSeconds": worklog.seconds,
            "id": str(worklog.id),
            "issueId": str(worklog.issue_id),
        }
        if self.version == 3 and not worklog.text:
            del shape["comment"]  # REST v3 leaves an empty comment out; v2 and webhooks write ""
        return shape

    def item(self, item: Item) -> Shape:
        shape: Shape = {"field": item.field, "fieldtype": item.fieldtype}
        if item.field_id:
            shape["fieldId"] = item.field_id
        shape |= {"from": item.old, "fromString": item.old_text, "to": item.new, "toString": item.new_text}
        return {**shape, **item.extra}

    def history(self, history: History) -> Shape:
        return {
            "id": str(history.id),
            "author": self.user(history.author),
            "created": self.time(history.created),
            "items": [self.item(item) for item in history.items],
        }

    def changelog(self, issue: Issue, limit: int | None) -> Shape:
        """The embedded one: newest first, and no more than the limit, whatever `total` says."""
        newest = ordered(issue.histories)[::-1]
        shown = [self.history(history) for history in newest[:limit]]
        return {"startAt": 0, "maxResults": len(shown), "total": len(newest), "histories": shown}

    def worklogs(self, issue: Issue, limit: int | None) -> Shape:
        """fields.worklog, of which search and issue answers carry the first 20 only."""
        whole = [self.worklog(worklog) for worklog in oldest_first(issue.worklogs.values())]
        shown = whole if limit is None else whole[:limit]
        most = len(whole) if limit is None else limit
        return {"startAt": 0, "maxResults": most, "total": len(whole), "worklogs": shown}

    def comments(self, issue: Issue, limit: int | None) -> Shape:
        whole = [self.comment(comment) for comment in oldest_first(issue.comments.values())]
        root = f"{self.root}/issue/{issue.id}/comment"
        shown = whole[:limit]
        return {"comments": shown, "self": root, "maxResults": len(shown), "total": len(whole), "startAt": 0}


@cache
def avatar_urls(name: str) -> Shape:
    """As Jira gives them to people without a picture: their initials from Atlassian's avatar host."""
    initials = "".join(word[0] for word in name.split()[:2]).upper()
    digest = md5(name.encode(), usedforsecurity=False).hexdigest()
    picture = quote(f"{AVATARS}/initials/{initials}-1.png", safe="")
    return dict.fromkeys(SIZES, f"https://secure.gravatar.com/avatar/{digest}?d={picture}")


def ordered(histories: Iterable[History]) -> list[History]:
    return sorted(histories, key=lambda history: (history.created, history.id))


def oldest_first(things: Iterable[Any]) -> list[Any]:
    return sorted(things, key=lambda thing: (thing.created, thing.id))
