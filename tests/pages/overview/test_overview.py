"""The Overview: what waits for whom, each one press away, and the nearest tickets to teach."""

import re
from datetime import date
from html import unescape

import pytest
from msgspec.structs import replace

from connector.pages.periods import Period
from connector.pages.project import charts
from connector.pages.project.charts import KINDS
from connector.pages.project.quarter_change import handed_change
from connector.pages.project.scorecard import Selection
from connector.text import KIND_NAMES
from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import BILLION, DaySums
from mappings.measure.period.rounding import shown
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, LEAD, LEARNER, MEMBER, OTHER_LEAD, PageClient
from tests.pages.html_reader import Reader, text_of
from tests.pages.test_works_council import rule


def entries(text: str) -> list[tuple[str, str]]:
    """What waits, as the name of its button and the source of its item."""
    part = re.search(r'(?s)<section class="waiting".*?</section>|<div class="waiting">.*?</ul>\s*</div>', text)
    assert part, text
    items = re.findall(r"(?s)<li><div>.*?</li>(?=\s*(?:<li>|<li class=|</ul>))", part[0])
    return [(unescape(re.findall(r'aria-label="([^"]*)"', item)[0]), item) for item in items]


def waiting(text: str) -> list[tuple[str, list[str]]]:
    """What waits, as the name of its button and the addresses that it and its question ask for."""
    return [(name, [unescape(url) for url in re.findall(r'hx-get="([^"]*)"', item)]) for name, item in entries(text)]


def counts(text: str) -> dict[str, int]:
    """The count of each tab that has one."""
    tabs = re.findall(r'(?s)<a id="tab-(\w+)".*?</a>', text)
    bodies = re.findall(r'(?s)<a id="tab-\w+".*?</a>', text)
    by_tab = {tab: re.search(r'class="count">(\d+)<', body) for tab, body in zip(tabs, bodies, strict=True)}
    return {tab: int(match[1]) for tab, match in by_tab.items() if match}


def overview(page_client: PageClient, who: str) -> str:
    return page_client.content(who, engagement=ACME, tab="overview").text


def test_what_waits_is_counted_on_its_tab_and_leads_there(page_client: PageClient) -> None:
    for who in (LEAD, AGENCY_LEAD):
        text = overview(page_client, who)
        items, tabs = waiting(text), counts(text)
        assert items
        # Each thing is counted once, on the tab that settles it.
        assert "overview" not in tabs
        assert len(items) == sum(tabs.values())
        for label, addresses in items:
            answers = [page_client.follow(who, address) for address in addresses]
            assert [answer.status_code for answer in answers] == [200] * len(answers), label
            # What is not settled in the list leads to its tab, and so does what is asked there.
            assert ('aria-current="page"' in "".join(answer.text for answer in answers)) is bool(addresses)


def test_a_dispute_waits_for_the_other_side_until_it_is_answered_by_time(apart: PageClient) -> None:
    ticket = apart.story_site.ids["t0110"]
    before = len(waiting(overview(apart, LEAD)))
    address = f"/pages/dispute/file?engagement={ACME}&issue={ticket}"
    answer = apart.press(AGENCY_LEAD, address, objective="", reason="Half of it was ours")
    assert answer.status_code == 200, answer.text
    added = [label for label, _ in waiting(overview(apart, LEAD)) if label.startswith("Answer: Dispute of")]
    assert len(added) == len(waiting(overview(apart, LEAD))) - before == 1
    assert not any("Dispute" in label for label, _ in waiting(overview(apart, AGENCY_LEAD)))


def test_what_has_no_size_opens_into_its_tickets(page_client: PageClient) -> None:
    source = page_client.content(LEAD, engagement=ACME, period="2026Q3").text
    text = r'<a class="fig"[^>]*hx-get="([^"]*)"[^>]*>(\d+) finished tickets</a>, whoever did them, had no size'
    line = re.search(text, source)
    assert line
    drawer = page_client.follow(LEAD, unescape(line[1])).text
    assert len(set(re.findall(r'data-issue="([^"]*)"', drawer))) == int(line[2])
    # What was finished without a size stays so: it is nothing that may still change.
    assert not re.search(r"until somebody sizes|What may still change(?:(?!</section>).)*no size", source, re.DOTALL)


