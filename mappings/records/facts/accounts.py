"""Accounts: what kind of account somebody has. No name, no address: those are asked of Jira when they are shown."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass

from sqlalchemy import Connection, func, select, update

from mappings.events.types import Account
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import account, change, comment, issue, worklog

BOT = "app"


def save_accounts(connection: Connection, tenant_id: int, seen: Iterable[Account]) -> None:
    """Keep accounts; writes only what is new or changed."""
    latest = {one.account_id: one for one in seen}
    rows = sorted((tenant_id, one.account_id, one.kind, one.active, one.user_name) for one in latest.values())
    save_rows(
        connection, account, ("tenant_id", "account_id", "kind", "active", "user_name"), rows,
        where='excluded."kind" <> "account"."kind" OR excluded."active" <> "account"."active"'
        ' OR COALESCE(excluded."user_name", \'\') <> COALESCE("account"."user_name", \'\')',
    )  # fmt: skip


def save_account_gone(connection: Connection, tenant_id: int, account_id: str) -> None:
    """Mark an account as closed."""
    row = (account.c.tenant_id == tenant_id) & (account.c.account_id == account_id)
    connection.execute(update(account).where(row).values(active=False))


def select_user_names(connection: Connection, tenant_id: int) -> dict[str, str]:
    """Return the accounts of Data Center by what mentions call them."""
    query = select(account.c.user_name, account.c.account_id).where(account.c.tenant_id == tenant_id)
    return dict(connection.execute(query.where(account.c.user_name.is_not(None))).all())


def select_bots(connection: Connection, tenant_id: int) -> frozenset[str]:
    """Return the accounts of apps, which count nowhere."""
    query = select(account.c.account_id).where(account.c.tenant_id == tenant_id, account.c.kind == BOT)
    return frozenset(connection.execute(query).scalars())


@dataclass(frozen=True, slots=True)
class SeenAccount:
    """A person as seen on tickets: on how many they changed something, commented or logged time."""

    account_id: str
    kind: str
    active: bool
    tickets: int


def select_people(connection: Connection, tenant_id: int) -> list[SeenAccount]:
    """Return the accounts seen, with the number of tickets each left something on, most first."""
    parts = [
        select(table.c[who].label("who"), table.c.issue_id).where(
            table.c.tenant_id == tenant_id, table.c[who].is_not(None)
        )
        for table, who in ((change, "author"), (comment, "author"), (worklog, "author"))
    ]
    # A changelog names assignees as ids in its two sides; the field tells that they are people.
    assigned = (change.c.tenant_id == tenant_id) & (change.c.field == "assignee")
    parts += [
        select(c.label("who"), change.c.issue_id).where(assigned, c.is_not(None)) for c in (change.c.old, change.c.new)
    ]
    touched = parts[0].union(*parts[1:]).subquery()
    counts: dict[str, int] = dict(connection.execute(select(touched.c.who, func.count()).group_by(touched.c.who)).all())
    query = select(account.c.account_id, account.c.kind, account.c.active).where(account.c.tenant_id == tenant_id)
    people = [SeenAccount(*row, counts.get(row[0], 0)) for row in connection.execute(query).all()]
    return sorted(people, key=lambda one: (-one.tickets, one.account_id))


def select_people_in(connection: Connection, tenant_id: int, project_keys: Collection[str]) -> frozenset[str]:
    """Return the people, no apps, who left something on a ticket of these projects or had one assigned."""
    within = select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key.in_(project_keys))
    columns = (change.c.author, comment.c.author, worklog.c.author, change.c.old, change.c.new)
    parts = [select(c).where(c.table.c.tenant_id == tenant_id, c.table.c.issue_id.in_(within)) for c in columns]
    parts[3:] = [part.where(change.c.field == "assignee") for part in parts[3:]]
    left = parts[0].union(*parts[1:])
    query = select(account.c.account_id).where(account.c.tenant_id == tenant_id, account.c.kind != BOT)
    return frozenset(connection.execute(query.where(account.c.account_id.in_(left))).scalars())
