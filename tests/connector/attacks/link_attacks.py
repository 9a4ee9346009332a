"""Attacks on signed links: what is tried, how it is answered, and what stops it.

`act` is given an attacker, who has the cookie of a link that somebody made, and returns a status. `off` takes out what
stops it: with that gone the same attack gets in, so that none of these tests passes for another reason than its own.
"""

from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, NamedTuple

import pytest
from msgspec.structs import replace
from sqlalchemy import delete, select, update
from werkzeug.test import Client

from connector.auth import tokens
from connector.auth.access import linked_views, views_of
from connector.auth.token_parsing import TokenError
from connector.pages import visibility
from connector.platforms.direct import signed_links
from connector.platforms.direct.link_sessions import SESSION, cookie_name, digest_of, make_token
from connector.web import gate
from mappings.records.agreement.engagements import select_engagements
from mappings.records.operations.access_links import (
    AccessLink,
    insert_access_link,
    save_revoked,
    select_link_by_token,
    select_session,
)
from mappings.records.tables import access_link, link_session, tenant
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, StorySite

DAY = 86_400_000_000
ACME, BOLT = "growth-acme", "growth-bolt"
MOVED = "Jamal Whitcombe"
"""Of Acme until July, of another agency since."""
Q3 = "from=2026-07-01&to=2026-09-30"
FIGURE = f"/pages/figure?engagement={ACME}&figure=total&{Q3}"
EXPORT = f"/pages/figure/export?engagement={ACME}&figure=total&{Q3}&format=csv"
OWN_PAGE = {"Sec-Fetch-Site": "same-origin"}
EVIL = {"Sec-Fetch-Site": "cross-site", "Origin": "https://evil.example"}
OLD_EVIL = {"Origin": "https://evil.example"}
Off = Callable[[pytest.MonkeyPatch, "CookieHolder"], None]


@dataclass
class CookieHolder:
    """A browser with a link's cookie in it, and what belongs to the link."""

    story_site: StorySite
    link: dict[str, Any] = field(default_factory=lambda: {"role": "inhouse_lead", "account": None})
    token: str = field(default_factory=make_token)
    number: int = 0
    browser: Client = field(init=False)

    def __post_init__(self) -> None:
        self.browser = Client(self.story_site.client.application)  # the front, as granian calls it
        self.make()

    def make(self, **link: Any) -> "CookieHolder":
        """Trade another link for a session."""
        self.link |= link
        self.token = make_token()
        with self.story_site.container.engine.begin() as connection:
            self.number = insert_access_link(
                connection, self.story_site.tenant_id, digest=digest_of(self.token), engagement=ACME, tickets=True,
                made_at=self.story_site.clock.now(), expires_at=self.story_site.clock.now() + 30 * DAY, **self.link,
            )  # fmt: skip
        assert self.trade() == 303
        return self

    def trade(self, headers: dict[str, str] | None = None) -> int:
        return self.post(f"/direct/{self.token}", headers)

    def get(self, path: str, headers: dict[str, str] | None = None) -> int:
        return self.browser.get(path, base_url=APP_URL, headers=headers).status_code

    def post(self, path: str, headers: dict[str, str] | None = None, **form: str) -> int:
        return self.browser.post(path, base_url=APP_URL, headers=headers, data=form).status_code

    def carry(self, cookie: str) -> "CookieHolder":
        """Put something else into the cookie."""
        self.browser.set_cookie(cookie_name(self.story_site.container), cookie, domain="127.0.0.1")
        return self


class LinkAttack(NamedTuple):
    """One row: see the module's own words."""

    name: str
    act: Callable[[CookieHolder], int]
    refused: int
    code: str | None
    off: Off


def admitted(kind: str) -> Off:
    """A gate that takes the cookie for whatever it asks for."""
    return lambda patch, _: patch.setitem(gate.AUTHENTICATE, kind, gate.authenticate_link)


def gone(room: Any, check: str, instead: Callable[..., Any]) -> Off:
    return lambda patch, _: patch.setattr(room, check, instead)


def either(*call: Any) -> gate.Identity:
    """A gate that tries the cookie where the token is no good."""
    with suppress(TokenError):
        return gate.authenticate_context(*call)
    return gate.authenticate_link(*call)


def as_machine(patch: pytest.MonkeyPatch, cookie_holder: CookieHolder) -> None:
    """A machine's route that lets in whoever has a session."""

    claims = tokens.Claims(
        cookie_holder.story_site.connected.client_key, None, cookie_holder.story_site.clock.now() // 1_000_000, {}
    )

    def authenticate(*call: Any) -> gate.Identity:
        return replace(gate.authenticate_link(*call), claims=claims)

    patch.setitem(gate.AUTHENTICATE, "machine", authenticate)


