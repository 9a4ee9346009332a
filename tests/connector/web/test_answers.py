"""What every answer says about itself, what the log says, and how trouble is told."""

import json
import logging
import re
from io import StringIO
from pathlib import Path

import pytest
from marshmallow import ValidationError

import connector
from connector.commands.installation.serve import prepare_database
from connector.config import Settings
from connector.jira.client import JiraError
from connector.logs import JsonLines, open_logs
from mappings.records.sql.engine import StoreError
from mappings.translation import ENGLISH, current_locale
from tests.connector.atlassian_signer import Site, header
from tests.connector.installed_sites import ACME, GLOBEX, PAGE_URL, XHR_URL, open_installed_app
from webhooks.worker import step

STRICT = (
    "default-src 'none'; script-src 'self' https://connect-cdn.atl-paas.net; style-src 'self'; img-src 'self'; "
    "font-src 'self'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors "
)


def test_a_frame_is_for_its_own_site_alone(installed_app):
    for site in (ACME, GLOBEX):
        answer = installed_app.get(site.page(PAGE_URL))
        assert answer.headers["Content-Security-Policy"] == f"{STRICT}'self' {site.base_url}"


def test_a_site_with_an_address_of_its_own_may_frame_there_too(installed_app):
    installed_app.install(ACME, body={"displayUrl": "https://jira.acme.example/"})
    policy = installed_app.get(ACME.page(PAGE_URL)).headers["Content-Security-Policy"]
    assert policy.endswith(f"frame-ancestors 'self' {ACME.base_url} https://jira.acme.example")


@pytest.mark.parametrize("url", ["/healthz", "/atlassian-connect.json", "/nowhere", PAGE_URL, "/static/teachback.svg"])
def test_what_is_nobodys_may_be_framed_by_nobody(installed_app, url):
    assert installed_app.get(url).headers["Content-Security-Policy"] == f"{STRICT}'none'"


@pytest.mark.parametrize("url", ["/healthz", "/nowhere", PAGE_URL, ACME.page(PAGE_URL), f"/connect/installed?x={1}"])
def test_every_answer_is_guarded_and_kept_by_nobody(installed_app, url):
    headers = installed_app.get(url).headers
    assert headers["X-Content-Type-Options"] == "nosniff"
    assert headers["Referrer-Policy"] == "no-referrer"
    assert headers["Strict-Transport-Security"] == "max-age=31536000; includeSubDomains"
    assert headers["Cache-Control"] == "no-store"
    assert "X-Frame-Options" not in headers
    assert "Set-Cookie" not in headers


@pytest.mark.parametrize(
    ("accepted", "language"),
    [("de-AT,de;q=0.9,en;q=0.5", "de"), ("fr,en-GB;q=0.5", "en"), ("", "en"), ("\xff" * 99, "en")],
)
def test_an_answer_says_its_language_and_the_next_caller_gets_their_own(installed_app, accepted, language):
    answer = installed_app.client.get("/", headers={"Accept-Language": accepted})
    assert (answer.headers["Content-Language"], answer.headers["Vary"]) == (language, "Accept-Language")
    assert f'<html lang="{language}"' in answer.text
    assert current_locale() == ENGLISH


def test_a_static_file_may_be_kept(installed_app):
    assert installed_app.get("/static/teachback.svg").headers["Cache-Control"] != "no-store"


def test_without_https_there_is_no_promise_of_it(sqlite_url, caplog):
    settings = Settings(base_url="http://127.0.0.1:8000", connect_script="http://127.0.0.1:8080/all.js")
    with open_installed_app(sqlite_url, caplog, settings=settings) as installed_app:
        headers = installed_app.get("/healthz").headers
    assert "Strict-Transport-Security" not in headers
    assert "script-src 'self' http://127.0.0.1:8080;" in headers["Content-Security-Policy"]


def test_the_descriptor_is_of_this_installation_and_not_of_the_host_header(installed_app):
    answer = installed_app.get("/atlassian-connect.json", {"Host": "evil.example", "X-Forwarded-Host": "evil.example"})
    assert answer.json["baseUrl"] == "https://teachback.example.com"
    assert answer.json["links"]["self"] == "https://teachback.example.com/atlassian-connect.json"
    assert "evil" not in answer.text


def test_health_and_release(installed_app):
    assert installed_app.get("/healthz").json == {"status": "ok"}
    assert (installed_app.get("/readyz").status_code, installed_app.get("/readyz").json) == (200, {"status": "ready"})
    assert installed_app.get("/version").json["version"].count(".") == 2


def test_a_database_without_its_schema_is_not_ready(database_url, caplog):
    with open_installed_app(database_url, caplog, fresh=False) as installed_app:
        answer = installed_app.get("/readyz")
    assert (answer.status_code, answer.json) == (503, {"status": "not ready"})


