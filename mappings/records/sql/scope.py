"""What rows and figures are meant: a tenant's engagement, or one generation of its figures; and SQL conditions for it.

The statements of the drain's hot path are made once, from these conditions: making one costs three times its running.
"""

from collections.abc import Iterable
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Table, and_, bindparam

from mappings.records.sql.bulk import among_given


class AgreementScope(NamedTuple):
    """A connection, and the engagement of a tenant whose records are meant."""

    connection: Connection
    tenant_id: int
    engagement: str


class Scope(NamedTuple):
    """A connection, and the generation of an engagement's figures that is meant."""

    connection: Connection
    tenant_id: int
    engagement: str
    generation: int

    @property
    def agreement(self) -> AgreementScope:
        """The engagement whose figures these are."""
        return AgreementScope(self.connection, self.tenant_id, self.engagement)

    @property
    def key(self) -> tuple[int, str, int]:
        """What the key of each row begins with."""
        return self.tenant_id, self.engagement, self.generation


def rows_of_agreement(table: Table, scope: AgreementScope | Scope) -> ColumnElement[bool]:
    """Return the condition that rows are of the engagement."""
    return and_(table.c.tenant_id == scope.tenant_id, table.c.engagement == scope.engagement)


def rows_of_generation(table: Table, scope: Scope) -> ColumnElement[bool]:
    """Return the condition that figures are of the generation."""
    return and_(rows_of_agreement(table, scope), table.c.generation == scope.generation)


def in_agreement(table: Table) -> ColumnElement[bool]:
    """Return the condition that rows are of the engagement that `given` names."""
    return and_(table.c.tenant_id == bindparam("at_tenant"), table.c.engagement == bindparam("at_engagement"))


def in_generation(table: Table) -> ColumnElement[bool]:
    """Return the condition that figures are of the generation that `given` names."""
    return and_(in_agreement(table), table.c.generation == bindparam("at_generation"))


def of_issues(table: Table) -> ColumnElement[bool]:
    """Return the condition that rows are of the issues that `given` names."""
    return among_given(table.c.issue_id)


def given(scope: AgreementScope | Scope, issue_ids: Iterable[int] | None = None) -> dict[str, Any]:
    """Return the values that go with a statement made of these conditions."""
    values: dict[str, Any] = {"at_tenant": scope.tenant_id, "at_engagement": scope.engagement}
    if isinstance(scope, Scope):
        values["at_generation"] = scope.generation
    if issue_ids is not None:
        values["at_ids"] = tuple(issue_ids)
    return values
