"""A person's own evidence, for themselves alone: the latest for the page, page after page for a file."""

from collections.abc import Iterable, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass

from flask import url_for

from connector.auth.access import EngagementView
from connector.figures.pair_views import select_views_of
from connector.pages.act import NO_UNDO, Undo, open_undo
from connector.pages.learning.consents import select_own_consents
from connector.pages.learning.onward import counts_from
from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.rungs import LadderContext, Own
from connector.text import day
from mappings.measure.model.ticket import TEACHING, Kind, TeachBack
from mappings.measure.people.ladder import Row
from mappings.measure.people.standing import PairView, cell_of
from mappings.records.agreement.teach_backs import select_teach_backs, select_waiting
from mappings.records.facts.issues import select_labels
from mappings.records.figures.evidence import select_evidence
from mappings.records.figures.rung_evidence import select_latest
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, ngettext

# What a teach-back counts as once it is accepted.
SHADOWED: Kind = 2
# Rows of evidence of each objective that the page lists.
LATEST = 20


@dataclass(frozen=True)
class Piece:
    """One's own evidence on a ticket; `explain`: it may be explained back; `teach_back` is the state of one given.

    `again`: that one was declined.
    """

    issue_id: int
    objective: str
    key: str
    summary: str
    counts: str
    address: str
    explain: bool
    again: bool
    teach_back: str

    @property
    def near(self) -> str:
        """The row, as a notice about what was done in it names it."""
        return near_of(self.issue_id, self.objective)


@dataclass(frozen=True)
class Explained:
    """A ticket, open or done, of which what one explained back waits to be accepted; `undo` takes it back."""

    key: str
    summary: str
    undo: Undo


@dataclass(frozen=True)
class Group:
    """One's own evidence of an objective; `is_cut`: these are the latest alone."""

    key: str
    name: str
    pieces: tuple[Piece, ...]
    is_cut: bool

    @property
    def state(self) -> str:
        """Say of a rung that tickets alone show by how many."""
        tickets = len({piece.issue_id for piece in self.pieces})
        if self.is_cut:
            return gettext("shown by your tickets, the latest %(count)s below", count=tickets)
        return ngettext("shown by your ticket", "shown by your %(num)s tickets", tickets)


def near_of(issue_id: int, objective: str) -> str:
    return f"explain {issue_id} {objective}"


def select_own(context: LadderContext) -> Own:
    """Return what is known of the viewer, live: one's own row shows nothing of anybody else."""
    views = select_own_views(context)
    pairs = [(pair.objective, pair.account) for pair in views]
    rows = tuple(select_latest(figures_of(context), pairs, LATEST + 1))
    # What else happened on a ticket is told of those that the page lists.
    issues = {issue for issue, _ in rows}
    explained = [(issue, given) for issue, given in select_waiting(context.scope) if given.account == context.account]
    consents = select_own_consents(context.scope, context.prepared, context.account, now=context.now)
    return Own(
        context.account,
        views,
        rows,
        select_evidence(figures_of(context), issues),
        select_labels(context.connection, context.tenant_id, issues.union(issue for issue, _ in explained)),
        select_teach_backs(context.scope, issues),
        consents,
        tuple(explained),
    )


def select_own_views(context: LadderContext) -> tuple[PairView, ...]:
    """Return what decides where the viewer stands, without the tickets behind it."""
    tenant, now, account = (context.connection, context.tenant_id), context.now, context.account
    return select_views_of(*tenant, context.view.stored, context.prepared, as_of=now, account=account)


def figures_of(context: LadderContext) -> Scope:
    return Scope(*context.scope, context.view.stored.shown_generation)


def pieces_of(context: LadderContext, own: Own, seen: AbstractSet[int]) -> tuple[list[Piece], int]:
    """Return one's latest evidence, and on how many of its tickets there is some that one may not browse."""
    rows = [row for group in _by_key(own.rows).values() for row in group[:LATEST]]
    shown = [_piece(context, own, row) for row in rows if row[0] in seen]
    return shown, len({issue for issue, _ in rows} - seen)


def explained_of(view: EngagementView, own: Own, seen: AbstractSet[int]) -> dict[str, list[Explained]]:
    """Return by objective what one explained back and nobody answered yet."""
    waiting: dict[str, list[Explained]] = {}
    for issue_id, given in own.explained:
        if issue_id in seen:
            label = own.labels[issue_id]
            undo = undo_of(given, undo_address(view.engagement.key, issue_id, given.objective))
            waiting.setdefault(given.objective, []).append(Explained(label.key, label.summary, undo))
    return waiting


