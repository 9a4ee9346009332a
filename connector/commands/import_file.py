"""`teachback import`: issues from a file, line by line, with progress, and on from where it was stopped."""

import time
from collections.abc import Iterator
from pathlib import Path

import click
from sqlalchemy import Connection

from connector.commands.context import Context, open_ground, take_tenant
from connector.commands.engagements import FILE, SITE
from connector.commands.errors import FAILURE, CommandError
from connector.commands.issue_lines import IssueLines
from connector.commands.progress import Telling
from connector.container import now
from mappings.events.errors import UnreadableBody
from mappings.events.names import fold_name
from mappings.events.rest import read_issue
from mappings.events.types import Digest, IssueRead
from mappings.formats.engagement_file.validation import STATUS_LISTS
from mappings.records.agreement.engagements import select_engagements
from mappings.records.facts.statuses import select_status_book
from mappings.records.operations.progress import (
    REFUSED_LINES,
    Progress,
    delete_progress,
    save_progress,
    select_progress,
)
from mappings.records.operations.tenants import Tenant, select_digest
from webhooks.rest_intake import save_reads

BATCH = 200
"""Issues in one transaction: a stop costs no more, and live events hardly wait."""
NAMED = 20
"""Bad lines that are named one by one; the others are counted."""


class Loading:
    """One file on its way in: what was read, what was refused, and how far it is."""

    def __init__(self, ground: Context, tenant: Tenant, lines: IssueLines) -> None:
        self.ground, self.tenant_id, self.lines = ground, tenant.tenant_id, lines
        self.issues = 0
        self.bad = 0
        self.parts = 0
        self.cursor = 0
        self.resumed = False
        self.began = now()

    def run(self, telling: Telling) -> None:
        """Take the file in, batch by batch. What is saved stays, however it ends."""
        with self.ground.engine.connect() as connection:
            digest = select_digest(connection, self.tenant_id, self.ground.vault)
            before = select_progress(connection, self.tenant_id, "import", self.lines.fingerprint)
        if before is not None:
            self.cursor, self.resumed = before.cursor, True
            telling.say(f"going on after line {before.cursor} of {self.lines.path.name}")
        for through, batch in self._batches(digest):
            if batch:
                self._save(batch, digest)
                self.issues += len(batch)
            self.cursor = through
            self._note()
            telling.tell(self.issues, self.lines.part)
        with self.ground.engine.begin() as connection:
            self._save_refused(connection)
            delete_progress(connection, self.tenant_id, "import", self.lines.fingerprint)

    def _save_refused(self, connection: Connection) -> None:
        """Keep that lines were refused until a file of the same name comes without such lines."""
        name = self.lines.path.name[:255]
        if self.bad:
            refused = Progress("import", name, REFUSED_LINES, self.issues, self.issues, 0, self.began, now())
            save_progress(connection, self.tenant_id, refused)
        elif not self.resumed:
            delete_progress(connection, self.tenant_id, "import", name, number=REFUSED_LINES)

    def _save(self, batch: list[IssueRead], digest: Digest) -> None:
        engine, read_at = self.ground.engine, self.lines.read_at
        save_reads(engine, self.tenant_id, batch, digest=digest, started=read_at, now=now())

    def _batches(self, digest: Digest) -> Iterator[tuple[int, list[IssueRead]]]:
        """Give (the last line in it, what was read) batch by batch."""
        batch: list[IssueRead] = []
        through = self.cursor
        try:
            for number, line in self.lines.after(self.cursor):
                read = self._read(number, line, digest)
                batch += [read] if read else []
                through = number
                if len(batch) == BATCH:
                    yield through, batch
                    batch = []
        except CommandError:
            # The file is damaged here: what was read of it before is kept first.
            yield through, batch
            raise
        yield through, batch

    def _read(self, number: int, line: bytes | None, digest: Digest) -> IssueRead | None:
        try:
            if line is None:
                raise UnreadableBody("longer than a line may be")
            read = read_issue(line, digest)
        except UnreadableBody as refusal:
            self.bad += 1
            self._name(number, str(refusal))
            return None
        for refused in read.refused:
            self.parts += 1
            self._name(number, refused)
        return read

    def _name(self, number: int, why: str) -> None:
        if self.bad + self.parts <= NAMED:
            click.echo(f"line {number}: {why}", err=True)

    def _note(self) -> None:
        share = self.lines.part
        total = max(self.cursor, round(self.cursor / share)) if share else self.cursor
        work = self.lines.fingerprint
        progress = Progress("import", work, 0, self.cursor, total, self.cursor, self.began, now())
        with self.ground.engine.begin() as connection:
            save_progress(connection, self.tenant_id, progress)


@click.command("import")
@click.argument("file", type=FILE)
@SITE
def load(file: Path, site: str) -> None:
    """Load issues from FILE: JSON lines or gzip of it, each line one issue as Jira's REST API returns it."""
    started = time.monotonic()
    with open_ground(make=True) as ground:
        tenant, _ = take_tenant(ground, site)
        loading, telling = Loading(ground, tenant, IssueLines(file)), Telling()
        try:
            loading.run(telling)
        except KeyboardInterrupt:
            click.echo(f"stopped after line {loading.cursor}: the same command goes on from there", err=True)
            raise click.exceptions.Exit(130) from None
        finally:
            telling.end()
            _sum_up(loading, time.monotonic() - started)
        for status in open_statuses(ground, tenant.tenant_id):
            click.echo(f"{status}: neither active nor done: name it in an engagement's workflow", err=True)
    if loading.bad and not loading.issues:
        raise CommandError(f"{file} holds no issue that can be read", "write one issue of Jira's REST API a line")
    if loading.bad:
        hint = "fix them and import the file again under the same name; until then reports are not complete"
        raise CommandError(f"lines of {file} that were refused: {loading.bad}", hint, FAILURE)


def _sum_up(loading: Loading, seconds: float) -> None:
    rate = loading.issues / seconds if seconds else 0
    click.echo(f"{loading.issues} issues in {seconds:.1f} s, {rate:.0f} a second")
    if loading.parts:
        click.echo(f"{loading.parts} parts of issues were left out", err=True)


def open_statuses(ground: Context, tenant_id: int) -> list[str]:
    """Return the statuses whose meaning nothing gives: no category, and no engagement names them."""
    with ground.reader.connect() as connection:
        book = select_status_book(connection, tenant_id)
        agreed = [one.engagement.workflow for one in select_engagements(connection, tenant_id)]
    named = {fold_name(name) for flow in agreed for kind in STATUS_LISTS for name in getattr(flow, kind)}
    bare = {number: names for number, names in book.names.items() if number not in book.categories}
    return [
        f"status {number} ({', '.join(sorted(names))})" for number, names in sorted(bare.items()) if not names & named
    ]