def test_nothing_waits_for_who_may_settle_nothing(page_client: PageClient) -> None:
    text = overview(page_client, MEMBER)
    assert "how well did" not in text
    assert "Confirm Design" not in text


def test_a_member_reads_what_is_theirs_before_the_figures_of_both_sides(page_client: PageClient) -> None:
    for who, is_first in ((MEMBER, True), (LEARNER, True), (LEAD, False), (AGENCY_LEAD, False)):
        text = overview(page_client, who)
        own, numbers = text.find('id="my-ladder"'), text.find('<dl class="numbers">')
        assert (0 < own < numbers) is is_first, who
        assert ("Nothing waits for your signature, confirmation or answer." in text) is False, who


@pytest.mark.parametrize("who", [MEMBER, LEARNER, LEAD])
def test_who_has_a_ladder_reads_in_a_line_where_they_stand_and_what_is_next(page_client: PageClient, who: str) -> None:
    (address,) = re.findall(r'hx-get="([^"]*/pages/learning/summary[^"]*)"', overview(page_client, who))
    summary = page_client.follow(who, unescape(address)).text
    learning = page_client.follow(who, f"/pages/learning?engagement={ACME}").text
    lead, shown = re.findall(r'<p class="lead">(.*?)</p>', learning), text_of(summary)
    assert lead
    assert lead[0] in shown
    objective, _, onward = re.findall(r"<li><div>(.*?)(?=<)", summary)[0].partition(": ")
    assert f"<dd>{onward}</dd>" in learning.partition(f"<h3>{objective}</h3>")[2].partition("</li>\n    <li><h3>")[0]
    assert set(re.findall(r"GROW-\d+", shown)) <= set(re.findall(r"GROW-\d+", learning))
    assert [name for name in {MEMBER, LEARNER, LEAD} - {who} if name in shown] == []
    (tab,) = re.findall(r'data-tab hx-get="([^"]*)"', summary)
    assert re.search(r'id="tab-learning"[^>]*aria-current="page"', page_client.follow(who, unescape(tab)).text)


@pytest.mark.parametrize("who", [AGENCY_LEAD, AGENCY_MEMBER])
def test_who_has_no_ladder_reads_no_line_of_one(page_client: PageClient, who: str) -> None:
    assert "/pages/learning/summary" not in overview(page_client, who)
    assert page_client.follow(who, f"/pages/learning/summary?engagement={ACME}").status_code == 404


def test_the_reader_chooses_the_unit_of_what_was_delivered_and_of_nothing_else(page_client: PageClient) -> None:
    agreed, hours = (
        page_client.content(LEAD, engagement=ACME, tab="overview", period="2026Q3", **more).text
        for more in ({}, {"unit": "hours"})
    )
    assert switch(agreed) == ["Points", "Tickets", "Hours"]
    assert (current(agreed), current(hours)) == ("Points", "Hours")
    assert "Amounts on this page are in points, as agreed." in agreed
    assert "all other amounts are in points, as agreed" in text_of(hours)
    assert re.search(r"\d+ finished tickets? ha(s|ve) no logged time and counts? 0", text_of(hours))
    assert "unit=hours" in unescape(re.findall(r'data-state="([^"]*)"', hours)[0])
    assert "unit" not in re.findall(r'data-state="([^"]*)"', agreed)[0]
    assert '<input type="hidden" name="unit" value="hours">' in hours
    leads = [re.findall(r'(?s)<p class="lead">.*?</p>', text) for text in (agreed, hours)]
    shares = [re.findall(r'<polyline class="share" points="([^"]*)"', text) for text in (agreed, hours)]
    bars = [re.findall(r'<rect [^>]*class="taught"[^>]*height="([^"]*)"', text) for text in (agreed, hours)]
    assert (leads[0], shares[0]) == (leads[1], shares[1])
    assert bars[0] != bars[1]


