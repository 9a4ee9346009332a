"""The History tab: frozen quarters beside today's, each difference with its cause, and exit readiness by a date."""

import html
import re
from collections.abc import Iterator
from datetime import UTC, date, datetime
from html import unescape
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import update

from connector.figures.recorded import select_exit_path
from connector.pages.history.exit import needed_text
from connector.pages.history.quarters import Dot, QuarterRow
from connector.pages.history.weeks import week_rows
from connector.pages.periods import Period
from mappings.events.times import DAY
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.measure.model.ticket import DaySums
from mappings.measure.people.exit_plan import ExitPlan, Gap
from mappings.records.agreement.engagements import save_engagement
from mappings.records.operations.tenants import renew_agreement_token
from mappings.records.tables.agreements import engagement as engagement_table
from tests.jira.story.story import engagement_file
from tests.jira.story_site import StorySite
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    GATEKEEPER,
    LEAD,
    LEARNER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
    administering,
    copy_of,
)
from tests.pages.cost.test_statements import LOADED_ONCE, statements
from tests.pages.frozen import freeze
from tests.pages.html_reader import Reader, squeeze, text_of, value
from tests.pages.overview.test_waiting import undo
from tests.pages.translation.test_pseudo_locale import ask as ask_in
from webhooks.generations import measure_pending

HISTORY = f"/pages/history?engagement={ACME}"


