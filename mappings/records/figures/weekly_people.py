"""Figures about people as of a Monday or a quarter's end, stored until something older is measured."""

from collections.abc import Collection

from sqlalchemy import bindparam, delete, select

from mappings.events.times import EVER
from mappings.events.types import Instant
from mappings.records.sql.bulk import among_bound_ids, insert_rows
from mappings.records.sql.scope import (
    Scope,
    SiteScope,
    bound_values,
    in_generation,
    in_generations,
    is_asked,
    site_values,
)
from mappings.records.tables import people_week

_COLUMNS = ("tenant_id", "engagement", "generation", "as_of", "ruleset", "computed_at", "body")
_WEEK = select(people_week.c.body).where(in_generation(people_week), people_week.c.as_of == bindparam("as_of"))
_OF_SITE = select(people_week.c.engagement, people_week.c.generation, people_week.c.as_of, people_week.c.body).where(
    in_generations(people_week), among_bound_ids(people_week.c.as_of, "instants")
)

_DELETE = delete(people_week).where(
    in_generation(people_week), people_week.c.as_of.between(bindparam("since"), bindparam("until"))
)


def select_week(scope: Scope, *, as_of: Instant) -> bytes | None:
    body = scope.connection.execute(_WEEK, bound_values(scope) | {"as_of": as_of}).scalar()
    return None if body is None else bytes(body)


def select_weeks(site: SiteScope, instants: Collection[Instant]) -> dict[tuple[str, Instant], bytes]:
    """Return the stored figures of several engagements as of some instants, by engagement and instant."""
    values = site_values(site) | {"instants": sorted(instants)}
    rows = site.connection.execute(_OF_SITE, values).all()
    return {(key, as_of): bytes(body) for key, generation, as_of, body in rows if is_asked(site, key, generation)}


def save_week(
    scope: Scope,
    *,
    as_of: Instant,
    ruleset: str,
    now: Instant,
    body: bytes,
) -> None:
    # Save the figures of a week; those of a faster worker stay.
    row = (scope.tenant_id, scope.engagement, scope.generation, as_of, ruleset, now, body)
    insert_rows(scope.connection, people_week, _COLUMNS, [row])


def delete_weeks(
    scope: Scope,
    *,
    since: Instant,
    until: Instant | None = None,
) -> None:
    # Delete figures as of `since` until `until`: what they were computed from has changed.
    scope.connection.execute(_DELETE, bound_values(scope) | {"since": since, "until": EVER if until is None else until})
