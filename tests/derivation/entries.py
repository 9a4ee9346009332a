"""The done ledger of a ticket and who worked on it (measurement (b), (g) 1 to 8)."""

import re
from collections import defaultdict
from dataclasses import dataclass, field, replace
from fractions import Fraction
from itertools import pairwise

from tests.derivation.affiliations import SIDES
from tests.derivation.business_hours import DAY
from tests.derivation.engagement import Agreed, first_active, project_at, track_assignee, track_status
from tests.derivation.jira_json import Change, Issue, Worklog
from tests.derivation.ticket_match import LATEST, objectives_at, points_at, set_afterwards

NUMBER = re.compile(r"[0-9]+(\.[0-9]*)?|\.[0-9]+")
Holding = tuple[str, str]
"""(account, side)"""


@dataclass
class Entry:
    """A done entry; `reopened` is when the ticket was opened again. Times are microseconds of business time.

    In the ledger it stands from `when` to `gone`: the done moment and the reopening, unless an objective that was set
    late was confirmed, which takes it back and enters it anew; `last` is the one that stands for the evidence.
    """

    issue: Issue
    at: int
    transition: Change | None
    reopened: int | None = None
    when: int = 0
    gone: int | None = None
    last: bool = True
    confirmed: dict[str, int] = field(default_factory=dict)
    units: Fraction = Fraction(0)
    sized: bool = True
    method: str = "none"
    shares: dict[str, Fraction] = field(default_factory=dict)
    holdings: dict[Holding, Fraction] = field(default_factory=dict)
    active: dict[str, int] = field(default_factory=dict)
    active_of: dict[Holding, int] = field(default_factory=dict)
    paused_on_client: int = 0
    objectives: list[str] = field(default_factory=list)
    afterwards: dict[str, int] = field(default_factory=dict)
    began: int = 0
    kinds: dict[str, dict[str, int]] = field(default_factory=dict)
    """objective to account to kind, 1 (exposed) to 5 (teaches)"""
    first_touch: dict[str, int] = field(default_factory=dict)
    explained_at: dict[tuple[str, str], int] = field(default_factory=dict)
    """When (objective, learner) were explained, where nothing but that stands for the kind."""

    def share_of(self, account: str, side: str = "inhouse") -> Fraction:
        return self.holdings.get((account, side), Fraction(0))


def entries_of(agreed: Agreed, issue: Issue) -> list[Entry]:
    """Every done entry of a ticket that counts for the engagement, in order of time."""
    rows, current = [], None
    track = track_status(issue)
    steps: list[tuple[int, Change | None, str, str]] = [(issue.created, None, "", track.start)]
    steps += [(change.at, change, change.old or "", value) for change, value in track.changes]
    for at, change, old, new in steps:
        was, now = agreed.kinds.get(old, "") == "done", agreed.kinds[new] == "done"
        if now and not was:
            counts = project_at(issue, at) in agreed.projects and agreed.starts <= at < agreed.ends
            current = measure(agreed, Entry(issue, at, change)) if counts else None
            rows += [current] if current else []
        elif was and not now and current is not None:
            current.reopened, current = at, None
    return [part for entry in rows for part in entered_anew(agreed, entry)]


def entered_anew(agreed: Agreed, entry: Entry) -> list[Entry]:
    """A done entry, and what each confirmation of an objective that was set late makes of it (measurement (g) 11)."""
    issue, reopened = entry.issue, entry.reopened
    late = set_afterwards(agreed, issue, entry.at, LATEST if reopened is None else reopened)
    words = {key: confirmed_at(agreed, entry, key, since) for key, since in late.items()}
    keys = [part["key"] for part in agreed.objectives]
    entry.afterwards = {key: late[key] for key in keys if key in late and words[key] is None}
    given = {key: at for key, at in words.items() if at is not None and agreed.starts <= at < agreed.ends}
    chain, had = [entry], list(entry.objectives)
    for at in sorted(set(given.values())):
        had += [key for key, when in given.items() if when == at]
        ordered = [key for key in keys if key in had]
        chain.append(replace(entry, objectives=ordered, kinds={}, explained_at={}, confirmed=given))
    starts = [entry.at, *sorted(set(given.values()))]
    for part, start, end in zip(chain, starts, [*starts[1:], None], strict=True):
        part.when, part.gone, part.last = start, end, end is None
    if reopened is not None and agreed.starts <= reopened < agreed.ends:
        chain[-1].gone = reopened
    return chain


def confirmed_at(agreed: Agreed, entry: Entry, key: str, since: int) -> int | None:
    """The first word of the other side within 30 days of the setting, and before the ticket was opened again."""
    end = since + agreed.rules.retro_days * DAY
    end = end if entry.reopened is None else min(end, entry.reopened)
    words = agreed.panel.confirmed.get(entry.issue.number, ())
    return min((at for objective, at in words if objective == key and since <= at <= end), default=None)


