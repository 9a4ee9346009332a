"""Receiving a webhook: its addresses and limits, and the last step, which stores what was verified."""

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
    """Stores a delivery durably before it returns. Raises StoreError."""

    async def __call__(self, tenant_id: int, delivery: str, body: bytes, at: Instant) -> None: ...


async def save_verified(save: SaveDelivery, verified: Verified, body: bytes, at: Instant) -> None:
    """Store the body of a verified request. Raises Refused where it is not what was signed, StoreError.

    Bodies are not parsed here (docs/architecture.md, "The way of a webhook").
    """
    if verified.prove is not None and not verified.prove(body):
        raise Refused(401)
    await save(verified.tenant_id, verified.delivery or sha256(body).hexdigest(), body, at)


def is_webhook(environ: WSGIEnvironment) -> bool:
    path: str = environ.get("PATH_INFO", "")
    return path == PATH or path.startswith(PROVED_BY_BODY)
