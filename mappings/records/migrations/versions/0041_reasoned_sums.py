"""Sums of the proposals that were declined with a reason, from the opportunities that are stored."""

from collections import Counter
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import msgspec
import sqlalchemy as sa
from alembic import op

revision = "0041"
down_revision = "0040"
branch_labels = None
depends_on = None

# x of 1/2 in parts of the grid, and 2200-01-01 in seconds: the calendar has no days beyond.
HALF, FAR = 13_860_000_000, 7_258_118_400
ALWAYS_DAY, NEVER_DAY = 0, 9_999_999
ENGAGEMENTS = sa.text("SELECT tenant_id, key, body, shown, generation, next_generation FROM engagement")
ROWS = sa.text(
    "SELECT objective, account, at, known, gone FROM opportunity WHERE tenant_id = :tenant AND engagement = :key"
    " AND generation = :generation AND component = 'uptake' AND x = :half"
)
INSERT = sa.text(
    "INSERT INTO opportunity_sum (tenant_id, engagement, generation, component, objective, account, day, known_day,"
    " gone_day, n, x) VALUES (:tenant, :key, :generation, 'uptake_reasoned', :objective, :account, :day, :known, :gone,"
    " :n, :x)"
)


def upgrade() -> None:
    """Add up what is stored, by days of the zone in which each generation was measured."""
    connection = op.get_bind()
    for tenant, key, body, shown, generation, building in connection.execute(ENGAGEMENTS).all():
        for number, agreed in ((generation, shown or body), (building, body)):
            if number is not None:
                add_up({"tenant": tenant, "key": key, "generation": number}, msgspec.json.decode(agreed)["zone"])


def add_up(place: dict[str, object], zone: str) -> None:
    """Save the sums of one generation."""
    connection, days = op.get_bind(), ZoneInfo(zone)
    counts = Counter(
        (objective, account, day_of(at, days), ALWAYS_DAY if known is None else day_of(known, days),
         NEVER_DAY if gone is None else day_of(gone, days))
        for objective, account, at, known, gone in connection.execute(ROWS, {**place, "half": HALF})
    )  # fmt: skip
    names = ("objective", "account", "day", "known", "gone")
    values = [{**place, **dict(zip(names, row, strict=True)), "n": n, "x": n * HALF} for row, n in counts.items()]
    if values:
        connection.execute(INSERT, values)


def day_of(instant: int, zone: ZoneInfo) -> int:
    """Return the day of an instant in a zone, as a number."""
    return datetime.fromtimestamp(min(max(instant // 1_000_000, 0), FAR), UTC).astimezone(zone).toordinal()


def downgrade() -> None:
    """Take the sums away."""
    op.execute("DELETE FROM opportunity_sum WHERE component = 'uptake_reasoned'")
