"""Bodies of deliveries as the inbox stores them: most are compressed.

PostgreSQL compresses what is longer than 2 kB itself, at ten times the time, and SQLite writes a body twice: into its
log and into its file.
"""

import zlib

try:
    # The same format as zlib's in a seventh of the time; it is written for two kinds of processors.
    from isal.isal_zlib import compress, decompress
except ImportError:
    from zlib import compress, decompress

# No JSON begins with it. A body that does is put into a stream whatever its length, so what follows is always our own.
MARK = b"\x00zlib"
# Bytes of a body that is compressed. A batch of 800 of the longest has as many bytes as one body may have.
SHORTEST, LONGEST = 2_000, 32_000
_FASTEST = 1 if compress is zlib.compress else 0


def pack_body(body: bytes) -> bytes:
    """Return what is stored for a body."""
    if SHORTEST <= len(body) <= LONGEST:
        return MARK + compress(body, _FASTEST)
    # At its length: a batch ends by the bytes that are stored.
    return MARK + zlib.compress(body, 0) if body.startswith(MARK) else body


def unpack_body(stored: bytes) -> bytes:
    """Return the body of what is stored, byte for byte."""
    return decompress(stored[len(MARK) :]) if stored.startswith(MARK) else stored
