"""Forge invocation tokens: what Forge signs is taken; each forgery is refused, and gets in once its check is gone."""

from collections.abc import Callable
from typing import Any

import jwt
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given
from hypothesis import strategies as st

from connector.auth import invocation_tokens
from connector.auth.invocation_tokens import (
    Module,
    require_machine,
    require_person,
    verify_invocation,
)
from connector.auth.token_parsing import TokenError

APP = "ari:cloud:ecosystem::app/3a0b6c1e-5d3f-4b7a-9c39-7f0c2d1e8a11"
OTHER_APP = "ari:cloud:ecosystem::app/99999999-5d3f-4b7a-9c39-7f0c2d1e8a11"
CLOUD = "5b8d1c70-0d2c-4f63-8b07-1a2b3c4d5e6f"
INSTALLATION = "ari:cloud:ecosystem::installation/0f9e8d7c-6b5a-4c3d-8e1f-a0b1c2d3e4f5"
NOW = 1_790_000_000
KEY = rsa.generate_private_key(public_exponent=65537, key_size=2048)
STRANGER = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def claims(**changes: Any) -> dict[str, Any]:
    """The claims of a call by a person from a project page; a dotted name changes an inner claim."""
    plain: dict[str, Any] = {
        "iss": "forge/invocation-token",
        "aud": APP,
        "iat": NOW,
        "nbf": NOW,
        "exp": NOW + 25,
        "jti": "7f3c",
        "app": {
            "id": APP,
            "installationId": INSTALLATION,
            "apiBaseUrl": f"https://api.atlassian.com/ex/jira/{CLOUD}",
            "appVersion": "2.1.0",
            "environment": {"type": "PRODUCTION", "id": "e1"},
            "module": {"type": "jira:projectPage", "key": "teachback-project"},
        },
        "context": {
            "cloudId": CLOUD,
            "siteUrl": "https://acme.atlassian.net",
            "moduleKey": "teachback-project",
            "extension": {"project": {"id": "10000", "key": "GROW"}},
        },
        "principal": "712020:aaaa",
    }
    for name, value in changes.items():
        *outer, last = name.split("__")
        part = plain
        for step in outer:
            part = part[step]
        if value is None:
            part.pop(last, None)
        else:
            part[last] = value
    return plain


def sign(body: dict[str, Any], key: Any = KEY, *, algorithm: str = "RS256", kid: str | None = "k1") -> str:
    return jwt.encode(body, key, algorithm=algorithm, headers={} if kid is None else {"kid": kid})


def find_key(kid: str) -> rsa.RSAPublicKey:
    if kid != "k1":
        raise TokenError("unknown key")
    return KEY.public_key()


def verify(token: str) -> invocation_tokens.Invocation:
    return verify_invocation(token, find_key, NOW * 1_000_000, app_id=APP)


def test_a_call_of_a_person_says_who_and_where() -> None:
    invocation = verify(sign(claims()))
    assert (invocation.account, invocation.cloud_id, invocation.environment) == ("712020:aaaa", CLOUD, "PRODUCTION")
    assert invocation.extension["project"]["key"] == "GROW"
    assert require_person(invocation) == "712020:aaaa"


def machine(**changes: Any) -> dict[str, Any]:
    module = {"type": "core:endpoint", "key": "teachback-events"}
    return claims(**{"principal": None, "context": None, "app__module": module} | changes)


def test_a_call_of_forge_itself_opens_its_own_endpoint_alone() -> None:
    invocation = verify(sign(machine()))
    assert require_machine(invocation, "teachback-events").account is None
    with pytest.raises(TokenError, match="wrong route"):
        require_machine(invocation, "teachback-tick")
    with pytest.raises(TokenError, match="no person"):
        require_person(invocation)


def test_a_person_calls_no_machine_route_from_the_console() -> None:
    for body in (claims(), machine(principal="712020:aaaa"), claims(principal=None)):
        with pytest.raises(TokenError, match="wrong route"):
            require_machine(verify(sign(body)), "teachback-events")


def hs256_with_the_public_key() -> str:
    """An old trick: the public key, which everybody has, as the secret of an HMAC."""
    header = jwt.utils.base64url_encode(b'{"alg":"HS256","typ":"JWT","kid":"k1"}')
    return (header + b"." + sign(claims()).encode().split(b".")[1] + b"." + jwt.utils.base64url_encode(b"x")).decode()


def without_signature() -> str:
    head, body, _ = sign(claims()).split(".")
    return f"{head}.{body}."


def swapped_body() -> str:
    head, _, signature = sign(claims()).split(".")
    return f"{head}.{sign(claims(principal='712020:lead')).split('.')[1]}.{signature}"


