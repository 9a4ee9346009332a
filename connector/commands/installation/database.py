"""`teachback db` and `config`: the schema, copies, the keys of secrets, and the settings."""

import contextlib
import os
import time
from collections.abc import Iterator
from pathlib import Path

import click
from cryptography.fernet import Fernet
from sqlalchemy import Engine, make_url
from sqlalchemy.exc import ArgumentError

from connector.commands.context import open_context, with_keys
from connector.commands.errors import FAILURE, CommandError
from connector.commands.installation.database_lock import lock_database
from connector.commands.options import CommandGroup, examples
from connector.commands.progress import QUIET, ProgressLine
from connector.config import masked, read_settings
from mappings.records.agreement.closed_room import rotate_room_keys
from mappings.records.operations.admin_webhooks import rotate_admin_webhooks
from mappings.records.operations.dead_letters import rotate_dead_letters
from mappings.records.operations.forge_installations import rotate_system_tokens
from mappings.records.operations.tenants import rotate_secrets
from mappings.records.sql.backup import save_backup
from mappings.records.sql.database_copy import copy_database, count_other_sessions
from mappings.records.sql.engine import open_engine, schema_state, upgrade
from mappings.records.sql.secrets import Vault

# Seconds for which sessions that were just closed may still be listed.
CLOSING_S = 5.0


@click.group(cls=CommandGroup)
def db() -> None:
    """Upgrade the schema, copy and back up the database, rotate the keys of secrets."""


@db.command("upgrade", epilog=examples("db upgrade"))
def upgrade_schema() -> None:
    """Upgrade the database to the schema of this release."""
    settings = read_settings(os.environ)
    upgrade(settings.database_url)
    click.echo("The database is ready for this release.")


@db.command(epilog=examples("db rotate"))
def rotate() -> None:
    """Encrypt every secret again with the first key of TEACHBACK_SECRET_KEYS. Then the older keys can be removed."""
    with open_context() as context, context.engine.begin() as connection:
        tenants = rotate_secrets(connection, context.vault)
        letters = rotate_dead_letters(connection, context.vault)
        webhooks = rotate_admin_webhooks(connection, context.vault)
        tokens = rotate_system_tokens(connection, context.vault)
        rooms = rotate_room_keys(connection, context.vault)
    counts = f"sites ({tenants}), admin webhooks ({webhooks}), Forge tokens ({tokens}), closed rooms ({rooms})"
    click.echo(f"Rotated the secrets of {counts} and dead letters ({letters}): the older keys can be removed.")


@db.command(epilog=examples("db copy --to postgresql+psycopg://teachback@db.example/teachback"))
@click.option("--to", "target_url", required=True, metavar="URL", help="An empty database, or one of a stopped copy.")
@QUIET
def copy(target_url: str) -> None:
    """Copy the whole installation into another database, and compare both row by row.

    Stop serve and every worker first. A copy that was stopped goes on with the same command. Until it is complete, no
    other command takes the database that is copied to.
    """
    with open_context() as context:
        _require_other(context.settings.database_url, target_url)
        with _unused(context.engine), _progress() as line:
            rows = copy_database(context.reader, target_url, lambda part, count: line.update(count, part, "rows"))
        click.echo(f"Copied and compared {rows} rows. Set TEACHBACK_DATABASE_URL to the new address.")
        _echo_keys(context.settings.database_url)


@db.command(epilog=examples("db backup teachback-2026-10-02.db"))
@click.argument("file", type=click.Path(path_type=Path))
@QUIET
def backup(file: Path) -> None:
    """Copy the database into a new SQLite FILE, consistent, while Teachback goes on running.

    To go back, give the file as TEACHBACK_DATABASE_URL, or copy it into PostgreSQL with db copy.
    """
    with open_context() as context:
        with _progress() as line:
            save_backup(context.reader, file, lambda part, count: line.update(count, part, "steps"))
        click.echo(f"Saved {file} ({file.stat().st_size} bytes).")
        _echo_keys(context.settings.database_url)


def _require_other(source_url: str, target_url: str) -> None:
    try:
        same = make_url(source_url) == make_url(target_url)
    except ArgumentError as cause:
        raise CommandError(
            "--to is not the address of a database", "use sqlite:/// or postgresql+psycopg://"
        ) from cause
    if same:
        raise CommandError("--to names the database that is copied", "name an empty one")


@contextlib.contextmanager
def _unused(engine: Engine) -> Iterator[None]:
    # What is written after the copy began would be missing in it.
    with lock_database(engine) if engine.dialect.name == "sqlite" else contextlib.nullcontext():
        # Our own idle connections would count.
        engine.dispose()
        others = _count_lasting_sessions(engine)
        if others:
            hint = "stop serve and every worker first"
            raise CommandError(f"{others} other sessions of Teachback use the database", hint, FAILURE)
        yield


def _count_lasting_sessions(engine: Engine) -> int:
    # PostgreSQL lists a session that was closed until its process has ended: also ours, and those of a stopped serve.
    deadline = time.monotonic() + CLOSING_S
    while (others := count_other_sessions(engine)) and time.monotonic() < deadline:
        time.sleep(0.05)
        engine.dispose()
    return others


@contextlib.contextmanager
def _progress() -> Iterator[ProgressLine]:
    line = ProgressLine()
    yield line
    line.end()


def _echo_keys(url: str) -> None:
    key = Path(f"{make_url(url).database}.key")
    is_kept = make_url(url).get_backend_name() == "sqlite" and key.is_file()
    where = f"{key} (set TEACHBACK_SECRET_KEYS to what it holds)" if is_kept else "TEACHBACK_SECRET_KEYS"
    click.echo(f"Secrets are encrypted in the copy as before. Their key is not in it: keep {where}.")


@click.group(cls=CommandGroup)
def config() -> None:
    """Show the effective settings, or make a key for secrets."""


@config.command("new-key", epilog=examples("config new-key"))
def new_key() -> None:
    """Print a new key for TEACHBACK_SECRET_KEYS. Nothing is stored."""
    click.echo(Fernet.generate_key().decode())


@config.command(epilog=examples("config check"))
def check() -> None:
    """Print the effective settings, with secrets masked, and whether database and keys can be used."""
    settings = read_settings(os.environ)
    for name, text in masked(settings).items():
        click.echo(f"{name} = {text}")
    engine = open_engine(settings.database_url, read_only=True)
    try:
        click.echo(f"database: {SCHEMA_TEXTS[schema_state(engine)]}")
    finally:
        engine.dispose()
    Vault(with_keys(settings).secret_keys)
    click.echo(f"serve: {'can start' if settings.base_url and settings.secret_keys else NOT_SERVING}")


SCHEMA_TEXTS = {
    "current": "ready for this release",
    "behind": "older than this release: run teachback db upgrade",
    "ahead": "newer than this release: install the release that upgraded it",
    "empty": "empty: run teachback db upgrade",
    "copying": "not complete: a copy into it was stopped; run teachback db copy again",
}
NOT_SERVING = "needs TEACHBACK_BASE_URL and TEACHBACK_SECRET_KEYS; import and report do not"
