"""Payload files written by hand after Jira's own shapes, and what they say."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

from mappings.events.types import PROSE, Account, Change, Issue, Status

FOLDER = Path(__file__).parent.parent / "payloads"
RECORDED = Path(__file__).parent.parent.parent.parent / "shared" / "data"

ADA = "5b10a2844c20165700ede21a"
BO = "712020:3c1f1c6e-93f5-4b6a-9d3a-2a7e0c4f1b11"
CREATED = 1_772_438_400_000_000  # 2026-03-02 09:00 in Berlin
MINUTE = 60_000_000
UPDATED = CREATED + 30 * MINUTE + 123_000
SENT = CREATED + 30 * MINUTE + 456_000

ADA_SEEN = Account(ADA)
BO_SEEN = Account(BO, active=False)
IN_PROGRESS = Status("3", "In Progress", "indeterminate")

ISSUE = Issue(
    issue_id=10070,
    key="GROW-7",
    created=CREATED,
    updated=UPDATED,
    project_id="10100",
    project_key="GROW",
    type_id="10001",
    type_name="Story",
    level=0,
    parent_id=10040,
    parent_key="GROW-2",
    summary="Interview five customers",
    creator=BO,
    reporter=BO,
    assignee=ADA,
    status=IN_PROGRESS,
    labels=("teach", "research"),
    components=("Checkout",),
    described=True,
    fields={
        "fixVersions": ("Spring",),
        "customfield_10031": ("Interviews",),
        "customfield_10032": ("Web", "iOS"),
        "customfield_10033": (BO,),
        "customfield_10034": (PROSE,),
        "customfield_10016": ("8",),
        "customfield_10020": ("Growth sprint 4",),
        "sprint": ("Growth sprint 4",),
        "priority": ("High",),
        "timeoriginalestimate": ("7200",),
        "duedate": ("2026-03-20",),
    },
    ids={
        "fixVersions": ("10201",),
        "customfield_10031": ("10310",),
        "customfield_10032": ("10320", "10321"),
        "priority": ("2",),
        "components": ("10501",),
    },
)


def changes(at: int) -> tuple[Change, ...]:
    """What history 11001 did, at an instant: the webhook's or REST's."""

    def made(place: int, *item: str | None) -> Change:
        return Change(10070, 11001, place, at, ADA, *item)  # type: ignore[arg-type]  # field is always given

    return (
        made(0, "status", "status", "10000", "To Do", "3", "In Progress"),
        made(1, "assignee", "assignee", BO, BO, ADA, ADA),
        made(2, "Story point estimate", "customfield_10016", None, None, None, "8"),
        made(3, "summary", "summary", None, PROSE, None, PROSE),
        made(4, "IssueParentAssociation", None, None, None, "10040", "GROW-2"),
        made(5, "Reviewer", "customfield_10033", None, None, BO, BO),
    )


def digest(text: str) -> str:
    """A stand-in for the tenant's keyed hash, in which a test can see what was hashed."""
    return f"#{text}"


def payload(name: str) -> bytes:
    return (FOLDER / f"{name}.json").read_bytes()


def changed(name: str, change: Callable[[Any], None]) -> bytes:
    """The payload with something done to it."""
    body = json.loads(payload(name))
    change(body)
    return json.dumps(body).encode()
