"""The export of one's own rows: rungs, the evidence for each, what was signed and agreed to, and nobody else's."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from connector.pages.learning.rungs import CONSENTS, NAMES, LadderContext, Own, rungs_of
from mappings.events.types import Instant
from mappings.formats.export.ladder import OwnRow, own_csv, own_json
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.privacy.export import select_own_rows


@dataclass(frozen=True)
class Form:
    """How a file is written, its content type and its ending."""

    ending: str
    mimetype: str
    write: Callable[[Mapping[str, str], Sequence[OwnRow]], bytes]


FORMS: Mapping[str, Form] = {
    "json": Form("json", "application/json", own_json),
    "csv": Form("csv", "text/csv", lambda head, rows: own_csv(rows)),
}
Held: TypeAlias = Mapping[str, list[dict[str, Any]]]
SIGNED: Mapping[str, str] = {"attest": "signed", "revoke": "taken back", "veto": "not yet"}


@dataclass(frozen=True)
class LadderExport:
    context: LadderContext
    own: Own
    held: Held
    labels: Mapping[int, IssueLabel]


def select_export(context: LadderContext, own: Own) -> LadderExport:
    """Return what is stored about the viewer in an engagement."""
    held = select_own_rows(context.scope, context.account)
    issues = {row["issue_id"] for rows in held.values() for row in rows if "issue_id" in row}
    labels = {**own.labels, **select_labels(context.connection, context.tenant_id, issues)}
    return LadderExport(context, own, held, labels)


def rows_of(export: LadderExport, seen: AbstractSet[int]) -> list[OwnRow]:
    """Return the rows of a file; `seen` are the tickets that may be named."""
    formatter = _RowFormatter(export, seen)
    return [row for part in PARTS for row in part(formatter)]


@dataclass(frozen=True)
class _RowFormatter:
    export: LadderExport
    seen: AbstractSet[int]

    def ticket(self, issue_id: int) -> str:
        label = self.export.labels.get(issue_id)
        return label.key if label and issue_id in self.seen else ""

    def objective(self, key: str | None) -> str:
        objectives = self.export.context.view.engagement.objectives
        return next((item.name for item in objectives if item.key == key), key or "")

    def day(self, at: Instant | None) -> date | None:
        return None if at is None else self.export.context.prepared.calendar.day(at)

    def day_on(self, issue_id: int, at: Instant | None) -> date | None:
        # Of a ticket that may not be browsed not even the day is given.
        return self.day(at) if issue_id in self.seen else None

    def held(self, table: str) -> list[dict[str, Any]]:
        return self.export.held.get(table, [])


def _sides(formatter: _RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("affiliation"):
        since, until = formatter.day(row["start_at"]), formatter.day(row["end_at"])
        # The name that the engagement file gives: in works-council mode no surface says one (measurement (f)).
        name = row["name"] if formatter.export.context.prepared.ruleset.names else ""
        yield OwnRow("side", value=row["side"], since=since, until=until, words=name)


def _rungs(formatter: _RowFormatter) -> Iterator[OwnRow]:
    context = formatter.export.context
    for row in rungs_of(context.view, context.prepared, formatter.export.own, context.now):
        text = ". ".join(part for part in (row.state.capitalize(), row.waits) if part)
        yield OwnRow("rung", row.name, value=NAMES[row.rung], since=formatter.day(context.now), words=text)


def _evidence(formatter: _RowFormatter) -> Iterator[OwnRow]:
    own = formatter.export.own
    for pair in own.views:
        for section, of_section in (("evidence", own.rows), ("brought along", own.brought)):
            rows = [row for row in of_section if row[1].objective == pair.objective]
            for issue, row in sorted(rows, key=lambda issue_row: (issue_row[1].at, issue_row[0])):
                about = (formatter.objective(row.objective), formatter.ticket(issue), NAMES[row.kind])
                yield OwnRow(section, *about, since=formatter.day_on(issue, row.at))


def _roles(formatter: _RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("role"):
        about = (formatter.objective(row["objective"]), formatter.ticket(row["issue_id"]))
        since, until = (formatter.day_on(row["issue_id"], row[name]) for name in ("since", "until"))
        yield OwnRow("role", *about, row["role"], since=since, until=until)


def _signatures(formatter: _RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("sign_off"):
        value = " ".join(filter(None, (SIGNED[row["kind"]], row["kind"] != "veto" and NAMES[row["rung"]])))
        # Other signers are named by side: the file is about its reader alone.
        by = "me" if row["kind"] == "veto" else row["side"]
        about = (formatter.objective(row["objective"]), "", value, by)
        yield OwnRow("signature", *about, since=formatter.day(row["at"]), words=row["reason"])


def _teach_backs(formatter: _RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("teach_back"):
        on, accepted = formatter.day_on(row["issue_id"], row["accepted_at"]), row["accepted_at"] is not None
        value = f"accepted on {on}" if on else "accepted" if accepted else "waits to be accepted"
        about = (formatter.objective(row["objective"]), formatter.ticket(row["issue_id"]), value)
        yield OwnRow("teach-back", *about, since=formatter.day_on(row["issue_id"], row["at"]))


def _consents(formatter: _RowFormatter) -> Iterator[OwnRow]:
    labels = dict(CONSENTS)
    for row in formatter.held("consent"):
        since, until = formatter.day(row["at"]), formatter.day(row["until"])
        yield OwnRow("consent", value=row["kind"], since=since, until=until, words=labels.get(row["kind"], ""))


# What is in the file, in its order.
PARTS: tuple[Callable[[_RowFormatter], Iterator[OwnRow]], ...] = (
    _sides,
    _rungs,
    _evidence,
    _roles,
    _signatures,
    _teach_backs,
    _consents,
)
