"""People by side: how many of each engagement's people are on which side, unknown or in conflict."""

from dataclasses import dataclass, replace

from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.pages.sides_today import select_without_side, sides_today, sponsors_of
from connector.pages.visibility import select_standing
from mappings.events.pseudonyms import is_erased
from mappings.events.types import Instant
from mappings.measure.model.affiliation import CONFLICT, spans_of
from mappings.measure.model.engagement import Side
from mappings.records.agreement.engagements import select_engagements

COLUMNS: tuple[Side, ...] = ("agency", "inhouse", "gatekeeper", "other")


@dataclass(frozen=True)
class Sides:
    """An engagement's people by side today; `left` were on one before, `unknown` are named nowhere in its file.

    `undecided` are the accounts that somebody has to give a side: the unknown, and those in conflict. `sponsors` worked
    on the tickets and need none. `project` is the key by which the engagement's settings are opened.
    """

    key: str
    name: str
    project: str
    today: dict[Side, int]
    left: int
    unknown: int
    conflict: int
    undecided: frozenset[str]
    sponsors: frozenset[str]
    is_file: bool


def select_all_sides(connection: Connection, tenant_id: int, now: Instant) -> list[Sides]:
    """Count the people of each engagement that the caller may know of; a sponsor needs no side in any."""
    sponsors, views = sponsors_of(select_engagements(connection, tenant_id)), select_standing(connection)
    sides = [_select_sides(connection, tenant_id, view, now, sponsors=sponsors) for view in views]
    # That there are others is not told to whoever may not know of their engagements.
    known = sponsors_of(view.stored for view in views)
    shown = [replace(each, sponsors=each.sponsors & known) for each in sides]
    return sorted(shown, key=lambda each: each.name.casefold())


def _select_sides(
    connection: Connection, tenant_id: int, view: EngagementView, now: Instant, *, sponsors: frozenset[str]
) -> Sides:
    """Count the people whom an engagement's file names, and those who did something in its projects."""
    engagement, named = view.engagement, spans_of(view.engagement.people, view.engagement.agency)
    people = select_without_side(connection, tenant_id, engagement, sponsors)
    unknown = people.undecided
    conflict = frozenset(
        account for account, span in named.items() if CONFLICT in span.affiliations and not is_erased(account)
    )
    sides = sides_today(engagement, now)
    counts = {side: len(sides.at(side)) for side in COLUMNS}
    names = (engagement.key, engagement.name, engagement.projects[0])
    numbers = (len(sides.left), len(unknown), len(conflict))
    return Sides(*names, counts, *numbers, unknown | conflict, people.sponsors, view.stored.kept_in == "file")
