"""Attacks on Connect's requests: what is tried, how it is answered, what stops it.

`act` tries it and returns what the attacker sees or has gained; `refused` is what that must be; `code` is what the log
names as the reason. `off` takes out what stops it: with that gone the same attack ends otherwise
(test_attacks_mutated.py), so none of these tests passes for another reason than its own.
"""

import warnings
from collections.abc import Callable, Sequence
from typing import Any, NamedTuple

import jwt
import pytest
from jwt.algorithms import RSAAlgorithm

from connector.auth import public_keys, request_tokens, token_parsing, tokens
from connector.platforms.connect import installs, payload, views, webhook_auth
from connector.web import front, gate
from connector.web import security_headers as headers
from tests.connector.atlassian_signer import APP_KEY, BASE, NOW, Site, claims_of, forge, header, private_key, sign
from tests.connector.installed_sites import ACME, GLOBEX, PAGE_URL, XHR_URL, InstalledApp

INSTALLED = "/connect/installed"
WEBHOOK = "/webhooks/jira"
EVIL = Site("client-evil", "https://evil.atlassian.net", "evil-secret-" * 4)

Off = Callable[[pytest.MonkeyPatch, InstalledApp], None]


class Attack(NamedTuple):
    """One row: see the module's own words."""

    name: str
    act: Callable[[InstalledApp], Any]
    refused: Any
    code: str | None
    off: Sequence[Off]


def gone(room: Any, check: str, instead: Callable[..., Any] | Any = None) -> Off:
    """The check replaced by nothing, or by what a careless app would have."""
    return lambda patch, _: patch.setattr(room, check, instead if instead is not None else lambda *_: None)


def story_site(*offs: Off) -> Off:
    def off(patch: pytest.MonkeyPatch, installed_app: InstalledApp) -> None:
        for each in offs:
            each(patch, installed_app)

    return off


def entry(table: Any, name: str, value: Any) -> Off:
    return lambda patch, _: patch.setitem(table, name, value)


class Anything:
    """An algorithm that is content with any signature."""

    def verify(self, *_: Any) -> bool:
        return True


def believe_body_of_install(patch: pytest.MonkeyPatch, _: InstalledApp) -> None:
    """An install view that believes its body, as before signed installs."""
    patch.setitem(gate.AUTHENTICATE, "atlassian", lambda *_: gate.Identity())
    patch.setattr(gate, "check_lifecycle", read_unsigned_lifecycle)


def read_unsigned_lifecycle() -> None:
    read = payload.read_lifecycle(gate.request.get_data(cache=False))
    gate.g.lifecycle, gate.g.claims = read, tokens.Claims(read.client_key, None, NOW, {})


def admit_acme(patch: pytest.MonkeyPatch, installed_app: InstalledApp) -> None:
    """Strangers taken for the one who came first."""
    acme = installed_app.container.tenants.find(ACME.client_key)
    patch.setattr(webhook_auth, "require_known", lambda known: known or acme)


def anybody(patch: pytest.MonkeyPatch, installed_app: InstalledApp) -> None:
    """A gate that lets everybody in as Acme's first person."""
    acme = installed_app.container.tenants.find(ACME.client_key)
    claims = tokens.Claims(ACME.client_key, ACME.account, NOW, {})
    for kind in ("machine", "page", "context"):
        came = gate.Caller(acme.tenant_id, ACME.account, "connect", "person")
        patch.setitem(gate.AUTHENTICATE, kind, lambda *_, came=came: gate.Identity(came, acme, claims))
    patch.setattr(webhook_auth, "verify_sender", lambda *_: acme)


def believe_body(patch: pytest.MonkeyPatch, installed_app: InstalledApp) -> None:
    """A pause that asks the body whose it is."""
    patch.setattr(views, "tenant", lambda: installed_app.container.tenants.find(gate.request.get_json()["clientKey"]))