def by_objective(view: EngagementView, own: Own, pieces: Iterable[Piece]) -> list[Group]:
    """Return the pieces by their objective, in the order of the ladder; none for one without any."""
    groups: dict[str, list[Piece]] = {objective.key: [] for objective in view.engagement.objectives}
    for piece in pieces:
        groups[piece.objective].append(piece)
    cut = {key for key, rows in _by_key(own.rows).items() if len(rows) > LATEST}
    return [
        Group(item.key, item.name, tuple(groups[item.key]), item.key in cut)
        for item in view.engagement.objectives
        if groups[item.key]
    ]


def _by_key(rows: Iterable[Row]) -> dict[str, list[Row]]:
    groups: dict[str, list[Row]] = {}
    for row in rows:
        groups.setdefault(row[1].objective, []).append(row)
    return groups


def _piece(context: LadderContext, own: Own, issue_row: Row) -> Piece:
    view, (issue_id, row) = context.view, issue_row
    objective = next(item for item in view.engagement.objectives if item.key == row.objective)
    pair = (row.objective, own.account)
    given = [item for item in own.taught_back.get(issue_id, ()) if (item.objective, item.account) == pair]
    label, when = own.labels[issue_id], day(context.prepared.calendar.day(row.at))
    address = url_for("evidence.show", engagement=view.engagement.key, issue=issue_id)
    # A teach-back makes what was only seen into shadowed; above that it would move nothing.
    only_seen = all(
        evidence.kind == 1
        for evidence in own.on_tickets.get(issue_id, ())
        if (evidence.objective, evidence.account) == pair
    )
    again = bool(given) and given[0].declined is not None
    is_open = only_seen and (again or not given) and own.account in objective.learners
    explain = is_open and _would_move(context, own, issue_row)
    counts = _counts_text(row.kind, when, again=_first_entry(own, issue_row) < row.entry)
    text = _teach_back_text(context, given)
    return Piece(issue_id, row.objective, label.key, label.summary, counts, address, explain, again, text)


def _would_move(context: LadderContext, own: Own, issue_row: Row) -> bool:
    """Tell whether a teach-back could lead the person on, or be what makes the ticket count as taught."""
    issue_id, row = issue_row
    if not TEACHING & {evidence.kind for evidence in own.on_tickets.get(issue_id, ())}:
        return True
    pair = next(view for view in own.views if view.objective == row.objective)
    return 0 < counts_from(cell_of(pair, context.now, context.prepared.rules_of(row.objective))) <= SHADOWED


def undo_address(engagement: str, issue_id: int, objective: str) -> str:
    """Return where a teach-back that was just given is taken back."""
    return url_for("learning.undo_explain", engagement=engagement, issue=issue_id, objective=objective)


def undo_of(given: TeachBack, address: str) -> Undo:
    """Return what takes a teach-back back: an undo is offered while the action would still be allowed."""
    return open_undo(given.at, address) if given.waits else NO_UNDO


def _first_entry(own: Own, issue_row: Row) -> int:
    """Return the earliest finish by which a ticket counts for one: what is later was finished again."""
    issue_id, row = issue_row
    mine = (row.objective, row.account)
    same = [other.entry for other in own.on_tickets.get(issue_id, ()) if (other.objective, other.account) == mine]
    return min(same, default=row.entry)


def _counts_text(kind: int, when: str, *, again: bool) -> str:
    # Whoever only saw a ticket stands on the day of their first trace, everybody else on that on which it was done.
    if kind == 1:
        return gettext("%(rung)s, your first trace %(day)s", rung=WORDS[kind], day=when)
    if again:
        return gettext("%(rung)s, finished again %(day)s", rung=WORDS[kind], day=when)
    return gettext("%(rung)s, done %(day)s", rung=WORDS[kind], day=when)


def _teach_back_text(context: LadderContext, given: Sequence[TeachBack]) -> str:
    if not given:
        return ""
    if given[0].declined is not None:
        on = day(context.prepared.calendar.day(given[0].declined))
        return gettext("explained back, answered “not yet” on %(day)s", day=on)
    if given[0].accepted is not None:
        return gettext("explained back")
    return gettext("explained back, waits to be accepted")
