"""Opportunities of a component that count in a window, page after page by key, the latest first."""

from fractions import Fraction

from sqlalchemy import or_, select

from mappings.measure.model.opportunity import Window
from mappings.measure.score.opportunities import GRID
from mappings.records.figures.time_pages import TimePlace, end_before, latest_before
from mappings.records.sql.scope import Scope, rows_of_generation
from mappings.records.tables import opportunity


def select_opportunity_page(
    scope: Scope, component: str, window: Window, *, before: TimePlace | None, limit: int
) -> list[tuple[TimePlace, Fraction]]:
    """Return the latest opportunities before a place, each with its x, at most `limit`."""
    c = opportunity.c
    order = (c.at, c.issue_id, c.number)
    end = end_before(window.end, before)
    query = select(*order, c.x).where(rows_of_generation(opportunity, scope), c.component == component)
    query = query.where(c.at >= window.start, c.at < end, or_(c.known.is_(None), c.known <= window.as_of))
    query = query.where(or_(c.gone.is_(None), c.gone >= window.end))
    rows = scope.connection.execute(latest_before(query, order, before, limit))
    return [(TimePlace(at, issue_id, number), Fraction(x, GRID)) for at, issue_id, number, x in rows]
