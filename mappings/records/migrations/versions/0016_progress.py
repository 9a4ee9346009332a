"""Progress is kept by kind, subject and number in place of a name, and running work goes on where it was."""

import re
from typing import Any

import sqlalchemy as sa
from alembic import op

revision = "0016"
down_revision = "0015"
branch_labels = None
depends_on = None

SYNC_NUMBERS = {"history": 0, "recent": 1, "night": 2, "full": 3}
COUNTS = ("done", "total", "cursor", "started_at", "changed_at")


def upgrade() -> None:
    """Replace the name by its parts."""
    rows = _rows()
    op.drop_table("progress")
    _create(
        sa.Column("kind", sa.String(length=16), nullable=False),
        sa.Column("subject", sa.String(length=255), nullable=False),
        sa.Column("number", sa.BigInteger(), autoincrement=False, nullable=False),
    )
    _insert([row | parts for row in rows if (parts := read_name(row.pop("name")))])


def downgrade() -> None:
    """Join the parts to the name again."""
    rows = _rows()
    op.drop_table("progress")
    _create(sa.Column("name", sa.String(length=255), nullable=False))
    _insert([row | {"name": write_name(row.pop("kind"), row.pop("subject"), row.pop("number"))} for row in rows])


def read_name(name: str) -> dict[str, Any] | None:
    """Return the parts of a name; None where it is none that a release wrote, so that the work begins anew."""
    if match := re.fullmatch(r"measure (.+) (\d+)", name):
        return {"kind": "measure", "subject": match[1], "number": int(match[2])}
    if match := re.fullmatch(r"sync (\S+)(?: \((\w+)\))?", name):
        number = SYNC_NUMBERS.get(match[2] or "history")
        return None if number is None else {"kind": "sync", "subject": match[1], "number": number}
    if match := re.fullmatch(r"import (.+)", name):
        return {"kind": "import", "subject": match[1], "number": 0}
    return {"kind": "retention", "subject": "", "number": 0} if name == "retention" else None


def write_name(kind: str, subject: str, number: int) -> str:
    """Return the name that the release before this one gave."""
    if kind == "sync":
        listing = {place: name for name, place in SYNC_NUMBERS.items()}[number]
        return f"sync {subject}" if number == 0 else f"sync {subject} ({listing})"
    return {"measure": f"measure {subject} {number}", "import": f"import {subject}"}.get(kind, kind)


def _rows() -> list[dict[str, Any]]:
    return [dict(row) for row in op.get_bind().execute(sa.text("SELECT * FROM progress")).mappings()]


def _create(*name: sa.Column[Any]) -> None:
    op.create_table(
        "progress",
        sa.Column("tenant_id", sa.BigInteger(), autoincrement=False, nullable=False),
        *name,
        *(sa.Column(count, sa.BigInteger(), nullable=False) for count in COUNTS),
        sa.ForeignKeyConstraint(["tenant_id"], ["tenant.tenant_id"], name=op.f("fk_progress_tenant_id_tenant")),
        sa.PrimaryKeyConstraint("tenant_id", *(column.name for column in name), name=op.f("pk_progress")),
    )


def _insert(rows: list[dict[str, Any]]) -> None:
    if rows:
        op.bulk_insert(sa.table("progress", *map(sa.column, rows[0])), rows)
