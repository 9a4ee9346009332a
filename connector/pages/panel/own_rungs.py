"""The viewer's own rungs on the objectives of a ticket, which nobody else is shown, and the way to explain it back."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.actions.policy import OWN_LADDER
from connector.pages.act import NO_UNDO, Undo, may_act, sees_own_ladder
from connector.pages.learning.consents import select_own_consents
from connector.pages.learning.own_evidence import SHADOWED, select_own_views, undo_of
from connector.pages.learning.rung_names import Needs
from connector.pages.learning.rungs import LadderContext, RungRow, rungs_of
from connector.pages.panel.context import TicketContext
from connector.pages.panel.step_viewer import lift_text, stays_text
from connector.pages.ticket_reason import AGENCY, WORKED
from mappings.measure.model.ticket import TEACHING, Entry, Evidence, Kind, TeachBack
from mappings.measure.people.next_ticket import KINDS, cell_with
from mappings.measure.people.standing import PairView
from mappings.translation import gettext, mark

GIVEN = mark("You explained it back. It counts when a lead or a mentor accepts it.")
ACCEPTED = mark("You explained it back, and it was accepted.")
DECLINED = mark("You explained it back; the answer was “not yet”.")


@dataclass(frozen=True)
class OwnRung:
    """A rung of the viewer, 0 to 5; `explain` is where it is said that the ticket was explained back, "" for not.

    `counts_from` is the least kind of evidence that leads on, 0 at the top. `lifts` is the higher rung on which one
    would be, were the ticket finished now as evidence of a kind; `needs` are what the rungs take. `is_told`: leads read
    what tells the rung. `again`: it was explained back before, and declined. `undo` takes back an explanation.
    `so_far` is what an open ticket, were it finished now, would make of the rung by what they did on it.
    """

    key: str
    name: str
    rung: int
    counts_from: int
    lifts: Mapping[Kind, int]
    needs: Needs
    onward: str
    is_told: bool
    explain: str
    again: bool
    teach_back: str
    undo: Undo = NO_UNDO
    so_far: str = ""

    @property
    def is_explainable(self) -> bool:
        """Whether an explanation can still be given, or waits to be accepted."""
        return bool(self.explain) or self.teach_back == gettext(GIVEN)

    @property
    def stays(self) -> str:
        return stays_text(self.rung)


def own_rungs(
    connection: Connection, context: TicketContext, entry: Entry, evidence: Sequence[Evidence], *, is_open: bool
) -> list[OwnRung]:
    """Return the viewer's rungs on the objectives of a ticket; none for who has no ladder."""
    view, objectives = context.view, {*entry.objectives}
    if not sees_own_ladder(view) or not objectives:
        return []
    own = LadderContext(connection, context.tenant_id, view, context.prepared, context.viewer, context.now)
    views = {pair.objective: pair for pair in select_own_views(own)}
    if is_open and context.prepared.affiliations.is_inhouse(context.viewer, context.now):
        # A first trace on it begins a rung, enrolled or not.
        views |= {key: PairView(key, own.account) for key in objectives - views.keys()}
    rows = [row for row in rungs_of(own, views.values()) if row.key in objectives]
    tells_own = bool(rows) and select_own_consents(own.scope, own.prepared, own.account, now=own.now).tells_own
    kinds = {row.objective: row.kind for row in evidence if row.account == context.viewer}
    explained = _could_be_explained(context, entry, kinds, is_open=is_open)
    lifts = {row.key: _lifts(context, views.get(row.key) or PairView(row.key, own.account), row.rung) for row in rows}
    return [
        OwnRung(
            row.key,
            row.name,
            row.rung,
            row.counts_from,
            lifts[row.key],
            row.needs,
            row.onward,
            tells_own and _is_enrolled(context, row.key),
            _explain_url(context, row.key) if row.key in explained and _would_move(row, entry) else "",
            _state(context, row.key) == DECLINED,
            _text(_state(context, row.key)),
            _undo_of(context, row.key),
            _so_far(row, kinds.get(row.key, 1), lifts[row.key]) if is_open else "",
        )
        for row in rows
    ]


def _so_far(row: RungRow, kind: Kind, lifts: Mapping[Kind, int]) -> str:
    if kind < SHADOWED:
        return ""
    if not 0 < row.counts_from <= kind:
        return stays_text(row.rung)
    return lift_text(row.rung, lifts.get(kind, 0), kind, row.needs)


def _lifts(context: TicketContext, pair: PairView, rung: int) -> dict[Kind, int]:
    issue_id, rules = context.ticket.issue.issue_id, context.prepared.rules_of(pair.objective)
    rungs = {kind: cell_with(pair, issue_id, kind, context.now, rules=rules).effective for kind in KINDS}
    return {kind: reached for kind, reached in rungs.items() if reached > rung}


def _could_be_explained(context: TicketContext, entry: Entry, kinds: Mapping[str, Kind], *, is_open: bool) -> set[str]:
    """Return the objectives on which a teach-back would lift what the viewer saw of a ticket into shadowed.

    A call with the agency leaves no trace in Jira: of what it finished, it may be all that there was. Whoever is
    neither named on an open ticket nor left a trace is not asked before it is done.
    """
    if entry.method not in WORKED:
        return set()
    possible = entry.objectives if entry.weights[AGENCY] else ()
    unseen = {key: 1 for key in possible if not is_open or _given(context, key)}
    return {key for key in entry.objectives if kinds.get(key, unseen.get(key)) == 1}


def _would_move(row: RungRow, entry: Entry) -> bool:
    """Tell whether a teach-back could lead the viewer on, or be what makes the ticket count as taught."""
    return not TEACHING & set(entry.kinds) or 0 < row.counts_from <= SHADOWED


def _is_enrolled(context: TicketContext, key: str) -> bool:
    objective = next(item for item in context.view.engagement.objectives if item.key == key)
    return context.viewer in objective.learners


def _explain_url(context: TicketContext, key: str) -> str:
    if (
        not may_act(context.view, OWN_LADDER)
        or not _is_enrolled(context, key)
        or _state(context, key) in {GIVEN, ACCEPTED}
    ):
        return ""
    return context.url("explain", objective=key)


def _undo_of(context: TicketContext, key: str) -> Undo:
    given = _given(context, key)
    if given is None or not may_act(context.view, OWN_LADDER):
        return NO_UNDO
    return undo_of(given, context.url("undo_explain", objective=key))


def _given(context: TicketContext, key: str) -> TeachBack | None:
    pair = key, context.viewer
    return next((item for item in context.ticket.teach_backs if (item.objective, item.account) == pair), None)


def _state(context: TicketContext, key: str) -> str:
    given = _given(context, key)
    if given is None:
        return ""
    return ACCEPTED if given.accepted is not None else GIVEN if given.waits else DECLINED


def _text(state: str) -> str:
    return gettext(state) if state else ""
