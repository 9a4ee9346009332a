"""Something that waits for the caller, and what its kinds are asked with."""

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property

from msgspec import Struct
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.pages.prepared import prepared_of
from connector.pages.together.content import side_of
from connector.pages.together.viewer import Viewer
from connector.pages.visibility import account
from connector.web.gate import caller
from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.sql.scope import AgreementScope, Scope


class Step(Struct, frozen=True):
    """What settles an item in its place in the list: an action of the list, and what is sent with it.

    `asks`: what it would do is shown first, with the fields that it needs. `of_all` is the action that settles all of
    its kind at once, "" where each is settled alone; it shows first what they are.
    """

    action: str
    sends: Mapping[str, str] = {}
    asks: bool = False
    of_all: str = ""


class WaitingItem(Struct, frozen=True):
    """One thing that waits: what it is, a note on who and until when, and the one word of its button.

    `query` is what the tab is asked for beside engagement and period. `ticket` is the key of one ticket, if it is one.
    Without a `step` it is settled on its tab alone, at the part named `place`. `about` is true of all of its kind, said
    once above the list. `is_idle`: settled it changes no figure yet, so that it comes after the others. `named` is the
    part of the title that leads to its tab, where what it is about is read before it is settled. `endpoint` is a page
    beside the tabs that settles it, asked with `query`.
    """

    title: str
    note: str
    verb: str
    query: Mapping[str, str] = {}
    ticket: str = ""
    step: Step | None = None
    about: str = ""
    place: str = ""
    is_idle: bool = False
    named: str = ""
    endpoint: str = ""

    @property
    def title_parts(self) -> tuple[str, str, str]:
        """The title before its name, the name, and the rest."""
        return self.title.partition(self.named) if self.named else (self.title, "", "")

    @property
    def label(self) -> str:
        """The name of the button: the title, which says what the button does, or the button's word before it."""
        title = f"{self.title} {self.ticket}".strip()
        # As a word of its own: "ready" does not say "Read".
        is_named = re.search(rf"\b{re.escape(self.verb)}\b", title, re.IGNORECASE)
        return title if is_named else f"{self.verb}: {title}"


@dataclass(frozen=True)
class WaitingContext:
    """Whose engagement is looked at, and when; its figures are measured."""

    connection: Connection
    view: EngagementView
    now: Instant

    @cached_property
    def prepared(self) -> PreparedEngagement:
        return prepared_of(self.connection, self.view)

    @property
    def scope(self) -> Scope:
        stored, key = self.view.stored, self.view.engagement.key
        return Scope(self.connection, caller().tenant_id, key, stored.shown_generation)

    @property
    def agreement(self) -> AgreementScope:
        return self.scope.agreement

    @property
    def side(self) -> LeadSide:
        return side_of(self.view)

    @cached_property
    def viewer(self) -> Viewer:
        return Viewer(self.connection, caller().tenant_id, self.view, self.prepared, account(), self.side, self.now)


Select = Callable[[WaitingContext], Sequence[WaitingItem]]


class WaitingKind(Struct, frozen=True):
    """A kind of thing that waits, the tab on which it is settled, and for whom it can wait."""

    key: str
    tab: str
    is_for: Callable[[EngagementView], bool]
    select: Select