FORGERIES: dict[str, tuple[Callable[[], str], str, str | None]] = {
    # name: (token, code of the refusal, the check that stops it)
    "another app's token": (lambda: sign(claims(aud=OTHER_APP, app__id=OTHER_APP)), "audience", None),
    "our audience, another app": (lambda: sign(claims(app__id=OTHER_APP)), "audience", "check_app"),
    "another audience, our app": (lambda: sign(claims(aud=OTHER_APP)), "audience", "check_audience"),
    "an audience that begins like ours": (lambda: sign(claims(aud=APP + "0")), "audience", "check_audience"),
    "another issuer": (lambda: sign(claims(iss="forge/other")), "issuer", "check_issuer"),
    "expired": (lambda: sign(claims(iat=NOW - 90, nbf=NOW - 90, exp=NOW - 31)), "expired", "check_times"),
    "from the future": (lambda: sign(claims(iat=NOW + 31, nbf=NOW + 31, exp=NOW + 60)), "not yet valid", "check_times"),
    "valid later": (lambda: sign(claims(nbf=NOW + 40, exp=NOW + 60)), "not yet valid", "check_times"),
    "ended before it began": (lambda: sign(claims(iat=NOW + 25, nbf=NOW, exp=NOW + 20)), "lifetime", "check_times"),
    "longer than a token": (lambda: sign(claims(jti="x" * 9000)), "malformed", None),
    "a day long": (lambda: sign(claims(exp=NOW + 86_400)), "lifetime", "check_times"),
    "signed by a stranger": (lambda: sign(claims(), STRANGER), "signature", "verify_signature"),
    "not signed": (without_signature, "signature", "verify_signature"),
    "another body": (swapped_body, "signature", "verify_signature"),
    "algorithm none": (lambda: sign(claims(), "", algorithm="none"), "algorithm", None),
    "HMAC with the public key": (hs256_with_the_public_key, "algorithm", None),
    "unknown key": (lambda: sign(claims(), kid="k2"), "unknown key", None),
    "no key id": (lambda: sign(claims(), kid=None), "key id", None),
    "a key id with a path": (lambda: sign(claims(), kid="../k1"), "key id", None),
    "an isolated cloud": (lambda: sign(claims(icLabel="gov")), "isolated cloud", "refuse_isolated_cloud"),
    "an api address elsewhere": (
        lambda: sign(claims(app__apiBaseUrl=f"https://api.atlassian.com.evil.example/ex/jira/{CLOUD}")), "api address",
        None,
    ),
    "an api address of no cloud id": (
        lambda: sign(claims(app__apiBaseUrl="https://api.atlassian.com/ex/jira/acme", context=None)), "api address",
        None,
    ),
    "an api address with a path": (
        lambda: sign(claims(app__apiBaseUrl=f"https://api.atlassian.com/ex/jira/{CLOUD}/../x")), "api address", None,
    ),
    "the api address of another site": (
        lambda: sign(claims(context__cloudId="00000000-0d2c-4f63-8b07-1a2b3c4d5e6f")), "api address", None,
    ),
    "an installation that is no ARI": (
        lambda: sign(claims(app__installationId="1")), "malformed", "check_installation",
    ),
    "an environment of its own": (
        lambda: sign(claims(app__environment={"type": "MINE"})), "malformed", "check_installation",
    ),
    "an account with a line break": (lambda: sign(claims(principal="a\nb")), "malformed", "check_account"),
    "no app": (lambda: sign(claims(app=None)), "malformed", None),
    "a number for a text": (lambda: sign(claims(principal=7)), "malformed", None),
    "no expiry": (lambda: sign(claims(exp=None)), "malformed", None),
    "two audiences": (lambda: sign(claims(aud=[APP, OTHER_APP])), "malformed", None),
}  # fmt: skip


@pytest.mark.parametrize("name", FORGERIES)
def test_a_forged_token_is_refused(name: str) -> None:
    make, code, _ = FORGERIES[name]
    with pytest.raises(TokenError) as refusal:
        verify(make())
    assert refusal.value.code == code


@pytest.mark.parametrize("name", [name for name, (_, _, check) in FORGERIES.items() if check])
def test_a_forged_token_gets_in_without_its_check(name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    make, _, check = FORGERIES[name]
    assert check is not None
    monkeypatch.setattr(invocation_tokens, check, lambda *_: None)
    assert verify(make()).installation_id


def test_where_no_app_is_configured_nobodys_token_is_taken() -> None:
    """A token whose audience is empty would else be ours."""
    with pytest.raises(TokenError, match="audience"):
        verify_invocation(sign(claims(aud="", app__id="")), find_key, NOW * 1_000_000, app_id="")


@given(st.text(max_size=300) | st.binary(max_size=300).map(lambda raw: raw.decode("latin-1")))
def test_whatever_comes_an_invocation_or_a_refusal_comes_out(text: str) -> None:
    with pytest.raises(TokenError):
        verify(text)


def test_a_token_without_context_is_taken_by_its_address() -> None:
    assert verify(sign(machine())).cloud_id == CLOUD
    assert verify(sign(machine())).module == Module("core:endpoint", "teachback-events")
