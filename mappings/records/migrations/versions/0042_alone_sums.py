"""Sums of the tickets that somebody did alone, from the evidence that is stored."""

from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime
from itertools import groupby
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0042"
down_revision = "0041"
branch_labels = None
depends_on = None

# 2200-01-01 in seconds: the calendar has no days beyond.
FAR, NEVER_DAY = 7_258_118_400, 9_999_999
ENGAGEMENTS = sa.text("SELECT tenant_id, key, body, shown, generation, next_generation FROM engagement")
# Each done entry of a ticket that somebody did alone, and when the next entry took it back.
ROWS = sa.text(
    "SELECT DISTINCT e.issue_id, e.objective, e.entry, e.at, n.at AS until FROM evidence AS e LEFT JOIN entry AS n"
    " ON n.tenant_id = e.tenant_id AND n.engagement = e.engagement AND n.generation = e.generation"
    " AND n.issue_id = e.issue_id AND n.number = e.entry + 1"
    " WHERE e.tenant_id = :tenant AND e.engagement = :key AND e.generation = :generation AND e.kind = 4"
    " ORDER BY e.issue_id, e.objective, e.entry, e.at"
)
INSERT = sa.text(
    "INSERT INTO opportunity_sum (tenant_id, engagement, generation, component, objective, account, day, known_day,"
    " gone_day, n, x) VALUES (:tenant, :key, :generation, 'alone', :objective, '', :day, 0, :gone_day, :n, 0)"
)


ALONE = sa.text("kind = 4")


def upgrade() -> None:
    """Add up what is stored, by days of the zone in which each generation was measured; no index counts it any more."""
    op.drop_index("ix_evidence_alone", table_name="evidence")
    connection = op.get_bind()
    for tenant, key, body, shown, generation, building in connection.execute(ENGAGEMENTS).all():
        for number, agreed in ((generation, shown or body), (building, body)):
            if number is not None:
                add_up({"tenant": tenant, "key": key, "generation": number}, msgspec.json.decode(agreed)["zone"])


def add_up(place: dict[str, Any], name: str) -> None:
    """Save the sums of one generation."""
    connection, zone = op.get_bind(), ZoneInfo(name)
    counts: Counter[tuple[str, int, int]] = Counter()
    for (_, objective), rows in groupby(connection.execute(ROWS, place), key=lambda row: (row[0], row[1])):
        for at, until in clipped([(row[3], row[4]) for row in rows]):
            counts[objective, day_of(at, zone), NEVER_DAY if until is None else day_of(until, zone)] += 1
    names = ("objective", "day", "gone_day")
    values = [{**place, **dict(zip(names, key, strict=True)), "n": n} for key, n in counts.items()]
    if values:
        connection.execute(INSERT, values)


def clipped(stretches: Iterable[tuple[int, int | None]]) -> Iterator[tuple[int, int | None]]:
    """Yield when a ticket counts, once at each instant: a later entry counts from its own on."""
    ordered = list(stretches)
    for place, (at, until) in enumerate(ordered):
        later = ordered[place + 1][0] if place + 1 < len(ordered) else None
        end = until if later is None or (until is not None and until <= later) else later
        if end is None or end > at:
            yield at, end


def day_of(instant: int, zone: ZoneInfo) -> int:
    """Return the day of an instant in a zone, as a number."""
    return datetime.fromtimestamp(min(max(instant // 1_000_000, 0), FAR), UTC).astimezone(zone).toordinal()


def downgrade() -> None:
    """Take the sums away."""
    columns = ["tenant_id", "engagement", "generation", "at"]
    op.create_index("ix_evidence_alone", "evidence", columns, sqlite_where=ALONE, postgresql_where=ALONE)
    op.execute("DELETE FROM opportunity_sum WHERE component = 'alone'")
