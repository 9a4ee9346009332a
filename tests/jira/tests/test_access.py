"""Who is let into the stand-in's REST, and what each may see there."""

import time
from base64 import b64encode
from typing import Any

import pytest
from flask.testing import FlaskClient

from tests.jira.apps.rest_client import Visitor, app_headers
from tests.jira.apps.signed_calls import an_app
from tests.jira.model import Installed
from tests.jira.rest.app import create_app
from tests.jira.small_site import BEGAN, HOUR, Sample, sample

MYSELF = "/rest/api/3/myself"
NOW = int(time.time())


@pytest.fixture
def made() -> Sample:
    return sample()


@pytest.fixture
def client(made: Sample) -> FlaskClient:
    return create_app(made.site).test_client()


@pytest.fixture
def app(made: Sample) -> Installed:
    return an_app(made.site)


def ask(client: FlaskClient, app: Installed, path: str, method: str = "GET", body: Any = None) -> Any:
    return client.open(path, method=method, headers=app_headers(app, method, path, int(time.time())), json=body)


def test_an_app_is_known_by_its_token(client: FlaskClient, app: Installed) -> None:
    assert ask(client, app, MYSELF).json["accountId"] == app.account


@pytest.mark.parametrize(
    "claims",
    [
        {"iss": "another.app"},
        {"iss": "client"},
        {"qsh": "context-qsh"},
        {"qsh": "0" * 64},
        {"exp": NOW - 3600},
        {"iat": NOW + 3600},
        {"exp": NOW + 3600},
        {"exp": None},
    ],
)
def test_a_token_that_says_something_else_is_a_401(client: FlaskClient, app: Installed, claims: dict[str, Any]) -> None:
    assert client.get(MYSELF, headers=app_headers(app, "GET", MYSELF, int(time.time()), **claims)).status_code == 401


def test_a_token_signed_with_a_former_secret_is_a_401(client: FlaskClient, app: Installed) -> None:
    headers = app_headers(app, "GET", MYSELF, int(time.time()))
    app.secret = "t" * 64
    assert client.get(MYSELF, headers=headers).status_code == 401


def test_the_hash_covers_the_query_as_it_was_sent(client: FlaskClient, app: Installed) -> None:
    path = "/rest/api/3/user/bulk?accountId=bo&accountId=ada&x=a+b%2Cc"
    assert ask(client, app, path).status_code == 200
    headers = app_headers(app, "GET", "/rest/api/3/user/bulk?accountId=bo", int(time.time()))
    assert client.get(path, headers=headers).status_code == 401


def test_the_scope_of_the_descriptor_is_the_limit(client: FlaskClient, app: Installed) -> None:
    app.descriptor["scopes"] = ["READ"]
    path = "/rest/api/3/issue/GROW-1/properties/k"
    assert ask(client, app, path, "PUT", 1).status_code == 403
    assert ask(client, app, "/rest/api/3/search/jql", "POST", {"jql": "project = GROW"}).status_code == 200


def test_an_uninstalled_app_is_nobody(client: FlaskClient, app: Installed) -> None:
    app.enabled = False
    assert ask(client, app, MYSELF).status_code == 401


def test_persons_come_with_basic_or_bearer(made: Sample, client: FlaskClient) -> None:
    token = made.site.add_token("bo")
    basic = b64encode(f"bo@example.com:{token}".encode()).decode()
    for given in (f"Bearer {token}", f"Basic {basic}"):
        assert client.get(MYSELF, headers={"Authorization": given}).get_json()["accountId"] == "bo"


@pytest.mark.parametrize("given", ["", "Bearer nothing", "Basic ???", "JWT a.b", "Negotiate x"])
def test_whoever_cannot_say_who_they_are_gets_a_401(client: FlaskClient, given: str) -> None:
    assert client.get(MYSELF, headers={"Authorization": given}).status_code == 401


