"""Issues as exported from Cloud and from Data Center: two people, one ticket in progress for a day and a half."""

import json
from collections.abc import Mapping
from typing import Any

AGENCY, INHOUSE = "712020:0a0a0a0a-1111-4111-8111-0123456789ab", "712020:0b0b0b0b-2222-4222-8222-0123456789ab"
AGENCY_KEY, INHOUSE_KEY = "JIRAUSER20001", "JIRAUSER20002"
DONE = {"id": "10020", "name": "Done", "statusCategory": {"key": "done"}}
Item = dict[str, Any]
Issue = dict[str, Any]


def person(account: str) -> Mapping[str, Any]:
    """Return a person of Cloud by account id, one of Data Center by key and user name."""
    if not account.startswith("JIRAUSER"):
        return {"accountId": account, "accountType": "atlassian", "active": True}
    return {"name": "ines" if account == INHOUSE_KEY else "alex", "key": account, "active": True}


def history(number: int, at: str, author: str, *items: Item) -> dict[str, Any]:
    """Return a history of a changelog; `at` is a local time of Berlin in the winter of 2026."""
    return {"id": str(number), "created": f"2026-{at}.000+0100", "author": person(author), "items": list(items)}


def item(field: str, old: tuple[Any, Any], new: tuple[Any, Any], field_id: str | None = None) -> Item:
    """Return an item: (id, text) before and after."""
    named = {"fieldId": field_id} if field_id else {}
    return {"field": field, **named, "from": old[0], "fromString": old[1], "to": new[0], "toString": new[1]}


def issue(number: int, *, cloud: bool = True, key: str = "", more: tuple[Any, ...] = (), **fields: Any) -> Issue:
    """Return a ticket of 8 points: the agency had it for 12 business hours, then somebody in-house for 6."""
    agency, inhouse = (AGENCY, INHOUSE) if cloud else (AGENCY_KEY, INHOUSE_KEY)
    ids = ("status", "assignee") if cloud else (None, None)
    first = number * 100
    histories = [
        history(first, "02-02T09:00:00", agency, item("status", ("1", "Open"), ("2", "In Progress"), ids[0])),
        history(first + 1, "02-03T13:00:00", agency, item("assignee", (agency, "x"), (inhouse, "y"), ids[1])),
        history(first + 2, "02-04T11:00:00", inhouse, item("status", ("2", "In Progress"), ("10020", "Done"), ids[0])),
        *more,
    ]
    level = {"hierarchyLevel": 0} if cloud else {}
    base = {
        "summary": "A ticket", "created": "2026-02-02T09:00:00.000+0100", "updated": "2026-02-12T09:00:00.000+0100",
        "project": {"id": "77", "key": "GROW"}, "issuetype": {"id": "3", "name": "Task", "subtask": False, **level},
        "status": DONE, "assignee": person(inhouse), "creator": person(agency), "reporter": person(agency),
        "labels": [], "components": [], "issuelinks": [], "customfield_10016": 8.0,
        "comment": {"total": 0, "comments": []}, "worklog": {"total": 0, "worklogs": []},
    }  # fmt: skip
    changelog = {"total": len(histories), "histories": histories}
    return {"id": str(number), "key": key or f"GROW-{number}", "fields": base | fields, "changelog": changelog}


def jsonl(*issues: Issue) -> str:
    """Return a file of issues, one a line."""
    return "\n".join(json.dumps(ticket) for ticket in issues) + "\n"


def agreement(mapping: str, *, cloud: bool = True, projects: str = "GROW", **words: str) -> str:
    """Return an engagement file whose one objective has a mapping."""
    agency, inhouse = (AGENCY, INHOUSE) if cloud else (AGENCY_KEY, INHOUSE_KEY)
    return f"""
engagement: {{key: growth-acme, name: Growth, timezone: Europe/Berlin, starts: 2026-01-05, projects: [{projects}]}}
agency: {{key: acme, name: Acme}}
people:
  - {{account: "{agency}", side: agency, from: 2025-01-01}}
  - {{account: "{inhouse}", side: inhouse, team: Growth, from: 2025-01-01}}
workflow:
  active: [In Progress]
  review: [{words.get("review", "In Review")}]
  done: [Done]
units: {{by: story_points, field: {words.get("points", "customfield_10016")}}}
objectives:
  - {{key: design, name: Design, learners: ["{inhouse}"], mapping: {mapping}}}
"""
