"""The audit keeps whom an act is about in a column of its own, in place of behind a colon in a text."""

import sqlalchemy as sa
from alembic import op

revision = "0017"
down_revision = "0016"
branch_labels = None
depends_on = None

audit = sa.table("audit", *map(sa.column, ("audit_id", "act", "after", "subject_account")))

LINK_ROLES = ("agency_lead", "agency_member", "gatekeeper", "inhouse_lead", "inhouse_member", "sponsor")


def upgrade() -> None:
    """Add the column, and move the accounts into it."""
    op.add_column("audit", sa.Column("subject_account", sa.String(length=255), nullable=True))
    behind_colon = audit.c.act.startswith("sign-off ") | audit.c.act.in_(("teach-back accepted", "panel role"))
    for audit_id, after in _rows(behind_colon & audit.c.after.contains(": ")):
        text, _, account = after.rpartition(": ")
        _update(audit_id, after=text, subject_account=None if account == "nobody" else account)
    for audit_id, after in _rows((audit.c.act == "link made") & audit.c.after.not_in(LINK_ROLES)):
        _update(audit_id, after=None, subject_account=after)


def downgrade() -> None:
    """Put the accounts behind a colon again."""
    connection = op.get_bind()
    query = sa.select(audit.c.audit_id, audit.c.after, audit.c.subject_account)
    named = connection.execute(query.where(audit.c.subject_account.is_not(None))).all()
    for audit_id, after, account in named:
        _update(audit_id, after=f"{after}: {account}" if after else account)
    _name_nobody()
    op.drop_column("audit", "subject_account")


def _name_nobody() -> None:
    empty = (audit.c.act == "panel role") & audit.c.subject_account.is_(None)
    for audit_id, after in _rows(empty):
        _update(audit_id, after=f"{after}: nobody")


def _rows(condition: sa.ColumnElement[bool]) -> list[tuple[int, str]]:
    query = sa.select(audit.c.audit_id, audit.c.after).where(condition)
    return [(audit_id, after) for audit_id, after in op.get_bind().execute(query)]


def _update(audit_id: int, **values: str | None) -> None:
    op.get_bind().execute(sa.update(audit).where(audit.c.audit_id == audit_id).values(**values))
