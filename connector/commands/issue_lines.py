"""A file of issues, one a line, plain or gzip: read in a stream, and known again when it comes a second time."""

import gzip
import hashlib
import zlib
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from connector.commands.errors import FAILURE, CommandError
from mappings.events.types import Instant

GZIP = b"\x1f\x8b"
HEAD = 64 * 1024
LONGEST = 64 * 1024 * 1024
"""Bytes of a line: more than any issue of Jira's, and a bound for memory."""


class IssueLines:
    """The lines of a file. `part` is how much of it was read, 0 to 1; `read_at` when Jira was asked for it."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self.size = path.stat().st_size
        # The file's own time is the latest at which Jira can have been asked.
        self.read_at: Instant = path.stat().st_mtime_ns // 1000
        with path.open("rb") as file:
            head = file.read(HEAD)
        self._packed = head.startswith(GZIP)
        self.fingerprint = hashlib.sha256(b"%d " % self.size + head).hexdigest()[:16]
        self._raw: BinaryIO | None = None

    @property
    def part(self) -> float:
        """How much of the file was read."""
        if self._raw is None or not self.size:
            return 0.0
        return 1.0 if self._raw.closed else self._raw.tell() / self.size

    def after(self, line: int) -> Iterator[tuple[int, bytes | None]]:
        """Give (number from 1, line) of what comes after a line; None for one that is too long, blank ones not at all.

        Raises CommandError where the file ends in the middle of its gzip, after all lines that could be read.
        """
        number = 0
        with self.path.open("rb") as raw:
            self._raw = raw
            lines = gzip.GzipFile(fileobj=raw) if self._packed else raw
            try:
                for text in _cut(lines):
                    number += 1
                    if number > line and (text is None or not text.isspace()):
                        yield number, text
            except (EOFError, zlib.error, gzip.BadGzipFile) as cause:
                mend = "fetch the file again; the same command goes on from there"
                raise CommandError(f"{self.path} is damaged after line {number}", mend, FAILURE) from cause


def _cut(lines: BinaryIO | gzip.GzipFile) -> Iterator[bytes | None]:
    while line := lines.readline(LONGEST):
        if len(line) < LONGEST or line.endswith(b"\n"):
            yield line
            continue
        while (rest := lines.readline(LONGEST)) and not rest.endswith(b"\n"):
            pass
        yield None
