"""The body of a lifecycle call: read and checked, and used only after its signature was verified."""

import re
from typing import Literal, TypeAlias

from msgspec import DecodeError, Struct, ValidationError
from msgspec.json import decode

from connector.allowed_hosts import is_allowed
from connector.auth.tokens import WEAKEST_SECRET

EventType: TypeAlias = Literal["installed", "uninstalled", "enabled", "disabled"]

_PLAIN = re.compile(r"[ -~]{1,255}")


class BodyError(Exception):
    """A lifecycle body that cannot be: `what` names the field, never its content."""

    def __init__(self, what: str) -> None:
        super().__init__(what)
        self.what = what


class Lifecycle(Struct, frozen=True, rename="camel"):
    """The fields of a lifecycle body that we use. `shared_secret` comes with `installed` alone."""

    key: str
    client_key: str
    base_url: str
    product_type: str
    event_type: str
    shared_secret: str = ""
    display_url: str = ""

    def __repr__(self) -> str:
        return f"Lifecycle({self.event_type!r})"


def read_lifecycle(body: bytes) -> Lifecycle:
    """Decode a lifecycle body. Raises BodyError where it is not Jira's."""
    try:
        lifecycle = decode(body, type=Lifecycle)
    except (ValidationError, DecodeError, UnicodeDecodeError, RecursionError) as cause:
        raise BodyError("body") from cause
    if not _PLAIN.fullmatch(lifecycle.client_key):
        raise BodyError("clientKey")
    return lifecycle


def check_key(lifecycle: Lifecycle, app_key: str) -> None:
    # The call is about this app.
    if lifecycle.key != app_key:
        raise BodyError("key")


def check_product(lifecycle: Lifecycle) -> None:
    # We serve Jira; a Confluence site has nothing for us.
    if lifecycle.product_type != "jira":
        raise BodyError("productType")


def check_event(lifecycle: Lifecycle, event: EventType) -> None:
    # The body of one event does not pass for another.
    if lifecycle.event_type != event:
        raise BodyError("eventType")


def check_base_url(lifecycle: Lifecycle, hosts: tuple[str, ...]) -> None:
    # The address that we will send our tokens to is Atlassian's.
    if not is_allowed(lifecycle.base_url, hosts):
        raise BodyError("baseUrl")


def check_shared_secret(lifecycle: Lifecycle) -> None:
    # A secret that can be guessed is no secret.
    if not WEAKEST_SECRET <= len(lifecycle.shared_secret.encode()) <= 1024:
        raise BodyError("sharedSecret")
