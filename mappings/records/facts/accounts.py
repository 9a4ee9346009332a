"""Accounts: what kind of account somebody has. No name, no address: those are asked of Jira when they are shown."""

from collections.abc import Collection, Iterable, Sequence
from functools import partial
from typing import Any

from msgspec import Struct
from msgspec.structs import replace
from sqlalchemy import (
    Column,
    ColumnElement,
    Connection,
    Select,
    and_,
    bindparam,
    case,
    exists,
    func,
    not_,
    null,
    or_,
    select,
    union,
    union_all,
    update,
)

from mappings.events.times import EVER
from mappings.events.types import Account, Instant
from mappings.records.facts.people_memory import PeopleMemory
from mappings.records.sql.bulk import among_texts, save_rows
from mappings.records.sql.scope import AgreementScope
from mappings.records.tables import account, change, comment, issue, worklog
from mappings.records.tables.facts import APPS, ASSIGNED, NAMED

BOT = "app"
_WHO = (change.c.author, comment.c.author, worklog.c.author, change.c.old, change.c.new)
_WHEN = {change: "at", comment: "created", worklog: "started"}
# Made once, since every page reads them: making a statement costs more than running it.
_OF_SITE = account.c.tenant_id == bindparam("tenant")
_USER_NAMES = select(account.c.user_name, account.c.account_id).where(_OF_SITE, NAMED)
_BOTS = select(account.c.account_id).where(_OF_SITE, APPS)


def save_accounts(connection: Connection, tenant_id: int, seen: Iterable[Account]) -> None:
    latest = {person.account_id: person for person in seen}
    rows = sorted(
        (tenant_id, person.account_id, person.kind, person.active, person.user_name) for person in latest.values()
    )
    save_rows(
        connection, account, ("tenant_id", "account_id", "kind", "active", "user_name"), rows,
# Most events name accounts that are stored so already: these cost no write.
        where='excluded."kind" <> "account"."kind" OR excluded."active" <> "account"."active"'
        ' OR COALESCE(excluded."user_name", \'\') <> COALESCE("account"."user_name", \'\')',
    )  # fmt: skip


def save_account_gone(connection: Connection, tenant_id: int, account_id: str) -> None:
    row = (account.c.tenant_id == tenant_id) & (account.c.account_id == account_id)
    connection.execute(update(account).where(row).values(active=False))


def select_user_names(connection: Connection, tenant_id: int) -> dict[str, str]:
    # Account ids by the user names that mentions use in Data Center.
    return dict(connection.execute(_USER_NAMES, {"tenant": tenant_id}).all())


def select_bots(connection: Connection, tenant_id: int) -> frozenset[str]:
    # Apps count nowhere (docs/measurement.md (g) 1).
    return frozenset(connection.execute(_BOTS, {"tenant": tenant_id}).scalars())


def select_known_accounts(connection: Connection, tenant_id: int, accounts: Collection[str]) -> frozenset[str]:
    """Return those of the accounts that were seen on the site; the erased are none."""
    query = select(account.c.account_id).where(account.c.tenant_id == tenant_id)
    return frozenset(connection.execute(query.where(account.c.account_id.in_(sorted(accounts)))).scalars())


MOST_TICKETS = 1_000
"""Of whom these are exceeded, pages say so and look no further."""


class SeenAccount(Struct, frozen=True):
    """A person as seen on tickets: on how many they did or were given something, the first and the last time."""

    account_id: str
    kind: str
    active: bool
    tickets: int
    first: Instant | None
    last: Instant | None


def select_people(connection: Connection, tenant_id: int, project_keys: Collection[str] = ()) -> list[SeenAccount]:
    """Return the accounts seen, most tickets first; with `project_keys` those seen on these projects' tickets."""
    touches = [_touches(column).where(_of_tenant(column, tenant_id), column.is_not(None)) for column in _WHO]
    if project_keys:
        own = _tickets_in(tenant_id, project_keys)
        touches = [touched.where(touched.selected_columns["issue_id"].in_(own)) for touched in touches]
    people = _select_seen_accounts(connection, account.c.tenant_id == tenant_id, touches)
    seen = [person for person in people if person.tickets or not project_keys]
    return sorted(seen, key=lambda person: (-person.tickets, person.account_id))


