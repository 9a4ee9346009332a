"""When the outcome of an opportunity becomes known, so that whoever keeps figures knows until when they hold."""

from functools import cache
from typing import Any

from sqlalchemy import Select, bindparam, func, select

from mappings.events.types import Instant
from mappings.records.sql.scope import SiteScope, in_site, is_asked, site_values
from mappings.records.tables import opportunity
from mappings.records.tables.figures import KNOWN


def select_next_known(site: SiteScope, after: Instant, until: Instant) -> dict[str, Instant]:
    """Return by engagement the first instant after one, and up to another, at which an outcome becomes known."""
    values = site_values(site) | {"after": after, "until": until}
    rows = site.connection.execute(_next(is_one=site.is_one), values).all()
    return {key: known for key, generation, known in rows if is_asked(site, key, generation)}


@cache
def _next(*, is_one: bool) -> Select[Any]:
    c = opportunity.c
    by = (c.engagement, c.generation)
    near = (KNOWN, c.known > bindparam("after"), c.known <= bindparam("until"))
    return select(*by, func.min(c.known)).where(in_site(opportunity, is_one=is_one), *near).group_by(*by)
