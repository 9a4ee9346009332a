"""What stands where figures would be: not enough yet, on its way, nothing finished, Jira away, old."""

from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.progress import Progress, save_progress
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, BOLT, DAY, GATEKEEPER, LEAD, MEMBER, NASTY, PageClient
from tests.pages.html_reader import Reader, query, text_of
from webhooks.generations import measure_pending, remeasure_step

MINUTE = 60_000_000
UNMEASURED = "Growth and Acme is being measured. The first figures come in some minutes."


def report_import(page_client: PageClient, done: int, total: int) -> None:
    """An import is so far after ten minutes."""
    now = page_client.story_site.clock.now()
    work = Progress("import", "5d41402abc4b2a76", 0, done, total, done, now - 10 * MINUTE, now)
    with page_client.story_site.container.engine.begin() as connection:
        save_progress(connection, page_client.story_site.tenant_id, work)


def measure_a_quarter(page_client: PageClient) -> str:
    """Measure a quarter of the tickets within ten minutes, as the worker does; return how many of how many."""
    engine, tenant_id, clock = (
        page_client.story_site.container.engine,
        page_client.story_site.tenant_id,
        page_client.story_site.clock,
    )
    first = remeasure_step(engine, tenant_id, clock.now(), 1)
    assert first is not None
    clock.at = clock.now() + 10 * MINUTE
    second = remeasure_step(engine, tenant_id, clock.now(), first.total // 4)
    assert second is not None
    return f"{second.done} of {second.total} tickets"


def change_agreement(page_client: PageClient, key: str) -> None:
    """Apply an engagement's file so that its figures have to be measured anew."""
    agree_anew(
        page_client,
        engagement_file(page_client.story_site.story, key).replace("name: Growth", "name: Bigger growth"),
        measured=False,
    )


def agree_anew(page_client: PageClient, text: str, *, measured: bool = True) -> None:
    """Apply a changed engagement file."""
    engagement = read_engagement(text)
    with page_client.story_site.container.engine.begin() as connection:
        named, now = engagement_hash(engagement), page_client.story_site.clock.now()
        save_engagement(connection, page_client.story_site.tenant_id, engagement, named, now=now, by=None)
    if measured:
        measure_pending(
            page_client.story_site.container.engine,
            page_client.story_site.tenant_id,
            page_client.story_site.clock.now(),
        )


def test_history_on_its_way_says_how_far_it_is_and_how_long_it_takes(apart: PageClient):
    report_import(apart, 2_000, 3_000)
    page = apart.read(apart.open(MEMBER))
    assert "History is 66 % imported" in page.text
    assert "2,000 of 3,000 tickets, 5 minutes left." in page.text
    assert page.all("progress")[0]["value"] == "66"


def test_where_nothing_goes_on_no_time_left_is_said(apart: PageClient):
    report_import(apart, 2_000, 3_000)
    apart.story_site.clock.at += 20 * MINUTE
    page = apart.read(apart.open(MEMBER))
    assert "2,000 of 3,000 tickets, the last 20 minutes ago: nothing goes on just now" in page.text
    assert "minutes left" not in page.text


def test_figures_being_measured_anew_say_that_those_shown_are_from_before(apart: PageClient):
    change_agreement(apart, ACME)
    done = measure_a_quarter(apart)
    page = apart.read(apart.open(MEMBER))
    assert "Measuring: 25 %" in page.text
    assert f"{done}, 30 minutes left. Until then the figures below are those of before" in page.text


def test_another_engagements_progress_is_not_shown(apart: PageClient):
    change_agreement(apart, BOLT)
    measure_a_quarter(apart)
    assert "Measuring" not in apart.read(apart.content(MEMBER, engagement=ACME)).text


def test_an_engagement_that_was_never_measured_says_so(apart: PageClient):
    agree_anew(
        apart, engagement_file(apart.story_site.story, ACME).replace(f"key: {ACME}", "key: newer"), measured=False
    )
    measure_a_quarter(apart)
    page = apart.read(apart.content(MEMBER, engagement="newer"))
    assert "Measuring: 25 %" in page.text
    assert "They appear when all are through." in page.text
    assert UNMEASURED in page.text
    back = apart.read(apart.content(MEMBER, engagement="newer", said="discarded"))
    assert [text for text in (UNMEASURED, "The draft is discarded.") if text not in back.text] == []
    # A nought would say that nothing was done.
    assert not any(words in page.text for words in ("No ticket", "Live", "0 finished", "Nothing waits"))
    assert page.figures == []
    asked = {"engagement": "newer", "from": "2026-07-01", "to": "2026-09-30", "period": "2026Q3"}
    asked |= {"figure": "total", "format": "json"}
    for path in ("figure", "figure/export", "tickets", "tickets/export"):
        refused = apart.follow(LEAD, f"/pages/{path}?{urlencode(asked)}")
        assert (refused.status_code, UNMEASURED in refused.text) == (404, True), path
    for path in ("waiting/confirm", "learning"):
        refused = apart.follow(LEAD, f"/pages/{path}?{urlencode(asked)}")
        assert (refused.status_code, UNMEASURED in refused.text) == (404, True), path
    keeping = text_of(apart.content(GATEKEEPER, engagement="newer").text)
    assert UNMEASURED in keeping
    assert not any(words in keeping for words in ("No ticket", "Live", "Nothing was submitted"))
    gadget = text_of(apart.follow(LEAD, "/pages/gadget/content?engagement=newer").text)
    assert UNMEASURED in gadget
    assert "delivered" not in gadget


def test_an_empty_period_is_a_sentence(apart: PageClient):
    apart.story_site.clock.at = apart.story_site.story.end + 60 * DAY
    page = apart.read(apart.content(MEMBER, engagement=ACME))
    assert "No ticket was finished in Q1 2027 so far." in page.text
    assert "A taught share needs 4 finished tickets of Acme Experiments: 0 so far." in page.text
    assert "delivered 0" not in page.text


def test_old_figures_say_how_old_they_are(apart: PageClient):
    assert "Live, just now" in apart.read(apart.open(MEMBER)).text
    apart.story_site.clock.at = apart.story_site.story.end + 3 * DAY + MINUTE
    page = apart.read(apart.content(MEMBER))
    assert "Last change in Jira 3 days ago" in page.text
    assert "Live" not in page.text


def test_too_few_tickets_give_no_share_but_a_reason(apart: PageClient):
    began = apart.story_site.story.clock.day(apart.story_site.story.end - 25 * DAY)
    old = engagement_file(apart.story_site.story, ACME)
    starts = next(line for line in old.splitlines() if line.strip().startswith("starts:"))
    agree_anew(apart, old.replace(starts, f"  starts: {began}"))
    page = apart.read(apart.content(MEMBER, engagement=ACME))
    share = next(figure for figure in page.figures if query(figure)["figure"] == "taught_share")
    drawer = apart.read(apart.follow(MEMBER, share))
    assert "A taught share needs 4 finished tickets of Acme Experiments: 2 so far." in page.text
    assert "not enough evidence: 2 of the 4 tickets needed" in drawer.text
    assert "2 more finished tickets with a part of Acme Experiments." in drawer.text


@pytest.fixture
def away(apart: PageClient) -> PageClient:
    apart.story_site.site.faults.fail("permissions", status=403, times=10_000)
    return apart


def test_where_jira_is_away_no_figure_and_no_ticket_is_shown(away: PageClient):
    page, panel = away.read(away.open(MEMBER)), away.read(away.panel(MEMBER, "t0110"))
    assert "Jira does not answer just now" in page.text
    for shown in (page, panel):
        assert "nothing is shown until it answers" in shown.text
        assert "GROW-" not in shown.text
        assert shown.figures == []


@pytest.mark.parametrize("path", ["figure", "figure/export", "next", "objectives", "tickets", "history", "learning"])
def test_where_jira_is_away_no_tab_drawer_or_file_has_a_figure(away: PageClient, path: str):
    asked = {"from": "2026-07-01", "to": "2026-09-30", "period": "2026Q3", "figure": "total", "format": "csv"}
    answer = away.story_site.ask(account_of(MEMBER), f"/pages/{path}", engagement=ACME, **asked)
    assert answer.status_code == 503
    assert "nothing is shown until it answers" in answer.text


def test_what_jira_said_within_the_minute_stays_while_it_is_away(apart: PageClient):
    days = {"from": "2026-07-01", "to": "2026-09-30"}
    apart.open(LEAD)
    apart.story_site.site.faults.fail("permissions", status=403, times=10_000)
    drawer = apart.story_site.ask(account_of(LEAD), "/pages/figure", figure="total", engagement=ACME, **days)
    assert drawer.status_code == 200
    # Tickets with a security level are asked for one by one, and by nobody so far.
    nearest = apart.story_site.ask(account_of(LEAD), "/pages/next", engagement=ACME)
    assert nearest.status_code == 200
    apart.story_site.clock.at += 61 * 1_000_000
    assert apart.story_site.ask(account_of(LEAD), "/pages/next", engagement=ACME).status_code == 503


@pytest.mark.parametrize(("path", "method"), [("/pages/evidence", "GET"), ("/pages/panel/tag", "POST")])
def test_where_jira_is_away_an_act_is_refused_in_words(away: PageClient, path: str, method: str):
    there = {"engagement": ACME, "issue": str(away.story_site.ids["t0110"])}
    form = {"objective": "tracking"} if method == "POST" else None
    answer = away.story_site.ask(account_of(MEMBER), path, method, form, **there)
    assert answer.status_code == 503
    assert "Try again in a minute" in answer.text


def test_what_an_engagement_is_called_is_text(apart: PageClient):
    engagement = read_engagement(engagement_file(apart.story_site.story, ACME))
    objectives = tuple(replace(objective, name=f"{NASTY} {objective.key}") for objective in engagement.objectives)
    nasty = replace(engagement, name=NASTY, agency_name=NASTY, objectives=objectives)
    with apart.story_site.container.engine.begin() as connection:
        now = apart.story_site.clock.now()
        save_engagement(connection, apart.story_site.tenant_id, nasty, engagement_hash(nasty), now=now, by=None)
    measure_pending(apart.story_site.container.engine, apart.story_site.tenant_id, now)
    pages = [apart.content(MEMBER, period="2026Q3"), apart.panel(LEAD, "t0110")]
    pages += [apart.follow(MEMBER, figure) for figure in Reader(pages[0].text).figures[:12]]
    assert all(NASTY in Reader(page.text).text for page in pages[:3])
    for page in pages:
        read = Reader(page.text)
        assert not [tag for tag in read.tags if tag[0] == "script" and "src" not in tag[1]]
        assert not [name for _, attributes in read.tags for name in attributes if name.startswith("on")]
