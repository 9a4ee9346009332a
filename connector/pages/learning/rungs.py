"""A person's own rungs: where they are on each objective, by which tickets, and what leads to the next rung."""

from collections.abc import Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import url_for
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.people import select_views_of
from connector.figures.prepared import select_prepared
from connector.pages.labels import RUNG_NAMES
from connector.text import count, day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.statements import ConsentKind
from mappings.measure.model.ticket import TeachBack
from mappings.measure.people.ladder import Row, short_of
from mappings.measure.people.sign_offs import CellState, unsigned_of
from mappings.measure.people.standing import Cell, PairView, cell_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.consents import select_consents
from mappings.records.agreement.teach_backs import select_teach_backs
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.sql.scope import AgreementScope

# The rungs 0 to 5 in short.
NAMES = ("None yet", *RUNG_NAMES.values())
STATES: Mapping[CellState, str] = {
    "auto": "by tickets",
    "attested": "by signature, ahead of the tickets",
    "confirmed": "by signature and tickets",
    "vetoed": "lowered",
    "stale": "too old: needs new evidence",
}
# How the next rung is reached: by so many more tickets, or by what is missing where the tickets are enough.
ONWARD: Mapping[int, tuple[str, str]] = {
    1: ("when you take part in {n}", ""),
    2: ("when you shadow {n}, or do more of it", ""),
    3: ("when you drive {n}, with the agency’s help or alone", ""),
    4: ("when you finish {n} alone, over at least {span} days", "when you finish one more alone, {span} days on"),
    5: ("when a colleague drives {n} with you as mentor", "when the colleague whom you mentor is at assisted"),
}
CONSENTS: Mapping[ConsentKind, str] = {
    "named": "Show my name to leads and mentors",
    "distribution": "Show counts by rung of a small team",
}


CONSENT_EFFECTS: Mapping[ConsentKind, str] = {
    "named": "Leads of both sides, and your mentors, then see on which ticket you could learn next, and can sign for "
    "you.",
    "distribution": "They are shown only once everybody in the team agreed.",
}


@dataclass(frozen=True)
class LadderContext:
    """A viewer of an engagement at an instant; `account` is "" by a link that names nobody."""

    connection: Connection
    tenant_id: int
    view: EngagementView
    prepared: PreparedEngagement
    account: str
    now: Instant

    @property
    def scope(self) -> AgreementScope:
        return AgreementScope(self.connection, self.tenant_id, self.view.engagement.key)


@dataclass(frozen=True)
class RungRow:
    """An objective: `rung` 0 to 5; `state`, `onward` and `waits` are texts. `signed` is a rung that one side signed."""

    key: str
    name: str
    rung: int
    state: str
    onward: str
    waits: str
    signed: int


@dataclass(frozen=True)
class Piece:
    """One's own evidence on a ticket; `explain`: it may be explained back; `teach_back` is the state of one given."""

    issue_id: int
    objective: str
    key: str
    summary: str
    counts: str
    address: str
    explain: bool
    teach_back: str


@dataclass(frozen=True)
class Own:
    """All that is known of a person in an engagement, for themselves alone."""

    account: str
    views: tuple[PairView, ...]
    labels: Mapping[int, IssueLabel]
    taught_back: Mapping[int, tuple[TeachBack, ...]]
    agreed: frozenset[ConsentKind]


def select_context(connection: Connection, view: EngagementView) -> LadderContext:
    viewer = caller()
    prepared = select_prepared(connection, viewer.tenant_id, view.stored)
    return LadderContext(connection, viewer.tenant_id, view, prepared, viewer.account or "", container().clock())


def select_own(context: LadderContext) -> Own:
    """Return what is known of the viewer, live: one's own row shows nothing of anybody else."""
    tenant, now, account = (context.connection, context.tenant_id), context.now, context.account
    views = select_views_of(*tenant, context.view.stored, context.prepared, as_of=now, account=account)
    issues = {issue for pair in views for issue, _ in pair.rows}
    agreed = frozenset(kind for kind in CONSENTS if account in select_consents(context.scope, kind, as_of=now))
    return Own(account, views, select_labels(*tenant, issues), select_teach_backs(context.scope, issues), agreed)


def rungs_of(view: EngagementView, prepared: PreparedEngagement, own: Own, now: Instant) -> list[RungRow]:
    known = {pair.objective: pair for pair in own.views}
    rows = []
    for objective in view.engagement.objectives:
        pair = known.get(objective.key)
        if pair is not None or own.account in objective.learners:
            rows.append(_rung_row(objective.name, pair or PairView(objective.key, own.account), prepared, now))
    return rows


