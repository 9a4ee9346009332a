"""Files that are sent while they are made: the first block with the answer, each other one when it is asked for."""

import logging
from collections.abc import Iterable, Iterator
from contextvars import Context, copy_context

log = logging.getLogger(__name__)

# Bytes that are sent at once: each block costs a change of thread.
BLOCK = 64 * 1024


class UnfinishedError(Exception):
    """What a file rests on changed while it was written: its rest would not belong to its beginning."""


def in_blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the same bytes in blocks of `BLOCK` bytes or more, the last one aside."""
    block, size = list[bytes](), 0
    for piece in pieces:
        block.append(piece)
        size += len(piece)
        if size >= BLOCK:
            yield b"".join(block)
            block, size = [], 0
    if block:
        yield b"".join(block)


def stream_file(lines: Iterable[bytes], unfinished: bytes) -> Iterator[bytes]:
    """Return a file in blocks, the first of which is made at once: an error of it is raised here.

    After that the status was sent. Where a later block fails the file ends with `unfinished`, which says so: a server
    cannot break off an answer in a way that every client notices.
    """
    blocks, context = in_blocks(lines), copy_context()
    return _stream(context.run(next, blocks, b""), blocks, context, unfinished)


def _stream(first: bytes, blocks: Iterator[bytes], context: Context, unfinished: bytes) -> Iterator[bytes]:
    block = first
    while block:
        yield block
        try:
            # In the context of the request, which is over by now. It is not left pushed between two blocks, as Flask's
            # stream_with_context does: these may be made in different threads.
            block = context.run(next, blocks, b"")
        except Exception:
            # Whatever it is, the file must not look whole.
            log.exception("file broken off")
            yield unfinished
            return
