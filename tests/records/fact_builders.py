"""Small makers of facts: an issue and what hangs on it, at minutes after noon."""

from cryptography.fernet import Fernet
from sqlalchemy import Connection, select

from mappings.events.types import (
    Account,
    Change,
    Comment,
    CommentSeen,
    Issue,
    IssueRead,
    IssueSeen,
    Link,
    LinkSeen,
    Status,
    Worklog,
    WorklogSeen,
)
from mappings.measure.model.ticket import Ticket
from mappings.records.facts.issues import select_tickets
from mappings.records.operations.tenants import insert_tenant
from mappings.records.sql.secrets import Vault
from mappings.records.tables import metadata

MINUTE = 60_000_000
NOON = 1_772_452_800_000_000
VAULT = Vault([Fernet.generate_key()])
DOING = Status("3", "In Progress", "indeterminate")


def at(minute: float) -> int:
    return NOON + int(minute * MINUTE)


def enter(connection: Connection, name: str, vault: Vault = VAULT) -> int:
    site = f"{name}.atlassian.net"
    address = {"base_url": f"https://{site}", "display_url": None}
    return insert_tenant(
        connection, client_key=name, site=site, **address, platform="connect", state="installed", now=NOON, vault=vault
    )


def an_issue(number: int = 1, updated: float = 0, *, created: float = 0, project: str = "GROW", **more) -> Issue:
    place = {"project_id": {"GROW": "10000", "WEB": "10001"}[project], "project_key": project}
    return Issue(number, f"{project}-{number}", at(created), at(updated), **place, status=DOING, **more)


def a_change(history: int = 1, minute: float = 0, *, issue: int = 1, new: str = "8", author: str = "ada") -> Change:
    return Change(issue, history, 0, at(minute), author, "status", "status", "3", "In Progress", new, "Done")


def a_worklog(number: int = 1, minute: float = 0, *, issue: int = 1, seconds: int = 3600) -> Worklog:
    return Worklog(number, issue, "ada", at(0), seconds, at(0), at(minute))


def a_comment(number: int = 1, minute: float = 0, *, issue: int = 1, length: int = 100, **more) -> Comment:
    return Comment(number, issue, "ada", at(0), at(minute), length, **more)


def a_link(number: int = 1, *, issue: int = 1, other: int = 2, key: str | None = "GROW-2") -> Link:
    return Link(number, issue, other, key, "Blocks", "blocks", outward=True)


def a_read(issue: Issue, *parts: object, **more) -> IssueRead:
    by_kind = {
        kind: tuple(part for part in parts if isinstance(part, kind)) for kind in (Change, Worklog, Comment, Link)
    }
    people = (Account("ada"), Account("robot", "app"))
    return IssueRead(issue, *by_kind.values(), accounts=people, statuses=(DOING,), **more)


def seen(issue: Issue, *changes: Change, minute: float | None = None) -> IssueSeen:
    return IssueSeen(issue.updated if minute is None else at(minute), issue, changes, (Account("ada"),))


def part_seen(part: Worklog | Comment) -> WorklogSeen | CommentSeen:
    return (WorklogSeen if isinstance(part, Worklog) else CommentSeen)(part.updated, part)


def tied(number: int = 1, minute: float = 0, *, issue: int = 1, other: int = 2) -> LinkSeen:
    link, mirror = (a_link(number, issue=a, other=b, key=None) for a, b in ((issue, other), (other, issue)))
    return LinkSeen(at(minute), link, mirror)


def the_ticket(connection: Connection, tenant_id: int, number: int = 1) -> Ticket | None:
    return select_tickets(connection, tenant_id, [number]).get(number)


def everything(connection: Connection, tenant_id: int, *but: str) -> dict[str, list[tuple]]:
    """Every row that a tenant owns, by table."""
    tables = [
        this_table
        for this_table in metadata.sorted_tables
        if this_table.name not in ("tenant", *but) and "tenant_id" in this_table.c
    ]
    return {
        this_table.name: sorted(
            connection.execute(select(this_table).where(this_table.c.tenant_id == tenant_id)).all(), key=repr
        )
        for this_table in tables
    }