def _rung_row(name: str, pair: PairView, prepared: PreparedEngagement, now: Instant) -> RungRow:
    cell = cell_of(pair, now, prepared.rules_of(pair.objective))
    unsigned = unsigned_of(pair.records, pair.account, since=pair.since, as_of=now)
    side = "in-house lead" if unsigned is not None and unsigned.side == "agency" else "agency"
    waits = f"{NAMES[unsigned.rung]} waits for the signature of the {side}" if unsigned is not None else ""
    # A rung that was lowered to nothing still shows that it was lowered.
    state = STATES[cell.state] if cell.effective or cell.state == "vetoed" else "no evidence yet"
    signed = unsigned.rung if unsigned is not None else 0
    return RungRow(pair.objective, name, cell.effective, state, onward_of(pair, cell, prepared, now), waits, signed)


def sentence_of(rows: Sequence[RungRow]) -> str:
    """Return the first line: on how many objectives one stands at which rung, the highest first."""
    counts = [(rung, sum(row.rung == rung for row in rows)) for rung in range(len(RUNG_NAMES), 0, -1)]
    reached = [(NAMES[rung].lower(), number) for rung, number in counts if number]
    if not reached:
        return "You have no rung yet: take part in a ticket of an objective to begin."
    parts = [f"{_VERBS.get(name, f'are {name}')} on {count(number, 'objective')}" for name, number in reached]
    listed = parts[0] if len(parts) == 1 else f"{', '.join(parts[:-1])} and {parts[-1]}"
    return f"You {listed}."


# How a rung stands in a sentence, where it is no adjective.
_VERBS: Mapping[str, str] = {"exposed": "were exposed", "shadowed": "shadowed", "teaches": "teach colleagues"}


def onward_of(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> str:
    # New evidence where a rung faded or was taken back, else the next rung by tickets.
    if cell.state == "stale":
        return "Shadow, drive or finish another of its tickets to keep it."
    if cell.state == "vetoed":
        return "Drive another of its tickets, with help or alone, to get it back."
    if cell.auto >= len(RUNG_NAMES):
        return "Top rung"
    rung, rules = cell.auto + 1, prepared.rules_of(pair.objective)
    short = short_of((*pair.rows, *pair.hired), rung, now, rules)
    text = ONWARD[rung][0 if short else 1].format(n=_tickets(short), span=rules.span_days)
    return f"{NAMES[rung]}, {text}."


def _tickets(number: int) -> str:
    return "one more ticket" if number == 1 else count(number, "more ticket")


def pieces_of(
    view: EngagementView, prepared: PreparedEngagement, own: Own, seen: AbstractSet[int]
) -> tuple[list[Piece], int]:
    """Return one's own evidence, the newest first, and on how many tickets there is some that one may not browse."""
    rows = sorted((row for pair in own.views for row in pair.rows), key=lambda row: (-row[1].at, row[0]))
    shown = [_piece(view, prepared, own, row) for row in rows if row[0] in seen]
    return shown, len({issue for issue, _ in rows} - seen)


def _piece(view: EngagementView, prepared: PreparedEngagement, own: Own, issue_row: Row) -> Piece:
    issue_id, row = issue_row
    objective = next(item for item in view.engagement.objectives if item.key == row.objective)
    pair = (row.objective, own.account)
    given = [item for item in own.taught_back.get(issue_id, ()) if (item.objective, item.account) == pair]
    label, when = own.labels[issue_id], day(prepared.calendar.day(row.at))
    address = url_for("evidence.show", engagement=view.engagement.key, issue=issue_id)
    # A teach-back makes what was only seen into shadowed; above that it would move nothing.
    only_seen = all(
        evidence.kind == 1
        for pair in own.views
        for issue, evidence in pair.rows
        if (issue, pair.objective) == (issue_id, row.objective)
    )
    explain = only_seen and not given and own.account in objective.learners
    counts = f"{objective.name}: {NAMES[row.kind].lower()}, {when}"
    return Piece(issue_id, row.objective, label.key, label.summary, counts, address, explain, _teach_back_text(given))


def _teach_back_text(given: Sequence[TeachBack]) -> str:
    if not given:
        return ""
    return "explained back" if given[0].accepted is not None else "explained back, waits to be accepted"
