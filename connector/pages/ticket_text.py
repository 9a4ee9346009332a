"""What a ticket counts as, in words: a sentence, its inputs, its evidence, and what would lift it."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from connector.text import EVIDENCE_NAMES, THIN, amount, number, percent
from mappings.events.times import HOUR
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import SIDES, Engagement
from mappings.measure.model.ticket import Entry, Evidence
from mappings.measure.period.figures import is_settled
from mappings.measure.ticket.what_if import WhatIf

SOMEBODY = "an in-house person"
METHODS = {
    "active_time": "share of active business hours",
    "worklog": "share of logged time",
    "assignee": "assignee when it was done",
    "transition_author": "author of the last step",
    "none": "nobody to be named",
}
RULES = {
    1: "touched it, which counts as exposed and not as taught",
    2: "shadowed: the agency had at least half of the work, and they left a trace of their own",
    3: "assisted: drove at least half of it, with help of an agency",
    4: "independent: drove at least half of it, without help of an agency",
    5: "teaches: mentored another in-house person who drove it, without help of an agency",
}
STEPS = {
    "comment": "comments in substance once",
    "comment_on_another_day": "comments in substance on another day",
    "log_half_an_hour": "logs half an hour",
    "shadow": "is named as shadow",
    "learner": "is named as the one who drives",
    "shadow_and_comment": "is named as shadow and comments in substance",
}
Split = list[tuple[str, str, float, float]]


@dataclass(frozen=True)
class Words:
    """How an engagement says its sides, and people's names where the viewer may read them.

    `untimed`: no hours of anybody's work are said (measurement (f), works-council mode).
    """

    engagement: Engagement
    names: Mapping[str, str]
    as_agency: bool = False
    untimed: bool = True

    def person(self, account: str) -> str:
        """Say a person: by name where it may be said."""
        return self.names.get(account) or SOMEBODY

    def objective(self, key: str) -> str:
        """Say an objective."""
        return next((one.name for one in self.engagement.objectives if one.key == key), key)

    @property
    def sides(self) -> dict[str, str]:
        """The sides in words; an agency sees those that are neither its own nor in-house as one."""
        plain = {"other": "another agency", "unknown": "side not known", "conflict": "in conflict"}
        rest = dict.fromkeys(plain, "others") if self.as_agency else plain
        return {"agency": self.engagement.agency_name, "inhouse": "in-house", "gatekeeper": "gatekeeper"} | rest


def shares(words: Words, entry: Entry) -> list[tuple[str, float]]:
    """Return each side's share of a ticket, 0 to 1, those with any, largest first."""
    whole = sum(entry.weights)
    found: dict[str, float] = {}
    for side, weight in zip(SIDES, entry.weights, strict=True):
        if weight and whole:
            found[words.sides[side]] = found.get(words.sides[side], 0.0) + weight / whole
    return sorted(found.items(), key=lambda one: -one[1])


def split(words: Words, entry: Entry) -> Split:
    """Return the bar of shares: name, share in words, left edge and width in percent."""
    drawn: Split = []
    x = 0.0
    for name, share in shares(words, entry):
        drawn.append((name, percent(share), round(x, 2), round(max(0.0, 100 * share - 0.5), 2)))
        x += 100 * share
    return drawn


def facts(words: Words, entry: Entry) -> list[tuple[str, str]]:
    """Return the inputs of an entry, each named."""
    by = words.engagement.units.by
    said = [
        ("Size", amount(entry.units, by) + ("" if entry.sized else ", not sized")),
        ("Attribution", METHODS[entry.method]),
        *_active(words, entry),
        ("Shares", ", ".join(f"{name} {percent(share)}" for name, share in shares(words, entry)) or "nobody’s"),
        ("Objectives", ", ".join(words.objective(key) for key in entry.objectives) or "none"),
        *_waited(words, entry),
    ]
    if entry.retro:
        late = ", ".join(words.objective(key) for key in entry.retro)
        said.append(("Set after it was done", f"{late}: counts only if the other side confirms it in time"))
    return said


