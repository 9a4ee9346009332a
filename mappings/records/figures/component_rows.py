"""Rows of single components of several engagements, ticket by ticket: sums by day do not tell tickets apart."""

from collections import defaultdict
from functools import cache
from operator import attrgetter
from typing import Any

from msgspec import Struct
from sqlalchemy import Select, bindparam, select

from mappings.events.types import Instant
from mappings.records.sql.scope import SiteScope, in_site, is_asked, site_values
from mappings.records.tables import opportunity

_O = opportunity.c


class ComponentRow(Struct, frozen=True):
    """An opportunity as it is stored: `gone` is when it was taken back, and `x` in parts of the grid."""

    component: str
    issue_id: int
    at: Instant
    gone: Instant | None
    x: int


def select_component_rows(
    site: SiteScope, components: tuple[str, ...], low: Instant, high: Instant
) -> dict[str, list[ComponentRow]]:
    """Return the rows of some components dated in `[low, high)` by engagement, ordered by issue; by one statement."""
    rows: defaultdict[str, list[ComponentRow]] = defaultdict(list)
    statement = _rows_of(components, is_one=site.is_one)
    for engagement, generation, *row in site.connection.execute(
        statement, site_values(site) | {"low": low, "high": high}
    ).all():
        if is_asked(site, engagement, generation):
            rows[engagement].append(ComponentRow(*row))
    # The database does not sort: by issue it would read an index that has no components, and all of its rows.
    return {key: sorted(own, key=attrgetter("issue_id", "at")) for key, own in rows.items()}


@cache
def _rows_of(components: tuple[str, ...], *, is_one: bool) -> Select[Any]:
    # Component by component, since so goes the index.
    inside = (_O.component.in_(components), _O.at >= bindparam("low"), _O.at < bindparam("high"))
    columns = (_O.engagement, _O.generation, _O.component, _O.issue_id, _O.at, _O.gone, _O.x)
    return select(*columns).where(in_site(opportunity, is_one=is_one), *inside)
