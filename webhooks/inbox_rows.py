"""What the intake hands to a database: rows of deliveries, and the writer that stores them."""

from collections.abc import Sequence
from typing import Final, Protocol

from mappings.events.types import Instant

# Tenant, delivery key, instant, body, request.
Row = tuple[int, str, Instant, bytes, str]
BODY: Final = 3


class BadRowError(Exception):
    """The database refused a row for what is in it."""


class Writer(Protocol):
    """Stores rows durably, all or none. Raises BadRowError where one of them may be at fault, or another error."""

    def write(self, rows: Sequence[Row]) -> None: ...

    def close(self) -> None: ...
