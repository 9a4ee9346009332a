"""What every REST room stands on: the site, the caller, how they are known, and how Jira refuses."""

import base64
import binascii
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from flask import current_app, g, request

from tests.jira.apps.signing import BadToken, open_hs256, query_hash, unverified_claims
from tests.jira.model import Installed, Issue, NotHere
from tests.jira.shapes import View
from tests.jira.site import Site

LONGEST_TOKEN = 900
LEEWAY = 30
RANKED = ("NONE", "READ", "WRITE", "DELETE", "PROJECT_ADMIN", "ADMIN")
SCOPE_OF = {"GET": "READ", "HEAD": "READ", "POST": "WRITE", "PUT": "WRITE", "DELETE": "DELETE"}
READING_POSTS = ("/search/", "/permissions/", "/jql/match", "/worklog/list")


class Refused(Exception):
    """Ends the request with a status and Jira's messages."""

    def __init__(self, status: int, *messages: str) -> None:
        super().__init__(*messages)
        self.status, self.messages = status, list(messages)


@dataclass(frozen=True)
class Caller:
    """An account; `app` is its installation where it is an app that calls by its token."""

    account: str
    app: Installed | None = None


def the_site() -> Site:
    site: Site = current_app.config["SITE"]
    return site


def the_caller() -> Caller:
    caller: Caller = g.caller
    return caller


def the_view() -> View:
    """The site in the version of the path and the zone of the caller."""
    site = the_site()
    user = site.users.get(the_caller().account)
    return View(site, g.get("version", 3), user.zone if user else site.zone)


def visible_issue(id_or_key: str) -> Issue:
    """Raises Refused 404 for what is not there and, in the same words, for what the caller may not see."""
    site = the_site()
    try:
        issue = site.issue(id_or_key)
    except NotHere:
        issue = None
    if issue is None or not site.sees(the_caller().account, issue):
        raise Refused(404, "Issue does not exist or you do not have permission to see it.")
    return issue


def number_argument(name: str, default: int, most: int | None = None) -> int:
    text = request.args.get(name, "")
    if not text:
        return default
    if not text.lstrip("-").isdecimal():
        raise Refused(400, f"{name} is not a number: {text}")
    return min(max(int(text), 0), most) if most is not None else int(text)


def list_argument(name: str) -> list[str] | None:
    """A parameter that may be repeated or joined by commas; None where it is absent."""
    if name not in request.args:
        return None
    return [part for text in request.args.getlist(name) for part in text.split(",") if part]


def body_object() -> dict[str, Any]:
    body = request.get_json(silent=True)
    if not isinstance(body, dict):
        raise Refused(400, "Invalid request payload. Refer to the REST API documentation and try again.")
    return body


def raw_url() -> str:
    """The request's path and query as they were sent, before any decoding."""
    return str(request.environ.get("REQUEST_URI") or request.environ.get("RAW_URI") or request.full_path)


def know_caller(now: int) -> Caller:
    """By JWT of an installed app, Basic with an API token, or Bearer with one. Raises Refused 401 or 403."""
    scheme, _, given = request.headers.get("Authorization", "").partition(" ")
    known = {"jwt": _by_jwt, "basic": _by_basic, "bearer": _by_bearer}.get(scheme.lower())
    if known is None:
        raise Refused(401, "Client must be authenticated to access this resource.")
    caller = known(given.strip(), now)
    if caller.app and not _in_scope(caller.app):
        raise Refused(403, f"The app does not have the scope {needed_scope()}.")
    return caller


def _by_jwt(token: str, now: int) -> Caller:
    try:
        app = the_site().apps.get(str(unverified_claims(token).get("iss")))
        if app is None or not app.enabled:
            raise BadToken("no such app")
        claims = open_hs256(token, app.secret)
        check_claims(claims, now, query_hash(request.method, raw_url(), the_site().base_url))
    except (BadToken, ValueError, TypeError) as error:
        raise Refused(401, f"JWT refused: {error}") from error
    return Caller(app.account, app)


def check_claims(claims: dict[str, Any], now: int, expected_hash: str) -> None:
    """`now` in seconds. Apps sign for three minutes; a far longer life is refused, so that none leans on it."""
    issued, ends = int(claims["iat"]) if "iat" in claims else None, int(claims["exp"]) if "exp" in claims else None
    if issued is None or ends is None:
        raise BadToken("iat or exp is missing")
    if ends < now - LEEWAY or issued > now + LEEWAY:
        raise BadToken("expired or not yet valid")
    if ends - issued > LONGEST_TOKEN:
        raise BadToken("lives too long")
    if claims.get("qsh") != expected_hash:
        raise BadToken("query string hash does not match")


def _by_basic(given: str, now: int) -> Caller:
    try:
        token = base64.b64decode(given, validate=True).decode().partition(":")[2]
    except (binascii.Error, UnicodeDecodeError) as error:
        raise Refused(401, "Basic authentication is not readable.") from error
    return _by_bearer(token, now)


def _by_bearer(token: str, now: int) -> Caller:
    site = the_site()
    account = site.tokens.get(token)
    if account is None or not site.users[account].active:
        raise Refused(401, "Client must be authenticated to access this resource.")
    return Caller(account)


def needed_scope() -> str:
    path = urlsplit(raw_url()).path
    if "/rest/atlassian-connect/" in path:
        return "NONE"
    if request.method == "POST" and any(part in path for part in READING_POSTS):
        return "READ"
    return SCOPE_OF.get(request.method, "ADMIN")


def _in_scope(app: Installed) -> bool:
    held = [RANKED.index(scope) for scope in app.descriptor.get("scopes", []) if scope in RANKED]
    return max(held, default=0) >= RANKED.index(needed_scope())
