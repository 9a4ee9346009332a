"""Conditions of statements that are made once, for the drain's hot path: making one anew costs thrice its running."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy import ColumnElement, Table, and_, bindparam

from mappings.records.sql.bulk import among_given


def in_agreement(table: Table) -> ColumnElement[bool]:
    """Return the condition that rows are of the tenant and the engagement that `given` names."""
    return and_(table.c.tenant_id == bindparam("at_tenant"), table.c.engagement == bindparam("at_engagement"))


def in_generation(table: Table) -> ColumnElement[bool]:
    """Return the condition that figures are of the generation that `given` names."""
    return and_(in_agreement(table), table.c.generation == bindparam("at_generation"))


def of_issues(table: Table) -> ColumnElement[bool]:
    """Return the condition that rows are of the issues that `given` names."""
    return among_given(table.c.issue_id)


def given(
    tenant_id: int, engagement: str, generation: int | None = None, ids: Iterable[int] | None = None
) -> dict[str, Any]:
    """Return the values that go with a statement made of these conditions."""
    values: dict[str, Any] = {"at_tenant": tenant_id, "at_engagement": engagement}
    if generation is not None:
        values["at_generation"] = generation
    if ids is not None:
        values["at_ids"] = tuple(ids)
    return values