@pytest.mark.parametrize(
    ("figure", "unit"),
    [("taught_share", "hours"), ("score", "tickets"), ("total", "days"), ("total&objective=ab-test", "hours")],
)
def test_only_what_was_delivered_opens_in_another_unit(page_client: PageClient, figure: str, unit: str) -> None:
    address = f"/pages/figure?engagement={ACME}&from=2026-07-01&to=2026-09-30&figure={figure}&unit={unit}"
    assert page_client.follow(LEAD, address).status_code == 404


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
@pytest.mark.parametrize("choice", [{}, {"unit": "tickets"}, {"unit": "hours", "by": "month"}])
def test_each_amount_of_the_table_of_weeks_opens_into_what_it_says(
    page_client: PageClient, who: str, choice: dict[str, str]
) -> None:
    text = page_client.content(who, engagement=ACME, tab="overview", period="2026Q3", **choice).text
    table = re.findall(r'(?s)<table class="delivered">.*?</table>', text)[0]
    cells = re.findall(r'<td class="num" data-label="([^"]*)">(?:<a [^>]*hx-get="([^"]*)"[^>]*>)?([^<]+)<', table)
    opened = {unescape(address): amount for _, address, amount in cells if address}
    assert len(opened) > 12
    assert {amount for label, address, amount in cells if not address and label != "Taught share"} <= {"0"}
    for address, amount in opened.items():
        given = re.search(r" (−?[\d.]+) (?:points?|tickets?|hours?) ", text_of(page_client.follow(who, address).text))
        assert given, address
        assert given[1] == amount, address


def switch(text: str) -> list[str]:
    part = re.search(r'(?s)<nav class="segments".*?</nav>', text)
    assert part
    return re.findall(r">([A-Z]\w+)</a>", part[0])


def current(text: str) -> str:
    return re.findall(r'aria-current="true">(\w+)</a>', text)[0]


@pytest.mark.parametrize("by", ["week", "month"])
def test_each_change_of_the_agreement_is_a_line_of_the_chart_and_words_of_its_table(
    page_client: PageClient, by: str
) -> None:
    text = page_client.content(LEAD, engagement=ACME, tab="overview", period="2026Q3", by=by).text
    lines = [unescape(title) for title in re.findall(r'<g><title>([^<]*)</title><line class="phase"', text)]
    places = [float(x) for x in re.findall(r'<line class="phase" x1="([\d.]+)%"', text)]
    assert lines
    assert not [line for line in lines if "begins" in line]
    assert places == sorted(places)
    assert 0 <= places[0] <= places[-1] <= 100
    table = re.search(r'(?s)<details class="data">.*?</table>', text)
    assert table
    words = [unescape(note) for note in re.findall(r'<span class="note">([^<]+)</span>', table[0])]
    # The table is written newest first.
    assert sorted(words) == sorted(lines)


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3", "2026Q4"])
@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_the_legends_list_what_is_drawn_and_nothing_else(page_client: PageClient, who: str, period: str) -> None:
    text = page_client.content(who, engagement=ACME, tab="overview", period=period).text
    chart, legends = (
        re.findall(pattern, text)[0]
        for pattern in (r'(?s)<svg class="chart".*?</figure>', r'(?s)<div class="legends">.*?</div>')
    )
    head, *weeks = Reader(text).tables[0].rows
    counted = {name for at, name in enumerate(head) if any(week[at] not in {"0", ""} for week in weeks)}
    listed = re.findall(r"</svg>([^<]+) <a [^>]*>([^<]*)<", legends)
    bars = {KIND_NAMES[kind] for kind in KINDS} & counted
    assert bars | {name for name, amount in listed if amount != "0"} == {name for name, _ in listed}
    signs = {
        "taught share of four weeks": '<polyline class="share"' in chart,
        "of one week": 'class="dot"' in chart,
        "little evidence": 'class="ground"' in chart,
        "people, rules or model": 'class="phase"' in chart,
    }
    assert {sign: sign in legends for sign in signs} == signs
    # The days of the period have their name at the axis; a second line like that of the share said it once more.
    assert "at the foot of the bars" not in legends
    assert ('class="period"' in chart) is ('class="name"' in chart)
    sides = re.findall(r'(?s)<section aria-labelledby="both">.*?</section>\s*</div>', text)[0]
    head, _, rows = sides.partition("</ul>")
    assert ("in the window before, " in head) is ('class="then"' in rows)


