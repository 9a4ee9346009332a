"""Atlassian's public keys by name: a PEM text for each key of signed installs, one key set for Forge."""

from sqlalchemy import Connection, select

from mappings.events.types import Instant
from mappings.records.sql.bulk import save_rows
from mappings.records.tables import public_key

FORGE = "forge key set"


def install_key(kid: str) -> str:
    return f"install {kid}"


def select_public_key(connection: Connection, name: str) -> str | None:
    body: str | None = connection.scalar(select(public_key.c.body).where(public_key.c.name == name))
    return body


def save_public_key(connection: Connection, name: str, body: str, now: Instant) -> None:
    save_rows(connection, public_key, ("name", "body", "fetched_at"), [(name, body, now)])
