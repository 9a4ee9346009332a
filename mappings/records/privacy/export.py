"""The data about one person, without other people's."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from mappings.events.pseudonyms import names_any
from mappings.records.operations.dead_letters import select_dead_letter_body, select_dead_letters
from mappings.records.operations.inbox import stream_deliveries
from mappings.records.privacy.account_columns import ACCOUNT_COLUMNS, AccountColumn
from mappings.records.privacy.erasure import select_rows_naming
from mappings.records.sql.scope import AgreementScope
from mappings.records.sql.secrets import Vault

# Replaces other people's accounts in an export.
OTHERS = "somebody else"


def select_account_data(connection: Connection, tenant_id: int, account: str, vault: Vault) -> dict[str, Any]:
    """Return the rows that contain an account by table, and which unread deliveries and dead letters do."""
    rows_by_table = {columns.table.name: _rows(connection, tenant_id, columns, account) for columns in ACCOUNT_COLUMNS}
    # Of deliveries only the keys: Jira's bodies would show other people.
    waiting = [delivery.dkey for delivery in stream_deliveries(connection, tenant_id) if _names(delivery.body, account)]
    letters = [
        letter.letter_id
        for letter in select_dead_letters(connection, tenant_id)
        if _names(select_dead_letter_body(connection, tenant_id, letter.letter_id, vault) or b"", account)
    ]
    return {name: rows for name, rows in rows_by_table.items() if rows} | {"inbox": waiting, "dead_letter": letters}


def select_own_rows(scope: AgreementScope, account: str) -> dict[str, list[dict[str, Any]]]:
    """Return an engagement's own rows about an account by table, oldest first, other people masked."""
    return {
        columns.table.name: _own(scope.connection, columns, (scope.tenant_id, scope.engagement, account))
        for columns in ACCOUNT_COLUMNS
        if _is_own(columns)
    }


# The tables whose rows are each about one person of an engagement, and the column that orders them.
_OWN: Mapping[str, str] = {
    "affiliation": "start_at",
    "role": "since",
    "sign_off": "at",
    "teach_back": "at",
    "consent": "at",
}


def _is_own(columns: AccountColumn) -> bool:
    return columns.table.name in _OWN


def _own(connection: Connection, columns: AccountColumn, mine: tuple[int, str, str]) -> list[dict[str, Any]]:
    c, (tenant_id, engagement, account) = columns.table.c, mine
    mine_alone = (c.tenant_id == tenant_id) & (c.engagement == engagement) & (c.account == account)
    rows = connection.execute(select(columns.table).where(mine_alone).order_by(c[_OWN[columns.table.name]])).mappings()
    return [_shown(columns, dict(row), account) for row in rows]


def _rows(connection: Connection, tenant_id: int, columns: AccountColumn, account: str) -> list[dict[str, Any]]:
    return [_shown(columns, row, account) for row in select_rows_naming(connection, tenant_id, columns, account)]


def _shown(columns: AccountColumn, row: Mapping[str, Any], account: str) -> dict[str, Any]:
    def swap(identifier: str) -> str:
        return identifier if identifier == account else OTHERS

    plain = {name: swap(row[name]) for name in columns.plain if row[name] is not None}
    whole = {**row, **plain, **columns.mask(row, swap)}
    hidden = {"tenant_id", *columns.encrypted}
    return {name: _readable(value) for name, value in whole.items() if name not in hidden}


def _readable(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return msgspec.msgpack.decode(bytes(value))
    return value


def _names(body: bytes, account: str) -> bool:
    return names_any(body.decode("utf-8", "replace"), lambda identifier: "" if identifier == account else identifier)