def test_a_window_that_the_engagement_began_in_says_so(page_client: PageClient) -> None:
    """Q2 began before the engagement: its window has no half-year."""
    text = text_of(page_client.content(LEAD, engagement=ACME, tab="overview", period="2026Q2").text)
    assert "since the engagement began, at most the 180 days that end with Q2 2026; each ticket counts" in text


def test_the_taught_share_is_drawn_as_a_dot_in_its_interval_and_a_tick_is_of_the_window_before(
    page_client: PageClient,
) -> None:
    page = page_client.content(LEAD, engagement=ACME, tab="overview", period="2026Q3").text
    share, score = re.findall(r"<dt>(?:Taught share|Integration)</dt>.*?</svg>", page, re.DOTALL)
    for picture in (share, score):
        assert picture.count('<circle class="now"') == picture.count('<rect class="interval"') == 1
    assert 'class="then"' not in share
    assert "between the ticks" not in page


def test_the_parts_of_the_score_and_what_it_was_before_name_their_days(page_client: PageClient) -> None:
    """They are counted in tickets over a window of half a year, beside a headline of the quarter in points."""
    window, before = r"\d+ \w+ to \d+ \w+ 2026", r"\d+ \w+(?: 2026)? to \d+ \w+ 2026"
    overview = text_of(page_client.content(LEAD, engagement=ACME, tab="overview").text)
    agency = text_of(page_client.follow(LEAD, f"/pages/agency?engagement={ACME}").text)
    why = "the days so far of the 180 that end on 31 Dec; each ticket counts the same"
    note = rf"({window}), {why}[^.]*. The taught share is of Q4 2026 so far, in points, and counts"
    for text in (overview, agency):
        assert re.search(note, text)
        # An engagement that is younger than a year has no window of half a year before.
        assert "half a year earlier" not in text
        cut = rf"in the window before, {before} \(cut at the engagement’s start\)"
        assert re.search(rf"\d+ {cut}: |too little evidence to compare {cut}", text)
    quarter = "from=2026-10-01&to=2026-12-31"
    drawer = text_of(page_client.follow(LEAD, f"/pages/figure?engagement={ACME}&figure=workflow_checks&{quarter}").text)
    days = re.search(note, overview)
    assert days
    first, last = days[1].split(" to ")
    assert re.search(rf"{first}.* to {last}", drawer)


def test_what_was_handed_over_has_one_whole_on_the_page(page_client: PageClient) -> None:
    """The sentence had 81 of 214.8 points, those with an objective, and the number below it 81 of all 256."""
    text = text_of(page_client.content(AGENCY_MEMBER, engagement=ACME, period="2026Q3").text)
    whole = re.search(r"On the objectives in-house people delivered ([\d.]+) points", text)
    assert whole
    assert f"of {whole[1]} in-house points with an objective" in text


