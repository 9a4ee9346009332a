"""D6 and D7: who shows up in a crisis, and objectives made together (measurement (h))."""

from fractions import Fraction
from itertools import pairwise
from typing import Any

from tests.derivation.business_hours import Hours
from tests.derivation.engagement import track_assignee, track_key, track_status
from tests.derivation.entries import Entry, family
from tests.derivation.jira_json import Issue
from tests.derivation.statements import agency_share, agreed_before
from tests.derivation.ticket_match import LATEST, labels_at, matches, objectives_at
from tests.derivation.touches import Count, EngagementFacts, touches


def crisis(look: EngagementFacts) -> dict[str, Count]:
    """The mean of both sides, and each side."""
    rule = look.agreed.signals.get("incidents")
    incidents = [
        entry for entry in look.standing(look.agreed.rules.crisis_days) if matches(entry.issue, rule, entry.at)
    ]
    values = {side: [shown_up(look, entry, side) for entry in incidents] for side in ("agency", "inhouse")}
    sums = {side: sum(value, Fraction(0)) for side, value in values.items()}
    return {
        "crisis": ((sums["agency"] + sums["inhouse"]) / 2, len(incidents)),
        "crisis_agency": (sums["agency"], len(incidents)),
        "crisis_inhouse": (sums["inhouse"], len(incidents)),
    }


def shown_up(look: EngagementFacts, entry: Entry, side: str) -> Fraction:
    agreed, issue = look.agreed, entry.issue
    came = touches(agreed, issue, side, until=entry.at)
    soon = (
        bool(came)
        and on_call_time(look, issue.created, max(came[0], issue.created)) <= agreed.rules.crisis_minutes * 60_000_000
    )
    last_quarter = issue.created + Fraction(3, 4) * (entry.at - issue.created)
    holder = track_assignee(issue).at(entry.at)
    stayed = any(at >= last_quarter for at in came) or agreed.people.side(holder, entry.at) == side
    return Fraction(5, 10) * soon + Fraction(3, 10) * stayed + Fraction(2, 10) * was_reviewed(look, issue)


def on_call_time(look: EngagementFacts, start: int, end: int) -> int:
    written = look.agreed.file.get("on_call")
    return Hours(look.agreed.zone, written).between(start, end) if written else end - start


def was_reviewed(look: EngagementFacts, issue: Issue) -> bool:
    review = look.agreed.signals["incidents"].get("review", {})
    links = {name.casefold() for name in review.get("links", ())}
    return bool(
        labels_at(issue, look.as_of) & set(review.get("labels", ()))
        or any({link.type_name, link.phrase} & links for link in issue.links)
    )


def cocreation(look: EngagementFacts) -> Count:
    """Objectives with a mapped ticket that was active in the window."""
    values = []
    rows = [(issue, mapped_to(look, issue)) for issue in look.issues()]
    for objective in look.agreed.objectives:
        work = [stretch for issue, keys in rows if objective["key"] in keys for stretch in worked_on(look, issue)]
        if any(is_inside(look, *stretch) for stretch in work):
            values.append(made_together(look, objective, min(start for start, _ in work)))
    return sum(values, Fraction(0)), len(values)


def mapped_to(look: EngagementFacts, issue: Issue) -> list[str]:
    """The objectives of a ticket: of one that is done those it was done with, of an open one those of now."""
    track = track_status(issue)
    done = [change.at for change, _ in track.changes if look.agreed.kinds[change.new or ""] == "done"]
    done = [at for at in done if look.agreed.kinds[track.before_instant(at)] != "done"] or [issue.created]
    if look.agreed.kinds[track.at(LATEST)] != "done":
        return objectives_at(look.agreed, issue, LATEST)
    entries = [entry for entry in look.entries if entry.issue is issue and entry.at == done[-1] and entry.last]
    return entries[0].objectives if entries else objectives_at(look.agreed, issue, done[-1])


def worked_on(look: EngagementFacts, issue: Issue) -> list[tuple[int, int]]:
    """When a ticket or a sub-task was in an active status, and the ticket in the engagement's projects and dates."""
    agreed, days = look.agreed, []
    moves = [change.at for change, _ in track_key(issue).changes]
    for part in family(issue):
        track = track_status(part)
        edges = {part.created, agreed.starts, agreed.ends, *moves, *(change.at for change, _ in track.changes)}
        line = [*sorted(edge for edge in edges if part.created <= edge < LATEST), LATEST]
        for start, end in pairwise(line):
            if agreed.kinds[track.at(start)] == "active" and look.belongs(issue, start):
                days.append((start, end))
    return days


def is_inside(look: EngagementFacts, start: int, end: int) -> bool:
    first, last = look.window()
    return start < min(last, look.as_of + 1) and end > first


def made_together(look: EngagementFacts, objective: dict[str, Any], began: int) -> Fraction:
    edits = look.agreed.panel.statements.edits.get(objective["key"], [])
    agreed_by_both = agreed_before(edits, look.agreed.zone.day(began))
    agency, total = agency_share(edits)
    balance = 1 - abs(2 * Fraction(agency, total or 1) - 1)
    return Fraction(6, 10) * agreed_by_both + Fraction(4, 10) * balance
