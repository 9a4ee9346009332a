"""D6 and D7: who shows up in a crisis, and objectives made together (measurement (h))."""

from fractions import Fraction
from typing import Any

from tests.derivation.acts import Count, Look, touches
from tests.derivation.agreed import first_active, track_assignee, track_status
from tests.derivation.entries import Entry
from tests.derivation.hours import Hours
from tests.derivation.marks import labels_at, matches, objectives_at
from tests.derivation.reading import Issue
from tests.derivation.said import agency_share, agreed_before


def crisis(look: Look) -> dict[str, Count]:
    """The mean of both sides, and each side."""
    rule = look.agreed.signals.get("incidents")
    incidents = [
        entry for entry in look.standing(look.agreed.rules.crisis_days) if matches(entry.issue, rule, entry.at)
    ]
    values = {side: [shown_up(look, entry, side) for entry in incidents] for side in ("agency", "inhouse")}
    sums = {side: sum(found, Fraction(0)) for side, found in values.items()}
    return {
        "crisis": ((sums["agency"] + sums["inhouse"]) / 2, len(incidents)),
        "crisis_agency": (sums["agency"], len(incidents)),
        "crisis_inhouse": (sums["inhouse"], len(incidents)),
    }


def shown_up(look: Look, entry: Entry, side: str) -> Fraction:
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


def on_call_time(look: Look, start: int, end: int) -> int:
    written = look.agreed.file.get("on_call")
    return Hours(look.agreed.zone, written).between(start, end) if written else end - start


def was_reviewed(look: Look, issue: Issue) -> bool:
    review = look.agreed.signals["incidents"].get("review", {})
    links = {name.casefold() for name in review.get("links", ())}
    return bool(
        labels_at(issue, look.as_of) & set(review.get("labels", ()))
        or any({link.type_name, link.phrase} & links for link in issue.links)
    )


def cocreation(look: Look) -> Count:
    """Objectives with a mapped ticket that was active in the window."""
    values = []
    issues = [issue for issue in look.issues() if look.belongs(issue, look.as_of)]
    found = [(issue, objectives_at(look.agreed, issue, look.as_of)) for issue in issues]
    for objective in look.agreed.objectives:
        mapped = [issue for issue, keys in found if objective["key"] in keys]
        if any(was_active(look, issue) for issue in mapped):
            values.append(made_together(look, objective, mapped))
    return sum(values, Fraction(0)), len(values)


def was_active(look: Look, issue: Issue) -> bool:
    """In an active status at some instant of the window."""
    start, end = look.window()
    end = min(end, look.as_of + 1)
    track = track_status(issue)
    line = [(issue.created, track.start), *((change.at, status) for change, status in track.changes)]
    ends = [at for at, _ in line[1:]] + [1 << 62]
    return any(
        look.agreed.kinds[status] == "active" and at < end and until > start
        for (at, status), until in zip(line, ends, strict=True)
    )


def made_together(look: Look, objective: dict[str, Any], mapped: list[Issue]) -> Fraction:
    began = [at for issue in mapped if (at := first_active(look.agreed, issue)) is not None]
    edits = look.agreed.panel.said.edits.get(objective["key"], [])
    both = agreed_before(edits, look.agreed.zone.day(min(began)))
    agency, every = agency_share(edits)
    balance = 1 - abs(2 * Fraction(agency, every or 1) - 1)
    return Fraction(6, 10) * both + Fraction(4, 10) * balance