NEXT_SCHEMA = """
ALTER TABLE inbox ADD COLUMN next_release TEXT;
ALTER TABLE tenant ADD COLUMN next_release TEXT;
CREATE TABLE next_release (tenant_id BIGINT PRIMARY KEY);
UPDATE alembic_version SET version_num = '9999'
"""


def test_a_process_goes_on_beside_the_schema_of_the_next_release_and_none_is_started(installed_app_on_each):
    installed_app = installed_app_on_each
    assert installed_app.deliver(ACME).status_code == 204
    with installed_app.container.engine.begin() as connection:
        for statement in NEXT_SCHEMA.split(";"):
            connection.exec_driver_sql(statement)
    assert installed_app.deliver(ACME, b'{"webhookEvent": "y"}').status_code == 204
    assert installed_app.deliver(GLOBEX).status_code == 204
    assert installed_app.get(ACME.page(PAGE_URL)).status_code == 200
    assert installed_app.install(GLOBEX).status_code == 204
    assert installed_app.get("/readyz").status_code == 200
    while step(installed_app.container.engine, installed_app.container.vault, installed_app.container.clock):
        pass
    assert installed_app.waiting() == []
    with pytest.raises(StoreError, match="newer than this release"):
        prepare_database(installed_app.container.engine, "")


@pytest.mark.parametrize("url", ["//test/page", "/test//page", "//test//page/"])
def test_no_address_is_sent_on_to_another(installed_app, url):
    token = ACME.page(PAGE_URL).partition("jwt=")[2]
    answer = installed_app.get(f"{url}?jwt={token}", base_url="https://evil.example")
    assert (answer.status_code, "Location" in answer.headers) == (404, False)


@pytest.mark.parametrize("url", ["/static/parts/.made", "/static/.made", "/static/parts/../parts/.made"])
def test_hidden_files_are_not_served(installed_app, url):
    assert installed_app.get(url).status_code == 404


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b"{}", b"\xff", b"[" * 5000])
def test_a_body_is_not_looked_at_before_the_signature(installed_app, body):
    for token in ("", "x.y.z", installed_app.atlassian.token(ACME, "installed", aud="https://evil.example")):
        assert installed_app.post("/connect/installed", header(token), body).status_code == 401


@pytest.mark.parametrize(
    ("trouble", "status", "message"),
    [
        (ValidationError({"key": ["Missing data for required field."]}), 400, "Missing data"),
        (StoreError("the database does not answer", "see whether it runs"), 503, "Reference"),
        (JiraError("answered 500", permanent=False), 503, "Reference"),
        (RuntimeError("712020:member-of-acme wrote: a secret summary"), 500, "Reference"),
    ],
)
def test_trouble_is_told_once_and_without_what_was_read(installed_app, monkeypatch, trouble, status, message):
    def fail():
        raise trouble

    app = installed_app.app
    monkeypatch.setitem(app.view_functions, "test.page", fail)
    answer = installed_app.get(ACME.page(PAGE_URL))
    assert answer.status_code == status
    assert message in answer.text
    assert "summary" not in answer.text
    assert answer.headers["Content-Security-Policy"].startswith(STRICT)


@pytest.mark.parametrize(
    ("url", "status"), [("/nowhere", 404), ("/connect/installed", 401), ("/connect/%2e%2e/x", 404)]
)
def test_what_is_not_there_is_said(installed_app, url, status):
    assert installed_app.get(url).status_code in {status, 405}


@pytest.mark.parametrize(("size", "status"), [(262_144, 200), (262_145, 413)])
def test_a_body_above_the_limit_is_refused(installed_app, size, status):
    assert installed_app.post(XHR_URL, ACME.context(), b"x" * size).status_code == status


# -- logs ------------------------------------------------------------------------------------------------------------


@pytest.fixture
def lines():
    """The log as the process writes it."""
    stream, root = StringIO(), logging.getLogger()
    before, level = list(root.handlers), root.level
    open_logs(stream, logging.DEBUG)
    yield lambda: [json.loads(line) for line in stream.getvalue().splitlines()]
    root.handlers[:] = before
    root.setLevel(level)


def test_the_log_holds_no_token_secret_person_or_text(installed_app, lines, monkeypatch):
    def fail():
        raise RuntimeError(f"{ACME.account} and {ACME.secret}")

    fresh = Site(secret="fresh-secret-" * 4)
    calls = [
        lambda: installed_app.install(fresh),
        lambda: installed_app.install(ACME, aud="https://evil.example"),
        lambda: installed_app.get(fresh.page(PAGE_URL)),
        lambda: installed_app.get(ACME.page(PAGE_URL)),
        lambda: installed_app.get(XHR_URL, fresh.context()),
        lambda: installed_app.deliver(ACME, b'{"issue": {"fields": {"summary": "a secret summary"}}}', named="d1"),
        lambda: installed_app.post(
            "/connect/disabled", fresh.machine("POST", "/connect/disabled"), fresh.body("disabled")
        ),
        lambda: installed_app.post(
            "/connect/installed", header(installed_app.atlassian.token(fresh, "installed")), b"{"
        ),
    ]
    for call in calls:
        call()
    monkeypatch.setitem(installed_app.app.view_functions, "test.xhr", fail)
    installed_app.post("/connect/enabled", fresh.machine("POST", "/connect/enabled"), {})
    installed_app.get(XHR_URL, fresh.context())
    written = json.dumps(lines())
    assert len(lines()) > 10
    for hidden in (ACME.account, ACME.secret, fresh.secret, "eyJ", "summary", ACME.client_key, "712020:", "jwt="):
        assert hidden not in written


