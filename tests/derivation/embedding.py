"""The workflow checks of D2, one function each (measurement (h), checks of D2)."""

from collections.abc import Callable
from fractions import Fraction
from itertools import pairwise

from tests.derivation.engagement import Agreed, track_status, track_texts
from tests.derivation.entries import Entry
from tests.derivation.ticket_match import epic_at
from tests.derivation.touches import Count, EngagementFacts, scope_changes, touches

MODELS = {
    "full_service": (1, 6),
    "hybrid": (1, 3, 4, 6),
    "embedded": (1, 2, 3, 4, 5, 6),
    "insourced": (1, 2, 3, 4, 5, 6),
}
SPRINT = "customfield_10020"


def reviewed(agreed: Agreed, entry: Entry) -> bool:
    track = track_status(entry.issue)
    statuses = [track.start, *(status for change, status in track.changes if change.at <= entry.at)]
    return any(agreed.kinds[status] == "review" for status in statuses)


def filled(agreed: Agreed, entry: Entry) -> bool:
    """The required fields had something in them when work began."""
    return all(
        track_texts(entry.issue, field, entry.issue.fields.get(field)).at(entry.began)
        for field in agreed.file["checks"]["required_fields"]
    )


def kept_up(agreed: Agreed, entry: Entry) -> bool:
    """Between two touches of the agency lie at most five business days of active time."""
    moments = [at for at in touches(agreed, entry.issue, "agency", until=entry.at) if at >= entry.issue.created]
    line = [entry.issue.created, *moments, entry.at]
    limit = agreed.rules.touch_days * agreed.hours.length_of_a_day
    return all(active_between(agreed, entry, *pair) <= limit for pair in pairwise(line))


def active_between(agreed: Agreed, entry: Entry, start: int, end: int) -> int:
    """Business time of the ticket in active statuses."""
    track, total = track_status(entry.issue), 0
    edges = sorted({start, end, *(change.at for change, _ in track.changes if start < change.at < end)})
    for this_start, other in pairwise(edges):
        if agreed.kinds[track.at(this_start)] == "active":
            total += agreed.hours.between(this_start, other)
    return total


def linked(agreed: Agreed, entry: Entry) -> bool:
    wanted = {name.casefold() for name in agreed.file["checks"]["links"]}
    return epic_at(entry.issue, entry.at) is not None or any(
        {link.type_name, link.phrase} & wanted for link in entry.issue.links
    )


def in_a_sprint(agreed: Agreed, entry: Entry) -> bool:
    now = entry.issue.fields.get(SPRINT) or []
    changes = [change for change in entry.issue.changes if change.field_id == SPRINT]
    value = changes[0].old if changes else ",".join(str(sprint["id"]) for sprint in now)
    for change in changes:
        value = change.new if change.at <= entry.began else value
    return bool(value)


def scope_kept(agreed: Agreed, entry: Entry) -> bool:
    """What the agency changed of the scope, somebody in-house saw before it was done."""
    seen = touches(agreed, entry.issue, "inhouse", until=entry.at)
    changes = scope_changes(agreed, entry, "agency", summary=False)
    return all(any(change.at < at < entry.at for at in seen) for change in changes)


CHECKS: dict[int, Callable[[Agreed, Entry], bool]] = {
    1: reviewed, 2: filled, 3: kept_up, 4: linked, 5: in_a_sprint, 6: scope_kept,
}  # fmt: skip


def applicable(agreed: Agreed) -> list[int]:
    checks = agreed.file.get("checks", {})
    has = {
        1: bool(agreed.workflow.get("review")),
        2: bool(checks.get("required_fields")),
        4: bool(checks.get("links")),
        5: bool(checks.get("sprint")),
    }
    return [number for number in MODELS[agreed.file["engagement"].get("model", "embedded")] if has.get(number, True)]


def workflow_checks(look: EngagementFacts) -> Count:
    numbers = applicable(look.agreed)
    shares = [
        Fraction(sum(CHECKS[number](look.agreed, entry) for number in numbers), len(numbers)) for entry in look.led()
    ]
    return (sum(shares, Fraction(0)), len(shares)) if numbers else (Fraction(0), 0)