def any_kid(patch: pytest.MonkeyPatch, _: InstalledApp) -> None:
    """A kid pasted into an address as it comes."""
    patch.setattr(token_parsing, "check_key_id", str)
    patch.setattr(public_keys, "check_key_id", str)


def with_previous(module: Any, _: Any, verify: Callable[[bytes], Any]) -> Any:
    """A secret that stays good for frames when another has replaced it."""
    known = module.tenants.find(ACME.client_key)
    return known, verify(known.key_before)


def fill(claims: dict[str, Any]) -> dict[str, Any]:
    """Claims that are checked only if they are there."""
    return {"iss": "", "qsh": "", "iat": NOW, "exp": NOW + 60, **claims}


def alike(is_alike: Callable[[Any, str], bool]) -> Off:
    def check_audience(claims: dict[str, Any], ours: str) -> None:
        if not is_alike(claims["aud"], ours):
            raise token_parsing.TokenError("audience")

    return gone(tokens, "check_audience", check_audience)


# What careless apps do instead (each was seen in the code of a Connect app).
ABOUT_US = alike(lambda named, ours: ours in named)
AHEAD = gone(tokens, "check_issued")
ANY_ADDRESS = gone(tokens, "check_query_hash")
ANY_AUDIENCE = gone(tokens, "check_audience")
ANY_BODY = believe_body_of_install
ANY_CONTEXT = gone(tokens, "refuse_context")
ANY_KID = any_kid
ANY_PLACE = gone(gate, "header_token", request_tokens.page_token)
ANY_PRODUCT = gone(views, "check_product")
ANY_SECRET = gone(views, "check_shared_secret")
ANY_TIME = story_site(gone(tokens, "check_times"), gone(tokens, "check_lifetime"))
FOR_EVER = gone(tokens, "check_expiry")
IF_PRESENT = gone(tokens, "check_required", fill)
KEYLESS = lambda patch, installed_app: patch.setattr(installed_app.atlassian, "kid", "None")  # noqa: E731  # a row's constant
KNOWS_NONE = entry(tokens._METHODS, "none", Anything())
KNOWS_RS512 = entry(tokens._METHODS, "RS512", RSAAlgorithm(RSAAlgorithm.SHA512))
LIKE_US = alike(lambda named, ours: named[0].startswith(ours))
NEVER_LATE = gone(installs, "is_late", lambda *_: False)
NOBODY = gone(gate, "require_person", lambda claims: claims.subject)
OBEYED = gone(tokens, "select_algorithm", lambda header, ours: header["alg"])
OWN_SECRET = gone(tokens, "read_public_key", lambda _: ACME.secret.encode())
PEM_SECRET = gone(tokens, "read_public_key", lambda pem: pem.encode())
STILL_HERE = gone(gate, "check_installed")
UNLISTED = story_site(
    *(gone(module, "rule_of", lambda routes, endpoint: routes.get(endpoint, gate.OPEN)) for module in (front, gate))
)
UNSIGNED = gone(tokens, "verify_signature")
WITH_PREVIOUS = gone(gate, "verify_tenant", with_previous)


# -- helpers of the rows ---------------------------------------------------------------------------------------------


def status(act: Callable[[InstalledApp], Any]) -> Callable[[InstalledApp], int]:
    return lambda installed_app: act(installed_app).status_code


def post(url: str, headers: dict[str, str], body: Any = None) -> Callable[[InstalledApp], int]:
    return status(lambda installed_app: installed_app.post(url, headers, body or {}))


def get(url: str, headers: dict[str, str] | None = None) -> Callable[[InstalledApp], int]:
    return status(lambda installed_app: installed_app.get(url, headers))


def install(site: Site = ACME, *, body: dict[str, Any] | None = None, **claims: Any) -> Callable[[InstalledApp], int]:
    return status(lambda installed_app: installed_app.install(site, body=body, **claims))


