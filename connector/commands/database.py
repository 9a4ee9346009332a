"""Commands about the installation itself: its schema and its settings."""

import os

import click

from connector.commands.context import open_ground, with_keys
from connector.config import masked, read_settings
from mappings.records.operations.admin_webhooks import rotate_admin_webhooks
from mappings.records.operations.dead_letters import rotate_letters
from mappings.records.operations.tenants import rotate_secrets
from mappings.records.sql.engine import open_engine, schema_state, upgrade
from mappings.records.sql.secrets import Vault


@click.group()
def db() -> None:
    """The database."""


@db.command("upgrade")
def upgrade_schema() -> None:
    """Bring the schema to this release."""
    settings = read_settings(os.environ)
    upgrade(settings.database_url)
    click.echo("The database is ready for this release.")


@db.command()
def rotate() -> None:
    """Encrypt every secret anew under the newest of TEACHBACK_SECRET_KEYS, so that the older keys can go."""
    with open_ground() as ground, ground.engine.begin() as connection:
        tenants = rotate_secrets(connection, ground.vault)
        letters = rotate_letters(connection, ground.vault)
        webhooks = rotate_admin_webhooks(connection, ground.vault)
    counts = f"of all sites ({tenants}), of admin webhooks ({webhooks}) and dead letters ({letters})"
    click.echo(f"Rotated the secrets {counts}: the older keys can go.")


@click.group()
def config() -> None:
    """The settings."""


@config.command()
def check() -> None:
    """Say which settings hold, secrets masked, and whether database and keys can be used."""
    settings = read_settings(os.environ)
    for name, text in masked(settings).items():
        click.echo(f"{name} = {text}")
    engine = open_engine(settings.database_url, read_only=True)
    try:
        click.echo(f"database: {_STATES[schema_state(engine)]}")
    finally:
        engine.dispose()
    Vault(with_keys(settings).secret_keys)
    click.echo(f"doors: {'can open' if settings.base_url and settings.secret_keys else _CLOSED}")


_STATES = {
    "current": "ready for this release",
    "behind": "older than this release: run teachback db upgrade",
    "ahead": "newer than this release: install the release that upgraded it",
    "empty": "empty: run teachback db upgrade",
}
_CLOSED = "closed: serve needs TEACHBACK_BASE_URL and TEACHBACK_SECRET_KEYS; import and report do not"