def _select_seen_accounts(
    connection: Connection, among: ColumnElement[bool], touches: Sequence[Select[Any]]
) -> list[SeenAccount]:
    touched = union_all(*touches).subquery()
    columns = (func.count(touched.c.issue_id.distinct()), func.min(touched.c.at), func.max(touched.c.at))
    counts = {row[0]: row[1:] for row in connection.execute(select(touched.c.who, *columns).group_by(touched.c.who))}
    rows = connection.execute(select(account.c.account_id, account.c.kind, account.c.active).where(among))
    return [SeenAccount(*row, *counts.get(row[0], (0, None, None))) for row in rows]


def _touches(column: Column[Any]) -> Select[Any]:
    """Return who did or was given something, on which ticket and when."""
    acts = column.table.c
    return select(column.label("who"), acts.issue_id, acts[_WHEN[column.table]].label("at"))


def select_people_among(
    scope: AgreementScope, project_keys: Collection[str], among: frozenset[str]
) -> list[SeenAccount]:
    """Return those of `among` who were seen on these projects' tickets, as `select_people` does, but bounded.

    Whoever was seen on more than `MOST_TICKETS` has one more than these, and neither a first nor a last time. It is
    kept in this process until something happens in the engagement.
    """
    select_acts = partial(_select_acts, scope.connection, scope.tenant_id, project_keys, among)
    return _ACTS.find(scope, project_keys, among, select_acts)


def _select_acts(
    connection: Connection, tenant_id: int, project_keys: Collection[str], among: frozenset[str]
) -> list[SeenAccount]:
    asked = and_(account.c.tenant_id == tenant_id, account.c.account_id.in_(sorted(among)))
    # Of whoever has so many tickets by one kind of act alone no act is read.
    has_many = or_(*(_has_many_tickets(column, project_keys) for column in _WHO))
    many = connection.execute(select(account.c.account_id).where(asked, has_many)).scalars().all()
    few = sorted(among.difference(many))
    touches = [
        # Without "is not null": SQLite would take it for the better way into the index, and walk everybody's acts.
        _touches(column).where(_of_tenant(column, tenant_id), column.in_(few), _is_on(column, project_keys))
        for column in _WHO
    ]
    people = [_bounded(person, many) for person in _select_seen_accounts(connection, asked, touches)]
    return [person for person in people if person.tickets]


def _bounded(person: SeenAccount, many: Collection[str]) -> SeenAccount:
    if person.tickets <= MOST_TICKETS and person.account_id not in many:
        return person
    return replace(person, tickets=MOST_TICKETS + 1, first=None, last=None)


def _has_many_tickets(column: Column[Any], project_keys: Collection[str]) -> ColumnElement[bool]:
    """Tell whether one kind of act is on too many tickets: in the order of an index, which ends the walk there."""
    acts = column.table.c
    own = and_(_of_tenant(column, account.c.tenant_id), column == account.c.account_id, _is_on(column, project_keys))
    tickets = select(acts.issue_id).where(own).distinct().order_by(acts.issue_id)
    # No EXISTS: SQLite leaves out its DISTINCT, also before an OFFSET.
    return tickets.limit(1).offset(MOST_TICKETS).correlate(account).scalar_subquery().is_not(None)


def _is_on(column: Column[Any], project_keys: Collection[str]) -> ColumnElement[bool]:
    # Asked of each ticket: the list of a project's tickets would be made as a whole.
    acts = column.table.c
    own = (issue.c.tenant_id == acts.tenant_id, issue.c.issue_id == acts.issue_id)
    return exists().where(*own, issue.c.project_key.in_(project_keys))


# Of so many settings pages.
_ACTS: PeopleMemory[list[SeenAccount]] = PeopleMemory(200, lambda _: 1)


def select_people_in(
    scope: AgreementScope, project_keys: Collection[str], without: Collection[str] = ()
) -> frozenset[str]:
    """Return the people, no apps, who left something on a ticket of these projects or had one assigned.

    `without` are not asked. It costs accounts where there are many tickets for each, otherwise these tickets; who they
    are is kept in this process until something happens in the engagement.
    """
    connection, tenant_id = scope.connection, scope.tenant_id
    asked = frozenset(without)
    known = _SEEN.find(scope, project_keys, asked, partial(_select_seen, connection, tenant_id, project_keys, asked))
    # An account may turn out to be an app's, or be erased, whatever happens to tickets.
    among = _people_of(tenant_id).where(among_texts(account.c.account_id, "named"))
    return frozenset(connection.execute(among, {"named": sorted(known - asked)}).scalars())


