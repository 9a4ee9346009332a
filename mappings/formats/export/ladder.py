"""The export of a person's own ladder, as JSON and CSV, row by row."""

import json
from collections.abc import Iterable, Iterator, Mapping
from datetime import date

from msgspec import Struct

from mappings.formats.export.csv_table import UNFINISHED, csv_line, csv_lines

FORMAT = "teachback-own/1"


class OwnRow(Struct, frozen=True):
    """A row about the person: days without clock times; `ticket` is '' where they may not browse it in Jira.

    `what` is side, rung, evidence, brought along, role, signature, teach-back, consent or incomplete; `by` the side
    that stated it, `words` what the pages call a `value` that is a code, or a reason. `since` of a rung is the day on
    which it began, None where that is not known or not told.
    """

    what: str
    objective: str = ""
    ticket: str = ""
    value: str = ""
    by: str = ""
    since: date | None = None
    until: date | None = None
    words: str = ""


_COLUMNS = OwnRow.__struct_fields__


def own_json(head: Mapping[str, str], rows: Iterable[OwnRow]) -> Iterator[bytes]:
    """Yield UTF-8 JSON, row by row, under a head with the person, the engagement and the date."""
    opening = json.dumps({"format": FORMAT, **head, "rows": []}, ensure_ascii=False, indent=1)
    yield opening.removesuffix(_NO_ROWS).encode()
    separator = ""
    for row in rows:
        yield separator.encode() + _json_row(row)
        separator = ","
    yield (_END if separator else f"{_NO_ROWS}\n").encode()


# How a list without rows ends, and one with rows.
_NO_ROWS, _END = "]\n}", "\n ]\n}\n"


def own_csv(head: Mapping[str, str], rows: Iterable[OwnRow]) -> Iterator[bytes]:
    return csv_lines(_COLUMNS, map(_plain, rows))


def unfinished_json() -> bytes:
    # Without the end of the list, so that no parser takes the file for a whole one.
    return b"," + _json_row(OwnRow("incomplete", words=UNFINISHED))


def unfinished_csv() -> bytes:
    return csv_line(_COLUMNS, _plain(OwnRow("incomplete", words=UNFINISHED)))


def _json_row(row: OwnRow) -> bytes:
    text = json.dumps(_plain(row), ensure_ascii=False, indent=1).replace("\n", "\n  ")
    return f"\n  {text}".encode()


def _plain(row: OwnRow) -> dict[str, str]:
    values = {name: getattr(row, name) for name in _COLUMNS}
    return {name: value.isoformat() if isinstance(value, date) else value or "" for name, value in values.items()}
