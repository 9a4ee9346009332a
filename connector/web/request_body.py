"""Reading a request's body with a limit (those of body_limits), a deadline and a least rate."""

from collections.abc import AsyncIterator
from wsgiref.types import WSGIEnvironment

from werkzeug.exceptions import BadRequest, LengthRequired, RequestEntityTooLarge, RequestTimeout

from connector.web.deadlines import Deadlines

# Seconds that a caller may take whatever the rate: a slow network's first packet.
GRACE = 5.0
# Bytes a second, on average from the first byte on.
LEAST_RATE = 64_000
# Seconds for any body. Jira gives up after 20: https://developer.atlassian.com/cloud/jira/platform/webhooks/.
DEADLINE = 30.0

WITH_BODY = frozenset({"POST", "PUT", "PATCH", "DELETE"})


def read_length(environ: WSGIEnvironment, limit: int) -> int:
    """Return the announced length of the body, 0 for a method that has none. Raises HTTPException."""
    if environ["REQUEST_METHOD"] not in WITH_BODY:
        return 0
    if "HTTP_TRANSFER_ENCODING" in environ:
        # A body without a length cannot be given a place by its size.
        raise LengthRequired
    text = environ.get("CONTENT_LENGTH") or "0"
    if not text.isascii() or not text.isdigit():
        raise BadRequest
    if len(text) > len(str(limit)) or int(text) > limit:
        raise RequestEntityTooLarge
    return int(text)


def require_length(environ: WSGIEnvironment, limit: int) -> int:
    """Return the announced length of the body. Raises HTTPException, LengthRequired for a body without one."""
    length = read_length(environ, limit)
    if "CONTENT_LENGTH" not in environ:
        raise LengthRequired
    return length


async def read_body(chunks: AsyncIterator[bytes], length: int, deadlines: Deadlines) -> bytes:
    """Return the whole body. Raises RequestTimeout for one that comes too slowly, BadRequest for one cut short."""
    body = bytearray()
    try:
        with deadlines.start(GRACE) as deadline:
            began = deadline.at - GRACE
            while len(body) < length:
                body += await anext(chunks)
                deadline.at = began + time_allowed(len(body))
    except TimeoutError as cause:
        raise RequestTimeout from cause
    except StopAsyncIteration as cause:
        raise BadRequest from cause
    return bytes(body)


def time_allowed(received: int) -> float:
    return min(GRACE + received / LEAST_RATE, DEADLINE)
