"""The stand-in installs an app as Jira does: by a signed handshake, with a new secret each time."""

import jwt
import pytest

from tests.jira.apps.installs import AppOnSite, InstallRefused
from tests.jira.apps.key_host import KeyHost
from tests.jira.apps.signing import query_hash
from tests.jira.apps.transport import over_http, through_client
from tests.jira.small_site import sample
from tests.jira.tests.recording_app import BASE_URL, TinyApp, claims_by_secret, descriptor

PAGE = {
    "key": "page",
    "name": {"value": "Page"},
    "url": "/project?projectId={project.id}&projectKey={project.key}",
}
PANEL = {"key": "panel", "target": {"type": "web_panel", "url": "/panel?issueId={issue.id}&of={dashboard.id}"}}


@pytest.fixture
def tiny() -> TinyApp:
    return TinyApp(descriptor(jiraProjectPages=[PAGE], jiraIssueContents=[PANEL]))


@pytest.fixture
def on_site(tiny: TinyApp) -> AppOnSite:
    return AppOnSite(sample().site, KeyHost(), through_client(tiny.app().test_client()))


def test_installed_is_signed_by_the_key_host_for_the_apps_address(tiny: TinyApp, on_site: AppOnSite) -> None:
    on_site.install(by="ada")
    path, _, body = tiny.calls[0]
    token = tiny.token(0)
    pem = on_site.keys.pem(jwt.get_unverified_header(token)["kid"])
    claims = jwt.decode(token, pem, algorithms=["RS256"], audience=BASE_URL, issuer=body["clientKey"])
    assert path == "installed"
    assert claims["qsh"] == query_hash("POST", "/installed")
    assert (body["eventType"], body["productType"], body["accountId"]) == ("installed", "jira", "ada")
    assert len(body["sharedSecret"]) >= 32


def test_enabled_follows_and_is_signed_by_the_secret(tiny: TinyApp, on_site: AppOnSite) -> None:
    secret = on_site.install().secret
    path, _, body = tiny.calls[1]
    assert path == "enabled"
    assert "sharedSecret" not in body
    assert claims_by_secret(tiny.token(1), secret)["iss"] == body["clientKey"]


def test_a_reinstall_brings_a_new_secret_for_the_same_client(tiny: TinyApp, on_site: AppOnSite) -> None:
    first, second = on_site.install(), on_site.install()
    assert first.client_key == second.client_key
    assert first.secret != second.secret
    assert [body["sharedSecret"] for body in tiny.bodies("installed")] == [first.secret, second.secret]


def test_two_sites_are_two_clients(tiny: TinyApp, on_site: AppOnSite) -> None:
    other = AppOnSite(sample("Other", "https://other.atlassian.net").site, KeyHost(), on_site.send)
    assert on_site.install().client_key != other.install().client_key
    assert on_site.installed.secret != other.installed.secret


def test_an_app_that_refuses_is_not_installed(tiny: TinyApp, on_site: AppOnSite) -> None:
    tiny.refuses = ("installed",)
    with pytest.raises(InstallRefused, match="400"):
        on_site.install()
    assert on_site.site.apps == {}


def test_a_refused_reinstall_leaves_the_former_secret(tiny: TinyApp, on_site: AppOnSite) -> None:
    secret = on_site.install().secret
    tiny.refuses = ("installed",)
    with pytest.raises(InstallRefused):
        on_site.install()
    assert on_site.installed.secret == secret


@pytest.mark.parametrize("lacking", ["key", "baseUrl", "authentication", "modules", "lifecycle"])
def test_an_unsound_descriptor_is_refused(tiny: TinyApp, on_site: AppOnSite, lacking: str) -> None:
    del tiny.described[lacking]
    with pytest.raises(InstallRefused):
        on_site.install()


def test_uninstalled_is_signed_by_the_key_host_and_disabled_by_the_secret(tiny: TinyApp, on_site: AppOnSite) -> None:
    on_site.install()
    on_site.uninstall()
    assert [path for path, _, _ in tiny.calls[2:]] == ["disabled", "uninstalled"]
    headers = [jwt.get_unverified_header(tiny.token(place))["alg"] for place in (2, 3)]
    assert headers == ["HS256", "RS256"]
    assert not on_site.installed.enabled


def test_the_way_out_can_race(tiny: TinyApp, on_site: AppOnSite) -> None:
    on_site.install()
    on_site.uninstall(order=("uninstalled", "disabled"))
    assert [path for path, _, _ in tiny.calls[2:]] == ["uninstalled", "disabled"]


def test_a_pages_address_is_filled_and_signed_below_the_apps_base(on_site: AppOnSite) -> None:
    secret = on_site.install().secret
    url = on_site.page_url("page", "bo", {"project.id": "10000", "project.key": "GROW"})
    assert url.startswith(
        f"{BASE_URL}/project?projectId=10000&projectKey=GROW&xdm_e=https%3A%2F%2Fgrowth.atlassian.net"
    )
    unsigned, token = url.split("&jwt=")
    claims = claims_by_secret(token, secret)
    assert claims["sub"] == "bo"
    assert claims["qsh"] == query_hash("GET", unsigned.removeprefix(BASE_URL))
    assert claims["exp"] - claims["iat"] == 180
    assert claims["context"]["jira"]["project"] == {"id": "10000", "key": "GROW"}


def test_what_a_place_does_not_have_becomes_empty(on_site: AppOnSite) -> None:
    on_site.install()
    url = on_site.page_url("panel", None, {"issue": {"id": 10000}})
    assert "/panel?issueId=10000&of=&" in url
    assert "sub" not in jwt.decode(url.split("&jwt=")[1], options={"verify_signature": False})


def test_a_context_token_is_bound_to_no_address(on_site: AppOnSite) -> None:
    secret = on_site.install().secret
    claims = claims_by_secret(on_site.context_token("bo", {"issue.id": "10000"}), secret)
    assert (claims["qsh"], claims["sub"]) == ("context-qsh", "bo")
    assert claims["context"]["jira"] == {"issue": {"id": "10000"}}


def test_an_app_that_is_not_there_is_said_to_be_unreachable() -> None:
    nowhere = AppOnSite(sample().site, KeyHost(), over_http("http://127.0.0.1:9"))
    with pytest.raises(InstallRefused, match="0"):
        nowhere.install()
