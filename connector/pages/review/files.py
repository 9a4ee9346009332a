"""The answer that is a file of a review, an engagement's or the program's: PDF, HTML, CSV or JSON."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeAlias, TypeVar

from flask import Response, request
from sqlalchemy import Connection

from connector.container import container
from connector.pages.review.pdf import PdfError
from connector.pages.visibility import refuse
from mappings.translation import gettext

T = TypeVar("T")

SIZES = ("A4", "letter")
# Writes a review on a size of paper.
Write: TypeAlias = Callable[[T, str], bytes | Iterable[bytes]]
# The media type and the writer of each form.
Forms: TypeAlias = Mapping[str, tuple[str, Write[T]]]


def file_answer(forms: Forms[T], find: Callable[[Connection], T], name_of: Callable[[T, str], str]) -> Response:
    """Answer with the review that `find` returns or refuses, in the form and on the paper that the call asks for."""
    form, size = request.args.get("format", ""), request.args.get("size", SIZES[0])
    if form not in forms or size not in SIZES:
        refuse(404, gettext("No such form: pdf, html, csv or json, on A4 or letter."))
    with container().reader.connect() as connection:
        review = find(connection)
    mimetype, write = forms[form]
    try:
        body = write(review, size)
    except PdfError as error:
        instead = gettext("The review can be printed, or saved as HTML.")
        refuse(503, f"{gettext(str(error))} {instead}")
    answer = Response(body, mimetype=mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={name_of(review, form)}"
    return answer
