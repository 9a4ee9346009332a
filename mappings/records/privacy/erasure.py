"""Erasure: an account is replaced in every row, and a keyed hash of it is kept by which later data is replaced too."""

import secrets
from collections import defaultdict
from collections.abc import Iterable, Mapping
from functools import cache, partial
from typing import Any

from sqlalchemy import Column, Connection, LargeBinary, Table, TextClause, TextualSelect, bindparam, select, text

from mappings.events.pseudonyms import ERASED, Swap, is_erased
from mappings.events.types import Digest, Instant
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.tenants import renew_agreement_token
from mappings.records.privacy.account_columns import ACCOUNT_COLUMNS, AccountColumn
from mappings.records.sql.bulk import insert_rows
from mappings.records.tables import account as account_table
from mappings.records.tables import erased


def hash_of(account: str, digest: Digest) -> str:
    """Return the keyed hash of an account; without the tenant's key nobody can tell whose it is."""
    return digest(f"account\x1f{account}")


def select_swap(connection: Connection, tenant_id: int, digest: Digest) -> Swap | None:
    """Return the function that replaces erased accounts by pseudonyms; None where nobody was erased."""
    query = select(erased.c.hash, erased.c.pseudonym).where(erased.c.tenant_id == tenant_id)
    known: dict[str, str] = dict(connection.execute(query).all())
    if not known:
        return None
    seen: dict[str, str] = {}

    def swap(account: str) -> str:
        pseudonym = seen.get(account)
        if pseudonym is None:
            pseudonym = seen[account] = known.get(hash_of(account, digest), account)
        return pseudonym

    return swap


def erase_account(connection: Connection, tenant_id: int, account: str, *, digest: Digest, at: Instant) -> str:
    """Replace an account in every row by a random pseudonym; return it.

    The caller erases from the inbox and the dead letters, which contain bodies as Jira sent them.
    """
    lock_tenant(connection, tenant_id)
    if is_erased(account):
        return account
    # Side, dates and all that was counted stay, so no figure changes.
    key, *names = select_identifiers(connection, tenant_id, account)
    pseudonym = _save_erased(connection, tenant_id, hash_of(key, digest), f"{ERASED}{secrets.token_hex(8)}", at=at)
    for name in names:
        _save_erased(connection, tenant_id, hash_of(name, digest), pseudonym, at=at)
    for identifier in (*names, key):
        for columns in ACCOUNT_COLUMNS:
            swap = partial(_swap_one, identifier, pseudonym)
            _rewrite(connection, tenant_id, columns, account=identifier, swap=swap)
    # Engagements name people, and decoded ones are kept by the token.
    renew_agreement_token(connection, tenant_id)
    return pseudonym


def _swap_one(identifier: str, pseudonym: str, text: str) -> str:
    return pseudonym if text == identifier else text


def select_identifiers(connection: Connection, tenant_id: int, account: str) -> tuple[str, ...]:
    """Return a person's identifiers, given any of them: the account, and on Data Center the user name."""
    either = (account_table.c.account_id == account) | (account_table.c.user_name == account)
    query = select(account_table.c.account_id, account_table.c.user_name)
    row = connection.execute(query.where(account_table.c.tenant_id == tenant_id, either)).first()
    return (account,) if row is None else tuple(text for text in row if text)


def _save_erased(connection: Connection, tenant_id: int, known_by: str, pseudonym: str, *, at: Instant) -> str:
    fresh = (tenant_id, known_by, pseudonym, at)
    insert_rows(connection, erased, ("tenant_id", "hash", "pseudonym", "at"), [fresh])
    query = select(erased.c.pseudonym).where(erased.c.tenant_id == tenant_id, erased.c.hash == known_by)
    return str(connection.execute(query).scalar_one())


def select_rows_naming(
    connection: Connection, tenant_id: int, columns: AccountColumn, account: str
) -> list[Mapping[str, Any]]:
    values = {"at_tenant": tenant_id, "at_account": account, "at_bytes": account.encode()}
    rows = connection.execute(_naming_query(columns, connection.dialect.name), values)
    names = tuple(rows.keys())
    return [dict(zip(names, row, strict=True)) for row in rows.all()]


@cache
def _naming_query(columns: AccountColumn, dialect: str) -> TextualSelect:
    # As text: to make and compile a question to each of these tables took a third of an erasure (docs/speed.md).
    table = columns.table
    plain = [f'"{name}" = :at_account' for name in columns.plain]
    within = [_containing(table.c[name], dialect) for name in columns.bodies]
    names = ", ".join(f'"{column.name}"' for column in table.c)
    query = f'SELECT {names} FROM "{table.name}" WHERE tenant_id = :at_tenant AND ({" OR ".join(plain + within)})'  # noqa: S608  names of our own tables
    return text(query).columns(*table.c)


def _containing(column: Column[Any], dialect: str) -> str:
    """Return the condition that a column's text or bytes contain the account."""
    is_bytes = isinstance(column.type, LargeBinary)
    function = {"sqlite": "instr"}.get(dialect, "pg_catalog.position" if is_bytes else "strpos")
    return f'{function}("{column.name}", :{"at_bytes" if is_bytes else "at_account"}) > 0'


def _rewrite(connection: Connection, tenant_id: int, columns: AccountColumn, *, account: str, swap: Swap) -> None:
    changed = []
    for row in select_rows_naming(connection, tenant_id, columns, account):
        plain = {name: swap(row[name]) for name in columns.plain if row[name] is not None}
        after = plain | columns.mask(row, swap)
        if any(row[name] != value for name, value in after.items()):
            changed.append((row, after))
    _update(connection, columns.table, changed)


def _update(
    connection: Connection, table: Table, changed: Iterable[tuple[Mapping[str, Any], Mapping[str, Any]]]
) -> None:
    keys = [column.name for column in table.primary_key]
    alike: defaultdict[tuple[str, ...], list[dict[str, Any]]] = defaultdict(list)
    for row, after in changed:
        values = {f"at_{name}": row[name] for name in keys} | {f"to_{name}": value for name, value in after.items()}
        # Rows that change the same columns go into one statement, their keys too.
        alike[tuple(after)].append(values)
    for names, rows in alike.items():
        connection.execute(_update_text(table, names), rows)


@cache
def _update_text(table: Table, names: tuple[str, ...]) -> TextClause:
    keys = [column.name for column in table.primary_key]
    changes = ", ".join(f'"{name}" = :to_{name}' for name in names)
    same = " AND ".join(f'"{name}" = :at_{name}' for name in keys)
    typed = [bindparam(f"to_{name}", type_=table.c[name].type) for name in names]
    typed += [bindparam(f"at_{name}", type_=table.c[name].type) for name in keys]
    return text(f'UPDATE "{table.name}" SET {changes} WHERE {same}').bindparams(*typed)  # noqa: S608  as above
