"""The viewer's own rungs on the objectives of a ticket, which nobody else is shown, and the way to explain it back."""

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from connector.actions.policy import OWN_LADDER
from connector.pages.act import may_act, sees_own_ladder
from connector.pages.learning.own_evidence import select_own_views
from connector.pages.learning.rungs import LadderContext, rungs_of
from connector.pages.panel.context import TicketContext
from connector.pages.ticket_reason import WORKED
from mappings.measure.model.ticket import Entry, Evidence
from mappings.translation import gettext, mark

GIVEN = mark("You explained it back. It counts when a lead or a mentor accepts it.")
ACCEPTED = mark("You explained it back, and it was accepted.")


@dataclass(frozen=True)
class OwnRung:
    """A rung of the viewer, 0 to 5; `explain` is where it is said that the ticket was explained back, "" for not.

    `counts_from` is the least kind of evidence that leads on, 0 at the top.
    """

    key: str
    name: str
    rung: int
    counts_from: int
    onward: str
    explain: str
    teach_back: str


def own_rungs(
    connection: Connection, context: TicketContext, entry: Entry, evidence: Sequence[Evidence]
) -> list[OwnRung]:
    """Return the viewer's rungs on the objectives of a ticket; none for who has no ladder."""
    view, objectives = context.view, {*entry.objectives}
    if not sees_own_ladder(view) or not objectives:
        return []
    own = LadderContext(connection, context.tenant_id, view, context.prepared, context.viewer, context.now)
    rows = [row for row in rungs_of(own, select_own_views(own)) if row.key in objectives]
    taught = {row.objective for row in evidence if row.account == context.viewer and row.kind > 1}
    # What nobody has worked on has taught nothing yet.
    explained = {row.key for row in rows if entry.method in WORKED and row.key not in taught}
    return [
        OwnRung(
            row.key,
            row.name,
            row.rung,
            row.counts_from,
            row.onward,
            _explain_url(context, row.key) if row.key in explained else "",
            _teach_back(context, row.key),
        )
        for row in rows
    ]


def _explain_url(context: TicketContext, key: str) -> str:
    # A teach-back makes what was only seen into shadowed; above that it would move nothing.
    objective = next(item for item in context.view.engagement.objectives if item.key == key)
    is_enrolled = context.viewer in objective.learners
    if not may_act(context.view, OWN_LADDER) or not is_enrolled or _teach_back(context, key):
        return ""
    return context.url("explain", objective=key)


def _teach_back(context: TicketContext, key: str) -> str:
    for teach_back in context.ticket.teach_backs:
        if (teach_back.objective, teach_back.account) == (key, context.viewer):
            return gettext(ACCEPTED if teach_back.accepted is not None else GIVEN)
    return ""
