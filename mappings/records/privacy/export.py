"""All that is held about one person, and nobody else in it."""

from collections.abc import Mapping
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from mappings.events.pseudonyms import names_any
from mappings.records.operations.dead_letters import select_letter_body, select_letters
from mappings.records.operations.inbox import select_batch
from mappings.records.privacy.account_columns import PLACES, AccountColumn
from mappings.records.privacy.erasure import select_naming
from mappings.records.sql.scope import AgreementScope
from mappings.records.sql.secrets import Vault

# What stands for other people's accounts in an export.
OTHERS = "somebody else"
EVERY = 1 << 31


def select_holdings(connection: Connection, tenant_id: int, account: str, vault: Vault) -> dict[str, Any]:
    """Return the rows that name an account by table, and which deliveries do that nobody has read yet.

    Other people's ids are not shown, nor what Jira sent whole: both would tell of others.
    """
    found = {place.table.name: _rows(connection, tenant_id, place, account) for place in PLACES}
    waiting = [one.dkey for one in select_batch(connection, tenant_id, EVERY) if _names(one.body, account)]
    letters = [
        one.letter_id
        for one in select_letters(connection, tenant_id)
        if _names(select_letter_body(connection, tenant_id, one.letter_id, vault) or b"", account)
    ]
    return {name: rows for name, rows in found.items() if rows} | {"inbox": waiting, "dead_letter": letters}


def select_own_rows(scope: AgreementScope, account: str) -> dict[str, list[dict[str, Any]]]:
    """Return what an engagement keeps about an account by hand, by table, oldest first; others stay unnamed."""
    return {
        one.table.name: _own(scope.connection, one, (scope.tenant_id, scope.engagement, account))
        for one in PLACES
        if _is_own(one)
    }


# The tables whose rows are each about one person of an engagement, by what orders them.
_OWN: Mapping[str, str] = {
    "affiliation": "start_at",
    "role": "since",
    "sign_off": "at",
    "teach_back": "at",
    "consent": "at",
}


def _is_own(place: AccountColumn) -> bool:
    return place.table.name in _OWN


def _own(connection: Connection, place: AccountColumn, mine: tuple[int, str, str]) -> list[dict[str, Any]]:
    c, (tenant_id, engagement, account) = place.table.c, mine
    mine_alone = (c.tenant_id == tenant_id) & (c.engagement == engagement) & (c.account == account)
    rows = connection.execute(select(place.table).where(mine_alone).order_by(c[_OWN[place.table.name]])).mappings()
    return [_shown(place, dict(row), account) for row in rows]


def _rows(connection: Connection, tenant_id: int, place: AccountColumn, account: str) -> list[dict[str, Any]]:
    return [_shown(place, row, account) for row in select_naming(connection, tenant_id, place, account)]


def _shown(place: AccountColumn, row: Mapping[str, Any], account: str) -> dict[str, Any]:
    def swap(one: str) -> str:
        return one if one == account else OTHERS

    plain = {name: swap(row[name]) for name in place.plain if row[name] is not None}
    whole = {**row, **plain, **place.mask(row, swap)}
    return {name: _readable(value) for name, value in whole.items() if name != "tenant_id"}


def _readable(value: Any) -> Any:
    if isinstance(value, bytes | memoryview):
        return msgspec.msgpack.decode(bytes(value))
    return value


def _names(body: bytes, account: str) -> bool:
    return names_any(body.decode("utf-8", "replace"), lambda one: "" if one == account else one)