def measure(agreed: Agreed, entry: Entry) -> Entry:
    issue, at = entry.issue, entry.at
    began = first_active(agreed, issue)
    entry.began = issue.created if began is None or began > at else began
    size_up(agreed, entry)
    entry.objectives = objectives_at(agreed, issue, at)
    for account, side, time in held_by(agreed, issue, at):
        entry.active[side or "unassigned"] = entry.active.get(side or "unassigned", 0) + time
        if side:
            entry.active_of[account, side] = entry.active_of.get((account, side), 0) + time
    entry.paused_on_client = paused(agreed, issue, at)
    share_out(agreed, entry)
    return entry


def size_up(agreed: Agreed, entry: Entry) -> None:
    by = agreed.file.get("units", {"by": "count"})["by"]
    if by == "count":
        entry.units = Fraction(1)
    elif by == "hours":
        entry.units = Fraction(sum(log.seconds for log in logs_before(agreed, entry)), 3600)
        entry.sized = entry.units > 0
    else:
        written = points_at(agreed, entry.issue, entry.at)
        entry.sized = NUMBER.fullmatch(written) is not None
        entry.units = Fraction(written) if entry.sized else Fraction(0)


def family(issue: Issue) -> list[Issue]:
    return [issue, *issue.subtasks]


def held_by(agreed: Agreed, issue: Issue, until: int) -> list[tuple[str, str, int]]:
    """(account, side, business time) of every segment in an active status; side "" for nobody and for bots."""
    rows = []
    for part in family(issue):
        status, assignee = track_status(part), track_assignee(part)
        edges = {part.created, until} | agreed.people.cuts
        edges |= {change.at for track in (status, assignee) for change, _ in track.changes}
        line = sorted(edge for edge in edges if part.created <= edge <= until)
        for start, end in pairwise(line):
            if agreed.kinds[status.at(start)] == "active" and (time := agreed.hours.between(start, end)):
                account = assignee.at(start)
                rows.append((account or "", agreed.people.side(account, start), time))
    return rows


def paused(agreed: Agreed, issue: Issue, until: int) -> int:
    """The ticket's own business time in a status that waits for the client."""
    track = track_status(issue)
    line = [issue.created, *(change.at for change, _ in track.changes if change.at < until), until]
    waits = (agreed.kinds[track.at(start)] == "paused_on_client" for start in line)
    stretches = zip(pairwise(line), waits, strict=False)
    return sum(agreed.hours.between(*stretch) for stretch, waiting in stretches if waiting)


def logs_before(agreed: Agreed, entry: Entry) -> list[Worklog]:
    logs = (log for part in family(entry.issue) for log in part.worklogs)
    return [log for log in logs if log.started < entry.at and agreed.people.side(log.by, log.started)]


def share_out(agreed: Agreed, entry: Entry) -> None:
    """By the first method that finds anybody (measurement (g) 8)."""
    weights: dict[str, dict[Holding, int]] = {"active_time": entry.active_of, "worklog": defaultdict(int)}
    for log in logs_before(agreed, entry):
        weights["worklog"][log.by or "", agreed.people.side(log.by, log.started)] += log.seconds
    first = agreed.file.get("attribution", "active_time")
    for method in (first, *(name for name in weights if name != first)):
        if total := sum(weights[method].values()):
            entry.method = method
            entry.holdings = {who: Fraction(weight, total) for who, weight in weights[method].items()}
            break
    else:
        name_somebody(agreed, entry)
    for (_, side), share in entry.holdings.items():
        entry.shares[side] = entry.shares.get(side, Fraction(0)) + share


def name_somebody(agreed: Agreed, entry: Entry) -> None:
    """The last three methods: the assignee, the author of the transition, nobody."""
    side_at = agreed.people.side
    track, moved = track_assignee(entry.issue), entry.transition
    holder = track.before((moved.at, moved.history)) if moved else track.start
    if holder is None and moved:
        set_then = [value for change, value in track.changes if change.history == moved.history]
        holder = set_then[-1] if set_then else None
    side = side_at(holder, entry.at)
    author = moved.by if moved else None
    if side not in ("", "unknown", "conflict"):
        entry.method, entry.holdings = "assignee", {(holder, side): Fraction(1)}
    elif side_at(author, entry.at) not in ("", "unknown", "conflict"):
        entry.method = "transition_author"
        entry.holdings = {(author or "", side_at(author, entry.at)): Fraction(1)}
    else:
        entry.holdings = {("", "conflict" if side == "conflict" else "unknown"): Fraction(1)}


def split(amount: int, shares: list[Fraction]) -> list[int]:
    """Whole parts of an amount by shares that add up to 1: largest remainder, then the order (measurement (g) 13)."""
    wanted = [amount * share for share in shares]
    parts = [int(part) for part in wanted]
    by_rest = sorted(range(len(parts)), key=lambda place: (-(wanted[place] - parts[place]), place))
    for place in by_rest[: amount - sum(parts)]:
        parts[place] += 1
    return parts


def parts_of(entry: Entry) -> dict[str, int]:
    """Billionths of a unit by side."""
    shares = [entry.shares.get(side, Fraction(0)) for side in SIDES]
    return dict(zip(SIDES, split(int(entry.units * 10**9), shares), strict=True))