@pytest.fixture(scope="module")
def restated(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """Two frozen quarters, and an agreement that changed afterwards: work is split by logged hours."""
    story: StorySite = request.getfixturevalue("story_site")
    with copy_of(story, tmp_path_factory.mktemp("restated")) as page_client:
        freeze(page_client)
        story_site = page_client.story_site
        text = engagement_file(story_site.story, ACME).replace("attribution: active_time", "attribution: worklog")
        engagement = read_engagement(text)
        with story_site.container.engine.begin() as connection:
            name = engagement_hash(engagement)
            save_engagement(connection, story_site.tenant_id, engagement, name, now=story_site.clock.now(), by=None)
        measure_pending(story_site.container.engine, story_site.tenant_id, story_site.clock.now())
        yield page_client


def ask(page_client: PageClient, who: str, address: str) -> Reader:
    return page_client.read(page_client.follow(who, address))


def test_a_frozen_quarter_stands_beside_what_is_known_now(restated: PageClient, frozen: PageClient) -> None:
    page = restated.follow(LEAD, f"{HISTORY}&period=2026Q3").text
    # What was frozen opens into its review, which prints the same number; what is known now opens into its drawer.
    recorded = re.search(r'hx-get="[^"]*(period=2026Q3&amp;tab=review)"[^>]*>(\d+.%)</a>', page)
    now = re.search(r'hx-get="(/pages/figure[^"]*figure=taught_share[^"]*2026-07-01[^"]*)"[^>]*>now (\d+.%)</a>', page)
    assert recorded is not None
    assert now is not None
    review = ask(restated, LEAD, f"/pages/review?engagement={ACME}&period=2026Q3")
    assert squeeze(recorded[2]) in review.text
    assert squeeze(now[2]) in ask(restated, LEAD, now[1].replace("&amp;", "&")).text
    assert squeeze(recorded[2]) != squeeze(now[2])
    assert squeeze(now[2]) in Reader(restated.content(LEAD, engagement=ACME, period="2026Q3").text).text
    # Where nothing changed since, nothing is restated.
    same = frozen.follow(LEAD, HISTORY).text
    assert not re.search(r"\bnow \d+.%", Reader(same).text)
    assert "/pages/history/changes" not in same


def test_a_part_of_the_score_that_changed_since_is_named_beside_what_is_the_same(apart: PageClient) -> None:
    """It said "the same" while the Overview of the quarter had another Joint than its review."""
    freeze(apart)
    (before,) = [row[-1] for row in ask(apart, LEAD, HISTORY).tables[0].rows if row[0].startswith("Q3")]
    assert before == "the same"
    assert (
        apart.press(LEAD, f"/pages/together/pulse?engagement={ACME}", quarter="2026-07-01", answer="4").status_code
        == 200
    )
    (after,) = [row[-1] for row in ask(apart, LEAD, HISTORY).tables[0].rows if row[0].startswith("Q3")]
    joint = re.search(r"Joint (\d+), now (\d+) \((.+ \d+ → \d+)\)$", after)
    assert joint, after
    # The pulse is all that changed: it moves no other part.
    assert re.fullmatch(r"Pulses given \d+ → \d+", joint[3]), after
    assert after.startswith("taught share")
    assert f"Joint {joint[2]}" in text_of(apart.content(LEAD, engagement=ACME, period="2026Q3").text)
    assert f"Joint {joint[1]}" in text_of(apart.follow(LEAD, f"/pages/review?engagement={ACME}&period=2026Q3").text)
    # What is known now opens into its drawer, which has the same number.
    page = apart.follow(LEAD, HISTORY).text
    drawer = re.search(r'hx-get="([^"]*figure=owners\.joint[^"]*from=2026-07-01[^"]*)"[^>]*>Joint', page)
    assert drawer, after
    assert ask(apart, LEAD, html.unescape(drawer[1])).text.count(f"{joint[2]} of 100")
    # Who sees no score reads nothing of it.
    assert "Joint" not in ask(apart, AGENCY_MEMBER, HISTORY).text


def test_a_frozen_quarter_is_compared_or_says_why_it_is_not(restated: PageClient) -> None:
    rows = ask(restated, LEAD, HISTORY).tables[0].rows
    words = {row[0][:2]: row[-2] for row in rows[1:]}
    assert words["Q4"] in {"up", "down", "no clear change", "too little evidence to compare"}
    assert words["Q3"] in {"up", "down", "no clear change", "too little evidence to compare"}
    assert words["Q2"] == "no earlier quarter"


def test_the_causes_add_up_from_what_was_recorded_to_what_is_known(restated: PageClient) -> None:
    for who in (LEAD, AGENCY_LEAD):
        (table,) = ask(restated, who, f"/pages/history/changes?engagement={ACME}&period=2026Q3").tables
        head, first, *causes, last = table.rows
        assert head[0] == "Change"
        assert causes
        for column in (1, 2):
            moved = sum(value(row[column].replace("−", "-").replace("+", "")) for row in causes)
            assert value(first[column]) + moved == value(last[column])
        assert causes[-1][3] == last[3]
        assert "split between the sides" in causes[-1][0]


def test_exit_readiness_begins_with_the_figures_of_the_page_and_ends_with_its_year(restated: PageClient) -> None:
    address = f"/pages/history/exit?engagement={ACME}&by="
    project = restated.content(LEAD, engagement=ACME).text
    today = re.findall(r"exit_coverage\.(?:two_holders|one_holder)&[^>]*>(\d+.%)</a>", project.replace("&amp;", "&"))
    soon, late = (ask(restated, LEAD, address + day).text for day in ("2026-11-20", "2027-11-20"))
    assert f"On 16 Nov it was {squeeze(today[0])} and {squeeze(today[1])}." in soon
    assert "0 % of the work has two holders and 0 % has at least one" in late
    for day in ("2026-11-19", "2027-11-21", "", "soon"):
        assert restated.follow(LEAD, address + day).status_code == 422


@pytest.mark.parametrize(
    ("language", "meaning", "row"),
    [
        ("en", "have to be able to do it alone", r"2 people, \d+ tickets?(?:: \d+ to .+| to drive alone)"),
        ("de", "allein können müssen", r"2 Personen, (?:\d+ Tickets: \d+ .+|\d+ allein zu führende Tickets)"),
    ],
)
def test_what_is_still_needed_is_said_once_and_each_row_is_short(
    restated: PageClient, language: str, meaning: str, row: str
) -> None:
    address = f"/pages/history/exit?engagement={ACME}&by=2027-11-20"
    page = restated.read(ask_in(restated, LEAD, address, language))
    assert page.text.count(meaning) == 1
    needed = [cells[-1] for cells in page.tables[0].rows[1:]]
    assert len(needed) == 5
    for text in needed:
        assert re.fullmatch(row, text), text
        total, *kinds = re.findall(r"\d+", text)[1:]
        assert int(total) == sum(map(int, kinds or [total]))
        assert len(text) < 110


@pytest.mark.parametrize(
    ("double", "single", "text"),
    [
        (2, 4, "nothing has two holders from 30 Nov 2026 on, and nothing has any from 14 Dec 2026 on"),
        (2, 2, "nothing has a holder from 30 Nov 2026 on"),
        (0, 4, "nothing has a holder from 14 Dec 2026 on"),
        (2, 99, "nothing has two holders from 30 Nov 2026 on."),
        (99, 99, ""),
        (0, 0, ""),
    ],
)
def test_the_day_from_which_nothing_is_covered_any_more_is_said(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, double: int, single: int, text: str
) -> None:
    path = select_exit_path

    def weeks(*of: Any, now: int) -> list[ExitPlan]:
        plan = path(*of, now=now)[0]
        return [
            replace(
                plan, on=plan.on + 7 * week * DAY, two_holders=float(week < double), one_holder=float(week < single)
            )
            for week in range(10)
        ]

    monkeypatch.setattr("connector.pages.history.views.select_exit_path", weeks)
    page = ask(page_client, LEAD, f"/pages/history/exit?engagement={ACME}&by=2027-03-31").text.replace("\xa0", " ")
    assert text in page
    assert ("Without new work" in page) == bool(text)


def test_a_ticket_that_only_keeps_knowledge_fresh_is_not_said_to_teach_somebody() -> None:
    stale = Gap("ab", "single holder", 1, {"shadowed": 1}, suppressed=False, refreshing=1)
    assert needed_text(stale) == "1 person, 1 ticket to stay fresh"
    both = Gap("ab", "not covered", 2, {"shadowed": 2, "independent": 1}, suppressed=False, refreshing=1)
    assert needed_text(both) == "2 people, 3 tickets: 1 to shadow, 1 to drive alone and 1 to stay fresh"
    assert needed_text(Gap("ab", "single holder", 1, {"independent": 2}, suppressed=False)) == (
        "1 person, 2 tickets to drive alone"
    )


def test_scores_are_for_who_may_see_them_and_nothing_is_for_others(restated: PageClient) -> None:
    assert "Integration" in ask(restated, LEAD, HISTORY).text
    assert "Integration" not in ask(restated, AGENCY_MEMBER, HISTORY).text
    for who in (GATEKEEPER, STRANGER, OTHER_LEAD):
        for part in ("", "/changes", "/exit"):
            answer = restated.follow(who, f"/pages/history{part}?engagement={ACME}&period=2026Q3&by=2026-12-31")
            assert (answer.status_code, answer.text) == (404, "No such engagement of yours.")


def test_the_tab_loads_each_thing_once(restated: PageClient) -> None:
    # Of them two are of the review that waits: which quarters are frozen, and who read the newest.
    for part, most in (("", 27), ("/changes", 15), ("/exit", 20)):
        address = f"/pages/history{part}?engagement={ACME}&period=2026Q3&by=2026-12-31"
        ask(restated, LEAD, address)
        with statements(restated.story_site.container.reader) as tables:
            ask(restated, LEAD, address)
        assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}
        assert sum(tables.values()) <= most, tables