def test_what_is_logged_about_a_delivery_names_the_request_that_stored_it(installed_app, lines):
    bodies = {"unknown event": b'{"webhookEvent": "sprint_exploded", "timestamp": 1790000000000}', "dead letter": b"{"}
    answers = {event: installed_app.deliver(ACME, body, named=event) for event, body in bodies.items()}
    while step(installed_app.container.engine, installed_app.container.vault, installed_app.container.clock):
        pass
    logged = {line["event"]: line for line in lines() if "delivery" in line}
    requests = {event: answer.headers["X-Request-Id"] for event, answer in answers.items()}
    assert {event: line["request"] for event, line in logged.items()} == requests
    assert len(set(requests.values())) == 2


def test_a_request_is_one_line_with_route_status_and_time(installed_app, lines):
    installed_app.get(ACME.page(PAGE_URL))
    line = next(line for line in lines() if line["event"] == "request")
    assert (line["route"], line["method"], line["status"], line["tenant_id"]) == ("test.page", "GET", 200, 1)
    assert line["ms"] >= 0
    assert set(line) == {"at", "level", "logger", "event", "request", "route", "method", "status", "ms", "tenant_id"}


def test_a_failure_is_its_class_its_place_and_a_reference(installed_app, lines, monkeypatch):
    def fail():
        try:
            raise KeyError("712020:member-of-acme")
        except KeyError as cause:
            raise RuntimeError("a secret summary") from cause

    monkeypatch.setitem(installed_app.app.view_functions, "test.page", fail)
    answer = installed_app.get(ACME.page(PAGE_URL))
    line = next(line for line in lines() if line["event"] == "failed")
    assert line["error"] == ["builtins.RuntimeError", "builtins.KeyError"]
    assert f"Reference {line['request']}." in answer.text
    assert any("fail" in place for place in line["from"])


def test_of_a_librarys_logger_only_its_name_and_the_exceptions_class_reach_the_log(lines):
    try:
        raise ValueError("712020:member-of-acme")
    except ValueError:
        logging.getLogger("urllib3.connection").warning(
            "Failed to parse headers of %s", "712020:member-of-acme", exc_info=True, extra={"reason": "712020:x"}
        )
    (line,) = lines()
    assert (line["logger"], line["error"]) == ("urllib3.connection", ["builtins.ValueError"])
    assert set(line) == {"at", "level", "logger", "error"}


def test_what_is_not_named_does_not_reach_the_log():
    record = logging.makeLogRecord({"name": "connector", "msg": "hello", "account": "712020:a", "tenant_id": 1})
    assert json.loads(JsonLines().format(record))["tenant_id"] == 1
    assert "712020:" not in JsonLines().format(record)


@pytest.mark.parametrize("name", ["teachback.css", "tabs.css", "review.css", "program.css"])
def test_a_style_sheet_is_sent_without_its_comments_and_with_all_of_its_rules(installed_app, name):
    source = (Path(connector.__file__).parent / "static" / name).read_text()
    # A comment's sign within a text would be taken for a comment.
    assert not re.search(r"""(["'])[^"'\n]*/\*[^"'\n]*\1""", source)
    answer = installed_app.get(f"/static/{name}")
    sent = answer.text
    assert "/*" not in sent
    assert re.findall(r"[{}]", sent) == re.findall(r"[{}]", re.sub(r"(?s)/\*.*?\*/", "", source))
    assert len(sent) < len(source)
    again = installed_app.client.get(f"/static/{name}", headers={"If-None-Match": answer.headers["ETag"]})
    assert (again.status_code, again.data) == (304, b"")


def test_a_fetched_style_sheet_keeps_the_name_of_its_licence(installed_app):
    assert b"Apache-2.0: see tokens.LICENSE.txt" in installed_app.get("/static/parts/tokens.css").data


@pytest.mark.parametrize("name", ["page", "live", "connect", "direct"])
def test_a_script_is_sent_without_its_comment_lines_and_otherwise_as_it_is(installed_app, name):
    lines = (Path(connector.__file__).parent / "static" / f"{name}.js").read_text(encoding="utf-8").splitlines()
    sent = installed_app.get(f"/static/{name}.js").get_data(as_text=True).splitlines()
    assert sent == [line for line in lines if not line.lstrip().startswith("//")]
    assert len(sent) < len(lines)
