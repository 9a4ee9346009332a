"""The page of the program's review, its files (PDF, HTML, CSV, JSON), and that somebody has read it."""

from collections.abc import Callable
from datetime import date
from typing import Any
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request, url_for
from sqlalchemy import Connection

from connector.actions.actor import UNDO_TIME
from connector.actions.feedback import ProgramActor, read_program_review, undo_program_reading
from connector.actions.policy import READ_PROGRAM, may
from connector.container import container
from connector.figures.frozen import find_program_reading
from connector.pages.act import Notice, perform_program, undo_rest
from connector.pages.program.ready import find_reviews
from connector.pages.program.source import Program, require_program
from connector.pages.program_review.document import render_document, render_file
from connector.pages.program_review.pack import program_pack
from connector.pages.program_review.source import ProgramReview, find_program_review, is_recorded
from connector.pages.review.files import Forms, file_answer
from connector.pages.review.pdf import make_pdf, makes_pdf
from connector.pages.review.source import NOT_FROZEN
from connector.pages.review.views import style
from connector.pages.visibility import account, refuse
from connector.web.gate import CONTEXT, SHARED, Rule, caller
from mappings.formats.review.pack import pack_bytes, pack_csv
from mappings.translation import gettext, in_english

# What an address of the program page calls its review.
REVIEW = "review"

blueprint = Blueprint("program_review", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "program_review.show": SHARED,
    "program_review.file": SHARED,
    "program_review.read": CONTEXT,
    "program_review.undo_read": CONTEXT,
}


@blueprint.get("/pages/program/review")
def show() -> str:
    return content(Notice())


@blueprint.post("/pages/program/review/read")
def read() -> str:
    return content(_read_notice(_perform(read_program_review)))


@blueprint.post("/pages/program/review/undo-read")
def undo_read() -> str:
    _perform(undo_program_reading)
    return content(Notice(gettext("Undone.")))


def _read_notice(program: Program, rest: int = 0) -> Notice:
    undo = url_for("program_review.undo_read", back=_origin(), **program.review_query)
    return Notice(gettext("Read. It waits for you no longer."), undo, rest=rest)


def _latest_notice(connection: Connection, program: Program) -> Notice:
    """Return that the caller has read the review, as long as that can be undone."""
    since = container().clock() - UNDO_TIME
    read = find_program_reading(connection, caller().tenant_id, account(), program.period.first, since=since)
    rest = undo_rest(read)
    return _read_notice(program, rest) if rest else Notice()


def _perform(act: Callable[[ProgramActor, date], None]) -> Program:
    with container().reader.connect() as connection:
        program = require_program(connection, recorded=True)
        if not may(READ_PROGRAM, program.view.roles):
            refuse(403, gettext(READ_PROGRAM.refusal))
        if not is_recorded(program):
            refuse(422, gettext(NOT_FROZEN))
    perform_program(program.view.roles, lambda actor: act(actor, program.period.first))
    return program


def _origin() -> str | None:
    """Return the quarter of the program page from which the review was opened; None where none is named."""
    return request.values.get("back") or None


def _back_link(program: Program) -> str:
    return url_for("program.content", **{**program.review_query, "period": _origin() or program.period.key})


def content(notice: Notice) -> str:
    """Return the page of the review that the call asks for, with what became of an action."""
    template, values = review_content(notice)
    return render_template(template, **values)


def review_content(notice: Notice) -> tuple[str, dict[str, Any]]:
    """Return the same as a template and its values, which the program's own addresses answer with, too."""
    with container().reader.connect() as connection:
        review = find_program_review(connection)
        program = review.program if review else require_program(connection, recorded=True)
        newest = find_reviews(connection, program.view).newest
        reading = notice if notice.text or review is None else _latest_notice(connection, program)
    values = {"program": program, "back_link": _back_link(program), "state": _state(program)}
    if review is None:
        return "program_review/waiting.html", values
    query = program.review_query
    return "program_review/content.html", {
        **values,
        "notice": reading,
        "review": review,
        "unread": newest is not None and newest.waits and newest.name == review.name,
        "document": render_document(review),
        "forms": [form for form in FORMS if form != "pdf" or makes_pdf()],
        "read_link": url_for("program_review.read", back=_origin(), **query),
        "file_link": lambda form: url_for("program_review.file", format=form, **query),
        "file_name": lambda form: file_name(review, form),
    }


def _state(program: Program) -> str:
    """Return what a platform keeps in its own address, so that the same review opens again."""
    origin = _origin()
    return urlencode({"tab": REVIEW, **program.review_query, **({"back": origin} if origin else {})})


@blueprint.get("/pages/program/review/file")
@in_english
def file() -> Response:
    return file_answer(FORMS, _require_review, file_name)


def _require_review(connection: Connection) -> ProgramReview:
    return find_program_review(connection) or refuse(404, gettext(NOT_FROZEN))


def file_name(review: ProgramReview, form: str) -> str:
    choice = review.program.choice
    return f"program-{f'{choice}-' if choice else ''}review-{review.program.period.key}.{form}"


def _html(review: ProgramReview, size: str) -> str:
    return render_file(review, style=style(), size=size)


FORMS: Forms[ProgramReview] = {
    "pdf": ("application/pdf", lambda review, size: make_pdf(_html(review, size))),
    "html": ("text/html; charset=utf-8", lambda review, size: _html(review, size).encode()),
    "csv": ("text/csv; charset=utf-8", lambda review, _: pack_csv(program_pack(review))),
    "json": ("application/json", lambda review, _: pack_bytes(program_pack(review))),
}
