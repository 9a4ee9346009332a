"""A person's own rungs: where they are on each objective, by which tickets, and what leads to the next rung."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.pages.learning.beyond import beyond_text
from connector.pages.learning.consents import OwnConsents
from connector.pages.learning.onward import RENEWED_FROM, counts_from, further, onward_of
from connector.pages.learning.rung_names import NAMES, NO_NEEDS, Needs
from connector.text import full_day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.statements import SignOff
from mappings.measure.model.ticket import Evidence, TeachBack
from mappings.measure.people.decay import fresh_until, last_renewal
from mappings.measure.people.ladder import Row, short_of
from mappings.measure.people.next_ticket import KINDS, MENTORED, NEXT, cell_with, cell_with_mentee
from mappings.measure.people.sign_offs import CellState, unsigned_of
from mappings.measure.people.standing import Cell, PairView, cell_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.records.sql.scope import AgreementScope
from mappings.translation import Texts, gettext, mark

STATES: Mapping[CellState, str] = Texts(
    {
        "auto": mark("shown by your tickets"),
        "attested": mark("by signature, ahead of the tickets"),
        "confirmed": mark("by signature and tickets"),
        "vetoed": mark("lowered by a lead or a mentor"),
        "stale": mark("too old: needs new evidence"),
    }
)
LOWERED_BY_ONESELF = mark("lowered by you")
# An E1 alone has nothing that could fade.
FADING_FROM = 2


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
    """An objective: `rung` 0 to 5; `state`, `onward` and `waits` are texts. `signed` is a rung that one side signed.

    `counts_from` is the least kind of evidence, 1 to 5, that leads on; 0 at the top. `names_next`: `onward` names the
    rung of that kind. `leap` is the rung above that to which one more ticket leads, 0 for none.
    `holds` says until when the rung holds, "" where it holds without an end or no more. `by_tickets`: tickets alone
    show it. `beyond` says that a ticket counts as more than the rung, "" where none does. `brings` is the rung to which
    one more ticket of a kind, 1 to 5, brings them, of those kinds that do. `needs` are the tickets that rungs take.
    """

    key: str
    name: str
    rung: int
    state: str
    onward: str
    waits: str
    signed: int
    counts_from: int
    names_next: bool
    leap: int = 0
    holds: str = ""
    by_tickets: bool = False
    beyond: str = ""
    brings: Mapping[int, int] = field(default_factory=dict)
    needs: Needs = NO_NEEDS


@dataclass(frozen=True)
class Own:
    """What is known of a person in an engagement, for themselves alone.

    `rows` are the latest evidence, newest first; `on_tickets` is all that is on their tickets, `explained` are
    their teach-backs that nobody answered yet, each with its ticket.
    """

    account: str
    views: tuple[PairView, ...]
    rows: tuple[Row, ...]
    on_tickets: Mapping[int, tuple[Evidence, ...]]
    labels: Mapping[int, IssueLabel]
    taught_back: Mapping[int, tuple[TeachBack, ...]]
    consents: OwnConsents
    explained: tuple[tuple[int, TeachBack], ...]


def select_context(connection: Connection, view: EngagementView) -> LadderContext:
    viewer = caller()
    prepared = select_prepared(connection, viewer.tenant_id, view.stored)
    return LadderContext(connection, viewer.tenant_id, view, prepared, viewer.account or "", container().clock())


def rungs_of(context: LadderContext, views: Iterable[PairView]) -> list[RungRow]:
    known, account, rows = {pair.objective: pair for pair in views}, context.account, []
    for objective in context.view.engagement.objectives:
        pair = known.get(objective.key)
        if pair is not None or account in objective.learners:
            pair = pair or PairView(objective.key, account)
            rows.append(_rung_row(objective.name, pair, context.prepared, context.now))
    return rows


def _rung_row(name: str, pair: PairView, prepared: PreparedEngagement, now: Instant) -> RungRow:
    cell = cell_of(pair, now, prepared.rules_of(pair.objective))
    unsigned = unsigned_of(pair.records, pair.account, since=pair.since, as_of=now)
    waits = _waits_text(unsigned) if unsigned is not None else ""
    # A rung that was lowered to nothing still shows that it was lowered.
    state = _state_text(cell) if cell.effective or cell.state == "vetoed" else gettext("no evidence yet")
    signed = unsigned.rung if unsigned is not None else 0
    leap, onward = further(pair, cell, prepared, now), onward_of(pair, cell, prepared, now)
    names_next = cell.state not in RENEWED_FROM
    least, beyond_next = counts_from(cell), leap.rung if leap is not None else 0
    texts = (state, onward, waits)
    holds = _holds_text(pair, cell, prepared, now)
    row = RungRow(pair.objective, name, cell.effective, *texts, signed, least, names_next, beyond_next, holds)
    by_tickets = cell.state == "auto" and bool(cell.effective)
    beyond = beyond_text(pair, cell, prepared, now) if by_tickets else ""
    brings = _brings(pair, cell, prepared, now)
    needs = needs_of((*pair.rows, *pair.hired), now, prepared.rules_of(pair.objective))
    return replace(row, by_tickets=by_tickets, beyond=beyond, brings=brings, needs=needs)


def needs_of(rows: Sequence[Row], now: Instant, rules: Ruleset) -> Needs:
    """Return how many tickets each rung takes, and how many more of whoever has the rows."""
    takes = rules.rung_tickets
    short = tuple(short_of(rows, rung, now, rules) for rung in range(1, len(takes) + 1))
    return Needs(takes, short, rules.span_days)


def _brings(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> dict[int, int]:
    rules = prepared.rules_of(pair.objective)
    after = {kind: cell_with(pair, NEXT, kind, now, rules=rules).effective for kind in KINDS}
    after[MENTORED] = cell_with_mentee(pair, now, rules=rules).effective
    return {kind: rung for kind, rung in after.items() if rung > cell.effective}


def _holds_text(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> str:
    last = last_renewal((row for _, row in (*pair.rows, *pair.hired)), now)
    if last is None or cell.effective < FADING_FROM or cell.state == "stale":
        return ""
    until = prepared.calendar.day(fresh_until(last, prepared.rules_of(pair.objective)))
    return gettext("It holds until %(day)s without another ticket.", day=full_day(until))


def _state_text(cell: Cell) -> str:
    own = cell.state == "vetoed" and cell.by_learner
    return gettext(LOWERED_BY_ONESELF) if own else STATES[cell.state]


def _waits_text(unsigned: SignOff) -> str:
    rung = NAMES[unsigned.rung]
    if unsigned.side == "agency":
        return gettext("%(rung)s waits for the signature of the in-house lead", rung=rung)
    return gettext("%(rung)s waits for the signature of the agency", rung=rung)
