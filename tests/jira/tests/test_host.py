"""The stand-in's own pages: what a person sees and does there, and whom its frames may speak for."""

import re
from typing import Any
from urllib.parse import parse_qs, urlsplit

import pytest
from flask.testing import FlaskClient

from tests.jira.apps.installs import AppOnSite
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.transport import through_client
from tests.jira.host.app import Host, host_pages
from tests.jira.rest.app import create_app
from tests.jira.site import Site
from tests.jira.tests.recording_app import BASE_URL, TinyApp, claims_by_secret, descriptor

AT = 1_767_225_600_000_000
PAGE = {"key": "page", "name": {"value": "A page"}, "url": "/page?project.id={project.id}"}
PANEL = {"key": "panel", "name": {"value": "A panel"}, "target": {"type": "web_panel", "url": "/panel?i={issue.id}"}}


@pytest.fixture
def site() -> Site:
    made = Site("Host", "https://host.atlassian.net")
    for account, name in (("ada", "Ada"), ("bo", "Bo")):
        made.add_user(account, name)
    for name, category in (("To Do", "new"), ("In Progress", "indeterminate"), ("Done", "done")):
        made.add_status(name, category)
    made.add_issue_type("Task")
    made.add_project("GROW", "Growth", lead="ada")
    made.create_issue("GROW", "Task", "<b>Bold</b>", by="ada", at=AT)
    return made


@pytest.fixture
def app(site: Site) -> AppOnSite:
    tiny = TinyApp(descriptor(jiraProjectPages=[PAGE], jiraIssueContents=[PANEL]))
    made = AppOnSite(site, KeyHost(), through_client(tiny.app().test_client(), BASE_URL))
    made.install(by="ada")
    return made


@pytest.fixture
def visitor(site: Site, app: AppOnSite) -> FlaskClient:
    return create_app(site, [host_pages(Host(app, "ada"))]).test_client()


def claims_of(page: str, app: AppOnSite) -> dict[str, Any]:
    match = re.search(r'data-src="([^"]+)"', page)
    assert match
    token = parse_qs(urlsplit(match[1].replace("&amp;", "&")).query)["jwt"][0]
    return claims_by_secret(token, app.installed.secret)


def test_the_first_page_is_the_apps_page_of_the_first_project(visitor: FlaskClient) -> None:
    assert visitor.get("/").headers["Location"] == "/jira/projects/GROW/apps/page"


def test_a_frame_is_signed_for_the_person_one_acts_as(visitor: FlaskClient, app: AppOnSite) -> None:
    visitor.set_cookie("person", "bo")
    claims = claims_of(visitor.get("/browse/GROW-1").text, app)
    assert (claims["sub"], claims["context"]["jira"]["issue"]["key"]) == ("bo", "GROW-1")


def test_a_context_token_speaks_for_the_same_person(visitor: FlaskClient, app: AppOnSite, site: Site) -> None:
    visitor.set_cookie("person", "bo")
    project = str(site.project("GROW").id)
    token = visitor.post("/host/token", json={"context": {"project.id": project}}).json["token"]
    claims = claims_by_secret(token, app.installed.secret)
    assert (claims["sub"], claims["qsh"]) == ("bo", "context-qsh")


def test_what_somebody_may_not_see_gives_no_page_and_no_token(visitor: FlaskClient, site: Site) -> None:
    site.deny("bo", "GROW", "BROWSE_PROJECTS")
    visitor.set_cookie("person", "bo")
    place = {"project.id": str(site.project("GROW").id)}
    assert visitor.get("/browse/GROW-1").status_code == 404
    assert visitor.get("/jira/projects/GROW/board").status_code == 404
    assert visitor.post("/host/token", json={"context": place}).status_code == 404


def test_a_framed_page_cannot_act_in_its_viewers_name(visitor: FlaskClient, site: Site) -> None:
    headers = {"Sec-Fetch-Site": "same-site"}
    assert visitor.post("/browse/GROW-1/comment", data={"text": "I"}, headers=headers).status_code == 403
    assert not site.issue("GROW-1").comments


@pytest.mark.parametrize(
    ("path", "form", "event"),
    [
        ("/browse/GROW-1/comment", {"text": "Hello"}, "comment_created"),
        ("/browse/GROW-1/status", {"status": "Done"}, "jira:issue_updated"),
        ("/browse/GROW-1/assignee", {"account": "bo"}, "jira:issue_updated"),
        ("/browse/GROW-1/worklog", {"halves": "2"}, "worklog_created"),
        ("/jira/projects/GROW/create", {"summary": "Next"}, "jira:issue_created"),
    ],
)
def test_what_one_does_is_an_event_by_that_person(
    path: str, form: dict[str, str], event: str, visitor: FlaskClient, site: Site
) -> None:
    site.events.clear()
    assert visitor.post(path, data=form).status_code == 302
    assert event in [each.name for each in site.events]
    assert all(each.at > AT for each in site.events)


def test_what_people_write_is_text_on_every_page(visitor: FlaskClient) -> None:
    for path in ("/browse/GROW-1", "/jira/projects/GROW/board", "/jira/projects/GROW/list", "/jira/dashboards"):
        page = visitor.get(path).text
        assert "&lt;b&gt;Bold" in page
        assert "<b>Bold" not in page


def test_an_apps_page_has_the_address_that_connect_gives_it(visitor: FlaskClient, app: AppOnSite) -> None:
    plugin = "com.atlassian.plugins.atlassian-connect-plugin"
    ways = {f"{plugin}:{app.key}__page": "apps/page", f"{plugin}:other__page": "board", f"{app.key}__page": "board"}
    for selected, place in ways.items():
        answer = visitor.get("/projects/GROW", query_string={"selectedItem": selected})
        assert answer.headers["Location"] == f"/jira/projects/GROW/{place}"
    assert visitor.get(f"/plugins/servlet/ac/{app.key}/page").headers["Location"] == "/jira/apps/page"
    assert visitor.get("/plugins/servlet/ac/other/page").status_code == 404


def test_an_app_that_is_switched_off_has_no_pages(visitor: FlaskClient) -> None:
    assert visitor.post("/jira/settings/apps/disable").status_code == 302
    assert visitor.get("/").headers["Location"] == "/jira/dashboards"
    assert "<iframe" not in visitor.get("/browse/GROW-1").text


def test_forms_only_lead_back_to_our_own_pages(visitor: FlaskClient) -> None:
    for address in ("//elsewhere.example", "https://elsewhere.example"):
        answer = visitor.post("/host/theme", data={"theme": "dark", "here": address})
        assert answer.headers["Location"] == "/"


def test_an_apps_page_for_administrators_is_offered_to_them_alone(site: Site) -> None:
    page = {"key": "rule", "name": {"value": "Rule it"}, "url": "/rule"}
    tiny = TinyApp(descriptor(adminPages=[page]))
    app = AppOnSite(site, KeyHost(), through_client(tiny.app().test_client(), BASE_URL))
    app.install(by="ada")
    site.admins.add("ada")
    visitor = create_app(site, [host_pages(Host(app, "ada"))]).test_client()
    assert "/jira/apps/rule" in visitor.get("/jira/settings/apps").text
    assert claims_of(visitor.get("/jira/apps/rule").text, app)["sub"] == "ada"
    visitor.set_cookie("person", "bo")
    assert "/jira/apps/rule" not in visitor.get("/jira/settings/apps").text
