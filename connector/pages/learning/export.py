"""The export of one's own rows: rungs, the evidence for each, what was signed and agreed to, and nobody else's.

Evidence grows with a person's tickets and is read page after page; what people stated by hand is read at once.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, TypeAlias

from connector.container import container
from connector.pages.learning.consents import CONSENTS
from connector.pages.learning.own_evidence import figures_of, select_own_views
from connector.pages.learning.rung_names import NAMES
from connector.pages.learning.rungs import LOWERED_BY_ONESELF, LadderContext, rungs_of
from connector.pages.panel.roles import ROLES
from connector.pages.visibility import browsable, connect_for_page
from mappings.events.types import Instant
from mappings.formats.export.ladder import OwnRow, own_csv, own_json, unfinished_csv, unfinished_json
from mappings.measure.people.rung_days import rung_begun
from mappings.measure.people.standing import PairView
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures import evidence_pages
from mappings.records.figures.evidence_pages import BEGIN, EvidencePlace
from mappings.records.figures.rung_evidence import Source
from mappings.records.privacy.export import select_own_rows


@dataclass(frozen=True)
class Form:
    """How a file is written, its content type, its ending, and its last bytes where it could not be written whole."""

    ending: str
    mimetype: str
    write: Callable[[Mapping[str, str], Iterable[OwnRow]], Iterator[bytes]]
    unfinished: Callable[[], bytes]


FORMS: Mapping[str, Form] = {
    "json": Form("json", "application/json", own_json, unfinished_json),
    "csv": Form("csv", "text/csv", own_csv, unfinished_csv),
}
Held: TypeAlias = Mapping[str, list[dict[str, Any]]]
SIGNED: Mapping[str, str] = {"attest": "signed", "revoke": "taken back", "veto": "not yet"}


@dataclass(frozen=True)
class LadderExport:
    """What is stored about the viewer in an engagement, but for evidence; `labels` are of its tickets.

    `begun` is by objective since when its rung holds.
    """

    context: LadderContext
    views: tuple[PairView, ...]
    held: Held
    labels: Mapping[int, IssueLabel]
    begun: Mapping[str, Instant]

    def tickets_at(self, objective: str) -> set[int]:
        """Return the tickets whose evidence began the rung of an objective."""
        begun = self.begun.get(objective)
        rows = (row for view in self.views if view.objective == objective for row in (*view.rows, *view.hired))
        return {issue_id for issue_id, evidence in rows if evidence.at == begun}


def select_export(context: LadderContext) -> LadderExport:
    held, views = select_own_rows(context.scope, context.account), select_own_views(context)
    export = LadderExport(context, views, held, {}, _begun(context, views))
    issues = {row["issue_id"] for rows in held.values() for row in rows if "issue_id" in row}
    issues.update(*(export.tickets_at(view.objective) for view in views))
    return replace(export, labels=select_labels(context.connection, context.tenant_id, issues))


def _begun(context: LadderContext, views: Iterable[PairView]) -> dict[str, Instant]:
    prepared, span = context.prepared, context.prepared.affiliations.span(context.account)
    begun = {view.objective: rung_begun(view, span, context.now, prepared.rules_of(view.objective)) for view in views}
    return {objective: instant for objective, instant in begun.items() if instant is not None}


def rows_of(export: LadderExport) -> Iterator[OwnRow]:
    """Yield the rows of a file. Raises JiraError, and UnfinishedError where figures were measured anew meanwhile."""
    formatter = RowFormatter(export, browsable(container(), export.labels.values()))
    for part in PARTS:
        yield from part(formatter)


@dataclass(frozen=True)
class RowFormatter:
    """Writes rows; `seen` are the tickets of an export's labels that may be named."""

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


