"""A fingerprint of what an engagement's figures rest on, so that an open page can ask whether they changed."""

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, func, select

from mappings.events.types import Instant
from mappings.records.tables import audit, inbox, measured


class FigureVersion(Struct, frozen=True):
    """What changed since an instant; two of the same `since` differ where something changed between them.

    `waiting`: the site's deliveries that are not read yet. `latest`: when a figure was last measured.
    """

    since: Instant
    measured: int
    measured_at: Instant | None
    acts: int
    waiting: int
    latest: Instant | None

    @property
    def text(self) -> str:
        # `waiting` is left out: a delivery that is not read yet changes no figure.
        return f"{self.since}.{self.measured}.{self.measured_at or 0}.{self.acts}"


def select_figure_version(
    connection: Connection,
    tenant_id: int,
    engagement: str,
    generation: int,
    *,
    since: Instant,
    issue_id: int | None = None,
) -> FigureVersion:
    """Return the version of an engagement's figures, or of one issue's, by one statement over indexes."""
    recent: ColumnElement[bool] = and_(measured.c.tenant_id == tenant_id, measured.c.changed_at >= since)
    recent = and_(recent, measured.c.engagement == engagement, measured.c.generation == generation)
    # A count and a maximum: writers commit out of the order of their clocks, so the maximum alone would miss some.
    acts = (audit.c.tenant_id == tenant_id) & (audit.c.at >= since)
    about: ColumnElement[bool] = (audit.c.object == engagement) | audit.c.object.startswith(
        f"{engagement} ", autoescape=True
    )
    if issue_id is not None:
        recent = and_(recent, measured.c.issue_id == issue_id)
        about = audit.c.object == f"{engagement} issue {issue_id}"
    columns = (
        select(func.count()).select_from(measured).where(recent),
        select(func.max(measured.c.changed_at)).where(recent),
        select(func.count()).select_from(audit).where(acts, about),
        select(func.count()).select_from(inbox).where(inbox.c.tenant_id == tenant_id),
        select(func.max(measured.c.changed_at)).where(measured.c.tenant_id == tenant_id),
    )
    row = connection.execute(select(*(column.scalar_subquery() for column in columns))).one()
    return FigureVersion(since, *row)
