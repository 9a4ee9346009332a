"""Visibility: which roles a person has in an engagement now, and what each role may see (measurement (f))."""

from collections.abc import Iterable, Mapping
from typing import Literal, TypeAlias

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import Connection

from mappings.events.types import Instant
from mappings.measure.model.affiliation import Affiliations
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.engagements import SiteEngagements, StoredEngagement, select_engagements
from mappings.records.operations.access_links import AccessLink

Role: TypeAlias = Literal[
    "inhouse_lead", "inhouse_member", "agency_lead", "agency_member", "learner", "gatekeeper", "sponsor", "admin"
]
Sight: TypeAlias = Literal[
    "scores", "ratios", "coverage", "cells", "own_row", "names", "drilldown", "program", "own_latency", "closed_room"
]

MATRIX: Mapping[Role, frozenset[Sight]] = {
    "learner": frozenset({"scores", "ratios", "coverage", "own_row", "drilldown"}),
    "inhouse_lead": frozenset({"scores", "ratios", "coverage", "cells", "names", "drilldown", "closed_room"}),
    "agency_lead": frozenset({"scores", "ratios", "coverage", "cells", "names", "drilldown", "closed_room"}),
    "inhouse_member": frozenset({"ratios", "coverage", "own_row", "drilldown"}),
    "sponsor": frozenset({"program"}),
    "gatekeeper": frozenset({"own_latency"}),
    "admin": frozenset({"scores", "ratios", "coverage", "cells"}),
    # The matrix names the lead alone; an agency "sees its own engagements" (product, "For whom"), and people's rows
    # are no part of these.
    "agency_member": frozenset({"ratios", "coverage", "drilldown"}),
}

# The roles that a signed link may be made for without naming an account.
LINKED: frozenset[Role] = frozenset({"inhouse_lead", "inhouse_member", "agency_lead", "agency_member", "sponsor"})


class EngagementView(Struct, frozen=True):
    """An engagement as one person may see it."""

    stored: StoredEngagement
    roles: frozenset[Role]

    @property
    def engagement(self) -> Engagement:
        return self.stored.engagement

    @property
    def as_shown(self) -> "EngagementView":
        return replace(self, stored=self.stored.as_shown)

    @property
    def sees(self) -> frozenset[Sight]:
        return frozenset().union(*(MATRIX[role] for role in self.roles))

    @property
    def agency(self) -> bool:
        # Whether the person sees it from the agency's side, where nothing of another agency may be shown.
        return not self.roles & {"inhouse_lead", "inhouse_member", "learner", "admin"}


def views_of(
    engagements: Iterable[StoredEngagement], account: str | None, now: Instant, *, admin: bool = False
) -> tuple[EngagementView, ...]:
    """Return those of the engagements that the person may see. `engagements` are all of the site.

    To administer adds nothing for somebody on an agency's side: they would see another agency's figures.
    """
    if account is None:
        return ()
    engagements = engagements if isinstance(engagements, SiteEngagements) else tuple(engagements)
    admin = admin and not is_on_agency_side(engagements, account, now)
    seen = engagements if admin else _naming(engagements, account)
    views = [EngagementView(stored, roles_of(stored.engagement, account, now, admin=admin)) for stored in seen]
    return tuple(sorted((view for view in views if view.sees), key=lambda view: view.engagement.key))


def is_agency_person(engagement: Engagement, account: str, now: Instant) -> bool:
    # Tell whether an engagement has the person on an agency's side now, be it another agency or one of two sides.
    return any(
        span.account == account and span.side == "agency" and span.start <= now and (span.end is None or now < span.end)
        for span in engagement.people
    )


def is_on_agency_side(engagements: Iterable[StoredEngagement], account: str, now: Instant) -> bool:
    """Return whether any of the engagements has the person on an agency's side now; such a person administers none."""
    return any(is_agency_person(stored.engagement, account, now) for stored in _naming(engagements, account))


def _naming(engagements: Iterable[StoredEngagement], account: str) -> Iterable[StoredEngagement]:
    # Whom an engagement does not name has no part in it: those of a large site are not all looked through.
    return engagements.naming(account) if isinstance(engagements, SiteEngagements) else engagements


def linked_views(connection: Connection, link: AccessLink, now: Instant) -> tuple[EngagementView, ...]:
    """Return what a signed link shows: its one engagement, as its account or its role sees it."""
    linked = [row for row in select_engagements(connection, link.tenant_id) if row.engagement.key == link.engagement]
    if link.account is not None:
        return views_of(linked, link.account, now)
    return tuple(EngagementView(row, frozenset({role})) for row in linked for role in LINKED if role == link.role)


def roles_of(engagement: Engagement, account: str, now: Instant, *, admin: bool = False) -> frozenset[Role]:
    """Return what the person is in an engagement at an instant: a lead who changed sides is no lead any more."""
    # Of this person alone: a page asks it of every engagement of a site.
    own = [row for row in engagement.people if row.account == account]
    standing = Affiliations(own, engagement.agency).at(account, now)
    side = standing.side if standing else "unknown"
    roles: set[Role] = set(_SIDE_ROLES.get(side, ()))
    for led, role in _LEAD_ROLES:
        if side == led and account in engagement.leads.get(led, ()):
            roles.add(role)
    if side == "inhouse" and any(account in objective.learners for objective in engagement.objectives):
        roles.add("learner")
    if account in engagement.leads.get("sponsor", ()) and side in {"inhouse", "unknown"}:
        roles.add("sponsor")
    return frozenset(roles | {"admin"}) if admin else frozenset(roles)


_SIDE_ROLES: Mapping[str, tuple[Role, ...]] = {
    "inhouse": ("inhouse_member",),
    "agency": ("agency_member",),
    "gatekeeper": ("gatekeeper",),
}
_LEAD_ROLES: tuple[tuple[Literal["inhouse", "agency"], Role], ...] = (
    ("inhouse", "inhouse_lead"),
    ("agency", "agency_lead"),
)