def known_anyway(patch: pytest.MonkeyPatch, cookie_holder: CookieHolder) -> None:
    """Pages that ask whose link it is, not whether the site still has the app."""
    with cookie_holder.story_site.container.reader.connect() as connection:
        row = select_session(connection, digest_of(session_of(cookie_holder)), cookie_holder.story_site.clock.now())
        assert row is not None
        known = gate.select_known(connection, row)
    patch.setattr(gate, "select_known", lambda *_: known)


def earlier(patch: pytest.MonkeyPatch, cookie_holder: CookieHolder) -> None:
    """A session that is asked for as of when it was begun."""
    begun = cookie_holder.story_site.clock.now()
    patch.setattr(gate, "select_session", lambda connection, digest, _: select_session(connection, digest, begun))


def unrevoked(connection: Any, digest: str, now: int) -> AccessLink | None:
    """A session that does not ask for its link."""
    columns = [access_link.c[name] for name in AccessLink.__struct_fields__]
    row = connection.execute(select(*columns).order_by(access_link.c.link_id.desc())).first()
    return AccessLink(*row)


def all_of_them(connection: Any, link: AccessLink, now: int) -> Any:
    """Every engagement of the site for whoever has a link to one."""
    stored = select_engagements(connection, link.tenant_id)
    return tuple(
        view for stored_engagement in stored for view in views_of([stored_engagement], account_of("Maren Vogt"), now)
    )


def as_made(connection: Any, link: AccessLink, _: int) -> Any:
    """The account's place on the day that the engagement began."""
    stored = select_engagements(connection, link.tenant_id)
    began = next(
        stored_engagement.engagement for stored_engagement in stored if stored_engagement.engagement.key == ACME
    )
    return linked_views(connection, link, at_noon(began.starts))


def at_noon(day: Any) -> int:
    return (day.toordinal() - 719_163) * DAY + DAY // 2


def session_of(cookie_holder: CookieHolder) -> str:
    cookie = cookie_holder.browser.get_cookie(cookie_name(cookie_holder.story_site.container), domain="127.0.0.1")
    assert cookie is not None
    return str(cookie.value)


def removed(state: str) -> Callable[[CookieHolder], int]:
    """The site removed or paused the app, and the cookie is still there."""

    def act(cookie_holder: CookieHolder) -> int:
        save_state(cookie_holder, state)
        answer = cookie_holder.get(FIGURE)
        save_state(cookie_holder, "installed")
        return answer

    return act


def save_state(cookie_holder: CookieHolder, state: str) -> None:
    with cookie_holder.story_site.container.engine.begin() as connection:
        own = tenant.c.tenant_id == cookie_holder.story_site.tenant_id
        connection.execute(update(tenant).where(own).values(state=state))


def revoke(cookie_holder: CookieHolder) -> int:
    with cookie_holder.story_site.container.engine.begin() as connection:
        assert save_revoked(
            connection, cookie_holder.story_site.tenant_id, cookie_holder.number, cookie_holder.story_site.clock.now()
        )
    return cookie_holder.get(FIGURE)


def lift(cookie_holder: CookieHolder) -> int:
    """Only the link is revoked: a session that was begun a moment later is not among those that were ended."""
    with cookie_holder.story_site.container.engine.begin() as connection:
        own = access_link.c.link_id == cookie_holder.number
        connection.execute(update(access_link).where(own).values(revoked_at=cookie_holder.story_site.clock.now()))
    return cookie_holder.get(FIGURE)


def wait(microseconds: int) -> Callable[[CookieHolder], int]:
    def act(cookie_holder: CookieHolder) -> int:
        cookie_holder.story_site.clock.at = cookie_holder.story_site.story.end + microseconds
        return cookie_holder.get(FIGURE)

    return act


def sign_out(cookie_holder: CookieHolder) -> int:
    """The cookie was copied before its owner signed out."""
    copied = session_of(cookie_holder)
    assert cookie_holder.post("/direct/leave") == 303
    return cookie_holder.carry(copied).get(FIGURE)


def moved(cookie_holder: CookieHolder) -> int:
    return cookie_holder.make(role=None, account=account_of(MOVED)).get(FIGURE)


def tag(cookie_holder: CookieHolder) -> int:
    """An act of the panel with the cookie of somebody who may do it in Jira's frame."""
    cookie_holder.make(role=None, account=account_of("Maren Vogt"))
    issue = next(
        number for ref, number in cookie_holder.story_site.ids.items() if ref.startswith("t") and "/" not in ref
    )
    return cookie_holder.post(f"/pages/panel/tag?engagement={ACME}&issue={issue}", OWN_PAGE, objective="tracking")


