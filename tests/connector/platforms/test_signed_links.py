"""A signed link: what it opens, for how long, and that nobody else gets in by it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from werkzeug.test import Client, TestResponse

from connector.auth.guess_limit import GUESSES_A_SECOND
from connector.platforms.direct.link_sessions import SESSION, digest_of, make_token
from mappings.records.operations.access_links import insert_access_link, save_revoked
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, StorySite, open_story_site

DAY = 86_400_000_000
ENGAGEMENT = "growth-acme"


@pytest.fixture(scope="module")
def story_site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[StorySite]:
    folder: Path = tmp_path_factory.mktemp("direct")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=60) as pair:
        pair.tell()
        pair.agree(ENGAGEMENT)
        pair.agree("growth-bolt")
        yield pair


@pytest.fixture(autouse=True)
def present(story_site: StorySite) -> Iterator[None]:
    yield
    story_site.clock.at = story_site.story.end


class Visitor:
    """A browser of somebody without a Jira account."""

    def __init__(self, story_site: StorySite) -> None:
        self.browser = Client(story_site.app)

    def get(self, path: str, **headers: str) -> TestResponse:
        return self.browser.get(path, base_url=APP_URL, headers=headers)

    def open(self, token: str, **headers: str) -> TestResponse:
        return self.browser.post(f"/direct/{token}", base_url=APP_URL, headers=headers)


def link_for(
    story_site: StorySite,
    *,
    role: str | None = "agency_lead",
    account: str | None = None,
    tickets: bool = False,
    days: int = 30,
) -> tuple[str, int]:
    token, now = make_token(), story_site.clock.now()
    with story_site.container.engine.begin() as connection:
        number = insert_access_link(
            connection,
            story_site.tenant_id,
            digest=digest_of(token),
            engagement=ENGAGEMENT,
            account=account,
            role=role,
            tickets=tickets,
            made_at=now,
            expires_at=now + days * DAY,
        )
    return token, number


def test_guessed_links_are_answered_so_many_a_second_and_a_link_always(story_site: StorySite) -> None:
    token, _ = link_for(story_site)
    visitor = Visitor(story_site)
    guesses = [visitor.get(f"/direct/guess-{number}").status_code for number in range(GUESSES_A_SECOND + 3)]
    assert guesses == [404] * GUESSES_A_SECOND + [429] * 3
    assert visitor.open("guess").status_code == 429
    assert (visitor.get(f"/direct/{token}").status_code, visitor.open(token).status_code) == (200, 303)
    story_site.clock.at = story_site.clock.now() + 1_000_000


def test_a_link_is_traded_for_a_session_that_shows_the_page(story_site: StorySite) -> None:
    token, _ = link_for(story_site)
    visitor = Visitor(story_site)
    assert "Open the figures" in visitor.get(f"/direct/{token}").text
    opened = visitor.open(token)
    assert (opened.status_code, opened.location) == (303, "/direct/project")
    page = visitor.get("/direct/project")
    assert page.status_code == 200
    assert "Acme" in page.text


def test_the_cookie_is_strict_and_out_of_scripts_reach(story_site: StorySite) -> None:
    cookie = Visitor(story_site).open(link_for(story_site)[0]).headers["Set-Cookie"]
    assert "HttpOnly" in cookie
    assert "SameSite=Strict" in cookie
    assert "Domain" not in cookie


def test_looking_at_a_link_opens_nothing(story_site: StorySite) -> None:
    token, _ = link_for(story_site)
    visitor = Visitor(story_site)
    assert "Set-Cookie" not in visitor.get(f"/direct/{token}").headers
    assert visitor.get("/direct/project").status_code == 401


def test_an_expired_link_opens_nothing(story_site: StorySite) -> None:
    token, _ = link_for(story_site, days=1)
    story_site.clock.at = story_site.story.end + DAY
    assert Visitor(story_site).open(token).status_code == 404


def test_a_session_ends_with_its_half_day(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site)[0])
    story_site.clock.at = story_site.story.end + SESSION
    assert visitor.get("/direct/project").status_code == 401


def test_revoking_ends_the_link_and_its_sessions_at_once(story_site: StorySite) -> None:
    token, number = link_for(story_site)
    visitor = Visitor(story_site)
    visitor.open(token)
    with story_site.container.engine.begin() as connection:
        assert save_revoked(connection, story_site.tenant_id, number, story_site.clock.now())
    assert visitor.get("/direct/project").status_code == 401
    assert Visitor(story_site).open(token).status_code == 404


def test_another_sites_page_cannot_open_a_link(story_site: StorySite) -> None:
    answer = Visitor(story_site).open(link_for(story_site)[0], **{"Sec-Fetch-Site": "cross-site"})
    assert answer.status_code == 401


def test_without_leave_tickets_have_neither_key_nor_title_and_the_rows_add_up(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site, role="inhouse_lead")[0])
    drawer = visitor.get(figure_address(story_site)).text
    assert "GROW-" not in drawer
    assert "Their part is in the figure" in drawer


def test_with_leave_tickets_are_named(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site, role="inhouse_lead", tickets=True)[0])
    assert "GROW-" in visitor.get(figure_address(story_site)).text


def figure_address(story_site: StorySite) -> str:
    return f"/pages/figure?engagement={ENGAGEMENT}&figure=total&from=2026-07-01&to=2026-09-30"


def test_a_link_shows_its_engagement_alone(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site)[0])
    page = visitor.get("/direct/project").text
    assert "Bolt" not in page
    address = figure_address(story_site).replace(ENGAGEMENT, "growth-bolt")
    assert visitor.get(address).status_code == 404


def test_a_link_for_a_person_shows_what_they_see(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site, role=None, account=account_of("Viktor Amsel"))[0])
    assert "This link shows no figures any more." in visitor.get("/direct/project").text


def test_a_link_may_not_change_anything(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site, role="inhouse_lead")[0])
    rooms = ("/pages/panel/", "/pages/learning/", "/pages/admin/")
    acts = [rule.rule for rule in story_site.app.url_map.iter_rules() if rule.rule.startswith(rooms)]
    acts = [path for path in acts if visitor.get(path).status_code == 405]
    assert len(acts) >= 12
    for path in acts:
        assert visitor.browser.post(path, base_url=APP_URL, data={"issue": "1"}).status_code == 401, path


def test_a_pages_own_policy_lets_nobody_frame_it(story_site: StorySite) -> None:
    visitor = Visitor(story_site)
    visitor.open(link_for(story_site)[0])
    assert "frame-ancestors 'none'" in visitor.get("/direct/project").headers["Content-Security-Policy"]


def test_the_token_is_nowhere_in_the_database(story_site: StorySite) -> None:
    token, _ = link_for(story_site)
    path = story_site.container.engine.url.database
    assert path is not None
    content = Path(path).read_bytes() + Path(f"{path}-wal").read_bytes()
    assert digest_of(token).encode() in content
    assert token.encode() not in content
