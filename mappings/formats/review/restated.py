"""What changed in a frozen period since: the agency's units ticket by ticket, each with its cause."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, Literal, TypeAlias

from msgspec import Struct

from mappings.measure.model.ticket import BILLION

Row: TypeAlias = Mapping[str, Any]
Cause: TypeAlias = Literal[
    "added", "removed", "late_tag", "objectives", "reopened", "size", "split", "evidence"
]  # fmt: skip
CAUSES: tuple[Cause, ...] = ("late_tag", "objectives", "reopened", "evidence", "split", "size", "added", "removed")


class Restatement(Struct, frozen=True):
    """A cause with its tickets, and what it moved of the agency's units and of those taught, in billionths."""

    cause: Cause
    issues: tuple[int, ...]
    agency: int
    taught: int


def restatements(recorded: Iterable[Row], current: Iterable[Row]) -> list[Restatement]:
    """Return what moved the agency's units between two reports' rows of tickets; together it is the whole difference.

    A ticket has one cause: the first of those that differ, from what people said to what was measured.
    """
    before, after = _by_issue(recorded), _by_issue(current)
    moved: dict[Cause, list[tuple[int, int, int]]] = {}
    for issue in sorted(before.keys() | after.keys()):
        then, now = before.get(issue, ()), after.get(issue, ())
        agency, taught = (_sum(now, names) - _sum(then, names) for names in (("taught", "done_only"), ("taught",)))
        if agency or taught:
            moved.setdefault(_cause(then, now), []).append((issue, agency, taught))
    return [_restatement(cause, moved[cause]) for cause in CAUSES if cause in moved]


def _restatement(cause: Cause, tickets: Sequence[tuple[int, int, int]]) -> Restatement:
    issues, agency, taught = zip(*tickets, strict=True)
    return Restatement(cause, issues, sum(agency), sum(taught))


def _by_issue(rows: Iterable[Row]) -> dict[int, tuple[Row, ...]]:
    by_issue: dict[int, tuple[Row, ...]] = {}
    for row in rows:
        by_issue[int(row["id"])] = (*by_issue.get(int(row["id"]), ()), row)
    return by_issue


def _sum(rows: Sequence[Row], names: Iterable[str]) -> int:
    return sum(round(row[name] * BILLION) for row in rows for name in names)


def _cause(then: Sequence[Row], now: Sequence[Row]) -> Cause:
    if not then or not now:
        return "removed" if then else "added"
    gained = _objectives(now) - _objectives(then)
    if gained and gained <= {key for row in then for key in row["retro"]}:
        return "late_tag"
    if _objectives(now) != _objectives(then):
        return "objectives"
    if len(then) != len(now):
        return "reopened"
    if [row["units"] for row in then] != [row["units"] for row in now]:
        return "size"
    return "split" if [row["shares"] for row in then] != [row["shares"] for row in now] else "evidence"


def _objectives(rows: Sequence[Row]) -> set[str]:
    return {key for row in rows for key in row["objectives"]}
