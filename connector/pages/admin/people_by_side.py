"""People by side: how many of each engagement's people are on which side, unknown or in conflict."""

from dataclasses import dataclass

from sqlalchemy import Connection

from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.measure.model.affiliation import CONFLICT, NOWHERE, Affiliations
from mappings.measure.model.engagement import Side
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.accounts import select_people_in

COLUMNS: tuple[Side, ...] = ("agency", "inhouse", "gatekeeper", "other")


@dataclass(frozen=True)
class Sides:
    """An engagement's people by side today; `left` stood on one before, `unknown` are named nowhere in its file.

    `undecided` are the accounts that somebody has to give a side: the unknown, and those in conflict. `project` is the
    key by which the engagement's settings are opened.
    """

    key: str
    name: str
    project: str
    today: dict[Side, int]
    left: int
    unknown: int
    conflict: int
    undecided: frozenset[str]


def select_sides(connection: Connection, tenant_id: int, stored: StoredEngagement, now: Instant) -> Sides:
    """Count the people whom an engagement's file names, and those who did something in its projects."""
    engagement = stored.engagement
    affiliations = Affiliations(engagement.people, engagement.agency)
    seen = select_people_in(connection, tenant_id, engagement.projects)
    # An erased person's pseudonym is nobody to be given a side.
    people = {account for account in seen | {row.account for row in engagement.people} if not is_erased(account)}
    spans = {account: affiliations.span(account) for account in people}
    today = [span.at(now).side for span in spans.values() if span is not NOWHERE]
    counts = {side: today.count(side) for side in COLUMNS}
    conflict = {account for account, span in spans.items() if CONFLICT in span.affiliations}
    unknown = {account for account, span in spans.items() if span is NOWHERE}
    left = today.count("unknown")
    names = (engagement.key, engagement.name, engagement.projects[0])
    return Sides(*names, counts, left, len(unknown), len(conflict), frozenset(unknown | conflict))
