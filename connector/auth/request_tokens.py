"""Reads from a request its token, and the method, path and query that the token must be bound to."""

from urllib.parse import parse_qs
from wsgiref.types import WSGIEnvironment

from connector.auth.token_parsing import TokenError, read_token
from connector.jira.query_hash import SignedRequest


def header_token(environ: WSGIEnvironment) -> str:
    # Return the token from the header, the only place for a machine's and a frame's own calls.
    refuse_query_token(environ)
    return read_token(environ.get("HTTP_AUTHORIZATION"), [])


def refuse_query_token(environ: WSGIEnvironment) -> None:
    # A token in an address was made for a person's frame.
    if _query_tokens(environ):
        raise TokenError("wrong route")


def page_token(environ: WSGIEnvironment) -> str:
    return read_token(environ.get("HTTP_AUTHORIZATION"), _query_tokens(environ))


def _query_tokens(environ: WSGIEnvironment) -> list[str]:
    query = environ.get("QUERY_STRING")
    return parse_qs(query, keep_blank_values=True, errors="replace").get("jwt", []) if query else []


def call_of(environ: WSGIEnvironment, base_path: str) -> SignedRequest:
    """Return the call as it was sent. The raw path is where the server puts it, for some nowhere."""
    decoded = (
        (environ.get("SCRIPT_NAME", "") + environ.get("PATH_INFO", "")).encode("latin-1").decode("utf-8", "replace")
    )
    raw = _raw_path(environ.get("RAW_URI") or environ.get("REQUEST_URI") or "")
    paths = (decoded,) if raw in {"", decoded} else (raw, decoded)
    return SignedRequest(environ["REQUEST_METHOD"], paths, environ.get("QUERY_STRING") or "", base_path)


def _raw_path(target: str) -> str:
    path = target.partition("?")[0]
    if "://" in path and not path.startswith("/"):
        return "/" + path.partition("://")[2].partition("/")[2]
    return path
