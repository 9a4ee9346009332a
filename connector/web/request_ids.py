"""Ids of requests: in the header of the answer, in each line of the log, and as the reference of an error."""

import re
import secrets
from wsgiref.types import WSGIEnvironment

from connector.logs import LogFields, log_fields

HEADER = "X-Request-Id"
# Where an environment holds the id.
REQUEST_ID = "teachback.request_id"
# What a proxy in front may have given: it goes into the log, so nothing but a plain id is taken.
_GIVEN = re.compile(r"[A-Za-z0-9-]{8,64}")


def read_request_id(environ: WSGIEnvironment) -> str:
    """Return the id that a proxy gave the request, or a new one."""
    given = str(environ.get("HTTP_X_REQUEST_ID", ""))
    return given if _GIVEN.fullmatch(given) else secrets.token_hex(8)


def use_request_id(environ: WSGIEnvironment) -> LogFields:
    """Give the request its id, unless it has one, and write it into each line that is logged while the block runs."""
    if REQUEST_ID not in environ:
        environ[REQUEST_ID] = read_request_id(environ)
    return log_fields(request=environ[REQUEST_ID])
