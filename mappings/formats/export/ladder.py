"""The export of a person's own ladder, as JSON and CSV."""

import json
from collections.abc import Iterable, Mapping
from datetime import date

from msgspec import Struct

from mappings.formats.export.csv_table import csv_lines

FORMAT = "teachback-own/1"


class OwnRow(Struct, frozen=True):
    """A row about the person: days without clock times; `ticket` is '' where they may not browse it in Jira.

    `what` is side, rung, evidence, brought along, role, signature, teach-back or consent; `by` the side that stated it.
    """

    what: str
    objective: str = ""
    ticket: str = ""
    value: str = ""
    by: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""


def own_json(head: Mapping[str, str], rows: Iterable[OwnRow]) -> bytes:
    """Return the rows as UTF-8 JSON under a head with the person, the engagement and the date."""
    whole = {"format": FORMAT, **head, "rows": [_plain(row) for row in rows]}
    return (json.dumps(whole, ensure_ascii=False, indent=1) + "\n").encode()


def own_csv(rows: Iterable[OwnRow]) -> bytes:
    return b"".join(csv_lines(OwnRow.__struct_fields__, map(_plain, rows)))


def _plain(row: OwnRow) -> dict[str, str]:
    values = {name: getattr(row, name) for name in OwnRow.__struct_fields__}
    return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in values.items()}