def test_a_quarter_that_is_not_frozen_has_the_figures_of_its_overview(page_client: PageClient) -> None:
    page = page_client.follow(LEAD, HISTORY).text
    assert "No quarter is frozen: Q3 2026 and Q2 2026 were over before anybody measured here." in Reader(page).text
    overview = page_client.content(LEAD, engagement=ACME, period="2026Q4").text
    shown = figure_of(overview, "taught_share")
    assert f"The taught share is {shown} so far in Q4 2026. With what is known now, Q3 2026 reads" in Reader(page).text
    table = page_client.read(page_client.follow(LEAD, HISTORY)).tables[0].rows
    reasons = {"Q4": "so far", "Q3": "not recorded", "Q2": "not recorded"}
    for row, (quarter, why) in zip(table[1:], reasons.items(), strict=True):
        overview = page_client.content(LEAD, engagement=ACME, period=f"2026{quarter}").text
        shown = [figure_of(overview, name) for name in ("taught_share", "score", "exit_coverage.two_holders")]
        for cell, figure in zip(row[1:4], shown, strict=True):
            text = cell.removeprefix("what is known now").strip()
            assert text.startswith(figure or "–"), (cell, figure)
            assert why in text
        assert row[4] != "–"


def test_the_review_that_waits_is_named_in_its_row_until_it_is_read(apart: PageClient) -> None:
    freeze(apart)

    def waits(who: str) -> list[str]:
        rows = ask(apart, who, HISTORY).tables[-1].rows
        return [row[0] for row in rows if "Waiting for you: read it, and then press" in row[1]]

    read = {who: waits(who) for who in (LEAD, AGENCY_LEAD, AGENCY_MEMBER)}
    assert read == {LEAD: ["Q3 2026"], AGENCY_LEAD: ["Q3 2026"], AGENCY_MEMBER: []}
    answer = apart.press(LEAD, f"/pages/review/read?engagement={ACME}&period=2026Q3")
    assert answer.status_code == 200
    assert (waits(LEAD), waits(AGENCY_LEAD)) == ([], ["Q3 2026"])
    assert apart.press(LEAD, undo(answer.text)).status_code == 200
    assert waits(LEAD) == ["Q3 2026"]


