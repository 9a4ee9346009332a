"""What a command works with: settings, database, keys, and the site and engagement that it names."""

import difflib
import os
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from itertools import takewhile
from pathlib import Path

from cryptography.fernet import Fernet
from sqlalchemy import Connection, Engine, make_url

from connector.clock import now
from connector.commands.errors import FAILURE, CommandError
from connector.config import Settings, read_settings
from mappings.records.agreement.engagements import StoredEngagement, select_engagement, select_engagements
from mappings.records.operations.tenants import (
    Tenant,
    insert_tenant,
    select_tenant,
    select_tenant_by_site,
    select_tenants,
)
from mappings.records.sql.engine import open_engine, require_current, schema_state, upgrade
from mappings.records.sql.secrets import Vault

_SITE = re.compile(r"[a-z0-9]([a-z0-9.-]*[a-z0-9])?(:[0-9]{1,5})?(/[A-Za-z0-9_~-][A-Za-z0-9._~-]*){0,4}")
# With what the pages of Jira begin, in addresses that people copy.
_PAGES = frozenset({"browse", "secure", "projects", "rest", "issues", "plugins", "login.jsp", "servicedesk"})


@dataclass(frozen=True, slots=True)
class Context:
    """Settings, a database to write to and to read from, and the keys for what is secret in it."""

    settings: Settings
    engine: Engine = field(repr=False)
    reader: Engine = field(repr=False)
    vault: Vault = field(repr=False)


@contextmanager
def open_context(*, create: bool = False) -> Iterator[Context]:
    """Open the database and the keys. With `create` an empty database gets its schema.

    Raises SettingError, StoreError.
    """
    settings = with_keys(read_settings(os.environ))
    engine = open_engine(settings.database_url)
    reader = open_engine(settings.database_url, read_only=True)
    try:
        if create and schema_state(engine) == "empty":
            upgrade(settings.database_url)
        require_current(engine)
        yield Context(settings, engine, reader, Vault(settings.secret_keys))
    finally:
        engine.dispose()
        reader.dispose()


def with_keys(settings: Settings) -> Settings:
    """Return the settings with the key in the file beside a SQLite database, which is made where there is no key."""
    # So a file can be imported without any settings; `serve` still needs keys of its own.
    url = make_url(settings.database_url)
    if url.get_backend_name() != "sqlite" or not url.database:
        return settings
    path = Path(f"{url.database}.key")
    if not path.is_file():
        if settings.secret_keys:
            return settings
        _create_key(path)
    return replace(settings, secret_keys=(*settings.secret_keys, *path.read_text(encoding="ascii").split()))


def _create_key(path: Path) -> None:
    try:
        descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    except OSError as cause:
        hint = "set TEACHBACK_SECRET_KEYS, or make the folder writable"
        raise CommandError(f"no key can be kept in {path}", hint, FAILURE) from cause
    with os.fdopen(descriptor, "w", encoding="ascii") as file:
        file.write(Fernet.generate_key().decode() + "\n")


def read_site(text: str) -> str:
    address = re.sub(r"^https?://", "", text.strip(), flags=re.IGNORECASE)
    host, _, path = address.partition("/")
    name = "/".join((host.lower(), *_context_path(host.lower(), path)))
    if not _SITE.fullmatch(name):
        raise CommandError(f"--site {text!r} is not the name of a site", "write it as acme.atlassian.net")
    return name


def _context_path(host: str, path: str) -> list[str]:
    # Return the parts of a path before a page of Jira's begins. A site of Cloud answers at its root.
    parts = re.split(r"[?#]", path)[0].split("/")
    if host.endswith(".atlassian.net"):
        return []
    return list(takewhile(lambda part: part and part.casefold() not in _PAGES, parts))


def require_tenant(connection: Connection, site: str, *, or_else: str = "") -> Tenant:
    """Return the tenant of a site. Raises CommandError where it is not known; `or_else` ends its hint."""
    name = read_site(site)
    tenant = select_tenant_by_site(connection, name)
    if tenant is None:
        sites = [known.site for known in select_tenants(connection)]
        nearest = difflib.get_close_matches(name, sites, n=1)
        known = f"did you mean {nearest[0]}? Else use" if nearest else "use"
        hint = f"{known} teachback import or teachback sync first{or_else} (known: {', '.join(sites) or 'none yet'})"
        raise CommandError(f"no site {name} is known", hint)
    return tenant


def ensure_tenant(context: Context, site: str) -> tuple[Tenant, bool]:
    """Return the tenant of a site, inserted where it is new, and whether it was."""
    name = read_site(site)
    with context.engine.begin() as connection:
        tenant = select_tenant_by_site(connection, name)
        if tenant is not None:
            return tenant, False
        tenant_id = insert_tenant(
            connection,
            client_key=None,
            site=name,
            base_url=f"https://{name}",
            display_url=None,
            platform="file",
            state="installed",
            now=now(),
            vault=context.vault,
        )
        inserted = select_tenant(connection, tenant_id)
    assert inserted is not None
    return inserted, True


def require_engagement(connection: Connection, tenant_id: int, key: str) -> StoredEngagement:
    stored = select_engagement(connection, tenant_id, key)
    if stored is None:
        known = ", ".join(other.engagement.key for other in select_engagements(connection, tenant_id)) or "none yet"
        raise CommandError(f"no engagement {key!r} on this site", f"apply its file first (known: {known})")
    return stored


def require_measured_engagement(connection: Connection, tenant_id: int, key: str) -> StoredEngagement:
    """Return an engagement that has figures. Raises CommandError where there is none."""
    stored = require_engagement(connection, tenant_id, key)
    if stored.generation is None:
        raise CommandError(f"engagement {key!r} is not measured yet", f"run teachback report {key} first")
    return stored
