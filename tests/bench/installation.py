"""A Teachback to be measured: a database with one tenant, the story's engagements, and a full inbox."""

import time
import uuid
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Protocol, Self

from cryptography.fernet import Fernet
from sqlalchemy import Connection, Engine

from connector.commands.collector import freeze_startup
from mappings.events.rest import read_issue
from mappings.events.types import Digest, Instant, IssueRead
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.facts.accounts import save_accounts
from mappings.records.facts.statuses import names_in, save_status_names, save_statuses
from mappings.records.operations.inbox import insert_statement
from mappings.records.operations.inbox_bodies import pack_body
from mappings.records.operations.tenants import insert_tenant, select_digest
from mappings.records.sql.secrets import Vault
from tests.bench import story
from tests.bench.machine import opened, processor_seconds
from webhooks.generations import measure_pending


class Database(Protocol):
    """SQLite or PostgreSQL: makes fresh databases; `pid` is its server's process, if it has one."""

    pid: int | None
    version: str

    def fresh(self) -> str: ...


@dataclass
class SiteTenant:
    """A tenant's place in a fresh database."""

    engine: Engine
    vault: Vault
    tenant_id: int
    digest: Digest
    now: Instant


@contextmanager
def site_tenant(
    database: Database, engagements: Iterable[str], known: Sequence[bytes], *, key: str | None = None
) -> Iterator[SiteTenant]:
    """A fresh database with one tenant and engagements in force, which knows the statuses and apps of `known` issues.

    A site that runs knows its own; whoever learns a status measures all anew, which is another matter.
    """
    vault, now = Vault((key or Fernet.generate_key().decode(),)), story.played_story()[0].end
    with opened(database.fresh()) as engine:
        with engine.begin() as connection:
            tenant_id = insert_tenant(
                connection, client_key="client-of-the-bench", site="growth.example",
                base_url="https://growth.example", display_url=None, platform="connect", state="installed",
                now=now, vault=vault,
            )  # fmt: skip
            digest = select_digest(connection, tenant_id, vault)
            learn(connection, tenant_id, [read_issue(line, digest) for line in known])
            for text in engagements:
                engagement = read_engagement(text)
                save_engagement(connection, tenant_id, engagement, engagement_hash(engagement), now=now, by=None)
        measure_pending(engine, tenant_id, now)
        # As commands and the server do before they begin; the bench's own story is not in their process.
        freeze_startup()
        yield SiteTenant(engine, vault, tenant_id, digest, now)


def learn(connection: Connection, tenant_id: int, reads: Iterable[IssueRead]) -> None:
    """Save what a site knows before any of its issues is measured."""
    for read in reads:
        save_accounts(connection, tenant_id, read.accounts)
        save_statuses(connection, tenant_id, read.statuses)
        save_status_names(connection, tenant_id, names_in(read.changes))


def fill_inbox(place: SiteTenant, bodies: Sequence[bytes]) -> None:
    """Put deliveries into the inbox as the intake does."""
    rows = [(place.tenant_id, str(uuid.uuid4()), place.now, pack_body(body)) for body in bodies]
    statement = insert_statement(place.engine)
    with place.engine.begin() as connection:
        connection.exec_driver_sql(statement, rows)


class Stopwatch:
    """Processor seconds of this process, of the database's server beside it, and seconds by the clock."""

    def __init__(self, pid: int | None) -> None:
        self._pid = pid
        self.here = self.there = self.clock = 0.0

    def __enter__(self) -> Self:
        self._began = self._now()
        return self

    def __exit__(self, *_: object) -> None:
        ended = self._now()
        self.here, self.there, self.clock = (b - a for a, b in zip(self._began, ended, strict=True))

    def _now(self) -> tuple[float, float, float]:
        there = processor_seconds(self._pid) if self._pid else 0.0
        return time.process_time(), there, time.perf_counter()