def _active(words: Words, entry: Entry) -> list[tuple[str, str]]:
    if words.untimed:
        return []
    active = zip((*SIDES, "unassigned"), entry.active, strict=True)
    names = words.sides | {"unassigned": "unassigned"}
    hours = [f"{names[side]} {number(time / HOUR)}{THIN}h" for side, time in active if time]
    return [("Active time", ", ".join(hours) or "none in business hours")]


def _waited(words: Words, entry: Entry) -> list[tuple[str, str]]:
    if words.untimed or not entry.paused_on_client:
        return []
    return [("Waiting for the client", f"{number(entry.paused_on_client / HOUR)}{THIN}h")]


def buckets(words: Words, entry: Entry, handed_over: int) -> str:
    """Say the buckets of an entry: "5 points taught, 3 points own"."""
    by, inhouse = words.engagement.units.by, entry.parts[SIDES.index("inhouse")]
    agency = ((entry.taught, "taught"), (entry.done_only, "done only"))
    parts = (*agency, (handed_over, "handed over"), (inhouse - handed_over, "own"))
    said = [f"{amount(part, by)} {name}" for part, name in parts if part]
    return ", ".join(said) or "nothing of either side"


def reasons(words: Words, rows: Iterable[Evidence]) -> list[str]:
    """Return one line for each person and objective: what was shown, by which rule."""
    strongest = sorted(rows, key=lambda row: (-row.kind, row.objective, row.account))
    return [f"{words.objective(row.objective)}: {words.person(row.account)} {RULES[row.kind]}." for row in strongest]


def verdict(words: Words, entry: Entry, rows: Sequence[Evidence]) -> str:
    """Say in one sentence what a ticket counts as, and why."""
    best = max(rows, key=lambda row: row.kind, default=None)
    why = f"{words.person(best.account)} {EVIDENCE_SAID[best.kind]}" if best else "no in-house person left a trace"
    if not entry.objectives:
        why = "it has no learning objective"
    return f"{_kind(words, entry)}: {why}"


def _kind(words: Words, entry: Entry) -> str:
    """Say whose work it was and of which bucket: by the weights, as a ticket without a size has no parts."""
    agency, inhouse = entry.weights[SIDES.index("agency")], entry.weights[SIDES.index("inhouse")]
    if agency and entry.objectives and TEACHING & set(entry.kinds):
        return "taught"
    if agency:
        return f"done only for the part of {words.engagement.agency_name}" if inhouse else "done only"
    if inhouse:
        return "in-house work"
    return "nobody’s work" if entry.method == "none" else "work of neither side"


TEACHING = {2, 3}
EVIDENCE_SAID = {
    1: "only touched it",
    2: "shadowed it",
    3: "assisted (drove it with help)",
    4: "independent (drove it without help)",
    5: "teaches (mentored a colleague who drove it)",
}


def moves(words: Words, chances: Iterable[WhatIf]) -> list[str]:
    """Say what would lift an open ticket's evidence: for each objective the smallest step that lifts it most."""
    said: dict[str, str] = {}
    for chance in chances:
        if not chance.steps:
            continue
        step, kind = max(chance.steps.items(), key=lambda one: (one[1], -len(one[0])))
        if kind > 1 and chance.objective not in said:
            who = words.person(chance.account)
            what = f"{STEPS[step]}, it would count as {EVIDENCE_NAMES[kind]}"
            said[chance.objective] = f"{words.objective(chance.objective)}: if {who} {what}."
    return list(said.values())


def settled(calendar: Calendar, entry: Entry, now: Instant) -> str:
    """Say whether an entry can still change, and until when."""
    if is_settled([entry], now):
        return "It is settled."
    until = max(one for one in (entry.changing_until, entry.retro_until) if one is not None)
    day = calendar.day(until)
    return f"It can change until {day.day} {day:%b}: comments count for 3 days, a reopening for 14."
