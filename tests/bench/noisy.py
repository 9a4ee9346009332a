"""Line: one ticket that an automation moves in and out of done, between two people, thousands of times."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

from tests.bench.backfill import load
from tests.bench.installation import Database, Stopwatch, site_tenant
from tests.bench.machine import spread

FEW, MANY = 250, 2500
AGENCY, CLIENT = "noisy:agency", "noisy:client"
STATUSES = {"To Do": ("1", "new"), "In Progress": ("2", "indeterminate"), "Done": ("3", "done")}
BEGIN = datetime(2025, 2, 3, 9, tzinfo=UTC)


def agreed() -> str:
    """An engagement over the ticket's project, with one objective that the ticket belongs to."""
    people = [
        {"account": AGENCY, "side": "agency", "from": "2025-01-01"},
        {"account": CLIENT, "side": "inhouse", "from": "2025-01-01"},
    ]
    named = {"key": "noisy", "name": "Noisy", "timezone": "Europe/Berlin", "starts": "2025-01-01", "ends": None}
    objective = {"key": "design", "name": "Design", "learners": [CLIENT], "mapping": {"labels": ["design"]}}
    return json.dumps(
        {
            "engagement": {**named, "projects": ["NOISY"], "model": "embedded"},
            "agency": {"key": "noisy", "name": "Noisy"},
            "people": people,
            "workflow": {"active": ["In Progress"], "done": ["Done"]},
            "objectives": [objective],
        }
    )


def moved_ticket(moves: int) -> bytes:
    """A line for `teachback import`: a ticket that is moved, and given to the other person, every 20 minutes."""
    histories, status, holder = [], "To Do", CLIENT
    for number in range(moves):
        following = "Done" if status == "In Progress" else "In Progress"
        heir = AGENCY if following == "In Progress" else CLIENT
        items = [_item("status", status, following), _item("assignee", holder, heir)]
        histories.append({"id": str(number + 1), "created": _time(number), "author": _person(AGENCY), "items": items})
        status, holder = following, heir
    changelog = {"startAt": 0, "maxResults": moves, "total": moves, "histories": histories}
    fields = {
        "summary": "Noisy", "created": _time(0), "updated": _time(moves), "project": {"id": "1", "key": "NOISY"},
        "issuetype": {"id": "3", "name": "Task", "subtask": False, "hierarchyLevel": 0}, "status": _status(status),
        "assignee": _person(holder), "creator": _person(AGENCY), "labels": ["design"], "issuelinks": [],
        "worklog": {"total": 0, "worklogs": []}, "comment": {"total": 0, "comments": []},
    }  # fmt: skip
    return json.dumps({"id": "1", "key": "NOISY-1", "fields": fields, "changelog": changelog}).encode()


def _time(number: int) -> str:
    return (BEGIN + timedelta(minutes=20 * number)).strftime("%Y-%m-%dT%H:%M:%S.000+0000")


def _person(account: str) -> dict[str, object]:
    return {"accountId": account, "accountType": "atlassian", "active": True}


def _status(name: str) -> dict[str, object]:
    return {"id": STATUSES[name][0], "name": name, "statusCategory": {"key": STATUSES[name][1]}}


def _item(field: str, old: str, new: str) -> dict[str, str]:
    ids = [STATUSES[text][0] if field == "status" else text for text in (old, new)]
    return {"field": field, "fieldId": field, "from": ids[0], "fromString": old, "to": ids[1], "toString": new}


def measure_noisy(database: Database, *, rounds: int) -> dict[str, Any]:
    """Return the processor time of importing the ticket, and of measuring it again after one more move."""
    made = [_measure_round(database) for _ in range(rounds)]
    return {"moves": MANY} | {name: spread(row[name] for row in made) for name in made[0]}


def _measure_round(database: Database) -> dict[str, float]:
    seconds = {}
    for moves in (FEW, MANY):
        first, again = moved_ticket(moves), moved_ticket(moves + 1)
        with site_tenant(database, [agreed()], [first]) as place:
            with Stopwatch(database.pid) as imported:
                load(place, [first], measured=True)
            with Stopwatch(database.pid) as moved:
                load(place, [again], measured=True)
        seconds[moves] = imported.here + imported.there, moved.here + moved.there
    return {
        "imported_s": seconds[MANY][0],
        "one_more_move_s": seconds[MANY][1],
        "imported_compared_with_a_tenth": seconds[MANY][0] / seconds[FEW][0],
        "one_more_move_compared_with_a_tenth": seconds[MANY][1] / seconds[FEW][1],
    }
