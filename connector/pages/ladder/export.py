"""One's own rows to take away: rungs, the evidence for each, what was signed and agreed to, and nobody else in it."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from typing import Any, TypeAlias

from connector.pages.ladder.rungs import CONSENTS, NAMES, Look, Own, rungs_of
from mappings.events.types import Instant
from mappings.formats.export.ladder import OwnRow, own_csv, own_json
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.privacy.export import select_own_rows


@dataclass(frozen=True)
class Form:
    """How a file is written, and what it is called."""

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
class Takeaway:
    """All of it, before Jira said which tickets may be named."""

    look: Look
    own: Own
    held: Held
    labels: Mapping[int, IssueLabel]


def select_takeaway(look: Look, own: Own) -> Takeaway:
    """Return what is held of whoever looks in an engagement."""
    held = select_own_rows(look.scope, look.account)
    issues = {row["issue_id"] for rows in held.values() for row in rows if "issue_id" in row}
    labels = {**own.labels, **select_labels(look.connection, look.tenant_id, issues)}
    return Takeaway(look, own, held, labels)


def rows_of(one: Takeaway, seen: AbstractSet[int]) -> list[OwnRow]:
    """Return the rows of a file; `seen` are the tickets that may be named."""
    telling = _Telling(one, seen)
    return [row for part in PARTS for row in part(telling)]


@dataclass(frozen=True)
class _Telling:
    one: Takeaway
    seen: AbstractSet[int]

    def ticket(self, issue_id: int) -> str:
        label = self.one.labels.get(issue_id)
        return label.key if label and issue_id in self.seen else ""

    def objective(self, key: str | None) -> str:
        return next((one.name for one in self.one.look.view.engagement.objectives if one.key == key), key or "")

    def day(self, at: Instant | None) -> date | None:
        return None if at is None else self.one.look.prepared.calendar.day(at)

    def day_on(self, issue_id: int, at: Instant | None) -> date | None:
        """Return a day on a ticket: of one that may not be browsed not even when it was."""
        return self.day(at) if issue_id in self.seen else None

    def held(self, table: str) -> list[dict[str, Any]]:
        return self.one.held.get(table, [])


def _sides(tell: _Telling) -> Iterator[OwnRow]:
    for row in tell.held("affiliation"):
        since, until = tell.day(row["start_at"]), tell.day(row["end_at"])
        # The name that the engagement file gives: in works-council mode no surface says one (measurement (f)).
        words = row["name"] if tell.one.look.prepared.ruleset.names else ""
        yield OwnRow("side", value=row["side"], since=since, until=until, words=words)


def _rungs(tell: _Telling) -> Iterator[OwnRow]:
    look = tell.one.look
    for row in rungs_of(look.view, look.prepared, tell.one.own, look.now):
        words = ". ".join(one for one in (row.state.capitalize(), row.waits) if one)
        yield OwnRow("rung", row.name, value=NAMES[row.rung], since=tell.day(look.now), words=words)


def _evidence(tell: _Telling) -> Iterator[OwnRow]:
    for pair in tell.one.own.views:
        for what, rows in (("evidence", pair.rows), ("brought along", pair.hired)):
            for issue, row in sorted(rows, key=lambda found: (found[1].at, found[0])):
                value, ticket = NAMES[row.kind], tell.ticket(issue)
                yield OwnRow(what, tell.objective(row.objective), ticket, value, since=tell.day_on(issue, row.at))


def _roles(tell: _Telling) -> Iterator[OwnRow]:
    for row in tell.held("role"):
        place = (tell.objective(row["objective"]), tell.ticket(row["issue_id"]))
        since, until = (tell.day_on(row["issue_id"], row[name]) for name in ("since", "until"))
        yield OwnRow("role", *place, row["role"], since=since, until=until)


def _signatures(tell: _Telling) -> Iterator[OwnRow]:
    for row in tell.held("sign_off"):
        value = " ".join(filter(None, (SIGNED[row["kind"]], row["kind"] != "veto" and NAMES[row["rung"]])))
        by = "me" if row["kind"] == "veto" else row["side"]
        place = (tell.objective(row["objective"]), "", value, by)
        yield OwnRow("signature", *place, since=tell.day(row["at"]), words=row["reason"])


def _teach_backs(tell: _Telling) -> Iterator[OwnRow]:
    for row in tell.held("teach_back"):
        on, accepted = tell.day_on(row["issue_id"], row["accepted_at"]), row["accepted_at"] is not None
        value = f"accepted on {on}" if on else "accepted" if accepted else "waits to be accepted"
        place = (tell.objective(row["objective"]), tell.ticket(row["issue_id"]), value)
        yield OwnRow("teach-back", *place, since=tell.day_on(row["issue_id"], row["at"]))


def _consents(tell: _Telling) -> Iterator[OwnRow]:
    said = dict(CONSENTS)
    for row in tell.held("consent"):
        since, until = tell.day(row["at"]), tell.day(row["until"])
        yield OwnRow("consent", value=row["kind"], since=since, until=until, words=said.get(row["kind"], ""))


PARTS: tuple[Callable[[_Telling], Iterator[OwnRow]], ...] = (
    _sides,
    _rungs,
    _evidence,
    _roles,
    _signatures,
    _teach_backs,
    _consents,
)
"""What is in the file, in its order."""
