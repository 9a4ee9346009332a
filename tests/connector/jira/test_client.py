"""Our calls to Jira: signed for their final address, never led astray, wrong answers named."""

import json
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import jwt
import pytest
import requests

from connector.jira.client import JiraClient, JiraError, Permitted, Signature, fetch_document
from tests.connector.atlassian_signer import APP_KEY, NOW, query_hash

SECRET = "our-secret-" * 4


class Stub(ThreadingHTTPServer):
    """Answers what it was told to, and remembers each call as it came."""

    daemon_threads = True

    def __init__(self):
        super().__init__(("127.0.0.1", 0), Answering)
        self.calls, self.answers = [], []

    @property
    def origin(self):
        return f"http://127.0.0.1:{self.server_port}"


class Answering(BaseHTTPRequestHandler):
    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        self.server.calls.append((self.command, self.path, dict(self.headers), body))
        status, headers, text = self.server.answers.pop(0) if self.server.answers else (200, {}, "{}")
        self.send_response(status)
        for name, value in {"Content-Length": str(len(text)), **headers}.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(text.encode())

    do_GET = do_POST = answer  # noqa: N815  # the names the standard library calls

    def log_message(self, *_):
        """Quiet."""


@pytest.fixture
def stub():
    server = Stub()
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield server
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.fixture
def client(stub):
    signature = Signature(stub.origin, APP_KEY, SECRET, lambda: NOW * 1_000_000)
    return JiraClient(stub.origin, signature, [stub.origin])


def answer(stub, value, status=200, **headers):
    stub.answers.append((status, headers, value if isinstance(value, str) else json.dumps(value)))


def claims(call):
    method, path, headers, _ = call
    scheme, token = headers["Authorization"].split()
    read = jwt.decode(token, SECRET, algorithms=["HS256"], options={"verify_exp": False, "verify_iat": False})
    assert scheme == "JWT"
    assert read == {"iss": APP_KEY, "iat": NOW, "exp": NOW + 180, "qsh": query_hash(method, path)}
    return read


def test_repeated_account_ids_are_signed_as_sent(stub, client):
    answer(stub, {"values": [{"accountId": "712020:b", "displayName": "Bea"}, {"accountId": "712020:a"}]})
    assert client.fetch_names(["712020:b", "712020:a", "é +*~"]) == {"712020:b": "Bea"}
    assert stub.calls[0][1].count("accountId=") == 3
    claims(stub.calls[0])


def test_names_are_asked_for_in_lumps(stub, client):
    client.fetch_names([f"account-{number}" for number in range(91)])
    assert [call[1].count("accountId=") for call in stub.calls] == [90, 1]


def test_permissions_are_what_jira_grants_and_no_more(stub, client):
    answer(
        stub,
        {
            "globalPermissions": [],
            "projectPermissions": [
                {"permission": "BROWSE_PROJECTS", "projects": [10, 99], "issues": [1, 2]},
                {"permission": "EDIT_ISSUES", "projects": [11], "issues": [3]},
            ],
        },
    )
    permitted = client.fetch_permissions("712020:a", projects=[10, 11], issues=[1, 3])
    assert permitted == Permitted(frozenset({10}), frozenset({1}))
    assert stub.calls[0][:2] == ("POST", "/rest/api/3/permissions/check")
    assert json.loads(stub.calls[0][3])["accountId"] == "712020:a"
    claims(stub.calls[0])


def test_many_issues_are_asked_for_in_lumps(stub, client):
    client.fetch_permissions("712020:a", issues=range(1, 2002))
    sizes = [len(json.loads(call[3])["projectPermissions"][0]["issues"]) for call in stub.calls]
    assert sizes == [1000, 1000, 1]


def test_nothing_asked_is_nothing_granted(stub, client):
    assert client.fetch_permissions("712020:a") == Permitted()
    assert not stub.calls


def test_who_administers(stub, client):
    answer(stub, {"globalPermissions": ["ADMINISTER"], "projectPermissions": []})
    assert client.fetch_administers("712020:a")
    assert not client.fetch_administers("712020:a")


def test_a_search_follows_its_tokens_to_the_end(stub, client):
    answer(stub, {"issues": [{"id": "1"}], "nextPageToken": "t1"})
    answer(stub, {"issues": [{"id": "2"}], "isLast": True})
    pages = list(client.fetch_search("project = GROW", fields=["summary"], expand="names"))
    assert pages == [[{"id": "1"}], [{"id": "2"}]]
    assert [json.loads(call[3]).get("nextPageToken") for call in stub.calls] == [None, "t1"]


def test_a_search_that_repeats_its_token_ends(stub, client):
    for _ in range(3):
        answer(stub, {"issues": [], "nextPageToken": "t1"})
    assert len(list(client.fetch_search("project = GROW", fields=["id"]))) == 2


