"""How disputes of the last 30 days stand, in the same words in their list and in the panel of a ticket."""

from collections.abc import Mapping
from dataclasses import dataclass

from connector.actions.policy import DISPUTE
from connector.auth.access import EngagementView
from connector.pages.act import may_act
from connector.pages.drawer.marks import SPLIT, answer_texts
from connector.pages.ticket_text import Naming
from connector.text import SIDE_NAMES, day
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.measure.model.statements import Dispute
from mappings.measure.period.disputes import OPEN, days_left, is_open
from mappings.records.agreement.disputes import select_disputes_of
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, mark, ngettext


@dataclass(frozen=True)
class DisputeMark:
    """A dispute of a ticket: since when and for how long, or how it ended, and what the other side answered."""

    text: str
    answered: str


def select_dispute_marks(scope: AgreementScope, view: EngagementView, issue_id: int, now: Instant) -> list[DisputeMark]:
    """Return the disputes of a ticket that the list of disputes has, the latest first."""
    disputes = select_disputes_of(scope, [issue_id])
    return [_mark(view, dispute, now) for dispute in reversed(disputes) if now - OPEN <= dispute.at <= now]


def state_text(view: EngagementView, dispute: Dispute, now: Instant) -> str:
    """Return how many days a dispute has left, or when it was withdrawn."""
    if is_open(dispute, now):
        return ngettext("%(num)s day left", "%(num)s days left", days_left(dispute, now))
    withdrawn = calendar_of(view.engagement).day(dispute.withdrawn_at or now)
    return gettext("Withdrawn %(day)s", day=day(withdrawn))


def about_text(view: EngagementView, dispute: Dispute) -> str:
    """Return of what of the ticket a dispute is."""
    return Naming(view.engagement, {}).objective(dispute.objective) if dispute.objective else gettext(SPLIT)


# By whether whose dispute it is may be told, and whether it is open.
_TEXTS: Mapping[tuple[bool, bool], str] = {
    (True, True): mark("Disputed by %(side)s since %(day)s, %(state)s: %(about)s."),
    (False, True): mark("Disputed since %(day)s, %(state)s: %(about)s."),
    (True, False): mark("Disputed by %(side)s on %(day)s: %(about)s. %(state)s."),
    (False, False): mark("Disputed on %(day)s: %(about)s. %(state)s."),
}


def _mark(view: EngagementView, dispute: Dispute, now: Instant) -> DisputeMark:
    # Whose it is is for the people of the two sides.
    acts = may_act(view, DISPUTE)
    text = gettext(
        _TEXTS[acts, is_open(dispute, now)],
        side=SIDE_NAMES[dispute.side],
        day=day(calendar_of(view.engagement).day(dispute.at)),
        about=about_text(view, dispute),
        state=state_text(view, dispute, now),
    )
    return DisputeMark(text, answer_texts(view, dispute)[0] if acts else "")