@pytest.mark.parametrize("path", ["changelog/bulkfetch", "users/search", "statuses/search"])
def test_what_is_closed_to_connect_is_a_403(client: FlaskClient, app: Installed, path: str) -> None:
    method = "POST" if path.startswith("changelog") else "GET"
    assert ask(client, app, f"/rest/api/3/{path}", method, {}).status_code == 403


def test_security_hides_an_issue_from_all_but_its_members(made: Sample, client: FlaskClient, app: Installed) -> None:
    Visitor(made.site, "ada").get(f"3/issue/{made.hidden}")
    Visitor(made.site, "bo").get(f"3/issue/{made.hidden}", 404)
    assert made.hidden not in Visitor(made.site, "bo").search_ids("project = GROW")
    assert ask(client, app, f"/rest/api/3/issue/{made.hidden}").status_code == 200


def test_without_browsing_a_project_is_not_there(made: Sample) -> None:
    visitor = Visitor(made.site, "mallory")
    visitor.get("3/issue/GROW-1", 404)
    visitor.get("3/project/GROW", 404)
    assert visitor.search_ids("project = GROW") == []
    assert [each["key"] for each in visitor.get("3/project/search")["values"]] == ["OPS"]


def test_an_app_asks_what_anybody_may(made: Sample, client: FlaskClient, app: Installed) -> None:
    asked = {"permissions": ["BROWSE_PROJECTS"], "projects": [10000, 10001, 9], "issues": [made.issue, made.hidden, 9]}
    body = {"accountId": "bo", "globalPermissions": ["ADMINISTER"], "projectPermissions": [asked]}
    answer = ask(client, app, "/rest/api/3/permissions/check", "POST", body).json
    grant = {"permission": "BROWSE_PROJECTS", "projects": [10000, 10001], "issues": [made.issue]}
    assert answer == {"globalPermissions": [], "projectPermissions": [grant]}


def test_a_person_asks_only_what_they_may_themselves(made: Sample) -> None:
    Visitor(made.site, "bo").post("3/permissions/check", {"accountId": "ada"}, 403)
    made.site.admins.add("bo")
    Visitor(made.site, "bo").post("3/permissions/check", {"accountId": "ada"})


def test_the_lead_administers_the_project_and_an_admin_everything(made: Sample) -> None:
    path = "3/mypermissions?permissions=ADMINISTER,ADMINISTER_PROJECTS&projectKey=GROW"
    made.site.admins.add("cy")
    held = {
        account: [each["havePermission"] for each in Visitor(made.site, account).get(path)["permissions"].values()]
        for account in ("ada", "bo", "cy")
    }
    assert held == {"ada": [False, True], "bo": [False, False], "cy": [True, True]}


def test_reported_accounts_come_back_closed_or_updated(made: Sample, client: FlaskClient, app: Installed) -> None:
    made.site.close_account("cy", at=BEGAN + 9 * HOUR)
    made.site.rename_user("bo", "Boris", at=BEGAN + 9 * HOUR)
    accounts = [{"accountId": name, "updatedAt": "2026-01-01T00:00:00.000Z"} for name in ("ada", "bo", "cy")]
    path = "/rest/atlassian-connect/latest/report-accounts"
    answer = ask(client, app, path, "POST", {"accounts": accounts})
    assert answer.json["accounts"] == [
        {"accountId": "bo", "status": "updated"},
        {"accountId": "cy", "status": "closed"},
    ]
    assert answer.headers["Cycle-Period"] == "7"
    assert ask(client, app, path, "POST", {"accounts": accounts[:1]}).status_code == 204


def test_an_app_keeps_properties_of_its_own_only(client: FlaskClient, app: Installed) -> None:
    path = f"/rest/atlassian-connect/1/addons/{app.key}/properties/cursor"
    assert ask(client, app, path, "PUT", {"since": 1}).status_code == 201
    assert ask(client, app, path).json == {"key": "cursor", "value": {"since": 1}}
    assert ask(client, app, "/rest/atlassian-connect/1/addons/other/properties/cursor").status_code == 401
