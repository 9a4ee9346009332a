"""What the host's pages show of a site, ready to be set: cards, columns, a ticket with its past, what went on."""

import re
from collections import Counter
from collections.abc import Callable, Iterable
from datetime import UTC, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tests.jira.apps.frames import modules
from tests.jira.model import POINTS_FIELD, Installed, Instant, Issue
from tests.jira.shapes import spent_text
from tests.jira.site import Site

ON_A_COLUMN = 12
IN_THE_STREAM = 20
MENTION = re.compile(r"\[~accountid:([^\]]+)\]")
GONE = "Former person"


def when(at: Instant, zone: str) -> str:
    """20 Nov 2026, 14:05 in the site's zone."""
    return f"{datetime.fromtimestamp(at / 1_000_000, UTC).astimezone(ZoneInfo(zone)):%-d %b %Y, %H:%M}"


def name_of(site: Site, account: str | None) -> str:
    if account is None:
        return "Nobody"
    user = site.users.get(account)
    return user.name if user else GONE


def words(site: Site, text: str | None) -> str:
    """A text with the people whom it mentions by name."""
    return MENTION.sub(lambda match: f"@{name_of(site, match[1])}", text or "")


def initials(name: str) -> str:
    return "".join(part[0] for part in name.split()[:2]).upper()


def hue(name: str) -> int:
    """Which of the six colours of avatars somebody has, always the same."""
    return sum(map(ord, name)) % 6


def card(site: Site, issue: Issue) -> dict[str, Any]:
    status = site.statuses[issue.status_id]
    assignee = name_of(site, issue.assignee)
    points = issue.fields.get(POINTS_FIELD)
    return {
        "key": issue.key,
        "summary": issue.summary,
        "type": site.issue_types[issue.type_id].name,
        "status": status.name,
        "category": status.category,
        "assignee": assignee,
        "initials": initials(assignee) if issue.assignee else "",
        "hue": hue(assignee),
        "points": "" if points is None else f"{points:g}",
        "updated": issue.updated,
        "labels": issue.labels,
    }


def newest_first(issues: Iterable[Issue]) -> list[Issue]:
    return sorted(issues, key=lambda issue: (issue.updated, issue.id), reverse=True)


def columns(site: Site, issues: list[Issue]) -> list[dict[str, Any]]:
    """The statuses that hold something, in the site's order, with their newest cards; epics stay away, as in Jira."""
    made = []
    for status in site.statuses.values():
        held = [i for i in issues if i.status_id == status.id and site.issue_types[i.type_id].level < 1]
        if held:
            shown = [card(site, issue) for issue in newest_first(held)[:ON_A_COLUMN]]
            made.append({"name": status.name, "count": len(held), "cards": shown})
    return made


def open_counts(site: Site) -> Counter[int]:
    """Open tickets by project."""
    return Counter(
        issue.project_id for issue in site.issues.values() if site.statuses[issue.status_id].category != "done"
    )


def assigned_to(site: Site, account: str) -> list[dict[str, Any]]:
    held = [i for i in site.issues.values() if i.assignee == account and site.sees(account, i)]
    still = [issue for issue in held if site.statuses[issue.status_id].category != "done"]
    return [card(site, issue) for issue in newest_first(still)[:IN_THE_STREAM]]


def stream(site: Site, visible: Callable[[Issue], bool]) -> list[dict[str, Any]]:
    """What went on last, newest first."""
    lately = [issue for issue in newest_first(site.issues.values())[: 3 * IN_THE_STREAM] if visible(issue)]
    lines = [line for issue in lately for line in _deeds(site, issue)]
    return sorted(lines, key=lambda line: line["at"], reverse=True)[:IN_THE_STREAM]


def _deeds(site: Site, issue: Issue) -> list[dict[str, Any]]:
    base = {"key": issue.key, "summary": issue.summary}
    made = [{**base, "at": issue.created, "who": name_of(site, issue.creator), "did": "created"}]
    for history in issue.histories[-5:]:
        did = "changed " + ", ".join(item.field.lower() for item in history.items)
        made.append({**base, "at": history.created, "who": name_of(site, history.author), "did": did})
    comments = list(issue.comments.values())[-3:]
    return made + [{**base, "at": c.created, "who": name_of(site, c.author), "did": "commented on"} for c in comments]


def whole(site: Site, issue: Issue, reader: str) -> dict[str, Any]:
    """A ticket as its page shows it. A comment that is limited to a role is for its author alone here."""
    parent = site.issues.get(issue.parent) if issue.parent else None
    return {
        **card(site, issue),
        "id": issue.id,
        "description": words(site, issue.description),
        "facts": facts(site, issue),
        "parent": card(site, parent) if parent and site.sees(reader, parent) else None,
        "children": [card(site, child) for child in site.children_of(issue.id) if site.sees(reader, child)],
        "links": linked(site, issue, reader),
        "comments": [
            {"who": name_of(site, c.author), "hue": hue(name_of(site, c.author)), "at": c.created, "text": c.text}
            for c in issue.comments.values()
            if c.role is None or c.author == reader
        ],
        "worklogs": [
            {"who": name_of(site, w.author), "at": w.started, "spent": spent_text(w.seconds), "text": w.text}
            for w in issue.worklogs.values()
        ],
        "history": [_past(site, history) for history in sorted(issue.histories, key=lambda h: h.created, reverse=True)],
    }


def _past(site: Site, history: Any) -> dict[str, Any]:
    items = [(i.field, i.old_text or i.old or "None", i.new_text or i.new or "None") for i in history.items]
    return {"who": name_of(site, history.author), "at": history.created, "items": items}


def facts(site: Site, issue: Issue) -> list[tuple[str, str]]:
    points = issue.fields.get(POINTS_FIELD)
    sprints = ", ".join(site.sprints[number].name for number in issue.sprints)
    shown = {
        "Assignee": name_of(site, issue.assignee),
        "Reporter": name_of(site, issue.reporter),
        "Story points": "None" if points is None else f"{points:g}",
        "Priority": issue.priority,
        "Labels": ", ".join(issue.labels) or "None",
        "Components": ", ".join(issue.components) or "None",
        "Sprint": sprints or "None",
        "Resolution": issue.resolution or "Unresolved",
        "Created": when(issue.created, site.zone),
        "Updated": when(issue.updated, site.zone),
    }
    return list(shown.items())


def linked(site: Site, issue: Issue, reader: str) -> list[dict[str, Any]]:
    lines = []
    for link in site.links_of(issue.id):
        kind = site.link_types[link.type_id]
        outward = link.source == issue.id
        other = site.issues[link.target if outward else link.source]
        if site.sees(reader, other):
            lines.append({"phrase": kind.outward if outward else kind.inward, **card(site, other)})
    return lines


def installed(app: Installed) -> dict[str, Any]:
    """An app as the administrator's list shows it."""
    kinds = Counter(kind for kind, _ in modules(app.descriptor))
    return {
        "key": app.key,
        "name": app.descriptor.get("name", app.key),
        "description": app.descriptor.get("description", ""),
        "base_url": app.base_url,
        "enabled": app.enabled,
        "scopes": ", ".join(app.descriptor.get("scopes", [])),
        "modules": [(kind, count) for kind, count in kinds.items()],
    }
