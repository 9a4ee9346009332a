"""Opportunities of a component that count in a window, page after page by key, the latest first."""

from fractions import Fraction
from typing import NamedTuple

from sqlalchemy import or_, select, tuple_

from mappings.events.types import Instant
from mappings.measure.model.opportunity import Window
from mappings.measure.score.opportunities import GRID
from mappings.records.sql.scope import Scope, rows_of_generation
from mappings.records.tables import opportunity


class OpportunityPlace(NamedTuple):
    """The place of an opportunity in the order of time."""

    at: Instant
    issue_id: int
    number: int


def select_opportunity_page(
    scope: Scope, component: str, window: Window, *, before: OpportunityPlace | None, limit: int
) -> list[tuple[OpportunityPlace, Fraction]]:
    """Return the latest opportunities before a place, each with its x, at most `limit`."""
    c = opportunity.c
    order = (c.at, c.issue_id, c.number)
    # The instant enters the index; what is left apart are rows of that instant.
    end = window.end if before is None else min(window.end, before.at + 1)
    query = select(*order, c.x).where(rows_of_generation(opportunity, scope), c.component == component)
    query = query.where(c.at >= window.start, c.at < end, or_(c.known.is_(None), c.known <= window.as_of))
    query = query.where(or_(c.gone.is_(None), c.gone >= window.end))
    if before is not None:
        query = query.where(tuple_(*order) < tuple_(*before))
    rows = scope.connection.execute(query.order_by(*(column.desc() for column in order)).limit(limit))
    return [(OpportunityPlace(at, issue_id, number), Fraction(x, GRID)) for at, issue_id, number, x in rows]
