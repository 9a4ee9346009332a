"""The Tickets tab: its list, a ticket's evidence under its row, and the list as a file."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Connection

from connector.container import container
from connector.figures.prepared import select_prepared
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.drawer.evidence import evidence_values, naming_for, read_question, require_browsable
from connector.pages.drawer.marks import select_ticket_disputes, select_ticket_marks
from connector.pages.periods import choose, quarters
from connector.pages.record.rows import record_of
from connector.pages.record.view import RecordView
from connector.pages.tickets.content import naming_of, tickets_values
from connector.pages.tickets.export import export_lines, export_name, unfinished_line
from connector.pages.tickets.filters import read_filters
from connector.pages.tickets.finished import ListContext
from connector.pages.visibility import refuse, require_view
from connector.web.file_stream import stream_file
from connector.web.gate import SHARED, Rule, caller
from mappings.formats.report.source import calendar_of
from mappings.records.facts.issues import select_tickets
from mappings.records.figures.entries import select_entries
from mappings.records.figures.evidence import select_evidence
from mappings.records.sql.scope import Scope
from mappings.translation import in_english
from webhooks.annotations import with_annotations

blueprint = Blueprint("tickets", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"tickets.content": SHARED, "tickets.evidence": SHARED, "tickets.export": SHARED}


@blueprint.get("/pages/tickets")
def content() -> str:
    with container().reader.connect() as connection:
        values = tickets_values(select_context(connection))
    return render_template("tickets/list.html", **values)


@blueprint.get("/pages/tickets/evidence")
def evidence() -> str:
    """Show a ticket's evidence, as it opens under its row."""
    app = container()
    with app.reader.connect() as connection:
        view, label = read_question(connection)
        view = view.as_shown
        require_browsable(label)
        scope = Scope(connection, caller().tenant_id, view.engagement.key, view.stored.shown_generation)
        entries = select_entries(scope, [label.issue_id]).get(label.issue_id, ())
        rows = select_evidence(scope, [label.issue_id]).get(label.issue_id, ())
        prepared = select_prepared(connection, scope.tenant_id, view.stored)
        marks = select_ticket_marks(connection, view, prepared, label.issue_id, entries=entries)
        disputes = select_ticket_disputes(connection, view, label.issue_id, entries)
        tickets = with_annotations(scope.agreement, select_tickets(connection, scope.tenant_id, [label.issue_id]))
    naming = naming_for(view, app.clock())
    values = evidence_values(naming, label, entries, rows, agreed=view.stored, now=app.clock(), marks=marks)
    latest = entries[-1].entry if entries and entries[-1].entry.sign > 0 else None
    record = RecordView(prepared, naming, caller().account or "", app.clock(), latest)
    rows_of_record = record_of(record, tickets[label.issue_id]) if label.issue_id in tickets else []
    drawer = url_for("evidence.show", engagement=view.engagement.key, issue=label.issue_id)
    return render_template(
        "tickets/evidence.html", evidence=values, record=rows_of_record, disputes=disputes, drawer=drawer
    )


@blueprint.get("/pages/tickets/export")
@in_english
def export() -> Response:
    """Answer with all that the filters list, as CSV."""
    with container().reader.connect() as connection:
        context = select_context(connection)
        # Whoever reads the file is not the viewer, whom the list calls "you".
        naming = replace(naming_of(context), viewer="")
    try:
        blocks = stream_file(export_lines(context, naming), unfinished_line(context))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    answer = Response(blocks, mimetype="text/csv; charset=utf-8")
    answer.headers["Content-Disposition"] = f"attachment; filename={export_name(context)}"
    return answer


@contextmanager
def select_readable() -> Iterator[ListContext]:
    """Read whose list is asked for, of a connection of its own."""
    with container().reader.connect() as connection:
        yield select_context(connection)


def select_context(connection: Connection) -> ListContext:
    """Return whose list is asked for. Engagements whose tickets the caller may not open are not found."""
    view, now = require_view(connection).as_shown, container().clock()
    if view.stored.generation is None:
        refuse(404, empty_states.unmeasured_text(view.engagement.name))
    periods = quarters(view.engagement, calendar_of(view.engagement).day(now))
    return ListContext(
        connection,
        view,
        choose(periods, request.args.get("period")),
        read_filters(request.args, by_agency=view.agency),
        now,
    )
