"""`teachback webhook`: a site that is read with a token tells of changes at once, and the figures follow."""

import hashlib
import hmac
import json
from functools import partial
from urllib.parse import urlsplit

from werkzeug.test import Client

from connector.app import create_app
from connector.config import read_settings
from connector.container import EXTENSION, now
from tests.cli.conftest import APPLY, Cloud, User, dump
from tests.jira.model import Emitted
from tests.rsgi import serve_front
from webhooks.drain import drain_once
from webhooks.inbox import open_intake

BASE_URL = "https://teachback.example"
PERIOD = ("--quarter", "2026Q3", "--as-of", "2026-11-21T12:00:00Z")


def made(cloud: Cloud) -> tuple[str, str]:
    """The path and the secret of a new webhook."""
    cloud.user.environ["TEACHBACK_BASE_URL"] = BASE_URL
    result = cloud.user.run("webhook", "create", "--site", cloud.host)
    url, secret = (line.split()[1] for line in result.out.splitlines())
    assert "Settings, System, Webhooks" in result.err
    return urlsplit(url).path, secret


def deliver(user: User, path: str, secret: str, events: list[Emitted]) -> set[int]:
    """Deliver events as Jira does for an admin's webhook, and drain them; the answers' statuses."""
    key = (user.folder / "teachback.db.key").read_text().strip()
    app = create_app(read_settings(user.environ | {"TEACHBACK_SECRET_KEYS": key}, web=True))
    app_container, intake = app.extensions[EXTENSION], open_intake(app.extensions[EXTENSION].engine)
    jira, statuses = Client(serve_front(app, intake)), set()
    for event in events:
        body = json.dumps(event.body).encode()
        signed = "sha256=" + hmac.new(secret.encode(), body, hashlib.sha256).hexdigest()
        statuses.add(jira.post(path, data=body, headers={"X-Hub-Signature": signed}).status_code)
    intake.close()
    while drain_once(app_container.engine, app_container.vault, now()):
        pass
    return statuses


def test_a_change_counts_before_the_next_reading(cloud: Cloud) -> None:
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    cloud.user.run("sync", "--site", cloud.url)
    report = partial(cloud.user.run, "report", "growth-acme", "--site", cloud.host, *PERIOD)
    before, (path, secret) = json.loads(report().out), made(cloud)
    done = before["issues"][0]
    cloud.site.events.clear()
    reopen(cloud, int(done["id"]))
    assert deliver(cloud.user, path, secret, cloud.site.events) == {204}
    output = report().out
    assert sum(row["entry"] == "reopened" for row in json.loads(output)["issues"]) > 0
    cloud.user.run("sync", "--site", cloud.url)
    assert report().out == output


def reopen(cloud: Cloud, issue_id: int) -> None:
    """Somebody takes a ticket up again, within the quarter."""
    issue = cloud.site.issue(issue_id)
    at = max(history.created for history in issue.histories) + 60_000_000
    cloud.site.transition(issue_id, "In Progress", by=issue.histories[-1].author, at=at // 1000 * 1000)


def test_a_webhook_is_listed_without_its_secret_and_revoked_by_number(cloud: Cloud) -> None:
    cloud.user.run("sync", "--site", cloud.url, "--project", "GROW")
    path, secret = made(cloud)
    listed = cloud.user.run("webhook", "list", "--site", cloud.host).out
    assert path in listed
    assert secret not in listed
    cloud.user.run("webhook", "revoke", "1", "--site", cloud.host)
    assert "revoked" in cloud.user.run("webhook", "list", "--site", cloud.host).out
    assert deliver(cloud.user, path, secret, cloud.site.events[:1]) == {401}
    assert "webhook list" in cloud.user.run("webhook", "revoke", "1", "--site", cloud.host, status=2).line


def test_a_site_that_is_not_read_with_a_token_is_told_what_to_do(user: User) -> None:
    user.environ["TEACHBACK_BASE_URL"] = BASE_URL
    user.run("import", user.write("none.jsonl", dump().splitlines()[0]), "--site", "acme.atlassian.net")
    result = user.run("webhook", "create", "--site", "acme.atlassian.net", status=2)
    assert "teachback sync" in result.line
