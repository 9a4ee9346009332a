"""An installed app for tests of requests: the whole web process with two sites installed through it, and its log."""

import sqlite3
from contextlib import closing

import pytest

from tests.connector.installed_sites import open_installed_app


@pytest.fixture
def sqlite_url(sqlite_template, tmp_path):
    """A fresh database with this release's schema."""
    copy = tmp_path / "teachback.db"
    with closing(sqlite3.connect(sqlite_template)) as old, closing(sqlite3.connect(copy)) as new:
        old.backup(new)
    return f"sqlite:///{copy}"


@pytest.fixture
def installed_app(sqlite_url, caplog):
    """Teachback with Acme and Globex installed, on SQLite."""
    with open_installed_app(sqlite_url, caplog) as opened:
        yield opened


@pytest.fixture
def installed_app_on_each(migrated_url, caplog):
    """The same on each database."""
    with open_installed_app(migrated_url, caplog) as opened:
        yield opened
