"""The page of a quarterly review, and its files: PDF, HTML, CSV and JSON."""

from collections.abc import Collection
from datetime import date
from pathlib import Path
from typing import Any

from flask import Blueprint, Response, render_template, url_for
from sqlalchemy import Connection

from connector.actions.actor import UNDO_TIME
from connector.actions.policy import LEAD
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.frozen import find_reading
from connector.pages.act import Notice, may_act, undo_rest
from connector.pages.review.document import render_document, render_file
from connector.pages.review.files import Forms, file_answer
from connector.pages.review.pdf import make_pdf, makes_pdf
from connector.pages.review.source import Review, find_review, quarter_key, require_figures, require_review
from connector.pages.tabs import frame_address
from connector.pages.visibility import account
from connector.web.gate import SHARED, Rule, caller
from mappings.formats.report.source import calendar_of
from mappings.formats.review.pack import pack_bytes, pack_csv
from mappings.records.sql.scope import AgreementScope
from mappings.translation import gettext, in_english

blueprint = Blueprint("review", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"review.show": SHARED, "review.file": SHARED}

STATIC = Path(__file__).parents[2] / "static"
SHEETS = ("teachback.css", "review.css")


@blueprint.get("/pages/review")
def show() -> str:
    return content(Notice())


def content(notice: Notice) -> str:
    """Return the page of the review that the call asks for, with what became of an action."""
    with container().reader.connect() as connection:
        view = require_figures(connection)
        review = find_review(connection, view)
        reading = notice if notice.near == "read" or review is None else _latest_notice(connection, review)
    if review is None:
        return render_template("review/waiting.html", history=frame_address("history", view.engagement, ""))
    return render_template(
        "review/content.html",
        notice=None if notice.near == "read" else notice,
        reading=reading,
        history=frame_address("history", review.view.engagement, quarter_key(review.snapshot.first)),
        asking=may_act(review.view, LEAD),
        mine=_open_asks(review),
        unread=_side(review.view) not in review.readings,
        read_by=_read_text(review.view, review.readings),
        asked=_asked_side(review.view),
        today=calendar_of(review.view.engagement).day(container().clock()),
        document=render_document(review.pack, review.rules),
        engagement=review.view.engagement.key,
        period=quarter_key(review.snapshot.first),
        forms=[form for form in FORMS if form != "pdf" or makes_pdf()],
        file_name=lambda form: file_name(review, form),
    )


def read_notice(engagement: str, quarter: date, rest: int = 0) -> Notice:
    """Return that the review of a quarter is read for the caller's side, with what undoes that; `rest` as of Notice."""
    undo = url_for("review_asks.undo_read", engagement=engagement, period=quarter_key(quarter))
    return Notice(gettext("Read, for your side. It waits for you no longer."), undo, near="read", rest=rest)


def _latest_notice(connection: Connection, review: Review) -> Notice:
    """Return that the caller has read the review, as long as that can be undone."""
    key, quarter, since = review.view.engagement.key, review.snapshot.first, container().clock() - UNDO_TIME
    if not may_act(review.view, LEAD):
        return Notice()
    scope = AgreementScope(connection, caller().tenant_id, key)
    read = find_reading(scope, account(), quarter, since=since)
    rest = undo_rest(read)
    return read_notice(key, quarter, rest) if rest else Notice()


def _asked_side(view: EngagementView) -> str:
    return gettext("the in-house team") if view.agency else view.engagement.agency_name


def _side(view: EngagementView) -> str:
    return "agency" if view.agency else "inhouse"


def _read_text(view: EngagementView, sides: Collection[str]) -> str:
    agency = view.engagement.agency_name
    if len(sides) > 1:
        return gettext("Read by a lead of %(agency)s and by one of the in-house team.", agency=agency)
    if "agency" in sides:
        return gettext("Read by a lead of %(agency)s.", agency=agency)
    return gettext("Read by a lead of the in-house team.") if sides else ""


def _open_asks(review: Review) -> list[Any]:
    side = _side(review.view)
    return [ask for ask in review.pack["asks"] if ask["side"] == side and ask["done"] is None]


@blueprint.get("/pages/review/file")
@in_english
def file() -> Response:
    return file_answer(FORMS, require_review, file_name)


def file_name(review: Review, form: str) -> str:
    return f"{review.view.engagement.key}-review-{quarter_key(review.snapshot.first)}.{form}"


def style() -> str:
    """Return the style sheets of a review that stands alone."""
    return "\n".join((STATIC / sheet).read_text() for sheet in SHEETS)


def _html(review: Review, size: str) -> str:
    return render_file(review.pack, review.rules, style=style(), size=size)


FORMS: Forms[Review] = {
    "pdf": ("application/pdf", lambda review, size: make_pdf(_html(review, size))),
    "html": ("text/html; charset=utf-8", lambda review, size: _html(review, size).encode()),
    "csv": ("text/csv; charset=utf-8", lambda review, _: pack_csv(review.pack)),
    "json": ("application/json", lambda review, _: pack_bytes(review.pack)),
}