def test_history_offers_a_review_where_the_agency_may_reply_and_both_may_word_a_statement(
    apart: PageClient, page_client: PageClient, frozen: PageClient
) -> None:
    """Of a quarter that is over and not frozen yet the review still comes, unless nobody measured here before."""
    with apart.story_site.container.engine.begin() as connection:
        recorded = int(datetime(2026, 8, 1, tzinfo=UTC).timestamp() * 1_000_000)
        connection.execute(update(engagement_table).values(recorded_at=recorded))
        renew_agreement_token(connection, apart.story_site.tenant_id)
    states = {"Not frozen yet it is over and freezes by itself": apart, "Ready its figures are frozen": frozen}
    for state, shown in ({"Not recorded it was over before anybody measured here": page_client} | states).items():
        pack = next(row for row in ask(shown, LEAD, HISTORY).tables[-1].rows if row[0] == "Q3 2026")
        assert pack[1].startswith(state)
        assert ("Waiting for you: read it" in pack[1]) is (shown is frozen)
        agency, together = (
            shown.follow(AGENCY_LEAD, f"/pages/{tab}?engagement={ACME}") for tab in ("agency", "together")
        )
        for page, offer in (
            (agency, "eply for the review of Q3 2026"),
            (together, "statement for the review of Q3 2026"),
        ):
            assert (offer in text_of(page.text)) is (shown is not page_client), (state, offer)
    page = ask(apart, LEAD, HISTORY)
    assert "Q3 2026 is over and not frozen yet: a job does that every ten minutes, once no import runs." in page.text
    assert "Q2 2026 was over before anybody measured here." in page.text
    (row,) = (row for row in page.tables[0].rows if row[0].startswith("Q3"))
    assert "not recorded" not in " ".join(row)


def test_the_first_line_goes_on_to_the_quarter_that_runs(frozen: PageClient) -> None:
    page = ask(frozen, LEAD, HISTORY)
    lead = re.search(r"in Q3 2026: [a-z ]+\. In Q4 2026 it is (\d+.%) so far: ([a-z ]+)\.", page.text)
    assert lead, page.text[:600]
    running = page.tables[0].rows[1]
    assert lead[1] in running[1]
    assert lead[2] in running[4]


def figure_of(page: str, name: str) -> str:
    match = re.search(rf'class="big"><a[^>]*figure={re.escape(name)}["&][^>]*>([^<]+)</a>', page.replace("&amp;", "&"))
    return squeeze(match[1]) if match else ""


def test_a_change_of_what_is_known_now_is_that_of_the_program(page_client: PageClient) -> None:
    rows = ask(page_client, LEAD, HISTORY).tables[0].rows[1:]
    assert [row[0][:2] for row in rows] == ["Q4", "Q3", "Q2"]
    # Nothing is remembered of who administered before.
    page_client.story_site.container.browse._answers.clear()
    with administering(page_client, STRANGER):
        for row in rows:
            address = f"/pages/program/content?period=2026{row[0][:2]}"
            program = page_client.read(page_client.follow(STRANGER, address))
            (own,) = (cells for cells in program.tables[0].rows if cells[0].startswith("Growth and Acme"))
            # That there is no quarter before is not said in each of the program's cells.
            change = row[4].removeprefix("what is known now").strip()
            assert change in own[1] or change == "no earlier quarter", (row[4], own)


def test_a_quarter_that_is_not_frozen_is_drawn_as_known_now_and_never_as_recorded(
    page_client: PageClient, frozen: PageClient
) -> None:
    rows = re.findall(r"<tr><th scope=\"row\">(Q\d 2026).*?</tr>", frozen.follow(LEAD, HISTORY).text, re.DOTALL)
    assert rows[:3] == ["Q4 2026", "Q3 2026", "Q2 2026"]
    for shown, whole in ((frozen, "Q3 2026"), (page_client, "")):
        table = shown.follow(LEAD, HISTORY).text
        for name, row in re.findall(r"<tr><th scope=\"row\">(Q\d 2026)(.*?)</tr>", table, re.DOTALL):
            share = row.split("</td>")[0]
            if "<circle" in share and name in {"Q4 2026", whole}:
                assert ('class="now"' in share) == (name == whole), (name, share)
    never = re.findall(r"<tr><th scope=\"row\">(Q\d 2026)(.*?)</tr>", page_client.follow(LEAD, HISTORY).text, re.DOTALL)
    states = {name: "not frozen yet" in row for name, row in never[:3]}
    assert states["Q4 2026"]
    assert not states["Q3 2026"]
    assert not [row for name, row in never[:3] if "% as recorded" in row]


