"""Open tickets with an objective, or without, and what each would count as were it finished now."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from connector.figures.prepared import select_prepared
from connector.pages import ticket_text
from connector.pages.ticket_text import Naming
from connector.pages.tickets.filters import NO_OBJECTIVE
from connector.pages.tickets.finished import ListContext
from connector.pages.visibility import visible_tickets
from connector.text import KIND_NAMES, amount
from connector.web.gate import caller
from mappings.measure.ticket.measure import Preview, measure_if_done
from mappings.records.facts.issues import IssueLabel, select_labels, select_tickets
from mappings.records.figures.ticket_pages import Choice, Place, select_open_page
from mappings.translation import gettext, ngettext
from webhooks.annotations import with_annotations

# Open tickets of one page: each is read with its whole history.
PAGE = 20


@dataclass(frozen=True)
class OpenRow:
    issue_id: int
    key: str
    summary: str
    note: str
    kind: str
    name: str
    because: str


@dataclass(frozen=True)
class OpenList:
    """One page of open tickets; `hidden` says how many of it may not be browsed, and `reason` why."""

    rows: list[OpenRow]
    hidden: str
    reason: str
    next: Place | None


def select_open(context: ListContext, naming: Naming) -> OpenList:
    choice, untagged = Choice(before=context.filters.before), context.filters.objective == NO_OBJECTIVE
    places = select_open_page(context.scope, choice, PAGE + 1, untagged=untagged)
    ids = [place.issue_id for place in places[:PAGE]]
    labels = select_labels(context.connection, caller().tenant_id, ids)
    seen, reason = visible_tickets(context.view, labels)
    rows = _rows(context, naming, [labels[issue_id] for issue_id in ids if issue_id in seen])
    hidden = len(labels.keys() - seen)
    after = places[PAGE - 1] if len(places) > PAGE else None
    return OpenList(rows, hidden_text(hidden) if hidden else "", reason, after)


def hidden_text(hidden: int) -> str:
    return ngettext("%(num)s ticket more on this page.", "%(num)s tickets more on this page.", hidden)


def _rows(context: ListContext, naming: Naming, labels: Sequence[IssueLabel]) -> list[OpenRow]:
    prepared = select_prepared(context.connection, caller().tenant_id, context.view.stored)
    tickets = select_tickets(context.connection, caller().tenant_id, [label.issue_id for label in labels])
    annotated = with_annotations(context.scope.agreement, tickets)
    previews = [
        (label, measure_if_done(prepared, annotated[label.issue_id], context.now))
        for label in labels
        if label.issue_id in annotated
    ]
    kinds = context.kinds
    return [
        _row(naming, label, preview, kinds) for label, preview in previews if preview and _matches(context, preview)
    ]


def _matches(context: ListContext, preview: Preview) -> bool:
    wanted, kind = context.filters.objective, context.filters.kind
    objectives = preview.entry.objectives
    if wanted and not (wanted in objectives or (wanted == NO_OBJECTIVE and not objectives)):
        return False
    if context.filters.mine and caller().account not in {row.account for row in preview.evidence}:
        return False
    return not kind or ticket_text.bucket_of(preview.entry) == kind


def _row(naming: Naming, label: IssueLabel, preview: Preview, kinds: Collection[str]) -> OpenRow:
    entry = preview.entry
    kind = ticket_text.bucket_of(entry)
    if kind and kind not in kinds:
        # An agency does not tell apart other agencies, unknown people and those in conflict.
        kind = "rest"
    names = ", ".join(naming.objective(key) for key in entry.objectives) or gettext("no objective")
    size = amount(entry.units, naming.engagement.units.by) if entry.sized else gettext("not sized")
    because = ticket_text.reason_of(naming, entry, preview.evidence)
    return OpenRow(
        label.issue_id,
        label.key,
        label.summary,
        f"{names} · {size}",
        kind,
        KIND_NAMES.get(kind, gettext("Nobody’s work yet")),
        because,
    )