def test_what_was_handed_over_is_compared_as_other_amounts_are(page_client: PageClient) -> None:
    """Between whole quarters alone; beside the other figures of its row it had no word on that."""
    words = {
        "2026Q4": "compared when the quarter is over",
        # The engagement began within the quarter before.
        "2026Q3": "not compared: a quarter is not whole",
        # Nothing is before it.
        "2026Q2": "",
    }
    for period, word in words.items():
        page = page_client.content(AGENCY_MEMBER, engagement=ACME, period=period).text
        (tile,) = re.findall(r"(?s)<dt>Handed over</dt>(.*?)</div>", page)
        assert text_of(tile).partition("taught before")[2].strip() == word
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    days = {date(2026, 2, 3): 2, date(2026, 5, 3): 1}
    rows = [(day, day, DaySums(handed_over=points * BILLION)) for day, points in days.items()]
    period = Period("2026Q2", "Q2 2026", date(2026, 4, 1), date(2026, 6, 30))
    early = replace(engagement, starts=date(2026, 1, 1))
    whole = Selection(early, "", period, "week", date(2026, 11, 20), as_agency=True)
    assert handed_change(whole, rows) == "1 fewer, 2 in Q1 2026"


def test_the_live_line_says_when_people_are_counted_and_the_last_part_what_may_change(page_client: PageClient) -> None:
    runs, over = (text_of(page_client.content(LEAD, engagement=ACME, period=key).text) for key in ("2026Q4", "2026Q3"))
    assert "evidence from Jira only · people are counted each Monday" in runs
    assert "people are counted each Monday" not in over
    assert "What may still change" in runs
    assert "Not published yet" not in runs
    # Whole weeks, so that no single day shows: but not as if 18 days could change.
    assert re.search(
        r"Up to \d+ tickets, those finished since Monday, 2 Nov, whoever did them, may still change, the last before",
        runs,
    )


def test_what_may_change_and_what_moves_a_share_is_told_by_the_rules_in_force(apart: PageClient) -> None:
    """The days were those of the default rules, whatever the sides had agreed."""
    before = overview(apart, LEAD)
    assert "comment counts up to 3 days later, and a reopening within 14 days takes" in text_of(before)
    days = {"comment_days": 5, "sticky_days": 28, "grace_days": 60, "half_life_days": 120, "shadow_days": 3}
    rule(apart, Ruleset(name="longer", helps=200, **days))
    shown = text_of(overview(apart, LEAD))
    assert "comment counts up to 5 days later, and a reopening within 28 days takes" in shown
    # Four weeks before 20 Nov 2026, from a Monday on.
    assert "finished since Monday, 19 Oct" in shown
    exit_by = text_of(apart.follow(LEAD, f"/pages/history/exit?engagement={ACME}&by=2027-03-31").text)
    assert "evidence stays fresh for 60 days and is stale after about 6 months without new." in exit_by
    for figure in ("taught", "taught_share"):
        days_of = "from=2026-10-01&to=2026-12-31"
        drawer = text_of(apart.follow(LEAD, f"/pages/figure?engagement={ACME}&figure={figure}&{days_of}").text)
        shadows = "named under Shadows and comments once, comments on 3 days, or does 20 % of the work makes a ticket"
        assert f"An in-house person who is {shadows} shadowed." in drawer


def test_each_figure_of_people_says_its_day_once_and_none_says_today(page_client: PageClient) -> None:
    text = text_of(page_client.content(LEAD, engagement=ACME, tab="overview").text)
    assert "left today" not in text
    assert re.search(r"If Acme Experiments left, as of \d+ \w+, ", text)
    assert len(re.findall(r"of the work of the 90 days before \d+ \w+", text)) == 1
    assert "as of that day" not in text
    # A period that is over is named by its last day, as in its review.
    over = text_of(page_client.content(LEAD, engagement=ACME, tab="overview", period="2026Q3").text)
    assert "If Acme Experiments left, as of 30 Sep, " in over
    assert "of the work of the 90 days to 30 Sep" in over
    assert "1 Oct" not in over
    # What is to be done is of today, whatever the period.
    for who in (LEAD, LEARNER):
        over = text_of(page_client.content(who, engagement=ACME, tab="overview", period="2026Q3").text)
        assert re.search(r"Nearest tickets to learn on As of today, \d+ \w+ 2026", over)
        assert re.search(r"My ladder As of today, \d+ \w+ 2026", over)
    assert "As of today" not in text
    quarter = "from=2026-07-01&to=2026-09-30"
    drawer = page_client.follow(
        LEAD, f"/pages/figure?engagement={ACME}&figure=exit_coverage.two_holders&{quarter}"
    ).text
    assert "As of 30 Sep 2026" in text_of(drawer)


