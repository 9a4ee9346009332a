"""A person's own rungs: where they are on each objective, by which tickets, and what leads to the next rung."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.pages.labels import RUNG_NAMES
from connector.pages.learning.beyond import beyond_text
from connector.pages.learning.consents import OwnConsents
from connector.text import full_day
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.statements import SignOff
from mappings.measure.model.ticket import Evidence, Kind, TeachBack
from mappings.measure.people.decay import fresh_until, last_renewal
from mappings.measure.people.ladder import HIGHEST, Row, short_of
from mappings.measure.people.next_ticket import HELPED, KINDS, NEXT, Leap, cell_with, leap_of
from mappings.measure.people.sign_offs import CellState, unsigned_of
from mappings.measure.people.standing import Cell, PairView, cell_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import IssueLabel
from mappings.records.sql.scope import AgreementScope
from mappings.translation import Texts, gettext, mark, mark_plural, ngettext

# The rungs 0 to 5 in short.
NAMES: Mapping[int, str] = Texts(
    {
        0: mark("None yet"),
        1: mark("Exposed"),
        2: mark("Shadowed"),
        3: mark("Assisted"),
        4: mark("Independent"),
        5: mark("Teaches"),
    }
)
# The same within a sentence.
WORDS: Mapping[int, str] = Texts(
    {
        0: mark("none yet"),
        1: mark("exposed"),
        2: mark("shadowed"),
        3: mark("assisted"),
        4: mark("independent"),
        5: mark("teaches"),
    }
)
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
# The least kind of evidence that renews a rung that faded, or gives back one that was lowered.
RENEWED_FROM: Mapping[CellState, int] = {"stale": 2, "vetoed": 3}
# How the next rung is reached: by so many more tickets, or by what is missing where the tickets are enough.
ONWARD: Mapping[int, tuple[tuple[str, str], str]] = {
    1: (
        mark_plural("when you take part in one more ticket", "when you take part in %(num)s more tickets"),
        "",
    ),
    2: (
        mark_plural("when you shadow or drive one more ticket", "when you shadow or drive %(num)s more tickets"),
        "",
    ),
    3: (
        mark_plural(
            "when you drive one more ticket, with the agency’s help or alone",
            "when you drive %(num)s more tickets, with the agency’s help or alone",
        ),
        "",
    ),
    4: (
        mark_plural(
            "when you drive one more ticket without the agency’s help, %(span)s days or more from first to last",
            "when you drive %(num)s more tickets without the agency’s help, %(span)s days or more from first to last",
        ),
        mark("when you drive one more ticket without the agency’s help, %(span)s days or more after the first"),
    ),
    5: (
        mark_plural(
            "when a colleague at assisted or above drives one more ticket without the agency’s help, and you "
            "mentor them",
            "when a colleague at assisted or above drives %(num)s more tickets without the agency’s help, and you "
            "mentor them",
        ),
        mark("when the colleague whom you mentor is at assisted or above"),
    ),
}
# The same by tickets of which none has counted so far.
FIRST: Mapping[int, tuple[str, str]] = {
    1: mark_plural("when you take part in a ticket", "when you take part in %(num)s tickets"),
    2: mark_plural("when you shadow or drive a ticket", "when you shadow or drive %(num)s tickets"),
    3: mark_plural(
        "when you drive a ticket, with the agency’s help or alone",
        "when you drive %(num)s tickets, with the agency’s help or alone",
    ),
    4: mark_plural(
        "when you drive a ticket without the agency’s help",
        "when you drive %(num)s tickets without the agency’s help, %(span)s days or more from first to last",
    ),
    5: mark_plural(
        "when a colleague at assisted or above drives a ticket without the agency’s help, and you mentor them",
        "when a colleague at assisted or above drives %(num)s tickets without the agency’s help, and you mentor them",
    ),
}
# How one more ticket leads further than to the next rung, by the rung to which it leads.
LEAPS: Mapping[int, str] = {
    2: mark("one shadowed or driven makes you %(rung)s at once"),
    3: mark("one driven, with the agency’s help or alone, makes you %(rung)s at once"),
    4: mark("one driven without the agency’s help makes you %(rung)s at once"),
}
LATER_LEAP = mark(
    "one driven without the agency’s help, %(span)s days or more after the first, makes you %(rung)s at once"
)
# The same where one driven with help leads further, too, but less far.
BOTH_LEAPS = mark("driving one with the agency’s help makes you %(helped)s at once, alone %(rung)s")
LATER_BOTH_LEAPS = mark(
    "driving one with the agency’s help makes you %(helped)s at once, alone, %(span)s days or more after the first, "
    "%(rung)s"
)
# The next rung where one more ticket that is driven leads further: to this one leads one that is shadowed.
SHADOWED = 2
SHADOW_MORE, SHADOW_FIRST = mark("when you shadow one more ticket"), mark("when you shadow a ticket")


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
    one more ticket of a kind, 1 to 4, brings them, of those kinds that do.
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


@dataclass(frozen=True)
class Own:
    """What is known of a person in an engagement, for themselves alone.

    `rows` are the latest evidence, newest first; `on_tickets` is all that is on their tickets.
    """

    account: str
    views: tuple[PairView, ...]
    rows: tuple[Row, ...]
    on_tickets: Mapping[int, tuple[Evidence, ...]]
    labels: Mapping[int, IssueLabel]
    taught_back: Mapping[int, tuple[TeachBack, ...]]
    consents: OwnConsents


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
    leap, onward = _further(pair, cell, prepared, now), onward_of(pair, cell, prepared, now)
    names_next = cell.state not in RENEWED_FROM
    counts_from, further = _counts_from(cell), leap.rung if leap is not None else 0
    texts = (state, onward, waits)
    holds = _holds_text(pair, cell, prepared, now)
    row = RungRow(pair.objective, name, cell.effective, *texts, signed, counts_from, names_next, further, holds)
    by_tickets = cell.state == "auto" and bool(cell.effective)
    beyond = beyond_text(pair, cell, prepared, now) if by_tickets else ""
    return replace(row, by_tickets=by_tickets, beyond=beyond, brings=_brings(pair, cell, prepared, now))


def _brings(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> dict[int, int]:
    rules = prepared.rules_of(pair.objective)
    after = {kind: cell_with(pair, NEXT, kind, now, rules=rules).effective for kind in KINDS}
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


def _further(
    pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant, *, kind: Kind = HIGHEST
) -> Leap | None:
    """Return how one more ticket of a kind leads further than `onward_of` names as next."""
    if cell.state in RENEWED_FROM:
        return None
    leap = leap_of((*pair.rows, *pair.hired), cell.auto, now, prepared.rules_of(pair.objective), kind=kind)
    return leap if leap is not None and leap.rung > cell.auto + 1 else None


def _counts_from(cell: Cell) -> int:
    # By the same cases as `onward_of`.
    if cell.state in RENEWED_FROM:
        return RENEWED_FROM[cell.state]
    return cell.auto + 1 if cell.auto < len(RUNG_NAMES) else 0


def _waits_text(unsigned: SignOff) -> str:
    rung = NAMES[unsigned.rung]
    if unsigned.side == "agency":
        return gettext("%(rung)s waits for the signature of the in-house lead", rung=rung)
    return gettext("%(rung)s waits for the signature of the agency", rung=rung)


def onward_of(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> str:
    # New evidence where a rung faded or was taken back, else the next rung by tickets, and where one leads further.
    if cell.state == "stale":
        return gettext("Shadow, drive or finish another of its tickets to keep it.")
    if cell.state == "vetoed":
        return gettext("Drive another of its tickets, with help or alone, to get it back.")
    if cell.auto >= len(RUNG_NAMES):
        return gettext("Top rung")
    rung, rules = cell.auto + 1, prepared.rules_of(pair.objective)
    short = short_of((*pair.rows, *pair.hired), rung, now, rules)
    (more, enough), needed = ONWARD[rung], rules.rung_tickets[rung - 1]
    forms = FIRST[rung] if short == needed else more
    how = ngettext(*forms, short, span=rules.span_days) if short else gettext(enough, span=rules.span_days)
    leap, helped = _further(pair, cell, prepared, now), _further(pair, cell, prepared, now, kind=HELPED)
    if rung == SHADOWED and helped is not None:
        how = gettext(SHADOW_FIRST if short == needed else SHADOW_MORE)
    text = gettext("%(rung)s, %(how)s", rung=NAMES[rung], how=how)
    if 0 < short < needed:
        # Of tickets that count as a rung above one's own, this says why one is not there.
        text = gettext("%(next)s (%(count)s of %(needed)s so far)", next=text, count=needed - short, needed=needed)
    return f"{text}; {_further_text(leap, helped, rules)}." if leap is not None else f"{text}."


def _further_text(leap: Leap, helped: Leap | None, rules: Ruleset) -> str:
    places = {"rung": WORDS[leap.rung], "span": rules.span_days}
    if helped is None or helped.rung == leap.rung:
        return gettext(LATER_LEAP if leap.waits else LEAPS[leap.rung], **places)
    return gettext(LATER_BOTH_LEAPS if leap.waits else BOTH_LEAPS, helped=WORDS[helped.rung], **places)
