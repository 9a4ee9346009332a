"""The stand-in signs as Atlassian does, by its own hand: the recorded vectors and another library agree with it."""

import json
from pathlib import Path
from urllib.parse import urlsplit

import jwt
import pytest

from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.signing import BadToken, canonical_request, open_hs256, query_hash, sign_hs256, sign_rs256

VECTORS = Path(__file__).resolve().parents[4] / "shared" / "data" / "qsh_vectors.json"
SECRET = "s" * 64

REQUESTS = [
    ("get", "/panel/", "GET&/panel&"),
    ("GET", "", "GET&/&"),
    ("GET", "https://h.example/app/panel?a=1", "GET&/panel&a=1"),
    ("GET", "/application?a=1", "GET&/application&a=1"),
    ("GET", "/p?z=1&r=b%20c&a=2&r=b+b", "GET&/p&a=2&r=b%20b,b%20c&z=1"),
    ("GET", "/p?star=*&tilde=~&c=a,b&par=(x)!'", "GET&/p&c=a%2Cb&par=%28x%29%21%27&star=%2A&tilde=~"),
    ("GET", "/p?empty=&novalue&jwt=secret", "GET&/p&empty=&novalue="),
    ("POST", "/a&b?x=%c3%a9", "POST&/a%26b&x=%C3%A9"),
]


@pytest.mark.parametrize(("method", "url", "canonical"), REQUESTS)
def test_a_request_has_one_canonical_form(method: str, url: str, canonical: str) -> None:
    assert canonical_request(method, url, "https://h.example/app") == canonical


@pytest.mark.skipif(not VECTORS.is_file(), reason="Atlassian's vectors are not beside this checkout")
def test_every_recorded_vector_agrees() -> None:
    vectors = json.loads(VECTORS.read_text(encoding="utf-8"))["vectors"]
    wrong = [vector for vector in vectors if hash_of(vector) != vector["qsh"]]
    assert len(vectors) == 94
    assert wrong == []


def hash_of(vector: dict[str, str]) -> str:
    address = urlsplit(vector["url"])
    query = vector["form_body"] if vector.get("form_body_counts") else address.query
    return query_hash(vector["method"], f"{address.path}?{query}", vector["base_url"] or "")


def test_another_library_reads_our_hs256() -> None:
    token = sign_hs256({"iss": "client"}, SECRET)
    assert jwt.decode(token, SECRET, algorithms=["HS256"]) == {"iss": "client"} == open_hs256(token, SECRET)


def test_another_library_reads_our_rs256_by_the_published_key() -> None:
    keys = KeyHost()
    token = sign_rs256({"aud": ["https://app.example.com"]}, keys.keys[keys.kid], keys.kid)
    assert jwt.get_unverified_header(token)["kid"] == keys.kid
    pem = keys.app().test_client().get(f"/{keys.kid}").text
    assert pem.startswith("-----BEGIN PUBLIC KEY-----")
    assert jwt.decode(token, pem, algorithms=["RS256"], audience="https://app.example.com")


def test_a_rotated_key_host_signs_with_the_new_and_still_publishes_the_old() -> None:
    keys = KeyHost("rotating")
    old = keys.kid
    assert keys.rotate() != old
    client = keys.app().test_client()
    assert [client.get(f"/{kid}").status_code for kid in (old, keys.kid, "unknown")] == [200, 200, 404]
    assert keys.asked == [old, keys.kid, "unknown"]


@pytest.mark.parametrize("token", ["", "a.b", "a.b.c", sign_hs256({"iss": "x"}, "t" * 64)])
def test_a_token_of_another_hand_is_refused(token: str) -> None:
    with pytest.raises((BadToken, ValueError)):
        open_hs256(token, SECRET)


def test_an_unsigned_token_is_refused() -> None:
    with pytest.raises(BadToken):
        open_hs256(jwt.encode({"iss": "x"}, "", algorithm="none"), SECRET)
