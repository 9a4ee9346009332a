"""Scopes: a tenant's engagement, or one generation of its figures, with the SQL conditions for them."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam

from mappings.records.sql.bulk import among_bound_ids, among_texts


class AgreementScope(NamedTuple):
    """A connection, and one engagement of a tenant."""

    connection: Connection
    tenant_id: int
    engagement: str


class Scope(NamedTuple):
    """A connection, and one generation of an engagement's figures."""

    connection: Connection
    tenant_id: int
    engagement: str
    generation: int

    @property
    def agreement(self) -> AgreementScope:
        return AgreementScope(self.connection, self.tenant_id, self.engagement)

    @property
    def key(self) -> tuple[int, str, int]:
        return self.tenant_id, self.engagement, self.generation

    @property
    def alone(self) -> "SiteScope":
        """The same as the only engagement that a statement over several asks for."""
        return SiteScope(self.connection, self.tenant_id, {self.engagement: self.generation})


class SiteScope(NamedTuple):
    """A connection, and one generation of each of some engagements of a tenant, by the engagement's key."""

    connection: Connection
    tenant_id: int
    generations: Mapping[str, int]

    @property
    def is_one(self) -> bool:
        return len(self.generations) == 1


def rows_of_agreement(table: Table, scope: AgreementScope | Scope) -> ColumnElement[bool]:
    return and_(table.c.tenant_id == scope.tenant_id, table.c.engagement == scope.engagement)


def rows_of_generation(table: Table, scope: Scope) -> ColumnElement[bool]:
    return and_(rows_of_agreement(table, scope), table.c.generation == scope.generation)


def in_agreement(table: Table) -> ColumnElement[bool]:
    """Return the condition of rows_of_agreement, with `bound_values` as parameters."""
    # Statements of the hot path are made once, with bound parameters: making one costs three times its execution.
    return and_(table.c.tenant_id == bindparam("at_tenant"), table.c.engagement == bindparam("at_engagement"))


def in_generation(table: Table) -> ColumnElement[bool]:
    """Return the condition of rows_of_generation, with `bound_values` as parameters."""
    return and_(in_agreement(table), table.c.generation == bindparam("at_generation"))


def in_generations(table: Table) -> ColumnElement[bool]:
    """Return the condition of the rows of several engagements, with `site_values` as parameters.

    An engagement may have rows of a generation that another one is asked for: `is_asked` tells them apart.
    """
    return and_(in_agreements(table), among_bound_ids(table.c.generation, "at_generations"))


def in_agreements(table: Table) -> ColumnElement[bool]:
    """Return the condition of the rows of several engagements that have no generation."""
    engagements = among_texts(table.c.engagement, "at_engagements")
    return and_(table.c.tenant_id == bindparam("at_tenant"), engagements)


def in_site(table: Table, *, is_one: bool) -> ColumnElement[bool]:
    """Return `in_generations`; of one engagement alone `in_generation`, which enters the index by equality."""
    return in_generation(table) if is_one else in_generations(table)


def is_asked(site: SiteScope, engagement: str, generation: int) -> bool:
    return site.generations.get(engagement) == generation


def site_values(site: SiteScope) -> dict[str, Any]:
    """Return the parameters of a statement made of `in_generations` or `in_site`."""
    generations = sorted(set(site.generations.values()))
    values: dict[str, Any] = {"at_engagements": list(site.generations), "at_generations": generations}
    for engagement, generation in site.generations.items() if site.is_one else ():
        values |= {"at_engagement": engagement, "at_generation": generation}
    return values | {"at_tenant": site.tenant_id}


def of_issues(table: Table) -> ColumnElement[bool]:
    return among_bound_ids(table.c.issue_id)


def bound_values(scope: AgreementScope | Scope, issue_ids: Iterable[int] | None = None) -> dict[str, Any]:
    """Return the parameters of a statement made of the bound conditions above."""
    values: dict[str, Any] = {"at_tenant": scope.tenant_id, "at_engagement": scope.engagement}
    if isinstance(scope, Scope):
        values["at_generation"] = scope.generation
    if issue_ids is not None:
        values["at_ids"] = tuple(issue_ids)
    return values
