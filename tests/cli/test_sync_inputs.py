"""`sync` with what real Jiras send: cut emoji, and addresses below a path."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager

import pytest
from flask import Flask
from werkzeug.middleware.dispatcher import DispatcherMiddleware
from werkzeug.serving import make_server

from tests.cli.conftest import APPLY, Cloud
from tests.jira.rest.app import create_app
from tests.jira.site import Site


@pytest.mark.parametrize("field", ["summary", "labels"])
def test_half_an_emoji_ends_no_sync(cloud: Cloud, field: str) -> None:
    issue = next(iter(cloud.site.issues.values()))
    if field == "summary":
        issue.summary = "half \ud83d"
    else:
        issue.labels = [*issue.labels, "half\ud83d"]
    cloud.user.run(*APPLY, cloud.agreement(), "--site", cloud.host)
    assert "as Jira has it now" in cloud.user.run("sync", "--site", cloud.url).out


@contextmanager
def served_below(site: Site, path: str) -> Iterator[str]:
    """Serve a Jira below a path of an origin, of which everything else is not found; yield its address."""
    app = DispatcherMiddleware(Flask("nothing"), {path: create_app(site)})
    server = make_server("127.0.0.1", 0, app, threaded=True)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}{path}"
    finally:
        server.shutdown()


@pytest.mark.parametrize("path", ["/tracker", "/ex/jira/0f0f0f0f-1111-4222-8333-444444444444"])
def test_a_jira_below_a_path_is_a_site_of_its_own(cloud: Cloud, path: str) -> None:
    with served_below(cloud.site, path) as address:
        cloud.site.base_url = address
        cloud.user.environ["TEACHBACK_JIRA_HOSTS"] = address.removesuffix(path)
        cloud.user.run(*APPLY, cloud.agreement(), "--site", address)
        result = cloud.user.run("sync", "--site", address)
    assert result.out.startswith(address.removeprefix("http://"))
    assert "as Jira has it now" in result.out
