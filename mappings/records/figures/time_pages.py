"""Rows of tickets page after page in the order of time, the latest first, by the key of the last one."""

from collections.abc import Sequence
from typing import Any, NamedTuple

from sqlalchemy import Column, Select, tuple_

from mappings.events.types import Instant


class TimePlace(NamedTuple):
    """The place of a row in the order of time."""

    at: Instant
    issue_id: int
    number: int


def end_before(end: Instant, before: TimePlace | None) -> Instant:
    """Return where a page ends: by the index on time, so that `latest_before` leaves out rows of that instant alone."""
    return end if before is None else min(end, before.at + 1)


def latest_before(
    query: Select[Any], order: Sequence[Column[Any]], before: TimePlace | None, limit: int
) -> Select[Any]:
    """Return the latest rows before a place, at most `limit`; `order` is instant, ticket and number."""
    query = query.order_by(*(column.desc() for column in order)).limit(limit)
    return query if before is None else query.where(tuple_(*order) < tuple_(*before))
