"""Scopes: a tenant's engagement, or one generation of its figures, with the SQL conditions for them."""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam

from mappings.records.sql.bulk import among_bound_ids


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
