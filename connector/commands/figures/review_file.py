"""The quarterly review of a report as HTML or PDF, the document that the page shows to a lead."""

import json
import sys
from collections.abc import Mapping
from datetime import date
from typing import Any

from msgspec.structs import replace
from sqlalchemy import Connection

from connector.commands.context import Context, require_engagement, require_tenant
from connector.commands.errors import CommandError
from connector.commands.periods import ReportQuery
from connector.figures.frozen import select_frozen_quarters, source_of
from connector.figures.written import (
    disputed_tickets,
    select_replies,
    select_review_asks,
    select_statements,
    select_told,
)
from mappings.formats.export.numbers import instant_text
from mappings.formats.review.pack import Reader, Source, review_pack
from mappings.records.agreement.engagements import StoredEngagement
from mappings.records.sql.scope import AgreementScope

FORMS = ("html", "pdf")


def review_file(context: Context, query: ReportQuery, body: bytes, form: str, *, frozen: bool) -> bytes:
    """Return a report's review as a file. Raises CommandError where no PDF can be made."""
    # Dear to import, and of no use to the other forms.
    from connector.pages.review.document import render_file
    from connector.pages.review.pdf import PdfError, make_pdf
    from connector.pages.review.views import style

    if form == "pdf" and sys.stdout.isatty():
        raise CommandError("a PDF is no text for a terminal", "write it to a file: teachback report ... > review.pdf")
    with context.reader.connect() as connection:
        source = _select_source(connection, query, json.loads(body), frozen=frozen)
    html = render_file(review_pack(source, Reader()), source.rules, style=style())
    try:
        return html.encode() if form == "html" else make_pdf(html)
    except PdfError as error:
        raise CommandError("no PDF can be made", str(error)) from error


def _select_source(connection: Connection, query: ReportQuery, report: Mapping[str, Any], *, frozen: bool) -> Source:
    tenant_id = require_tenant(connection, query.site).tenant_id
    stored = require_engagement(connection, tenant_id, query.engagement)
    first, end = date.fromisoformat(report["from"]), date.fromisoformat(report["to"])
    frozen_at = _select_frozen_at(connection, tenant_id, stored, end) if frozen else ""
    source = source_of(connection, tenant_id, stored, report, frozen_at=frozen_at)
    scope, engagement = AgreementScope(connection, tenant_id, query.engagement), stored.engagement
    written = {
        "statements": select_statements(scope, engagement, first),
        "replies": select_replies(scope, engagement, first),
        **select_review_asks(scope, engagement, first),
        "disputes": disputed_tickets(report, {int(row["id"]) for row in report["issues"]}),
        "feedback": select_told(scope, engagement, first, end),
    }
    return replace(source, written=written)


def _select_frozen_at(connection: Connection, tenant_id: int, stored: StoredEngagement, end: date) -> str:
    quarters = select_frozen_quarters(connection, tenant_id, stored)
    return next((instant_text(snapshot.taken_at) for snapshot in quarters if snapshot.end == end), "")