# Accounts of all engagements together: about 100 bytes each.
_SEEN: PeopleMemory[frozenset[str]] = PeopleMemory(50_000, lambda accounts: 1 + len(accounts))


def _people_of(tenant_id: int) -> Select[Any]:
    return select(account.c.account_id).where(account.c.tenant_id == tenant_id, account.c.kind != BOT)


def _select_seen(
    connection: Connection, tenant_id: int, project_keys: Collection[str], without: Collection[str]
) -> frozenset[str]:
    """Return whom the tickets of these projects name, at least all accounts but those `without`."""
    others = _people_of(tenant_id).where(not_(among_texts(account.c.account_id, "without")))
    values = {"without": sorted(without)}
    asked = connection.execute(select(func.count()).select_from(others.subquery()), values).scalar_one()
    if not _has_more_tickets(connection, tenant_id, project_keys, TICKETS_OF_ACCOUNT * asked):
        return _select_named(connection, tenant_id, project_keys)
    return frozenset(connection.execute(others.where(_left_something(project_keys)), values).scalars())


def is_person_in(connection: Connection, tenant_id: int, account_id: str, project_keys: Collection[str]) -> bool:
    """Tell whether somebody, no app, left something on a ticket of these projects or had one assigned."""
    person = _people_of(tenant_id).where(account.c.account_id == account_id, _left_something(project_keys))
    return connection.execute(person).first() is not None


# To look for one account by its index costs as much as to read the histories of so many tickets.
TICKETS_OF_ACCOUNT = 20


def _has_more_tickets(connection: Connection, tenant_id: int, project_keys: Collection[str], most: int) -> bool:
    tickets = _tickets_in(tenant_id, project_keys).limit(most + 1).subquery()
    return connection.execute(select(func.count()).select_from(tickets)).scalar_one() > most


def _tickets_in(tenant_id: int, project_keys: Collection[str]) -> Select[Any]:
    return select(issue.c.issue_id).where(issue.c.tenant_id == tenant_id, issue.c.project_key.in_(project_keys))


def _select_named(connection: Connection, tenant_id: int, project_keys: Collection[str]) -> frozenset[str]:
    """Return whom the histories of these projects' tickets name, each read once."""
    # A changelog names assignees as ids in its two sides; the field tells that they are people.
    sides = [case((change.c.field == "assignee", change.c[side])) for side in ("old", "new")]
    acts = [
        _acts_on(tenant_id, project_keys, change.c.at, change.c.author, *sides),
        _acts_on(tenant_id, project_keys, comment.c.created, comment.c.author, null(), null()),
        _acts_on(tenant_id, project_keys, worklog.c.started, worklog.c.author, null(), null()),
    ]
    # Rows that are equal come once: there are as many as pairs of people, however many acts.
    return frozenset(name for row in connection.execute(union(*acts)) for name in row if name is not None)


def _acts_on(
    tenant_id: int, project_keys: Collection[str], at: Column[Any], *columns: ColumnElement[Any]
) -> Select[Any]:
    acts = at.table.c
    # By IN, not by a join: SQLite would walk the worklogs of the whole site.
    own = acts.issue_id.in_(_tickets_in(tenant_id, project_keys))
    # The instant is in no index on names: SQLite, which has counted no rows, would walk those of the whole site.
    return select(*columns).where(acts.tenant_id == tenant_id, own, at >= -EVER)


def _left_something(project_keys: Collection[str]) -> ColumnElement[bool]:
    return or_(*(_is_in(column, project_keys) for column in _WHO))


def _is_in(column: Column[Any], project_keys: Collection[str]) -> ColumnElement[bool]:
    acts = column.table.c
    there = and_(issue.c.tenant_id == acts.tenant_id, issue.c.issue_id == acts.issue_id)
    own = and_(_of_tenant(column, account.c.tenant_id), column == account.c.account_id)
    return exists().where(own, there, issue.c.project_key.in_(project_keys))


def _of_tenant(column: Column[Any], tenant_id: int | ColumnElement[int]) -> ColumnElement[bool]:
    own = column.table.c.tenant_id == tenant_id
    # A changelog names assignees as ids in its two sides; the field tells that they are people.
    return and_(own, ASSIGNED) if column.name in {"old", "new"} else own
