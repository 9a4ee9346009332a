"""The table of what can wait for somebody: each kind, the tab that settles it, and for whom it waits."""

from collections import Counter
from collections.abc import Mapping, Sequence

from msgspec import Struct
from sqlalchemy import Connection

from connector.actions.policy import LEAD, SIGN, TAG
from connector.auth.access import EngagementView
from connector.pages.act import is_read_only, may_act
from connector.pages.waiting.agency import select_agency_tickets, select_client_tickets, select_proposals
from connector.pages.waiting.drafts import select_unanswered_drafts
from connector.pages.waiting.learning import select_learning
from connector.pages.waiting.model import WaitingContext, WaitingItem, WaitingKind
from connector.pages.waiting.next_event import select_upcoming
from connector.pages.waiting.objectives import select_unconfirmed
from connector.pages.waiting.people import select_people_without_side
from connector.pages.waiting.review import select_unread_review
from connector.pages.waiting.tickets import select_late_tags, select_open_disputes
from connector.pages.waiting.together import select_agreement_change, select_together
from mappings.events.types import Instant


def leads_inhouse(view: EngagementView) -> bool:
    return may_act(view, LEAD) and not view.agency


# In the order of the list. Whoever adds a kind adds a row: its tab carries the count, the Overview the button.
KINDS: tuple[WaitingKind, ...] = (
    WaitingKind("learning", "learning", lambda view: may_act(view, SIGN), select_learning),
    WaitingKind("objectives", "objectives", lambda view: may_act(view, LEAD), select_unconfirmed),
    WaitingKind("late_tags", "tickets", lambda view: may_act(view, TAG), select_late_tags),
    WaitingKind("disputes", "tickets", lambda view: may_act(view, LEAD), select_open_disputes),
    WaitingKind("asks", "agency", leads_inhouse, select_client_tickets),
    WaitingKind("proposals", "agency", leads_inhouse, select_proposals),
    WaitingKind("own_asks", "agency", lambda view: may_act(view, LEAD) and view.agency, select_agency_tickets),
    WaitingKind("together", "together", lambda view: may_act(view, LEAD), select_together),
    WaitingKind("review", "review", lambda view: may_act(view, LEAD), select_unread_review),
    WaitingKind("agreement", "settings", lambda view: may_act(view, LEAD), select_agreement_change),
    # Whoever a draft names may lead nothing yet: its row asks.
    WaitingKind("drafts", "", lambda view: True, select_unanswered_drafts),
    WaitingKind("people", "settings", leads_inhouse, select_people_without_side),
)


class Waiting(Struct, frozen=True):
    """All that waits for the caller, each with its tab; `upcoming` says what is next where nothing does."""

    items: tuple[tuple[str, WaitingItem], ...] = ()
    upcoming: str = ""

    @property
    def counts(self) -> Mapping[str, int]:
        """How much waits on each tab."""
        return Counter(tab for tab, _ in self.items)


def select_waiting(connection: Connection, view: EngagementView, now: Instant) -> Waiting:
    """Return what waits for the caller; by a link, and before the first figures, nothing does."""
    if is_read_only() or view.stored.generation is None:
        return Waiting()
    context = WaitingContext(connection, view, now)
    items = [(kind.tab, item) for kind in KINDS for item in _select(kind, context)]
    return Waiting(tuple(sorted(items, key=lambda each: each[1].is_idle)), "" if items else select_upcoming(context))


def select_waiting_of(key: str, context: WaitingContext) -> Sequence[WaitingItem]:
    """Return what waits for the caller of one kind of the table; by a link nothing does."""
    kind = next(kind for kind in KINDS if kind.key == key)
    return () if is_read_only() else _select(kind, context)


def _select(kind: WaitingKind, context: WaitingContext) -> Sequence[WaitingItem]:
    return kind.select(context) if kind.is_for(context.view) else ()
