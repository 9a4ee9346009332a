"""The evidence of one ticket: each time it was done or reopened, what that gave, and by which rule."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.prepared import select_prepared
from connector.jira.client import JiraError
from connector.pages import empty_states, ticket_text
from connector.pages.act import Notice
from connector.pages.drawer.marks import select_ticket_disputes, select_ticket_marks
from connector.pages.drawer.part_reason import select_part_reasons
from connector.pages.ticket_reason import verdict_of
from connector.pages.ticket_text import Naming
from connector.pages.visibility import browsable, fetch_names, find_view, refuse
from connector.text import full_day
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.events.types import Instant
from mappings.formats.report.source import calendar_of
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.ticket import Evidence
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.records.figures.entries import StoredEntry, select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.sql.scope import Scope
from mappings.translation import gettext, mark

blueprint = Blueprint("evidence", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"evidence.show": SHARED}

# One answer for both: who may not browse a ticket does not learn whether it exists.
UNSEEN = mark("No such ticket that you may browse in Jira.")


@dataclass(frozen=True)
class Step:
    title: str
    sentence: str
    facts: list[tuple[str, str]]
    split: ticket_text.Split
    reasons: list[str]
    marks: list[str]


@blueprint.get("/pages/evidence")
def show() -> str:
    return content(Notice())


def content(notice: Notice) -> str:
    app = container()
    with app.reader.connect() as connection:
        view, label = read_question(connection)
        # What may be done goes by the agreement that stands now, figures by the one that they were measured by.
        view = view.as_shown
        scope = Scope(connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation)
        entries = select_entries(scope, [label.issue_id]).get(label.issue_id, ())
        rows = select_evidence(scope, [label.issue_id]).get(label.issue_id, ())
        prepared = select_prepared(connection, scope.tenant_id, view.stored)
        marks = select_ticket_marks(connection, view, prepared, label.issue_id, entries=entries)
        disputes = select_ticket_disputes(connection, view, label.issue_id, entries)
        reasons = select_part_reasons(connection, view, prepared, label.issue_id)
    require_browsable(label)
    naming = naming_for(view, app.clock())
    evidence = evidence_values(naming, label, entries, rows, agreed=view.stored, now=app.clock(), marks=marks)
    return render_template(
        "drawer/evidence.html",
        evidence=evidence,
        part_reasons=reasons,
        disputes=disputes,
        notice=notice,
        site=tenant().display_url,
    )


def require_browsable(label: IssueLabel) -> None:
    try:
        seen = browsable(container(), [label])
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    # The same answer as for a ticket that does not exist.
    if label.issue_id not in seen:
        refuse(404, gettext(UNSEEN))


def read_question(connection: Connection) -> tuple[EngagementView, IssueLabel]:
    """Read which ticket of which engagement is asked for; what one may do there goes by the agreement that stands."""
    view, issue = find_view(connection), request.args.get("issue", "")
    if view is None or "drilldown" not in view.sees or not issue.isdecimal() or len(issue) > 18:
        refuse(404, gettext("No such ticket of an engagement of yours."))
    label = select_labels(connection, caller().tenant_id, [int(issue)]).get(int(issue))
    if label is None:
        refuse(404, gettext(UNSEEN))
    return view, label


def naming_for(view: EngagementView, now: Instant) -> Naming:
    """Return how the viewer is told of evidence: the one name beside it is their own (measurement (f), visibility)."""
    person = caller().account or ""
    names = fetch_names(container(), view, [person]) if person and "own_row" in view.sees else {}
    rules = view.stored.rules
    return Naming(view.engagement, names, view.agency, untimed=rules.works_council, viewer=person, rules=rules, now=now)


def evidence_values(
    naming: Naming,
    label: IssueLabel,
    entries: tuple[StoredEntry, ...],
    rows: tuple[Evidence, ...],
    *,
    agreed: StoredEngagement,
    now: Instant,
    marks: Mapping[Instant, list[str]],
) -> dict[str, object]:
    """Return the drawer's content, the newest entry first."""
    calendar = calendar_of(naming.engagement)
    # The newest entry first.
    steps = [step(naming, calendar, stored, rows, marks=marks[stored.entry.at]) for stored in reversed(entries)]
    return {
        "key": label.key,
        "summary": label.summary,
        "entries": steps,
        "zone": "" if naming.untimed else naming.engagement.zone,
        "settled": ticket_text.settled(calendar, agreed.rules, entries[-1].entry, now) if entries else "",
        "hash": agreed.hash[:19] + "…",
    }


def step(
    naming: Naming, calendar: Calendar, stored: StoredEntry, rows: tuple[Evidence, ...], *, marks: list[str]
) -> Step:
    """Return one entry in words; a reopening takes back what its done entry gave."""
    entry = stored.entry
    rows_of_entry = [row for row in rows if row.entry == entry.done]
    when = full_day(calendar.day(entry.at))
    if entry.sign < 0:
        taken_back = gettext("It takes back exactly what its done entry gave.")
        return Step(gettext("Taken back, %(day)s", day=when), taken_back, [], [], [], marks)
    given = ticket_text.buckets(naming, entry, stored.handed_over)
    verdict = verdict_of(naming, entry, rows_of_entry, handed_over=stored.handed_over)
    sentence = gettext("It counts as %(verdict)s. It gave %(amounts)s.", verdict=verdict, amounts=given)
    return Step(
        gettext("Done, %(day)s", day=when),
        " ".join([sentence, *ticket_text.handed_texts(naming, entry, stored.places)]),
        ticket_text.facts(naming, entry),
        ticket_text.split(naming, entry),
        ticket_text.reasons(naming, entry, rows_of_entry),
        marks,
    )
