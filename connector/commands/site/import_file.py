"""`teachback import`: issues from a file, plain or gzip, one a line; a second call continues after a stop."""

import gzip
import hashlib
import time
import zlib
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO, NamedTuple

import click
from sqlalchemy import Connection

from connector.clock import now
from connector.commands.collector import freeze_startup
from connector.commands.context import Context, ensure_tenant, open_context
from connector.commands.errors import FAILURE, CommandError
from connector.commands.options import FILE, SITE, examples
from connector.commands.progress import QUIET, ProgressLine
from mappings.events.errors import UnreadableBody
from mappings.events.names import fold_name
from mappings.events.rest import read_issue
from mappings.events.types import Digest, Instant, IssueRead
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
from webhooks.rest_intake import save_reads, save_while_reading

GZIP = b"\x1f\x8b"
HEAD_BYTES = 64 * 1024
# More than any issue of Jira's, and a bound for memory.
MAX_LINE_BYTES = 64 * 1024 * 1024
# Issues in one transaction: a stop costs no more, and live events wait no longer than for a batch of events. Each batch
# costs some eighty statements, and adjusts sums of days that the next one adjusts again (docs/speed.md).
BATCH = 400
# Bad lines that are named one by one; the others are counted.
NAMED_LINES = 20
NAMED_REASONS = 5


class IssueLines:
    """The lines of a file. `part` is how much of it was read, 0 to 1; `read_at` when Jira was asked for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        # The file's own time is the latest at which Jira can have been asked.
        self.read_at: Instant = path.stat().st_mtime_ns // 1000
        with path.open("rb") as file:
            head = file.read(HEAD_BYTES)
        self._is_gzip = head.startswith(GZIP)
        self.fingerprint = hashlib.sha256(b"%d " % self.size + head).hexdigest()[:16]
        self._raw: BinaryIO | None = None

    @property
    def part(self) -> float:
        if self._raw is None or not self.size:
            return 0.0
        return 1.0 if self._raw.closed else self._raw.tell() / self.size

    def after(self, number: int) -> Iterator[tuple[int, bytes | None]]:
        """Give (number from 1, line) of what comes after a line; None for one that is too long, blank ones not at all.

        Raises CommandError where the file ends in the middle of its gzip, after all lines that could be read.
        """
        current = 0
        with self.path.open("rb") as raw:
            self._raw = raw
            lines = gzip.GzipFile(fileobj=raw) if self._is_gzip else raw
            try:
                for line in _bounded_lines(lines):
                    current += 1
                    if current > number and (line is None or not line.isspace()):
                        yield current, line
            except (EOFError, zlib.error, gzip.BadGzipFile) as cause:
                hint = "fetch the file again; the same command continues from there"
                raise CommandError(f"{self.path} is damaged after line {current}", hint, FAILURE) from cause


def _bounded_lines(lines: BinaryIO | gzip.GzipFile) -> Iterator[bytes | None]:
    while line := lines.readline(MAX_LINE_BYTES):
        if len(line) < MAX_LINE_BYTES or line.endswith(b"\n"):
            yield line
            continue
        while (rest := lines.readline(MAX_LINE_BYTES)) and not rest.endswith(b"\n"):
            pass
        yield None


class LinesRead(NamedTuple):
    """The issues of some lines, the last of these, and how much of the file they end at, 0 to 1."""

    last_line: int
    part: float
    reads: list[IssueRead]


class FileImport:
    """One file on its way in: what was read, what was refused and why, and the number of the last line."""

    def __init__(self, context: Context, tenant: Tenant, lines: IssueLines) -> None:
        self.context, self.tenant_id, self.lines = context, tenant.tenant_id, lines
        self.issues = 0
        self.cursor, self.part = 0, 0.0
        self.is_resumed = False
        self.refused: Counter[str] = Counter()
        self.left_out: Counter[str] = Counter()
        self.started_at = now()

    def run(self, progress_line: ProgressLine) -> None:
        """Import batch by batch. What is saved stays, however it ends. Raises CommandError."""
        with self.context.engine.connect() as connection:
            digest = select_digest(connection, self.tenant_id, self.context.vault)
            before = select_progress(connection, self.tenant_id, "import", self.lines.fingerprint)
        if before is not None:
            self.cursor, self.is_resumed = before.cursor, True
            progress_line.print_message(f"continuing after line {before.cursor} of {self.lines.path.name}")

        def save(batch: LinesRead) -> None:
            if batch.reads:
                self._save(batch.reads, digest)
                self.issues += len(batch.reads)
            self.cursor, self.part = batch.last_line, batch.part
            self._save_progress()
            progress_line.update(self.issues, self.part)

        save_while_reading(self._batches(digest), save)
        with self.context.engine.begin() as connection:
            delete_progress(connection, self.tenant_id, "import", self.lines.fingerprint)
            self._save_refused(connection)

    def _save_refused(self, connection: Connection) -> None:
        # Reports are not complete until a file of the same name comes without refused lines.
        name = self.lines.path.name[:255]
        if self.refused:
            progress = Progress("import", name, REFUSED_LINES, self.issues, self.issues, 0, self.started_at, now())
            save_progress(connection, self.tenant_id, progress)
        elif not self.is_resumed:
            delete_progress(connection, self.tenant_id, "import", name, number=REFUSED_LINES)

    def _save(self, batch: list[IssueRead], digest: Digest) -> None:
        engine, read_at = self.context.engine, self.lines.read_at
        save_reads(engine, self.tenant_id, batch, digest=digest, started=read_at, now=now())

    def _batches(self, digest: Digest) -> Iterator[LinesRead]:
        batch: list[IssueRead] = []
        last_line = self.cursor
        try:
            for number, line in self.lines.after(self.cursor):
                issue = self._read(number, line, digest)
                batch += [issue] if issue else []
                last_line = number
                if len(batch) == BATCH:
                    yield LinesRead(last_line, self.lines.part, batch)
                    batch = []
        except CommandError:
            # The file is damaged here: what was read before is saved first.
            yield LinesRead(last_line, self.lines.part, batch)
            raise
        yield LinesRead(last_line, self.lines.part, batch)

    def _read(self, number: int, line: bytes | None, digest: Digest) -> IssueRead | None:
        try:
            if line is None:
                raise UnreadableBody("longer than a line may be")
            issue = read_issue(line, digest)
        except UnreadableBody as refusal:
            self._count(self.refused, number, str(refusal))
            return None
        for reason in issue.refused:
            self._count(self.left_out, number, reason)
        return issue

    def _count(self, reasons: Counter[str], number: int, reason: str) -> None:
        reasons[reason] += 1
        if self.refused.total() + self.left_out.total() <= NAMED_LINES:
            click.echo(f"line {number}: {reason}", err=True)

    def _save_progress(self) -> None:
        part, line = self.part, self.cursor
        total = max(line, round(line / part)) if part else line
        progress = Progress("import", self.lines.fingerprint, 0, line, total, line, self.started_at, now())
        with self.context.engine.begin() as connection:
            save_progress(connection, self.tenant_id, progress)


@click.command("import", epilog=examples("import issues.jsonl.gz --site NAME"))
@click.argument("file", type=FILE)
@SITE
@QUIET
def load(file: Path, site: str) -> None:
    """Load issues from FILE: JSON lines or gzip of it, each line one issue as Jira's REST API returns it."""
    started_at = time.monotonic()
    with open_context(create=True) as context:
        tenant, _ = ensure_tenant(context, site)
        file_import, progress_line = FileImport(context, tenant, IssueLines(file)), ProgressLine()
        known = select_unplaced_statuses(context, tenant.tenant_id)
        freeze_startup()
        try:
            file_import.run(progress_line)
        except KeyboardInterrupt:
            click.echo(f"stopped after line {file_import.cursor}: the same command continues from there", err=True)
            raise click.exceptions.Exit(130) from None
        finally:
            progress_line.end()
            print_summary(file_import, time.monotonic() - started_at)
        # Each status is named once, by the import that brings it.
        for status in select_unplaced_statuses(context, tenant.tenant_id):
            if status not in known or file_import.is_resumed:
                click.echo(f"{status}: neither active nor done: name it in an engagement's workflow", err=True)
    if not file_import.issues and not file_import.is_resumed:
        raise CommandError(f"{file} holds no issue that can be read", "write one issue of Jira's REST API a line")
    if file_import.refused:
        refused = f"{file_import.refused.total()} ({reasons_text(file_import.refused)})"
        hint = "fix them and import the file again under the same name; until then reports are not complete"
        raise CommandError(f"lines of {file} that were refused: {refused}", hint, FAILURE)


