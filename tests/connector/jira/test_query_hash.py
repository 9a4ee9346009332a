"""The query string hash agrees with everybody else's."""

import hashlib
import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from connector.jira.query_hash import SignedRequest, canonical, hash_call

VECTORS = Path(__file__).resolve().parents[3] / "../shared/data/qsh_vectors.json"

OURS = [
    ("GET", "/panel", "", "", "GET&/panel&"),
    ("get", "/panel/", "", "", "GET&/panel&"),
    ("GET", "", "", "", "GET&/&"),
    ("GET", "/", "", "", "GET&/&"),
    ("POST", "/webhooks/jira", "", "", "POST&/webhooks/jira&"),
    ("GET", "/app/panel", "a=1", "/app", "GET&/panel&a=1"),
    ("GET", "/app", "a=1", "/app", "GET&/&a=1"),
    ("GET", "/apple/panel", "a=1", "/app", "GET&/apple/panel&a=1"),
    ("GET", "/p", "say=two+words&said=two%20words", "", "GET&/p&said=two%20words&say=two%20words"),
    ("GET", "/p", "plus=%2B&star=*&wave=~&marks=(!)'", "", "GET&/p&marks=%28%21%29%27&plus=%2B&star=%2A&wave=~"),
    ("GET", "/p", "list=b&list=a&list=c,d", "", "GET&/p&list=a,b,c%2Cd"),
    ("GET", "/p", "b=1&B=2&a=3&A=4", "", "GET&/p&A=4&B=2&a=3&b=1"),
    ("GET", "/p", "empty=&none&x=1", "", "GET&/p&empty=&none=&x=1"),
    ("GET", "/p", "jwt=x.y.z&x=1&%6Awt=again", "", "GET&/p&x=1"),
    ("GET", "/a&b", "", "", "GET&/a%26b&"),
    ("GET", "/a%20b", "u=%C3%A9&e=%e2%82%ac", "", "GET&/a%20b&e=%E2%82%AC&u=%C3%A9"),
    ("GET", "/p", "accounts[]=1&accounts[]=10&accounts[]=2", "", "GET&/p&accounts%5B%5D=1,10,2"),
    ("GET", "/p", "&&a=1&&", "", "GET&/p&a=1"),
]


@pytest.mark.parametrize(("method", "path", "query", "base", "wanted"), OURS)
def test_the_canonical_request(method, path, query, base, wanted):
    assert canonical(method, path, query, base) == wanted


def test_the_hash_is_of_the_canonical_request():
    call = SignedRequest("GET", ("/p",), "b=2&a=1")
    assert hash_call(call, "/p") == hashlib.sha256(b"GET&/p&a=1&b=2").hexdigest()


def vectors():
    if not VECTORS.exists():
        return []
    return json.loads(VECTORS.read_text())["vectors"]


@pytest.mark.skipif(not VECTORS.exists(), reason="the shared vectors are not on this machine")
def test_all_shared_vectors_agree():
    wrong = []
    for vector in vectors():
        path, query = split(vector["url"])
        # One vector counts a form's fields as if they stood in the address.
        query = vector["form_body"] if vector.get("form_body_counts") else query
        base, _ = split(vector["base_url"] or "")
        call = SignedRequest(vector["method"], (path,), query, base)
        if canonical(call.method, path, query, base) != vector["canonical"] or hash_call(call, path) != vector["qsh"]:
            wrong.append(vector["id"])
    assert len(vectors()) == 94
    assert not wrong


def split(url):
    path, _, query = url.partition("?")
    return ("/" + path.partition("://")[2].partition("/")[2] if "://" in path else path), query


@given(st.lists(st.tuples(st.text(max_size=5), st.text(max_size=5)), max_size=6), st.randoms())
def test_the_order_of_parameters_does_not_matter(pairs, random):
    from urllib.parse import urlencode

    shuffled = list(pairs)
    random.shuffle(shuffled)
    assert canonical("GET", "/p", urlencode(pairs)) == canonical("GET", "/p", urlencode(shuffled))