@pytest.mark.parametrize("engagement", [ACME, BOLT])
def test_stripes_are_explained_where_they_are_drawn(page_client: PageClient, engagement: str) -> None:
    text = page_client.content(LEAD, engagement=engagement, tab="overview").text
    bars = r'fill="url\(#half\)"[^>]*width="([\d.]+)%"[^>]*>\s*<rect class="taught"[^>]*width="([\d.]+)%"'
    half, full = re.findall(bars, text)[0]
    assert ("(striped)" in text) is (float(half) > float(full))


def test_the_drawer_of_the_exit_sentence_begins_with_its_counts(page_client: PageClient) -> None:
    page = page_client.content(LEAD, engagement=ACME).text
    (address,) = re.findall(r'hx-get="([^"]*exit_coverage\.at_risk[^"]*)"', page)
    answer = page_client.follow(LEAD, unescape(address)).text
    states = [row[1] for row in Reader(answer).tables[0].rows[1:-1]]
    counts = ", ".join(f"{state} {states.count(state)}" for state in ("covered", "single holder", "not covered"))
    shown = rf"Exit coverage {counts} \d+ % of the work has at least two holders"
    assert re.search(shown, text_of(answer)), text_of(answer)


def test_a_small_bucket_of_a_week_prints_what_it_prints_elsewhere() -> None:
    """Each is rounded alone: together they can be beside the week's total, which is rounded alone, too."""
    units = {"taught": 2.3, "handed_over": 13.08, "own": 4.38, "gatekeeper": 0.37, "other": 1.48}
    week = charts.Span(date(2026, 11, 2), date(2026, 11, 8), "45", units, 2.3, 2.3)
    assert week.cells == {kind: shown(amount) for kind, amount in units.items()}
    assert (week.whole, sum(week.cells.values())) == (shown(21.61), shown(21.7))


def test_what_a_week_taught_prints_what_its_drawer_prints() -> None:
    """Rounded with its neighbour it was 11.9 on History and in its row, and 12 where it opened."""
    units = {"taught": 11.96, "done_only": 8.07, "own": 1.02}
    week = charts.Span(date(2026, 11, 2), date(2026, 11, 8), "45", units, 11.96, 20.03)
    assert week.cells["taught"] == shown(11.96) == 12
    assert week.cells["done_only"] == shown(8.07)


def bars_of(page: str) -> set[str]:
    """The buckets that the picture's bars are made of."""
    (chart,) = re.findall(r'(?s)<svg class="chart".*?</svg>\s*<figcaption', page)
    return set(re.findall(r'<rect class="([a-z_]+)" x=', chart)) - {"hit", "ground"}


def test_an_agency_with_a_small_part_sees_bars_of_it_and_of_all_work_by_a_press(page_client: PageClient) -> None:
    def cells(page: str) -> list[list[str]]:
        return next(table.rows for table in Reader(page).tables if table.rows[0][0] == "Week")

    part = page_client.content(OTHER_LEAD, engagement=BOLT)
    assert "Not drawn, as it would hide that part: own" in Reader(part.text).text
    assert bars_of(part.text) <= {"taught", "done_only", "handed_over"}
    press = re.search(r'hx-get="([^"]*bars=all[^"]*)"[^>]*>All work<', part.text)
    assert press
    whole = page_client.follow(OTHER_LEAD, unescape(press[1]))
    assert "Not drawn" not in whole.text
    assert "own" in bars_of(whole.text)
    # The table has the same amounts.
    assert cells(part.text) == cells(whole.text)
    # Whose part is large, and the in-house side, have no such switch.
    for who in (AGENCY_LEAD, LEAD):
        assert "bars=all" not in page_client.content(who, engagement=ACME).text
