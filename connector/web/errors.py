"""Answers to errors: one class per boundary, each answered in one place."""

import logging
from collections.abc import Mapping

from flask import Flask, render_template, request
from flask.typing import ResponseReturnValue
from marshmallow import ValidationError
from werkzeug.exceptions import HTTPException
from werkzeug.routing import RoutingException

from connector.auth.token_parsing import TokenError
from connector.jira.errors import JiraError
from connector.platforms.connect.payload import BodyError
from connector.web.request_ids import REQUEST_ID
from mappings.records.sql.engine import StoreError
from mappings.translation import gettext, mark

log = logging.getLogger(__name__)

RETRY_AFTER = "30"
# The names of HTTP's errors that a page can show, as Werkzeug has them.
NAMES: Mapping[int, str] = {
    400: mark("Bad Request"),
    403: mark("Forbidden"),
    404: mark("Not Found"),
    405: mark("Method Not Allowed"),
    413: mark("Request Entity Too Large"),
    429: mark("Too Many Requests"),
    500: mark("Internal Server Error"),
    503: mark("Service Unavailable"),
}


def register_errors(app: Flask) -> None:
    app.register_error_handler(TokenError, refuse)
    app.register_error_handler(BodyError, answer_body)
    app.register_error_handler(ValidationError, answer_validation)
    app.register_error_handler(StoreError, answer_unavailable)
    app.register_error_handler(JiraError, answer_unavailable)
    app.register_error_handler(HTTPException, answer_http)
    app.register_error_handler(Exception, answer_unknown)


def refuse(error: TokenError) -> ResponseReturnValue:
    # The caller is told only that they are refused; the code is for the log.
    log.warning("refused", extra={"code": error.code, "route": request.endpoint or "none"})
    if error.code != "no session":
        return _text(gettext("Not accepted. Open this page in Jira again."), 401)
    # What a page loads prints what it is refused as a line.
    if request.accept_mimetypes.accept_html and "HX-Request" not in request.headers:
        return render_template("direct/closed.html"), 401
    return _text(gettext("Not accepted. Open your link again."), 401)


def answer_body(error: BodyError) -> ResponseReturnValue:
    log.warning("refused", extra={"code": f"body: {error.what}", "route": request.endpoint or "none"})
    return _text(f"Not accepted: {error.what}.", 400)


def answer_validation(error: ValidationError) -> ResponseReturnValue:
    # Pages show the text as it is, a line for each field.
    lines = (f"{field}: {' '.join(texts)}" for field, texts in error.messages_dict.items())
    return _text("\n".join(lines), 400)


def answer_unavailable(error: StoreError | JiraError) -> ResponseReturnValue:
    log.error("unavailable", exc_info=error)
    text, code, headers = _text(
        gettext("Not available at the moment. Reference %(reference)s.", reference=request.environ[REQUEST_ID]), 503
    )
    return text, code, {**headers, "Retry-After": RETRY_AFTER}


def answer_http(error: HTTPException) -> ResponseReturnValue:
    if error.response is not None:
        return error.response
    if isinstance(error, RoutingException):
        # A redirect of the router repeats the address, the token in it too, under whatever host was named.
        return _text(gettext(NAMES[404]), 404)
    headers = {name: value for name, value in error.get_headers() if name.lower() == "allow"}
    text, code, plain = _text(gettext(NAMES.get(error.code or 500, error.name)), error.code or 500)
    return text, code, {**plain, **headers}


def answer_unknown(error: Exception) -> ResponseReturnValue:
    # The caller gets the id of the request, by which the log shows the place in the code.
    log.error("failed", extra={"route": request.endpoint or "none"}, exc_info=error)
    return _text(gettext("Something went wrong. Reference %(reference)s.", reference=request.environ[REQUEST_ID]), 500)


def _text(text: str, code: int) -> tuple[str, int, dict[str, str]]:
    return text, code, {"Content-Type": "text/plain; charset=utf-8"}
