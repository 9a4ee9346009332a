"""Databases of a site with many issues: made once, and kept outside of git for the next runs."""

import os
import sqlite3
from collections.abc import Callable
from contextlib import closing
from functools import partial
from pathlib import Path

import msgspec
from cryptography.fernet import Fernet
from msgspec import Struct
from sqlalchemy import Connection, Engine, event

from mappings.events.rest import read_issue
from mappings.events.types import Instant
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.business_calendar import calendar_of
from mappings.records.agreement.engagements import save_engagement, select_engagements
from mappings.records.operations.tenants import insert_tenant, save_tenant, select_digest
from mappings.records.sql.engine import revisions, upgrade
from mappings.records.sql.secrets import Vault
from tests.bench import story
from tests.bench.company import ISSUES_OF_EACH, KEY, enter_engagements, repeat_engagement
from tests.bench.large_tenant import Span, grow
from tests.bench.machine import opened
from tests.connector.atlassian_signer import Site
from webhooks.generations import measure_pending
from webhooks.rest_intake import save_reads

FOLDER = Path(os.environ.get("TEACHBACK_BENCH_CACHE", "") or Path(__file__).parents[2] / ".bench" / "databases")
# Raise it where other rows are made for the same schema.
VERSION = 6
SIGNER = Site("client-of-the-bench", "https://growth.example", "a-secret-of-the-bench-" * 3)


class LargeDatabase(Struct, frozen=True):
    """A file with a site in it, the key of its secrets, and the tenant's number."""

    path: str
    key: str
    tenant_id: int

    @property
    def url(self) -> str:
        return f"sqlite:///{self.path}"


def large_database(issues: int) -> LargeDatabase:
    """Return the database with about so many measured issues; it is made where it is not there yet."""
    return _cached(f"pages-{VERSION}-{revisions()[-1]}-{issues}", partial(_make, issues=issues))


def company_database() -> LargeDatabase:
    """Return the database of the company, which is made as the others are."""
    return _cached(f"company-{VERSION}-{revisions()[-1]}", partial(_make, issues=ISSUES_OF_EACH, company=True))


def _cached(name: str, make: Callable[[Path], LargeDatabase]) -> LargeDatabase:
    stored = FOLDER / f"{name}.json"
    if not stored.exists():
        FOLDER.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(msgspec.json.encode(make(stored.with_suffix(".db"))))
    return msgspec.json.decode(stored.read_bytes(), type=LargeDatabase)


def _make(path: Path, issues: int, *, company: bool = False) -> LargeDatabase:
    path.unlink(missing_ok=True)
    upgrade(f"sqlite:///{path}")
    key = Fernet.generate_key().decode()
    with opened(f"sqlite:///{path}") as engine:
        event.listen(engine, "connect", _prepare)
        tenant_id, copies = _save_story(engine, Vault((key,)), issues)
        now = story.played_story()[0].end
        if company:
            enter_engagements(engine, tenant_id, now)
        with engine.begin() as connection:
            _grow(connection, tenant_id, now, copies)
            if company:
                repeat_engagement(connection)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return LargeDatabase(str(path), key, tenant_id)


def _prepare(driver: sqlite3.Connection, _: object) -> None:
    # Nobody needs a file that is half made, and the rows refer to one another rightly.
    for pragma in ("journal_mode = OFF", "synchronous = OFF", "foreign_keys = OFF", "cache_size = -2000000"):
        driver.execute(f"PRAGMA {pragma}")


def _save_story(engine: Engine, vault: Vault, issues: int) -> tuple[int, int]:
    """Measure the story once; return the tenant, and how many times it has to be repeated."""
    now, engagement = story.played_story()[0].end, read_engagement(story.engagement_files()[0])
    with engine.begin() as connection:
        tenant_id = _install(connection, vault, now)
        digest = select_digest(connection, tenant_id, vault)
        save_engagement(connection, tenant_id, engagement, engagement_hash(engagement), now=now, by=None)
    measure_pending(engine, tenant_id, now)
    reads = [read_issue(line, digest) for line in story.dump()]
    save_reads(engine, tenant_id, reads, digest=digest, started=now, now=now)
    return tenant_id, issues // len(reads)


def _install(connection: Connection, vault: Vault, now: Instant) -> int:
    tenant_id = insert_tenant(
        connection, client_key=SIGNER.client_key, site="growth.example", base_url=SIGNER.base_url,
        display_url=None, platform="connect", state="installed", now=now, vault=vault,
    )  # fmt: skip
    secret = vault.encrypt(SIGNER.secret.encode(), tenant_id=tenant_id, column="secret")
    save_tenant(connection, tenant_id, secret=secret)
    return tenant_id


def _grow(connection: Connection, tenant_id: int, now: Instant, copies: int) -> None:
    """Repeat the story over the weeks of its engagement."""
    stored = next(each for each in select_engagements(connection, tenant_id) if each.engagement.key == KEY)
    assert stored.generation is not None
    calendar = calendar_of(stored.engagement.zone, stored.engagement.workflow.hours)
    first, today = story.played_story()[0].dates.first, calendar.day(now)
    span = Span(calendar, first, (today - first).days // 7 * 7)
    grow(connection, (tenant_id, stored.engagement.key, stored.generation), span, copies)