def install_token(make: Callable[[InstalledApp], str]) -> Callable[[InstalledApp], int]:
    return status(
        lambda installed_app: installed_app.post(INSTALLED, header(make(installed_app)), ACME.body("installed"))
    )


def install_claims(**other: Any) -> dict[str, Any]:
    return claims_of("POST", INSTALLED, **{"iss": ACME.client_key, "aud": [BASE], **other})


def frame(
    url: str = PAGE_URL, *, signed: str | None = None, site: Site = ACME, **claims: Any
) -> Callable[[InstalledApp], int]:
    """A frame opened at `url` with a token for `signed`."""
    token = site.token("GET", signed or url, **{"sub": site.account, **claims})
    return status(lambda installed_app: installed_app.get(f"{url}{'&' if '?' in url else '?'}jwt={token}"))


def machine(url: str = "/connect/enabled", *, site: Site = ACME, **claims: Any) -> Callable[[InstalledApp], int]:
    return status(lambda installed_app: installed_app.post(url, site.machine("POST", url, **claims), {}))


def own_call(*, site: Site = ACME, **claims: Any) -> Callable[[InstalledApp], int]:
    return status(lambda installed_app: installed_app.get(XHR_URL, site.context(**claims)))


def left(site: Site, *events: str) -> Callable[[Callable[[InstalledApp], Any]], Callable[[InstalledApp], Any]]:
    """The same act, after the site went through `events`."""

    def after(act: Callable[[InstalledApp], Any]) -> Callable[[InstalledApp], Any]:
        def later(installed_app: InstalledApp) -> Any:
            for event in events:
                turn(installed_app, site, event)
            return act(installed_app)

        return later

    return after


def turn(installed_app: InstalledApp, site: Site, event: str, **claims: Any) -> int:
    url = f"/connect/{event}"
    if event in {"installed", "uninstalled"}:
        return installed_app.lifecycle(site, event, **claims).status_code
    return installed_app.post(url, site.machine("POST", url, **claims), {}).status_code


def kidded(installed_app: InstalledApp, kid: str) -> int:
    """An install signed by the attacker's key, which lies at the address that a pasted kid would lead to."""
    stolen = private_key("attacker")
    host = installed_app.container.settings.connect_key_hosts[0]
    installed_app.atlassian.answers[f"https://{host}/{kid}"] = installed_app.atlassian.pem(stolen)
    return installed_app.install(ACME, key=stolen, kid=kid).status_code


def weak_key(installed_app: InstalledApp) -> int:
    weak = private_key("weak", 1024)
    host = installed_app.container.settings.connect_key_hosts[0]
    installed_app.atlassian.answers[f"https://{host}/weak"] = installed_app.atlassian.pem(weak)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # PyJWT warns the attacker
        token = installed_app.atlassian.token(ACME, "installed", key=weak, kid="weak")
    return installed_app.post(INSTALLED, header(token), ACME.body("installed")).status_code


def steal_secret(installed_app: InstalledApp) -> tuple[int, bool]:
    """Evil's own install token, with Globex's clientKey in the body: does Globex's secret change hands?"""
    body = {"clientKey": GLOBEX.client_key, "sharedSecret": EVIL.secret}
    answer = installed_app.install(EVIL, body=body).status_code
    return answer, installed_app.secret(GLOBEX) == EVIL.secret


def pause_other(installed_app: InstalledApp) -> tuple[str, str]:
    """Acme's token, Globex's name in the body of `disabled`: who is paused?"""
    url = "/connect/disabled"
    installed_app.post(url, ACME.machine("POST", url), {"clientKey": GLOBEX.client_key, "baseUrl": GLOBEX.base_url})
    return installed_app.state(ACME), installed_app.state(GLOBEX)