def _sides(formatter: RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("affiliation"):
        since, until = formatter.day(row["start_at"]), formatter.day(row["end_at"])
        # The name that the engagement file gives: in works-council mode no surface says one (measurement (f)).
        name = row["name"] if formatter.export.context.prepared.ruleset.names else ""
        yield OwnRow("side", value=row["side"], since=since, until=until, words=name)


def _rungs(formatter: RowFormatter) -> Iterator[OwnRow]:
    export = formatter.export
    for row in rungs_of(export.context, export.views):
        text = ". ".join(part for part in (row.state.capitalize(), row.waits) if part)
        # Not the day of a ticket that may not be browsed.
        is_told = export.tickets_at(row.key) <= formatter.seen
        since = formatter.day(export.begun.get(row.key)) if is_told else None
        yield OwnRow("rung", row.name, value=NAMES[row.rung], since=since, words=text)


# The sections of evidence, and where each is stored.
SECTIONS: Mapping[str, Source] = {"evidence": "evidence", "brought along": "hire"}


def _evidence(formatter: RowFormatter) -> Iterator[OwnRow]:
    context = formatter.export.context
    for pair in formatter.export.views:
        for section, source in SECTIONS.items():
            if source == "evidence" or context.prepared.hires:
                for page in _pages(context, pair, source):
                    yield from _page_rows(formatter, (section, pair.objective), page)


Page: TypeAlias = tuple[list[EvidencePlace], Mapping[int, IssueLabel]]


def _pages(context: LadderContext, pair: PairView, source: Source) -> Iterator[Page]:
    after, own = BEGIN, (pair.objective, pair.account)
    while True:
        with connect_for_page(context.view, is_own=True) as connection:
            scope = figures_of(context)._replace(connection=connection)
            rows = evidence_pages.select_evidence_page(scope, own, source, after=after, as_of=context.now)
            labels = select_labels(connection, context.tenant_id, {row.issue_id for row in rows})
        yield rows, labels
        if len(rows) < evidence_pages.PAGE_ROWS:
            return
        after = rows[-1]


def _page_rows(formatter: RowFormatter, about: tuple[str, str], page: Page) -> Iterator[OwnRow]:
    rows, labels = page
    seen, name = browsable(container(), labels.values()), formatter.objective(about[1])
    for row in rows:
        # Of a ticket that may not be browsed not even the day is given.
        ticket, day = (labels[row.issue_id].key, formatter.day(row.at)) if row.issue_id in seen else ("", None)
        yield OwnRow(about[0], name, ticket, NAMES[row.kind], since=day)


def _roles(formatter: RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("role"):
        about = (formatter.objective(row["objective"]), formatter.ticket(row["issue_id"]))
        since, until = (formatter.day_on(row["issue_id"], row[name]) for name in ("since", "until"))
        yield OwnRow("role", *about, row["role"], since=since, until=until, words=dict(ROLES).get(row["role"], ""))


def _signatures(formatter: RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("sign_off"):
        value = " ".join(filter(None, (SIGNED[row["kind"]], row["kind"] != "veto" and NAMES[row["rung"]])))
        # Other signers are named by side: the file is about its reader alone.
        by = "me" if row["kind"] == "veto" else row["side"]
        about = (formatter.objective(row["objective"]), "", value, by)
        words = LOWERED_BY_ONESELF if row["kind"] == "veto" else row["reason"]
        yield OwnRow("signature", *about, since=formatter.day(row["at"]), words=words)


def _teach_backs(formatter: RowFormatter) -> Iterator[OwnRow]:
    for row in formatter.held("teach_back"):
        value = _answer_text(formatter, row)
        about = (formatter.objective(row["objective"]), formatter.ticket(row["issue_id"]), value)
        yield OwnRow("teach-back", *about, since=formatter.day_on(row["issue_id"], row["at"]))


def _answer_text(formatter: RowFormatter, row: Mapping[str, Any]) -> str:
    for column, answer in (("accepted_at", "accepted"), ("declined_at", "not accepted yet, answered")):
        if row[column] is not None:
            # Of a ticket that may not be browsed no day is given.
            on = formatter.day_on(row["issue_id"], row[column])
            return f"{answer} on {on}" if on else answer
    return "waits to be accepted"


def _consents(formatter: RowFormatter) -> Iterator[OwnRow]:
    labels = dict(CONSENTS)
    for row in formatter.held("consent"):
        since, until = formatter.day(row["at"]), formatter.day(row["until"])
        yield OwnRow("consent", value=row["kind"], since=since, until=until, words=labels.get(row["kind"], ""))


# What is in the file, in its order.
PARTS: tuple[Callable[[RowFormatter], Iterator[OwnRow]], ...] = (
    _sides,
    _rungs,
    _evidence,
    _roles,
    _signatures,
    _teach_backs,
    _consents,
)
