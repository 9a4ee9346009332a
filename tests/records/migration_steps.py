"""An empty database of an older release, filled, and brought to this one."""

from collections.abc import Sequence
from importlib import resources
from typing import Any

from alembic import command
from alembic.config import Config
from sqlalchemy import text

from mappings.records.sql.engine import MIGRATIONS, open_engine, upgrade

TENANT = {
    "tenant_id": 1,
    "site": "site",
    "base_url": "https://site.example",
    "secret_before_until": 0,
    "digest_key": b"key",
    "door": "file",
    "state": "installed",
    "installed_iat": 0,
    "changed_at": 0,
}


def upgrade_from(url: str, revision: str, table: str, rows: Sequence[dict[str, Any]]) -> None:
    """Fill a table as it was at a revision, and bring the schema to this release."""
    upgrade(url)
    downgrade(url, revision)
    engine = open_engine(url)
    with engine.begin() as connection:
        for name, row in [("tenant", TENANT), *((table, row) for row in rows)]:
            columns, values = ", ".join(f'"{key}"' for key in row), ", ".join(f":{key}" for key in row)
            connection.execute(text(f'INSERT INTO "{name}" ({columns}) VALUES ({values})'), row)
    engine.dispose()
    upgrade(url)


def downgrade(url: str, revision: str) -> None:
    """Take the schema back to a revision."""
    config = Config()
    config.set_main_option("script_location", str(resources.files(MIGRATIONS)))
    engine = open_engine(url)
    with engine.connect() as connection:
        config.attributes["connection"] = connection
        command.downgrade(config, revision)
        connection.commit()
    engine.dispose()
