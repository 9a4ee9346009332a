"""Signed links: each for one engagement, traded for a session in a strict cookie on our own address."""

from collections.abc import Mapping

from flask import Blueprint, redirect, render_template, request, url_for
from flask.typing import ResponseReturnValue
from sqlalchemy import Connection

from connector.auth.access import linked_views
from connector.container import container
from connector.platforms.direct.link_sessions import (
    SESSION,
    cookie_name,
    digest_of,
    make_token,
    require_own_page,
    session_token,
)
from connector.web.gate import LINK, OPEN, Rule
from mappings.events.types import Instant
from mappings.records.operations.access_links import AccessLink, delete_session, insert_session, select_link_by_token

blueprint = Blueprint("links", __name__, template_folder="templates")
ROUTES: Mapping[str, Rule] = {"links.ask": OPEN, "links.trade": OPEN, "links.leave": LINK}


@blueprint.get("/direct/<token>")
def ask(token: str) -> ResponseReturnValue:
    # Asks before a session is made: a mail scanner that opens the link uses nothing up.
    app = container()
    with app.reader.connect() as connection:
        access_link = select_link_by_token(connection, digest_of(token), app.clock())
    if access_link is None:
        return refuse_guess()
    return render_template("direct/link.html", holds=True, is_admin=access_link.is_admin)


@blueprint.post("/direct/<token>")
def trade(token: str) -> ResponseReturnValue:
    app, now, session = container(), container().clock(), make_token()
    require_own_page(app.settings.base_url, request.environ)
    with app.engine.begin() as connection:
        link = select_link_by_token(connection, digest_of(token), now)
        if link is None:
            return refuse_guess()
        until = min(now + SESSION, link.expires_at)
        insert_session(connection, link, digest_of(session), now=now, expires_at=until)
        landing = landing_of(connection, link, now)
    answer = redirect(url_for(landing), 303)
    answer.set_cookie(
        cookie_name(app),
        session,
        max_age=(until - now) // 1_000_000,
        secure=app.settings.secure,
        httponly=True,
        samesite="Strict",
        path="/",
    )
    return answer


def landing_of(connection: Connection, access_link: AccessLink, now: Instant) -> str:
    """Return the endpoint of the page that a link opens: a sponsor's is the program, an administrator's sets up."""
    if access_link.is_admin:
        return "setup_direct.linked"
    sees = frozenset().union(*(view.sees for view in linked_views(connection, access_link, now)))
    return "program.linked" if "program" in sees and "ratios" not in sees else "project.linked"


@blueprint.post("/direct/leave")
def leave() -> ResponseReturnValue:
    app = container()
    with app.engine.begin() as connection:
        delete_session(connection, digest_of(session_token(app, request.environ)))
    answer = redirect(url_for("project.linked"), 303)
    answer.delete_cookie(cookie_name(app), path="/", secure=app.settings.secure, httponly=True, samesite="Strict")
    return answer


def refuse_guess() -> ResponseReturnValue:
    """Answer for a token that opens nothing. Raises TooManyRequests."""
    container().guesses.count()
    return render_template("direct/link.html", holds=False), 404