def frame(cookie_holder: CookieHolder) -> int:
    return cookie_holder.make(role=None, account=account_of("Maren Vogt")).get("/pages/project?project.key=GROW")


def header(value: str, path: str = FIGURE) -> Callable[[CookieHolder], int]:
    return lambda cookie_holder: cookie_holder.get(path, {"Authorization": value})


def evil_leave(cookie_holder: CookieHolder) -> int:
    return cookie_holder.post("/direct/leave", EVIL)


def set_up(cookie_holder: CookieHolder) -> int:
    """Begin a draft with the cookie of somebody who may do it in Jira's frame."""
    cookie_holder.make(role=None, account=account_of("Maren Vogt"))
    return cookie_holder.post("/pages/setup/begin?project.key=GROW", OWN_PAGE)


def forget(cookie_holder: CookieHolder) -> None:
    """Take away what the attack made."""
    cookie_holder.story_site.clock.at = cookie_holder.story_site.story.end
    with cookie_holder.story_site.container.engine.begin() as connection:
        connection.execute(delete(link_session))
        connection.execute(delete(access_link))


BY_LINK = gone(gate, "select_session", select_link_by_token)
ANY_PAGE = gone(signed_links, "require_own_page", lambda *_: None)
ANY_FORM = gone(gate, "require_own_page", lambda *_: None)
ANY_LINK: Off = lambda patch, _: patch.setitem(gate.AUTHENTICATE, "setup", gate.authenticate_shared)  # noqa: E731  # a row's constant
EITHER: Off = lambda patch, _: patch.setitem(gate.AUTHENTICATE, "shared", either)  # noqa: E731  # a row's constant

ATTACKS: tuple[LinkAttack, ...] = (
    LinkAttack("a cookie beside a token of nonsense", header("JWT nonsense"), 401, "malformed", EITHER),
    LinkAttack("a cookie beside an empty header", header(""), 401, "no token", EITHER),
    LinkAttack("a cookie beside another scheme", header("Basic YTpi"), 401, "no token", EITHER),
    LinkAttack("a file with a cookie beside a bad token", header("JWT nonsense", EXPORT), 401, "malformed", EITHER),
    LinkAttack("a cookie on a frame of Jira's", frame, 401, "no token", admitted("page")),
    LinkAttack("a cookie on an act of the panel", tag, 401, "no token", admitted("context")),
    LinkAttack("a cookie on a machine's route", lambda t: t.post("/connect/enabled"), 401, "no token",
               as_machine),
    LinkAttack("a site that removed the app", removed("uninstalled"), 401, "no session", known_anyway),
    LinkAttack("a site that paused the app", removed("disabled"), 401, "no session", known_anyway),
    LinkAttack("a session that is over", wait(SESSION), 401, "no session", earlier),
    LinkAttack("a link that is over", wait(31 * DAY), 401, "no session", earlier),
    LinkAttack("a link that was revoked", revoke, 401, "no session",
               gone(gate, "select_session", unrevoked)),
    LinkAttack("a link revoked beside its session", lift, 401, "no session", gone(gate, "select_session", unrevoked)),
    LinkAttack("a cookie copied before its owner signed out", sign_out, 401, "no session",
               gone(gate, "select_session", unrevoked)),
    LinkAttack("a link's own token as a cookie", lambda t: t.carry(t.token).get(FIGURE), 401, "no session", BY_LINK),
    LinkAttack("the hash of a token as a cookie", lambda t: t.carry(digest_of(session_of(t))).get(FIGURE), 401,
               "no session", gone(gate, "digest_of", str)),
    LinkAttack("another engagement of the site", lambda t: t.get(FIGURE.replace(ACME, BOLT)), 404, None,
               gone(visibility, "linked_views", all_of_them)),
    LinkAttack("an account whose side has ended", moved, 404, None, gone(visibility, "linked_views", as_made)),
    LinkAttack("a link opened by another site's page", lambda t: t.trade(EVIL), 401, "wrong route", ANY_PAGE),
    LinkAttack("a link opened by another page of the domain", lambda t: t.trade({"Sec-Fetch-Site": "same-site"}), 401,
               "wrong route", ANY_PAGE),
    LinkAttack("a link opened by another site in an old browser", lambda t: t.trade(OLD_EVIL), 401, "wrong route",
               ANY_PAGE),
    LinkAttack("signing out by another site's page", evil_leave, 401, "wrong route", ANY_FORM),
    LinkAttack("a lead's own link on a route of set-up", set_up, 401, "wrong route", ANY_LINK),
)  # fmt: skip
