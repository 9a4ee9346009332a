"""`teachback db` and `config`: the schema, the keys of secrets, and the settings."""

import os

import click
from cryptography.fernet import Fernet

from connector.commands.context import open_context, with_keys
from connector.commands.options import CommandGroup, examples
from connector.config import masked, read_settings
from mappings.records.operations.admin_webhooks import rotate_admin_webhooks
from mappings.records.operations.dead_letters import rotate_dead_letters
from mappings.records.operations.forge_installations import rotate_system_tokens
from mappings.records.operations.tenants import rotate_secrets
from mappings.records.sql.engine import open_engine, schema_state, upgrade
from mappings.records.sql.secrets import Vault


@click.group(cls=CommandGroup)
def db() -> None:
    """Upgrade the schema, rotate the keys of secrets."""


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
    counts = f"sites ({tenants}), admin webhooks ({webhooks}), Forge tokens ({tokens}) and dead letters ({letters})"
    click.echo(f"Rotated the secrets of {counts}: the older keys can be removed.")


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
}
NOT_SERVING = "needs TEACHBACK_BASE_URL and TEACHBACK_SECRET_KEYS; import and report do not"
