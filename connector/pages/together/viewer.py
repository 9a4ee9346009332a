"""A lead or somebody of the agency who looks at what the two sides write to each other, at an instant."""

from dataclasses import dataclass

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.text import day_beside
from mappings.events.types import Instant
from mappings.measure.model.statements import LeadSide
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext

OTHER_SIDE: dict[LeadSide, LeadSide] = {"agency": "inhouse", "inhouse": "agency"}


@dataclass(frozen=True)
class Viewer:
    """`side` is the viewer's own."""

    connection: Connection
    tenant_id: int
    view: EngagementView
    prepared: PreparedEngagement
    account: str
    side: LeadSide
    now: Instant

    @property
    def stored(self) -> StoredEngagement:
        return self.view.stored

    @property
    def key(self) -> str:
        return self.view.engagement.key

    @property
    def scope(self) -> AgreementScope:
        return AgreementScope(self.connection, self.tenant_id, self.key)

    def side_name(self, side: LeadSide) -> str:
        return self.view.engagement.agency_name if side == "agency" else gettext("In-house")

    def date_text(self, at: Instant) -> str:
        # The year is told where it is not this one.
        calendar = self.prepared.calendar
        return day_beside(calendar.day(at), calendar.day(self.now))
