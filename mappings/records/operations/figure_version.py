"""A fingerprint of what an engagement's figures rest on, so that an open page can ask whether they changed."""

from msgspec import Struct
from sqlalchemy import ColumnElement, Connection, and_, func, select

from mappings.events.types import Instant
from mappings.records.tables import audit, inbox, measured

# Measured tickets that are counted at most, the latest ones.
COUNTED = 1_000


class FigureVersion(Struct, frozen=True):
    """What changed since an instant; two of the same `since` differ where something changed between them.

    `measured` counts the latest tickets, `COUNTED` of them at most, of which the first was measured at `measured_from`.
    `waiting`: the site's deliveries that are not read yet. `latest`: when a figure was last measured.
    """

    since: Instant
    measured: int
    measured_from: Instant | None
    measured_at: Instant | None
    acts: int
    waiting: int
    latest: Instant | None

    @property
    def text(self) -> str:
        # `waiting` is left out: a delivery that is not read yet changes no figure.
        return f"{self.since}.{self.measured}.{self.measured_from or 0}.{self.measured_at or 0}.{self.acts}"


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
    # A count and both ends of what is counted: writers commit out of the order of their clocks, so the maximum alone
    # would miss some. Where more were measured than are counted, one that comes late moves the first of them.
    acts = (audit.c.tenant_id == tenant_id) & (audit.c.at >= since)
    about: ColumnElement[bool] = (audit.c.object == engagement) | audit.c.object.startswith(
        f"{engagement} ", autoescape=True
    )
    if issue_id is not None:
        recent = and_(recent, measured.c.issue_id == issue_id)
        about = audit.c.object == f"{engagement} issue {issue_id}"
    latest = select(measured.c.changed_at).where(recent).order_by(measured.c.changed_at.desc())
    counted = latest.limit(COUNTED).subquery()
    others = (
        select(func.count()).select_from(audit).where(acts, about),
        select(func.count()).select_from(inbox).where(inbox.c.tenant_id == tenant_id),
        select(func.max(measured.c.changed_at)).where(measured.c.tenant_id == tenant_id),
    )
    columns = (func.count(), func.min(counted.c.changed_at), func.max(counted.c.changed_at))
    query = select(*columns, *(other.scalar_subquery() for other in others)).select_from(counted)
    return FigureVersion(since, *connection.execute(query).one())