def late(event: str) -> Callable[[InstalledApp], Any]:
    """A call signed before the last install arrives after it: which state and secret hold?"""

    def act(installed_app: InstalledApp) -> tuple[str, bool]:
        fresh = Site(secret="fresh-secret-" * 4)
        installed_app.install(fresh, iat=NOW + 20, exp=NOW + 200)
        signer = fresh if event in {"enabled", "disabled"} else ACME
        turn(installed_app, signer, event, iat=NOW + 5)
        return installed_app.state(ACME), installed_app.secret(ACME) == fresh.secret

    return act


def deliver_after_leaving(installed_app: InstalledApp) -> tuple[int, int]:
    turn(installed_app, ACME, "uninstalled")
    return installed_app.deliver(ACME).status_code, len(installed_app.waiting())


def deliver_with_previous(seconds: int) -> Callable[[InstalledApp], int]:
    def act(installed_app: InstalledApp) -> int:
        installed_app.install(Site(secret="fresh-secret-" * 4))
        installed_app.clock[0] += seconds
        iat = installed_app.clock[0]
        return installed_app.deliver(ACME, iat=iat, exp=iat + 180).status_code

    return act


def page_with_previous(installed_app: InstalledApp) -> int:
    installed_app.install(Site(secret="fresh-secret-" * 4))
    return frame()(installed_app)


def widened_policy(installed_app: InstalledApp) -> bool:
    """A display address that is a piece of policy: does it stand in the header?"""
    installed_app.install(ACME, body={"displayUrl": "https://x.example; script-src *"})
    policy = installed_app.get(ACME.page(PAGE_URL)).headers["Content-Security-Policy"]
    return "script-src *" in policy


def two_tokens(installed_app: InstalledApp) -> int:
    """The frame's address holds one token, the header another."""
    url = GLOBEX.page(PAGE_URL)
    return installed_app.get(url, header(ACME.token("GET", PAGE_URL, sub=ACME.account))).status_code


def token_in_address(installed_app: InstalledApp) -> int:
    token = installed_app.atlassian.token(ACME, "installed")
    return installed_app.post(f"{INSTALLED}?jwt={token}", {}, ACME.body("installed")).status_code


def hmac_of_key(installed_app: InstalledApp) -> str:
    return forge(
        {"alg": "HS256", "kid": installed_app.atlassian.kid}, install_claims(), installed_app.atlassian.pem().encode()
    )


def hmac_of_secret(installed_app: InstalledApp) -> str:
    return sign(install_claims(), ACME.secret, kid=installed_app.atlassian.kid)


def unsigned(installed_app: InstalledApp) -> str:
    return forge({"alg": "none", "kid": installed_app.atlassian.kid}, install_claims())


def nonsense(installed_app: InstalledApp) -> str:
    return forge({"alg": "none", "kid": installed_app.atlassian.kid}, install_claims(), b"x")


def longer_hash(installed_app: InstalledApp) -> str:
    return jwt.encode(install_claims(), private_key(), "RS512", {"kid": installed_app.atlassian.kid})


def of_uninstall(installed_app: InstalledApp) -> str:
    return installed_app.atlassian.token(ACME, "uninstalled")


def tampered() -> str:
    """Acme's token with another person in it."""
    head, _, signature = ACME.token("GET", PAGE_URL, sub="712020:stranger").split(".")
    body = ACME.token("GET", PAGE_URL, sub=ACME.account).split(".")[1]
    return f"{head}.{body}.{signature}"


OTHER_PAGE = PAGE_URL.replace("10", "11")
FRAME_TOKEN = ACME.token("GET", PAGE_URL, sub=ACME.account)
POST_TOKEN = ACME.token("POST", PAGE_URL, sub=ACME.account)
CONTEXT_TOKEN = ACME.token("GET", "/", sub=ACME.account, qsh="context-qsh")
WEBHOOK_CLAIMS = claims_of("POST", WEBHOOK, iss=ACME.client_key)

