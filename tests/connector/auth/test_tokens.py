"""Tokens: whatever comes in, claims or a TokenError come out."""

import jwt
import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from connector.auth import tokens
from connector.auth.token_parsing import Code, TokenError, read_issuer, read_key_id, read_token, read_unverified
from connector.jira.query_hash import SignedRequest, hash_call
from connector.jira.request_auth import sign_for_jira
from tests.connector.atlassian_signer import APP_KEY, NOW, Atlassian, claims_of, forge, sign

SECRET = "acme-secret-" * 4
KEY = tokens.read_secret(SECRET)
CALL = SignedRequest("GET", ("/panel",), "issueId=1")
PRESENT = NOW * 1_000_000
CODES = set(Code.__args__)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner, max_size=3),
    max_leaves=6,
)
names = st.sampled_from(["iss", "sub", "aud", "iat", "exp", "nbf", "qsh", "context", "alg", "kid"])


def refusal(act):
    try:
        act()
    except TokenError as error:
        return error.code
    return None


@given(st.text(max_size=60) | st.binary(max_size=60).map(lambda raw: raw.decode("latin-1")))
@example("..")
@example("a.b.c")
@example("eyJhbGciOiJIUzI1NiJ9..")
def test_any_text_is_a_token_or_malformed(text):
    assert refusal(lambda: read_unverified(text)) in {None, "malformed"}


@given(st.dictionaries(names, json_values), st.dictionaries(names, json_values))
def test_any_claims_are_verified_or_refused_by_a_known_code(header, claims):
    token = forge({"alg": "HS256", **header}, claims, SECRET.encode())
    for act in (
        lambda read: tokens.verify_connect(read, KEY, CALL, PRESENT),
        lambda read: tokens.verify_context(read, KEY, PRESENT),
        read_issuer,
        read_key_id,
        lambda read: tokens.verify_signed_by_atlassian(read, lambda _: "", CALL, PRESENT, audience="a"),
    ):
        assert refusal(lambda act=act: act(read_unverified(token))) in {None, *CODES}


@pytest.mark.parametrize(
    "spoil",
    [
        lambda head, body, mark: f"{head}=.{body}.{mark}",
        lambda head, body, mark: f"{head}.{body}.{mark}=",
        lambda head, body, mark: f"{head}.{body}.{mark}.{mark}",
        lambda head, body, mark: f"{head}.{body}",
        lambda head, body, mark: f"{head}.{body}.{mark[:-1]}{chr(ord(mark[-1]) + 1)}",
        lambda head, body, mark: f"{head}.{body}.{mark}\n",
        lambda head, body, mark: f"{head}.{body}.+{mark[1:]}",
        lambda head, body, mark: f"{head}.{body}.{mark}\u00e9",
        lambda *_: forge({"alg": "HS256", "crit": ["exp"], "exp": 1}, CLAIMS, SECRET.encode()),
        lambda *_: forge({"alg": "HS256", "b64": False, "crit": ["b64"]}, CLAIMS, SECRET.encode()),
        lambda *_: forge({"alg": "HS256", "kid": 7}, CLAIMS, SECRET.encode()),
    ],
)
def test_a_token_that_is_written_in_another_way_is_malformed(spoil):
    """Each of these PyJWT refuses too, but for the padding, which RFC 7515 does not allow."""
    token = forge({"alg": "HS256"}, CLAIMS, SECRET.encode())
    assert tokens.verify_connect(read_unverified(token), KEY, CALL, PRESENT).issuer == "client-acme"
    assert refusal(lambda: read_unverified(spoil(*token.split(".")))) == "malformed"


def test_what_a_token_says_is_the_same_for_all_who_read_it():
    """Headers are remembered, so nobody may change one."""
    token = forge({"alg": "HS256"}, CLAIMS, SECRET.encode())
    for part in (read_unverified(token).header, read_unverified(token).claims):
        with pytest.raises(TypeError):
            part["alg"] = "none"  # type: ignore[index]  # the test is that it has none
    assert read_unverified(token).header == {"alg": "HS256"}


CLAIMS = claims_of("GET", "/panel?issueId=1", iss="client-acme")


def test_a_token_of_jira_is_verified():
    claims = claims_of("GET", "/panel?issueId=1", iss="client-acme", sub="712020:a", context={"jira": {"issue": {}}})
    verified = tokens.verify_connect(read_unverified(sign(claims, SECRET)), KEY, CALL, PRESENT)
    assert (verified.issuer, verified.subject, verified.issued) == ("client-acme", "712020:a", NOW)
    assert verified.context == {"jira": {"issue": {}}}


@pytest.mark.parametrize(("seconds", "code"), [(209, None), (210, "expired"), (-30, None), (-31, "not yet valid")])
def test_two_clocks_may_differ_by_half_a_minute(seconds, code):
    read = read_unverified(sign(claims_of("GET", "/panel?issueId=1", iss="client-acme"), SECRET))
    assert refusal(lambda: tokens.verify_connect(read, KEY, CALL, PRESENT + seconds * 1_000_000)) == code


@pytest.mark.parametrize(("life", "code"), [(900, None), (901, "lifetime"), (0, "lifetime"), (-1, "lifetime")])
def test_a_token_for_an_address_lives_a_quarter_of_an_hour_at_most(life, code):
    read = read_unverified(sign(claims_of("GET", "/panel?issueId=1", iss="a", exp=NOW + life), SECRET))
    assert refusal(lambda: tokens.verify_connect(read, KEY, CALL, PRESENT)) == code


def test_a_context_token_may_live_as_long_as_jira_says():
    read = read_unverified(sign(claims_of("GET", "/", iss="a", qsh="context-qsh", exp=NOW + 86_400), SECRET))
    assert tokens.verify_context(read, KEY, PRESENT).issuer == "a"


@pytest.mark.parametrize("secret", ["", "x" * 31, Atlassian().pem()])
def test_a_secret_that_is_none_is_no_key(secret):
    with pytest.raises(TokenError, match="weak key"):
        tokens.read_secret(secret)


@pytest.mark.parametrize(
    ("header", "parameters", "wanted"),
    [
        ("JWT a.b.c", [], "a.b.c"),
        ("jwt  a.b.c ", [], "a.b.c"),
        (None, ["a.b.c"], "a.b.c"),
        ("Bearer x", ["a.b.c"], "a.b.c"),
        ("JWT a.b.c", ["d.e.f"], "two tokens"),
        (None, ["a.b.c", "a.b.c"], "two tokens"),
        ("Bearer a.b.c", [], "no token"),
        ("JWT", [], "no token"),
        (None, [""], "no token"),
        (None, [], "no token"),
    ],
)
def test_a_call_has_one_token(header, parameters, wanted):
    rows = []
    code = refusal(lambda: rows.append(read_token(header, parameters)))
    assert (code or rows[0]) == wanted


def test_our_own_calls_are_signed_as_jira_wants_them():
    call = SignedRequest("GET", ("/rest/api/3/user/bulk",), "accountId=a&accountId=b")
    read = jwt.decode(
        sign_for_jira(APP_KEY, SECRET, call, PRESENT + 999_999),
        SECRET,
        algorithms=["HS256"],
        options={"verify_exp": False, "verify_iat": False},
    )
    assert read == {"iss": APP_KEY, "iat": NOW, "exp": NOW + 180, "qsh": hash_call(call, call.paths[0])}