def test_the_quarter_in_which_the_engagement_began_has_the_day(restated: PageClient) -> None:
    rows = ask(restated, LEAD, HISTORY).tables[0].rows[1:]
    assert rows[-1][0] == "Q2 2026from its start on 25 May to 30 Jun 2026"
    assert not any("start" in row[0] for row in rows[:-1])
    # Its weeks begin there too: of those before nothing was measured.
    weeks = next(
        table for table in ask(restated, LEAD, f"{HISTORY}&period=2026Q2").tables if table.rows[0][0] == "Week"
    )
    assert weeks.rows[-1][:2] == ["22", "25 to 31 May 2026"]


def test_what_is_still_needed_is_explained_also_where_nothing_is(
    restated: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = select_exit_path
    monkeypatch.setattr(
        "connector.pages.history.views.select_exit_path",
        lambda *of, now: [replace(plan, gaps=()) for plan in path(*of, now=now)],
    )
    page = ask(restated, LEAD, f"/pages/history/exit?engagement={ACME}&by=2027-03-31")
    assert "until two are, whatever number the agreed target has" in page.text
    # One ticket refreshes what two have to teach: the target's own count is another.
    assert "A holder whose knowledge fades is one of them; Agency counts what the target takes." in page.text
    assert {row[-1] for row in page.tables[0].rows[1:]} == {"nothing"}
    # Nobody else has that count on Agency.
    for who in (LEARNER, AGENCY_MEMBER):
        text = ask(restated, who, f"/pages/history/exit?engagement={ACME}&by=2027-03-31").text
        assert "A holder whose knowledge fades is one of them." in text
        assert "Agency counts" not in text


def test_the_days_outside_whole_weeks_are_named_where_the_weeks_stand(page_client: PageClient) -> None:
    weeks = page_client.follow(LEAD, f"/pages/history?engagement={ACME}&period=2026Q4").text.partition('id="weeks"')[2]
    assert "Whole weeks only, without 1 to 4 Oct 2026 and 16 to 20 Nov 2026: the rows can add up" in text_of(weeks)


def test_what_is_known_now_opens_in_the_weeks_and_beside_exit_coverage(page_client: PageClient) -> None:
    """The page says that what is known now opens into what it is made of; weeks and "with at least one" did not."""
    source = page_client.follow(LEAD, f"/pages/history?engagement={ACME}&period=2026Q4").text
    weeks = re.findall(r"<tr>.*?</tr>", source.partition('id="weeks"')[2].partition("</details>")[0])[1:]
    assert weeks
    for week in weeks:
        # In a narrow window the row stacks, and each cell says what it is.
        assert len(re.findall(r'data-label="(?:Taught points, as recorded|Known now)"', week)) == 2, week
        parts = re.findall(r'hx-get="([^"]*figure=(taught|agency)&[^"]*)"[^>]*>([^<]*)</a>', week)
        assert [name for _, name, _ in parts] == ["taught", "agency"], week
        for address, _, amount in parts:
            assert f'<p class="big">{amount} ' in page_client.follow(LEAD, unescape(address)).text, address
    shares = re.findall(
        r'hx-get="([^"]*figure=exit_coverage\.one_holder[^"]*)"[^>]*>([^<]*)</a> with at least one', source
    )
    assert shares
    for address, share in shares:
        drawer = page_client.follow(LEAD, unescape(address)).text
        assert f'<p class="big">{" ".join(share.split())}</p>' in drawer, address


def test_a_week_says_of_what_was_taught_what_its_drawer_says() -> None:
    """A drawer rounds it alone; beside the part that is done only it was rounded to 11.9."""
    monday, none = date(2026, 11, 2), Dot("", "", "")
    period = Period("2026Q4", "Q4 2026", date(2026, 10, 1), date(2026, 12, 31))
    row = QuarterRow(period, none, None, "", "", "runs", restated=(), changed=False, verdict="")
    sums = DaySums(agency=20_030_000_000, taught=11_960_000_000, done_only=8_070_000_000)
    week = week_rows(row, {}, [(monday, monday, sums)], date(2026, 11, 20))[1]
    assert (week.first, week.taught, week.whole) == (monday, "12", "20")