ATTACKS: tuple[Attack, ...] = (
    # The install, by whose secret everything else stands.
    Attack("install unsigned", post(INSTALLED, {}, ACME.body("installed")), 401, "no token", [ANY_BODY]),
    Attack("install signed with HMAC of the public key", install_token(hmac_of_key), 401, "algorithm",
           [OBEYED, PEM_SECRET]),
    Attack("install signed with the tenant's secret", install_token(hmac_of_secret), 401, "algorithm",
           [OBEYED, OWN_SECRET]),
    Attack("install with algorithm none", install_token(unsigned), 401, "algorithm", [OBEYED, UNSIGNED]),
    Attack("install with none and a signature", install_token(nonsense), 401, "algorithm", [OBEYED, KNOWS_NONE]),
    Attack("install with another RSA algorithm", install_token(longer_hash), 401, "algorithm", [OBEYED, KNOWS_RS512]),
    Attack("install signed by another key", install(key=private_key("attacker")), 401, "signature", [UNSIGNED]),
    Attack("install signed by a weak key", weak_key, 401, "weak key", [gone(tokens, "WEAKEST_RSA", 1024)]),
    Attack("kid climbs to another path", lambda t: kidded(t, "../evil/key"), 401, "key id", [ANY_KID]),
    Attack("kid with dots in a row", lambda t: kidded(t, "a..b"), 401, "key id", [ANY_KID]),
    Attack("kid with a query", lambda t: kidded(t, "key?x=https://evil.example"), 401, "key id", [ANY_KID]),
    Attack("audience of another app", install(aud=["https://other.example.com"]), 401, "audience", [ANY_AUDIENCE]),
    Attack("audience that begins like ours", install(aud=[f"{BASE}.evil.example"]), 401, "audience", [LIKE_US]),
    Attack("audience that holds ours", install(aud=f"https://evil.example/?{BASE}"), 401, "audience", [ABOUT_US]),
    Attack("audience missing", install(aud=None), 401, "audience", [ANY_AUDIENCE]),
    Attack("body of another tenant", steal_secret, (401, False), "issuer", [gone(tokens, "check_issuer")]),
    Attack("token of uninstall at install", install_token(of_uninstall), 401, "query hash", [ANY_ADDRESS]),
    Attack("context hash at install", install(qsh="context-qsh"), 401, "context token", [ANY_CONTEXT, ANY_ADDRESS]),
    Attack("install expired", install(iat=NOW - 211, exp=NOW - 31), 401, "expired", [FOR_EVER]),
    Attack("install from the future", install(iat=NOW + 31, exp=NOW + 211), 401, "not yet valid", [AHEAD]),
    Attack("install that lives for a day", install(exp=NOW + 86_400), 401, "lifetime",
           [gone(tokens, "check_lifetime")]),
    Attack("install without exp", install(exp=None), 401, "missing claim", [IF_PRESENT]),
    Attack("install without iat", install(iat=None), 401, "missing claim", [IF_PRESENT]),
    Attack("install without qsh", install(qsh=None), 401, "missing claim", [IF_PRESENT, ANY_ADDRESS]),
    Attack("install with exp that is no number", install(exp=True, iat=0), 401, "missing claim",
           [IF_PRESENT, ANY_TIME]),
    Attack("install with the token in the address", token_in_address, 401, "wrong route", [ANY_PLACE]),
    Attack("install for another app", install(body={"key": "com.other"}), 400, "body: key",
           [gone(views, "check_key")]),
    Attack("install of Confluence", install(body={"productType": "confluence"}), 400, "body: productType",
           [ANY_PRODUCT]),
    Attack("install with the body of an uninstall", install(body={"eventType": "uninstalled"}), 400, "body: eventType",
           [gone(views, "check_event")]),
    *(
        Attack(f"install with base address {address}", install(body={"baseUrl": address}), 400, "body: baseUrl",
               [gone(views, "check_base_url")])
        for address in (
            "http://acme.atlassian.net", "https://evil.example", "https://acme.atlassian.net.evil.example",
            "https://acme.atlassian.net@evil.example", "https://acme.atlassian.net:8443", "https://169.254.169.254",
            "https://api.atlassian.com", "http://127.0.0.1:8000", "https://acme.atlassian.net/wiki",
        )
    ),
    Attack("install with a guessed secret", install(body={"sharedSecret": "guess"}), 400, "body: sharedSecret",
           [ANY_SECRET]),
    Attack("install without a secret", install(body={"sharedSecret": None}), 400, "body: sharedSecret", [ANY_SECRET]),
    Attack("install with a large body", install(body={"description": "x" * 65_536}), 413, None,
           [entry(gate.BODY_LIMITS, "atlassian", 1 << 20)]),
    Attack("install that comes late", late("installed"), ("installed", True), None, [NEVER_LATE]),
    Attack("uninstall that comes late", late("uninstalled"), ("installed", True), None, [NEVER_LATE]),
    Attack("disabled that comes late", late("disabled"), ("installed", True), None, [NEVER_LATE]),
    Attack("uninstall signed with the secret",
           post("/connect/uninstalled", ACME.machine("POST", "/connect/uninstalled"), ACME.body("uninstalled")),
           401, "algorithm", [OBEYED, ANY_AUDIENCE, ANY_KID, KEYLESS, OWN_SECRET]),
    # Jira's own calls.
    Attack("enabled unsigned", post("/connect/enabled", {}), 401, "no token", [anybody]),
    Attack("disabled speaks for another site", pause_other, ("disabled", "installed"), None, [believe_body]),
    Attack("enabled with a context token", post("/connect/enabled", ACME.context()), 401, "context token",
           [ANY_CONTEXT, ANY_ADDRESS]),
    Attack("webhook unsigned", post(WEBHOOK, {}), 401, "no token", [anybody]),
    Attack("webhook with a context token", post(WEBHOOK, ACME.context()), 401, "context token",
           [ANY_CONTEXT, ANY_ADDRESS]),
    Attack("webhook with a frame's token", post(f"{WEBHOOK}?jwt={FRAME_TOKEN}", {}), 401, "wrong route",
           [gone(webhook_auth, "header_token", request_tokens.page_token), ANY_ADDRESS]),
    Attack("webhook with a frame's token in its header", post(WEBHOOK, header(FRAME_TOKEN)), 401, "query hash",
           [ANY_ADDRESS]),
    Attack("webhook with the token of enabled", post(WEBHOOK, ACME.machine("POST", "/connect/enabled")), 401,
           "query hash",
           [ANY_ADDRESS]),
    Attack("webhook signed by another site", machine(WEBHOOK, secret=GLOBEX.secret), 401, "signature", [UNSIGNED]),
    Attack("webhook with algorithm none", post(WEBHOOK, header(forge({"alg": "none"}, WEBHOOK_CLAIMS, b"x"))), 401,
           "algorithm",
           [OBEYED, KNOWS_NONE]),
    Attack("webhook of a site that left", deliver_after_leaving, (204, 0), None,
           [gone(webhook_auth, "refuse_departed")]),
    Attack("webhook with the previous secret after ten minutes", deliver_with_previous(601), 401, "signature",
           [gone(webhook_auth, "key_before", lambda known, _: known.key_before)]),
    Attack("webhook when its token is over", machine(WEBHOOK, iat=NOW - 300, exp=NOW - 120), 401, "expired",
           [FOR_EVER]),
    # Frames.
    Attack("frame without a token", get(PAGE_URL), 401, "no token", [anybody]),
    Attack("frame with two tokens", two_tokens, 401, "two tokens",
           [gone(token_parsing, "require_single_token", lambda line: line[0])]),
    Attack("frame of another project", frame(OTHER_PAGE, signed=PAGE_URL), 401, "query hash", [ANY_ADDRESS]),
    Attack("frame with one parameter more", frame(f"{PAGE_URL}&role=lead", signed=PAGE_URL), 401, "query hash",
           [ANY_ADDRESS]),
    Attack("frame with a parameter again", frame(f"{PAGE_URL}&projectId=11", signed=PAGE_URL), 401, "query hash",
           [ANY_ADDRESS]),
    Attack("frame with the token of another path", frame(signed=PAGE_URL.replace("page", "other")), 401, "query hash",
           [ANY_ADDRESS]),
    Attack("frame with the token of another method", get(f"{PAGE_URL}&jwt={POST_TOKEN}"), 401,
           "query hash", [ANY_ADDRESS]),
    Attack("frame with a context token", frame(qsh="context-qsh"), 401, "context token", [ANY_CONTEXT, ANY_ADDRESS]),
    Attack("frame signed by another site", frame(secret=GLOBEX.secret), 401, "signature", [UNSIGNED]),
    Attack("frame with its person changed", get(f"{PAGE_URL}&jwt={tampered()}"), 401, "signature", [UNSIGNED]),
    Attack("frame of a stranger", frame(site=EVIL), 401, "unknown tenant", [admit_acme, UNSIGNED]),
    Attack("frame with a session token of an app", frame(iss=APP_KEY), 401, "unknown tenant", [admit_acme, UNSIGNED]),
    Attack("frame with a machine's token", frame(sub=None), 401, "no person", [NOBODY]),
    Attack("frame with a person that is no text", frame(sub=["712020:a"]), 401, "malformed",
           [gone(tokens, "check_subject")]),
    Attack("frame with a person that is too long", frame(sub="7" * 129), 401, "malformed",
           [gone(tokens, "check_subject")]),
    Attack("frame before its time", frame(nbf=NOW + 31), 401, "not yet valid", [gone(tokens, "check_not_before")]),
    Attack("frame with a token of nine kilobytes", frame(context={"x": "x" * 6500}), 401, "malformed",
           [gone(token_parsing, "check_length")]),
    Attack("frame with the previous secret", page_with_previous, 401, "signature", [WITH_PREVIOUS]),
    Attack("frame of a site that left", left(ACME, "uninstalled")(frame()), 401, "not installed", [STILL_HERE]),
    Attack("frame of a site that paused", left(ACME, "disabled")(frame()), 401, "not installed", [STILL_HERE]),
    Attack("frame of a site that left and was enabled late", left(ACME, "uninstalled", "enabled")(frame()), 401,
           "not installed", [STILL_HERE]),
    Attack("display address that widens the policy", widened_policy, False, None,
           [gone(headers, "is_origin", lambda _: True), gone(installs, "is_origin", lambda _: True)]),
    # The frame's own calls.
    Attack("own call without a token", get(XHR_URL), 401, "no token", [anybody]),
    Attack("own call with a frame's token", own_call(qsh=claims_of("GET", XHR_URL)["qsh"]), 401, "not a context token",
           [gone(tokens, "require_context")]),
    Attack("own call with the token in the address", get(f"{XHR_URL}?jwt={CONTEXT_TOKEN}"), 401, "wrong route",
           [ANY_PLACE]),
    Attack("own call with a context token that is over", own_call(iat=NOW - 3600, exp=NOW - 31), 401, "expired",
           [FOR_EVER]),
    Attack("own call with a machine's token", own_call(sub=None), 401, "no person", [NOBODY]),
    Attack("own call signed by another site", post(XHR_URL, Site(secret=GLOBEX.secret).context()), 401, "signature",
           [UNSIGNED]),
    Attack("own call of a site that left", left(ACME, "uninstalled")(own_call()), 401, "not installed", [STILL_HERE]),
    Attack("a route that nobody listed", get("/test/forgotten", ACME.context()), 401, "wrong route", [UNLISTED]),
)  # fmt: skip
