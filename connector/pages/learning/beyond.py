"""Why a ticket of one's own that counts as more than one's rung does not lift there, for one's own eyes."""

from connector.pages.labels import RUNG_NAMES
from connector.text import EVIDENCE_NAMES
from mappings.events.types import Instant
from mappings.measure.people.ladder import short_of
from mappings.measure.people.standing import Cell, PairView
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.translation import gettext


def beyond_text(pair: PairView, cell: Cell, prepared: PreparedEngagement, now: Instant) -> str:
    """Say that the next rung takes more such tickets; "" where none counts as more than it, which says so itself."""
    rung, rules = cell.auto + 1, prepared.rules_of(pair.objective)
    kind = max((row.kind for _, row in pair.rows), default=0)
    if rung > len(RUNG_NAMES) or kind <= rung or not short_of((*pair.rows, *pair.hired), rung, now, rules):
        return ""
    return gettext(
        "A ticket of yours counts as %(kind)s; %(next)s takes %(num)s tickets.",
        kind=EVIDENCE_NAMES[kind],
        next=EVIDENCE_NAMES[rung],
        num=rules.rung_tickets[rung - 1],
    )
