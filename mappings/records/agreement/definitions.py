"""Edits of objectives' definitions by either side, and the agreements to them."""

from collections import defaultdict
from datetime import date

from msgspec import Struct
from sqlalchemy import bindparam, delete, func, insert, select

from mappings.events.types import Instant
from mappings.measure.model.statements import DefinitionEdit, LeadSide
from mappings.records.figures.figure_tokens import renew_figure_token
from mappings.records.sql.scope import (
    AgreementScope,
    SiteScope,
    bound_values,
    in_agreement,
    in_agreements,
    rows_of_agreement,
    site_values,
)
from mappings.records.tables import definition_edit


class Agreement(Struct, frozen=True):
    """A side's confirmation that it agreed to an objective on `day`; `by` recorded it `at`."""

    objective: str
    side: LeadSide
    day: date
    at: Instant
    by: str


_NAMES = ("objective", "side", "kind", "day", "at")
_T = definition_edit.c
_UP_TO = in_agreement(definition_edit) & (_T.at <= bindparam("as_of"))
_EDITS = select(*(_T[name] for name in _NAMES)).where(_UP_TO).order_by(_T.at, _T.definition_edit_id)
_OF_SITE = (
    select(_T.engagement, *(_T[name] for name in _NAMES))
    .where(in_agreements(definition_edit), _T.at <= bindparam("as_of"))
    .order_by(_T.at, _T.definition_edit_id)
)
_AGREEMENTS = (
    select(_T.objective, _T.side, _T.day, _T.at, _T.recorded_by)
    .where(_UP_TO, _T.kind == "agree")
    .order_by(_T.at.desc(), _T.definition_edit_id.desc())
)


def insert_definition_edit(scope: AgreementScope, edit: DefinitionEdit, *, by: str) -> None:
    values = {name: getattr(edit, name) for name in _NAMES}
    scope.connection.execute(
        insert(definition_edit).values(tenant_id=scope.tenant_id, engagement=scope.engagement, recorded_by=by, **values)
    )
    renew_figure_token(scope)


def delete_agreement(scope: AgreementScope, objective: str, *, by: str, since: Instant) -> bool:
    """Delete somebody's newest agreement to an objective since an instant; False where there is none."""
    given = rows_of_agreement(definition_edit, scope) & (definition_edit.c.objective == objective)
    given &= (definition_edit.c.kind == "agree") & (definition_edit.c.recorded_by == by)
    newest = select(func.max(definition_edit.c.definition_edit_id)).where(given & (definition_edit.c.at >= since))
    number = scope.connection.execute(newest).scalar()
    if number is None:
        return False
    scope.connection.execute(delete(definition_edit).where(definition_edit.c.definition_edit_id == number))
    renew_figure_token(scope)
    return True


def select_definition_edits(scope: AgreementScope, *, as_of: Instant) -> tuple[DefinitionEdit, ...]:
    rows = scope.connection.execute(_EDITS, bound_values(scope) | {"as_of": as_of}).all()
    return tuple(DefinitionEdit(*row) for row in rows)


def select_site_definition_edits(site: SiteScope, *, as_of: Instant) -> dict[str, tuple[DefinitionEdit, ...]]:
    """Return the edits in several engagements up to an instant, by engagement."""
    by_engagement: defaultdict[str, list[DefinitionEdit]] = defaultdict(list)
    for engagement, *row in site.connection.execute(_OF_SITE, site_values(site) | {"as_of": as_of}).all():
        by_engagement[engagement].append(DefinitionEdit(*row))
    return {engagement: tuple(edits) for engagement, edits in by_engagement.items()}


def select_agreements(scope: AgreementScope, *, as_of: Instant) -> tuple[Agreement, ...]:
    """Return the agreements up to an instant, newest first."""
    rows = scope.connection.execute(_AGREEMENTS, bound_values(scope) | {"as_of": as_of}).all()
    return tuple(Agreement(*row) for row in rows)