def test_a_changelog_is_read_page_by_page(stub, client):
    answer(stub, {"values": [{"id": "1"}, {"id": "2"}], "total": 3})
    answer(stub, {"values": [{"id": "3"}], "total": 3, "isLast": True})
    assert [len(page) for page in client.fetch_changelog(10001)] == [2, 1]
    assert [call[1] for call in stub.calls] == [
        "/rest/api/3/issue/10001/changelog?startAt=0&maxResults=100",
        "/rest/api/3/issue/10001/changelog?startAt=2&maxResults=100",
    ]


def test_single_things_are_asked_for_by_their_path(stub, client):
    answer(stub, {"id": "1"})
    answer(stub, {"id": "10"})
    answer(stub, [{"id": "3"}])
    assert client.fetch_issue("GROW-1", fields="summary")["id"] == "1"
    assert client.fetch_project("GROW")["id"] == "10"
    assert client.fetch_statuses() == [{"id": "3"}]
    assert [call[1] for call in stub.calls] == [
        "/rest/api/3/issue/GROW-1?fields=summary",
        "/rest/api/3/project/GROW",
        "/rest/api/3/status",
    ]


@pytest.mark.parametrize("name", ["../user", "GROW-1?x=1", "GROW 1", "", "é"])
def test_a_name_that_is_no_id_reaches_no_address(stub, client, name):
    with pytest.raises(JiraError, match="not an id"):
        client.fetch_issue(name)
    assert not stub.calls


@pytest.mark.parametrize(
    ("status", "permanent", "wait"), [(429, False, 7), (503, False, 7), (500, False, 7), (404, True, 7), (401, True, 7)]
)
def test_refusals_say_whether_to_ask_again(stub, client, status, permanent, wait):
    answer(stub, {"errorMessages": ["no"]}, status, **{"Retry-After": str(wait)})
    with pytest.raises(JiraError) as refused:
        client.fetch_statuses()
    assert (refused.value.permanent, refused.value.retry_after) == (permanent, wait)
    assert len(stub.calls) == 1


@pytest.mark.parametrize(("header", "wait"), [("99999999999", None), ("soon", None), ("86400", 3600), ("", None)])
def test_a_wait_is_bounded(stub, client, header, wait):
    answer(stub, {}, 429, **{"Retry-After": header})
    with pytest.raises(JiraError) as refused:
        client.fetch_statuses()
    assert refused.value.retry_after == wait


@pytest.mark.parametrize("status", [301, 302, 307, 308])
def test_a_redirect_is_not_followed(stub, client, status):
    answer(stub, "", status, Location=f"{stub.origin}/rest/api/3/elsewhere")
    with pytest.raises(JiraError):
        client.fetch_project("GROW")
    assert len(stub.calls) == 1


@pytest.mark.parametrize("text", ["<html>", "", "[]", '"text"', "{"])
def test_an_answer_that_is_no_object_is_an_error(stub, client, text):
    answer(stub, text)
    with pytest.raises(JiraError, match=r"not an object|cannot be read"):
        client.fetch_project("GROW")


def test_cookies_are_not_sent_back(stub, client):
    answer(stub, {}, 200, **{"Set-Cookie": "tenant=acme; Path=/"})
    client.fetch_project("GROW")
    client.fetch_project("GROW")
    assert "Cookie" not in stub.calls[1][2]


def test_nobody_there_is_passing_trouble(stub, client):
    stub.shutdown()
    stub.server_close()
    with pytest.raises(JiraError) as refused:
        client.fetch_project("GROW")
    assert not refused.value.permanent


@pytest.mark.parametrize("address", ["https://evil.example", "http://127.0.0.1:9", "https://acme.atlassian.net/x?y"])
def test_a_client_is_not_made_for_another_address(address):
    with pytest.raises(JiraError, match="not one we may call"):
        JiraClient(address, Signature(address, APP_KEY, SECRET, lambda: 0), [".atlassian.net"])


def test_a_call_that_leaves_the_site_is_not_signed(stub):
    request = requests.Request("GET", "http://127.0.0.1.evil.example/rest").prepare()
    with pytest.raises(JiraError, match="not signed"):
        Signature(stub.origin, APP_KEY, SECRET, lambda: 0)(request)


# -- public documents ------------------------------------------------------------------------------------------------


def test_a_document_is_read(stub):
    answer(stub, "-----BEGIN PUBLIC KEY-----")
    assert fetch_document(f"{stub.origin}/k1") == "-----BEGIN PUBLIC KEY-----"
    assert "Authorization" not in stub.calls[0][2]


def test_a_document_that_is_not_there_is_none(stub):
    answer(stub, "", 404)
    assert fetch_document(f"{stub.origin}/k1") is None


@pytest.mark.parametrize(
    ("status", "text", "permanent"),
    [(302, "", True), (403, "", True), (503, "", False), (200, "x" * 16385, False), (200, "é", False)],
)
def test_a_document_that_is_odd_is_an_error(stub, status, text, permanent):
    answer(stub, text, status, Location="/elsewhere", **{"Content-Length": str(len(text.encode()))})
    with pytest.raises(JiraError) as refused:
        fetch_document(f"{stub.origin}/k1")
    assert refused.value.permanent is permanent
    assert len(stub.calls) == 1