def print_summary(file_import: FileImport, seconds: float) -> None:
    rate = file_import.issues / seconds if seconds else 0
    click.echo(f"{file_import.issues} issues in {seconds:.1f} s, {rate:.0f} a second")
    if file_import.left_out:
        left_out = file_import.left_out
        click.echo(f"{left_out.total()} parts of issues were left out: {reasons_text(left_out)}", err=True)


def reasons_text(reasons: Counter[str]) -> str:
    named = reasons.most_common(NAMED_REASONS)
    texts = [f"{count} {reason}" for reason, count in named]
    others = reasons.total() - sum(count for _, count in named)
    return "; ".join([*texts, *([f"{others} for other reasons"] if others else [])])


def select_unplaced_statuses(context: Context, tenant_id: int) -> list[str]:
    # Jira gave them no category, and no engagement names them.
    with context.reader.connect() as connection:
        book = select_status_book(connection, tenant_id)
        workflows = [stored.engagement.workflow for stored in select_engagements(connection, tenant_id)]
    placed = {fold_name(name) for workflow in workflows for kind in STATUS_LISTS for name in getattr(workflow, kind)}
    unknown = {number: names for number, names in book.names.items() if number not in book.categories}
    return [
        f"status {number} ({', '.join(sorted(names))})"
        for number, names in sorted(unknown.items())
        if not names & placed
    ]
