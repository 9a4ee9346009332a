"""Receiving a webhook: its addresses and limits, and the last step, which stores what was verified."""

import asyncio
from collections.abc import Callable
from hashlib import sha256
from typing import Protocol
from wsgiref.types import WSGIEnvironment

from msgspec import Struct

from mappings.events.types import Instant

PATH = "/webhooks/jira"
# Below it each admin webhook has its own address; its body is signed.
PROVED_BY_BODY = PATH + "/"
# Jira drops bodies over 25 MB itself: https://developer.atlassian.com/cloud/jira/platform/webhooks/.
BODY_LIMIT = 26_000_000
# Large bodies are few at once, so that they cannot fill the memory.
LARGE = 1_000_000
LARGE_AT_ONCE = 2
# Bytes of a body that are hashed on the event loop, 0.1 ms. 25 MB took 20 to 35 ms, in which nobody else was served;
# hashing in a thread lets go of the interpreter.
HASHED_AT_ONCE = 64 * 1024


class Verified(Struct, frozen=True):
    """The caller of a request, and Jira's id of the delivery (None: the body's hash is used).

    `prove` checks a signature that covers the body; None where the request is verified without it.
    """

    tenant_id: int
    delivery: str | None
    prove: Callable[[bytes], bool] | None = None


class Refused(Exception):
    """The request is refused: `status` is all that the caller is told."""

    def __init__(self, status: int) -> None:
        super().__init__(str(status))
        self.status = status


class SaveDelivery(Protocol):
    """Stores a delivery durably before it returns, with the id of its request. Raises StoreError."""

    async def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant, *, request: str = "") -> None: ...


async def save_verified(save: SaveDelivery, verified: Verified, body: bytes, at: Instant, *, request: str = "") -> None:
    """Store the body of a verified request. Raises Refused where it is not what was signed, StoreError.

    Bodies are not parsed here (docs/architecture.md, "The way of a webhook").
    """
    if verified.prove is None and verified.delivery is not None:
        delivery: str | None = verified.delivery
    elif len(body) <= HASHED_AT_ONCE:
        delivery = prove_delivery(verified, body)
    else:
        delivery = await asyncio.to_thread(prove_delivery, verified, body)
    if delivery is None:
        raise Refused(401)
    await save(verified.tenant_id, delivery, body, at, request=request)


def prove_delivery(verified: Verified, body: bytes) -> str | None:
    """Return the id of a delivery; None where the body is not what was signed."""
    if verified.prove is not None and not verified.prove(body):
        return None
    return verified.delivery or sha256(body).hexdigest()


def is_webhook(environ: WSGIEnvironment) -> bool:
    path: str = environ.get("PATH_INFO", "")
    return path == PATH or path.startswith(PROVED_BY_BODY)
