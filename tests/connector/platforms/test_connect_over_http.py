"""Connect and the stand-in for Jira over real HTTP: install, frames, webhooks, and what we ask Jira."""

import logging
import threading
from contextlib import contextmanager
from dataclasses import replace

import pytest
from werkzeug.serving import make_server

from connector.app import BLUEPRINTS, create_app
from connector.config import Settings
from connector.jira.client import JiraError
from connector.pages import empty_states
from mappings.records.operations.inbox_bodies import unpack_body
from mappings.records.operations.tenants import select_tenant
from tests.connector.installed_sites import KEY, probe_routes
from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.transport import over_http
from tests.jira.delivery import Deliverer
from tests.jira.server import KeepAlive, serve
from tests.jira.small_site import sample
from tests.rsgi import serve_front
from webhooks.inbox import open_intake


@contextmanager
def running(settings):
    """Teachback at a port of this machine; what it is called before it knows its port is a placeholder."""
    server = make_server("127.0.0.1", 0, lambda *_: [], threaded=True, request_handler=KeepAlive)
    app = create_app(
        replace(settings, base_url=f"http://127.0.0.1:{server.port}"), blueprints=[*BLUEPRINTS, probe_routes()]
    )
    container = app.extensions["teachback"]
    intake = open_intake(container.engine)
    server.app = serve_front(app, intake)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield container
    server.shutdown()
    thread.join()
    server.server_close()
    intake.close()
    container.engine.dispose()
    container.reader.dispose()


@pytest.fixture
def place(sqlite_url, caplog):
    """The site with its sample, the app installed on it, and Teachback's insides."""
    logging.getLogger("connector").setLevel(logging.INFO)
    made, keys = sample(), KeyHost()
    jira, key_hosts = serve(made.site), keys.serve()
    settings = Settings(
        database_url=sqlite_url, secret_keys=(KEY,), connect_key_hosts=(key_hosts.url,), jira_hosts=(jira.url,)
    )
    with running(settings) as container:
        on_site = AppOnSite(made.site, keys, over_http(container.settings.base_url))
        on_site.install(by="ada")
        yield made, on_site, container
    jira.stop()
    key_hosts.stop()


def known(container):
    with container.reader.connect() as connection:
        return container.tenants.read(select_tenant(connection, 1))


def test_the_app_is_installed_enabled_and_installed_again(place):
    _, app, container = place
    first = known(container)
    assert (first.state, first.base_url) == ("installed", app.site.base_url)
    app.install(by="ada")
    assert [(event, reply.status) for event, reply in app.replies] == [("installed", 204), ("enabled", 204)] * 2
    assert known(container).secret != first.secret
    assert app.keys.asked == [app.keys.kid]


@pytest.mark.parametrize("order", [("disabled", "uninstalled"), ("uninstalled", "disabled")])
def test_the_app_is_removed_in_either_order(place, order):
    _, app, container = place
    app.uninstall(order=order)
    assert {reply.status for _, reply in app.replies} == {204}
    assert known(container).state == "uninstalled"


def test_a_frame_opens_for_a_person_and_for_nobody_else(place):
    made, app, _ = place
    project = {"project": {"id": "10000", "key": "GROW"}}
    url = app.page_url("teachback-project", "bo", project)
    path = url.removeprefix(app.installed.base_url)
    assert app.send("GET", path.replace("GROW", "OPS"), {}, b"").status == 401
    anonymous = app.page_url("teachback-project", None, project).removeprefix(app.installed.base_url)
    assert app.send("GET", anonymous, {}, b"").status == 401
    token = {"Authorization": f"JWT {app.context_token('bo', project)}"}
    assert b'"account":"bo"' in app.send("GET", "/test/xhr", token, b"").body.replace(b" ", b"").replace(b"\n", b"")
    assert made.site.base_url in app.send("GET", "/test/xhr", token, b"").headers["Content-Security-Policy"]


def test_the_project_of_the_key_is_asked_about_whatever_id_stands_beside_it(place):
    """Mallory may browse Operations, has Jira sign its id beside the key of Growth, and learns nothing of Growth."""
    made, app, _ = place
    operations = next(each.id for each in made.site.projects.values() if each.key == "OPS")
    for account, may in (("mallory", False), ("bo", True)):
        url = app.page_url("teachback-project", account, {"project": {"id": operations, "key": "GROW"}})
        page = app.send("GET", url.removeprefix(app.installed.base_url), {}, b"").body.decode()
        assert (empty_states.NO_PERMISSION.title in page) is not may


def test_webhooks_of_the_site_are_kept(place):
    made, app, container = place
    post = Deliverer(app)
    made.site.edit(made.issue, by="cy", at=made.site.now() + 1_000_000, labels=["deploys"])
    post.settle()
    with container.reader.connect() as connection:
        rows = connection.exec_driver_sql("SELECT dkey, body FROM inbox").fetchall()
    assert len(rows) >= 1
    assert all(b"webhookEvent" in unpack_body(bytes(body)) for _, body in rows)


def test_jira_answers_what_we_ask(place):
    made, _, container = place
    jira = container.jira(1)
    grow = int(jira.fetch_project("GROW")["id"])
    assert jira.fetch_permissions("bo", projects=[grow]).projects == {grow}
    assert jira.fetch_permissions("mallory", projects=[grow], issues=[made.issue]).issues == frozenset()
    assert jira.fetch_permissions("bo", issues=[made.issue, made.hidden]).issues == {made.issue}
    assert jira.fetch_permissions("ada", issues=[made.issue, made.hidden]).issues == {made.issue, made.hidden}
    assert container.names.fetch(1, jira, ["bo", "ada", "nobody"]) == {"bo": "Bo", "ada": "Ada"}
    assert {status["name"] for status in jira.fetch_statuses()} >= {"To Do", "In Progress", "Done"}
    assert jira.fetch_issue(made.issue)["fields"]["summary"] == "Teach the deploy"
    assert next(jira.fetch_changelog(made.issue))[0]["items"]
    rows = [issue["key"] for page in jira.fetch_search("project = GROW", fields=["summary"], page=2) for issue in page]
    assert sorted(rows) == ["GROW-1", "GROW-2", "GROW-3"]


def test_a_site_that_left_is_asked_nothing(place):
    _, app, container = place
    app.uninstall()
    with pytest.raises(JiraError, match="not installed"):
        container.jira(1)
