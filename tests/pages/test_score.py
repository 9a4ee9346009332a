"""The score on the page: the numbers of the report, and each opens into what adds up to it."""

import re
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from html import unescape
from typing import Any
from urllib.parse import urlencode

import pytest
from msgspec.structs import replace

from connector.figures.review import select_review
from connector.pages.drawer import source
from connector.text import percent, whole
from mappings.formats.explain.index import figures_of
from mappings.formats.report.json_report import report
from mappings.measure.model.engagement import TicketRule
from mappings.measure.model.ruleset import hash_of
from mappings.measure.people.standing import PeopleFigures
from mappings.measure.period import rounding
from mappings.measure.score.dimensions import PARTS
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.translation import day_text
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, LEAD, MEMBER, OTHER_LEAD, PageClient
from tests.pages.html_reader import Reader, squeeze, text_of, value
from tests.pages.test_numbers import QUARTERS, TENTH
from tests.pages.test_small_groups import agree

VIEWERS = ((LEAD, ACME), (LEAD, BOLT), (AGENCY_LEAD, ACME), (OTHER_LEAD, BOLT))
Q3, Q4 = {"from": "2026-07-01", "to": "2026-09-30"}, {"from": "2026-10-01", "to": "2026-12-31"}
Made = dict[str, Any]


def stored_of(page_client: PageClient, engagement: str) -> StoredEngagement:
    with page_client.story_site.container.reader.connect() as connection:
        engagements = select_engagements(connection, page_client.story_site.tenant_id)
    return next(row for row in engagements if row.engagement.key == engagement)


def reported(page_client: PageClient, engagement: str, days: tuple[date, date], as_of: int) -> Made:
    stored = stored_of(page_client, engagement)
    with page_client.story_site.container.reader.connect() as connection:
        return report(
            select_review(connection, page_client.story_site.tenant_id, stored, first=days[0], end=days[1], as_of=as_of)
        )


def figure_text(source: str, figure: str) -> str | None:
    """What the link says that opens a figure of the score; None where there is none."""
    match = re.search(rf"/pages/figure\?[^\"]*figure={re.escape(figure)}&[^>]*>(.*?)</a>", source, re.DOTALL)
    return squeeze(re.sub(r"<[^>]*>", "", match[1])) if match else None


@pytest.fixture(params=[(ACME, "2026Q3"), (ACME, "2026Q4"), (BOLT, "2026Q3"), (BOLT, "2026Q4")], ids=" ".join)
def both_ways(request: pytest.FixtureRequest, page_client: PageClient) -> tuple[str, Made]:
    """A lead's page of a period, and the report of the same days and instant."""
    engagement, period = request.param
    page = page_client.content(LEAD, engagement=engagement, period=period)
    made = reported(page_client, engagement, QUARTERS[period], page_client.story_site.clock.now())
    return page.text.replace("&amp;", "&"), made


def test_a_row_says_how_much_counts_and_what_proposals_are_held_to(page_client: PageClient) -> None:
    """ "5 objectives" beside 31 hid that none of them counts."""
    for page in (
        page_client.content(LEAD, engagement=ACME).text,
        page_client.follow(LEAD, f"/pages/agency?engagement={ACME}").text,
    ):
        text = text_of(page)
        assert "Written together 0 of 5 objectives, each by how far it was written together; with 8 more at 50" in text
        for words in (
            "tickets, each by the checks that it passed",
            "tickets of the projects, whoever did them; each by how early",
            "submissions of the projects, whoever did them",
            "incidents of the projects, whoever did them; each by who was there",
        ):
            assert re.search(rf"[\d.]+ of \d+ {words}", text), words
        assert re.search(r"Learners taught an enrolled learner shadowed or drove [\d.]+ of \d+ tickets", text)
        assert "Proposals made 1 in 56 tickets; the target is 5 in 100; with 20 more tickets at it" in text
        assert re.search(r"(a learner enrolled for the objectives of|Learners offered) 49 of 49 tickets", text)
    drawer = figure(page_client, "dimensions.challenge.proposal_rate", Q4)
    assert "the target, 5, is full marks" in drawer


def test_what_learners_are_offered_names_no_tickets_where_there_are_none(apart: PageClient) -> None:
    agreed = stored_of(apart, ACME).engagement
    rule = TicketRule(labels=("no-ticket-has-this-label",))
    agree(apart, replace(agreed, objectives=tuple(replace(item, mapping=rule) for item in agreed.objectives)))
    words = r"Not in the score: learners offered – ?, nothing to measure yet\."
    assert re.search(words, text_of(apart.content(LEAD, engagement=ACME, tab="overview").text))


@pytest.mark.parametrize(
    ("path", "words"),
    [
        ("gatekeepers.earliness", "ticket of the projects that needs or met a gatekeeper, whoever did it,"),
        ("gatekeepers.first_pass", "tickets of the projects that went to a gatekeeper, whoever did them,"),
        ("crisis.crisis", "incident of the projects in 365 days, whoever did it,"),
    ],
)
def test_a_drawer_says_that_its_part_counts_what_others_did_too(page_client: PageClient, path: str, words: str) -> None:
    """An agency's Joint figure counted six incidents, on none of which it had worked."""
    assert words in figure(page_client, f"dimensions.{path}", Q4)


def test_a_drawer_counts_on_how_many_incidents_the_agency_had_a_part(page_client: PageClient) -> None:
    for engagement, who, agency in ((ACME, AGENCY_LEAD, "Acme Experiments"), (BOLT, OTHER_LEAD, "Bolt Studio")):
        query = urlencode({"engagement": engagement, "figure": "dimensions.crisis.crisis", **Q4})
        drawer = text_of(page_client.follow(who, f"/pages/figure?{query}").text)
        counted = re.search(rf"Counted [\d.]+ of (\d+) .* With a part of {agency} (\d+) ", drawer)
        assert counted
        # What the agency had no part in it did not touch.
        untouched = drawer.count("the agency: no touch until it was finished, not there at the end")
        assert int(counted[2]) <= int(counted[1])
        assert untouched == int(counted[1]) - int(counted[2])


def figure(page_client: PageClient, path: str, days: dict[str, str]) -> str:
    query = urlencode({"engagement": ACME, "figure": path, **days})
    return text_of(page_client.follow(LEAD, f"/pages/figure?{query}").text)


def test_confirming_what_the_file_says_is_what_moves_written_together(page_client: PageClient) -> None:
    move = "Both leads confirm what the file says of 5 objectives: 30.8 to 53.8"
    why = "Each then counts 0.6; the rest needs both sides to edit its definition."
    for path in ("dimensions.cocreation.cocreation", "dimensions.cocreation"):
        text = figure(page_client, path, Q4)
        assert text.count(move) == text.count(why) == 1, path
        # Its dimension stands on no page.
        assert "Co-creation 30.8" not in text
        assert "before its first ticket begins" not in text
    written = figure(page_client, "dimensions.cocreation.cocreation", Q4)
    # A figure of which it is a part says in its one line how much of what it could give that is.
    gain = r"up to ([\d.]+) points(?:, at 69 instead of 31)?\. ([\d.]+) of that comes once both leads confirm"
    for path in ("owners.joint", "score"):
        text = figure(page_client, path, Q4).partition("What would move this")[2]
        rest = "the rest needs both sides to edit their definitions"
        (line,) = re.findall(rf"{gain} what the file says of 5 objectives; {rest}\.", text)
        assert text.count("Written together") == text.count("confirm") == 1, text
        assert float(line[1]) / float(line[0]) == pytest.approx(3 / 5, abs=0.02)
    # It is the difference of the two figures that the part's own drawer prints.
    steps = re.findall(r"of 5 objectives: [\d.]+ to [\d.]+, score ([\d.]+) to ([\d.]+)\.", written)
    assert [Decimal(then) - Decimal(now) for now, then in steps] == [Decimal(line[1])]
    # Confirmed today it counts in the window that runs.
    assert "Both leads confirm" not in figure(page_client, "dimensions.cocreation.cocreation", Q3)
    # What confirming is for is said once above all that wait, on each tab alike.
    about = "An objective counts for Written together from the day that the file says, once both sides confirmed it."
    for shown in (
        page_client.content(LEAD, engagement=ACME).text,
        page_client.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text,
        page_client.objectives(LEAD).text,
    ):
        assert text_of(shown).count(about) == 1
        assert "The file says: agreed on 2" in text_of(shown)


def test_what_confirming_does_not_show_yet_is_said_where_there_are_too_few_objectives(page_client: PageClient) -> None:
    agency, objectives = (
        text_of(page_client.follow(OTHER_LEAD, f"/pages/{place}?engagement={BOLT}").text)
        for place in ("agency", "objectives")
    )
    assert objectives.count("once both sides confirmed it and there are 4 objectives: so far there are 3.") == 1
    # Among other things that wait it is said above these.
    assert agency.count("Confirming changes no figure until there are 4 objectives.") == 1
    place = agency.index("Confirming changes no figure")
    assert agency.index("how well did the two sides") < place < agency.index("Confirm all 3 objectives")


def test_a_row_that_counts_for_its_owner_alone_says_what_the_score_waits_for(page_client: PageClient) -> None:
    lacks = "Proposals taken up has enough evidence"
    for who, engagement, waits in ((AGENCY_LEAD, ACME, lacks), (OTHER_LEAD, BOLT, "")):
        overview = page_client.content(who, engagement=engagement, period="2026Q4").text
        agency = page_client.follow(who, f"/pages/agency?engagement={engagement}&period=2026Q4").text
        for shown in (overview, agency):
            notes = re.findall(r'(?s)<li>\s*<div>([^<]+)<span class="note">(.*?)</span>', shown)
            outside = {name: note.partition("; in Integration only once ")[2] for name, note in notes}
            assert outside["Proposals made"] == waits
            assert outside["Proposals taken up"] == ""
            assert outside["Process checks"] == ""
            if waits:
                drawer = text_of(ask(page_client, who, "score", engagement, **Q4).text)
                assert sum(map(bool, outside.values())) == drawer.count("; not counted, as less than half of ")
            else:
                several = "Reviews in time, Questions answered and Feedback acted on"
                assert outside["Brief stable"] == f"more of {several} have enough evidence"
            # The owner's own figure, which counts them, says which they are.
            for name, waits_for in outside.items():
                assert bool(re.search(rf"In Integration without [^.]*{name}", text_of(shown))) is bool(waits_for), name


def test_the_page_says_the_score_of_the_report(both_ways: tuple[str, Made]) -> None:
    page, made = both_ways
    score = made["score"]
    if score["published"]:
        assert figure_text(page, "score") == whole(score["value"])
        assert f"{whole(score['low'])}–{whole(score['high'])}, 80 % interval" in Reader(page).text
    else:
        assert figure_text(page, "score") == "Why it is not published"
        assert f"60 of 100 weights that have enough evidence: {score['weight_covered']} so far." in Reader(page).text


def test_the_page_says_each_owner_and_component_of_the_report(both_ways: tuple[str, Made]) -> None:
    page, made = both_ways
    assert set(made["owners"]) == {"agency", "client", "joint"}
    for owner, figure in made["owners"].items():
        assert figure_text(page, f"owners.{owner}") == whole(figure), owner
    parts = [part for dimension in made["dimensions"] for part in dimension["components"]]
    for part in (*parts, made["learners_offered"]):
        path = path_of(part["key"])
        assert figure_text(page, path) == (whole(100 * part["value"]) if part["published"] else "–"), part


def path_of(key: str) -> str:
    return f"dimensions.{PARTS[key].dimension}.{key}" if key in PARTS else key


@pytest.mark.parametrize(("who", "engagement"), VIEWERS)
def test_a_score_has_the_same_parts_wherever_it_is_broken_down_and_they_add_up(
    page_client: PageClient, who: str, engagement: str
) -> None:
    overview = page_client.content(who, engagement=engagement, period="2026Q4").text
    agency = page_client.follow(who, f"/pages/agency?engagement={engagement}&period=2026Q4").text
    columns = {key: parts_of(overview, f"owner-{key}") for key in ("agency", "client", "joint")}
    assert parts_of(agency, "own-agency") == columns["agency"]
    assert parts_of(agency, "own-joint") == columns["joint"]
    # Beside the client's parts stands what is in no score.
    assert {key: parts for key, parts in parts_of(agency, "readiness").items() if key != "Learners offered"} == (
        columns["client"]
    )
    for key, parts in columns.items():
        drawer = page_client.read(ask(page_client, who, f"owners.{key}", engagement, **Q4))
        rows = drawer.tables[0].rows
        assert {row[0]: value(row[-1]) for row in rows[1:-1]} == {name: adds or 0 for name, adds in parts.items()}
        # As printed, to the tenth.
        total = sum(adds or 0 for adds in parts.values())
        assert total == value(rows[-1][-1])
        section = re.search(rf'(?s)<section aria-labelledby="owner-{key}">.*?</section>', overview)
        assert section
        note = re.search(r"The parts(?: with enough evidence \(\d of \d\))? add up to ([\d.]+)\.", section[0])
        assert note
        assert value(note[1]) == total
        assert whole(float(note[1])) == figure_text(overview.replace("&amp;", "&"), f"owners.{key}")
    score = page_client.read(ask(page_client, who, "score", engagement, **Q4))
    assert bool(score.tables) is ("Not published" not in score.text)
    for table in score.tables:
        assert [row[0] for row in table.rows[1:-1]] == [name for parts in columns.values() for name in parts]


def parts_of(source: str, section: str) -> dict[str, Fraction | None]:
    """The rows of an owner's column, each with what it adds, None where it does not count."""
    column = re.search(rf'(?s)<section aria-labelledby="{section}">.*?</section>', source)
    assert column, section
    rows = re.findall(r'(?s)<li>\s*<div>([^<]+)<span class="note">(.*?)</span>', column[0])
    added = ((name, re.search(r"; adds\s(−?[\d.]+)(?:; in Integration only|$)", note)) for name, note in rows)
    return {unescape(name): value(match[1]) if match else None for name, match in added}


def test_a_figure_of_a_quarter_that_is_over_names_only_what_can_still_move_it(page_client: PageClient) -> None:
    """What falls into the running quarter moves no other: its pulse alone can still be given for a while."""
    pulses = ("dimensions.reciprocity.feedback_given", "dimensions.reciprocity", "owners.joint", "score")
    others = ("dimensions.cocreation.cocreation", "owners.agency", "taught_share", "units.inhouse_own")
    for path in (*pulses, *others):
        text = figure(page_client, path, Q3)
        assert ("What would move this" in text) is (path in pulses), path
        assert "before its first ticket begins" not in text
        assert "has the most to give" not in text
        assert "What would move this" in figure(page_client, path, Q4)


@pytest.mark.parametrize("owner", ["agency", "client", "joint"])
def test_what_would_move_a_score_begins_with_the_largest_gain(page_client: PageClient, owner: str) -> None:
    drawer = page_client.read(ask(page_client, LEAD, f"owners.{owner}", **Q4))
    shares = {row[0]: row for row in drawer.tables[0].rows[1:-1]}
    text = drawer.text.partition("What would move this")[2]
    first = re.search(r"([A-Z][^.:]+) has the most to give: up to ([\d.]+) points?, at (\d+) instead of (\d+)", text)
    assert first, text
    # The start value stays, so that nothing reaches 100; shares and values are printed rounded.
    assert int(first[4]) < int(first[3]) < 100
    share = float(shares[first[1]][2].split()[0])
    assert float(first[2]) == pytest.approx(share * (int(first[3]) - int(first[4])), abs=1)
    assert ("if everything counted in its window were" in text) == (
        first[1] not in {"Written together", "Pulses given"}
    )
    later = [float(gain) for gain in re.findall(r": up to ([\d.]+) points?\.", text)]
    assert [float(first[2]), *later] == sorted([float(first[2]), *later], reverse=True)


@pytest.mark.parametrize("engagement", [ACME, BOLT])
def test_the_page_says_what_people_can_carry_as_the_report_of_the_same_instant(
    page_client: PageClient, engagement: str
) -> None:
    page = page_client.content(LEAD, engagement=engagement, period="2026Q3").text.replace("&amp;", "&")
    made = reported(page_client, engagement, QUARTERS["2026Q3"], page_client.story_site.clock.now())
    known = made["exit_coverage"]
    assert figure_text(page, "exit_coverage.two_holders") == squeeze(percent(known["two_holders"]))
    assert figure_text(page, "exit_coverage.one_holder") == squeeze(percent(known["one_holder"]))
    page = page_client.objectives(LEAD, engagement, period="2026Q3").text.replace("&amp;", "&")
    for row in made["objectives"]:
        assert figure_text(page, f"objectives.{row['key']}.coverage") == row["coverage"].capitalize(), row
    assert cells_of(page) == [list(row["people_at_rung"].values()) for row in made["objectives"]]


def cells_of(page: str) -> list[list[int]]:
    """The counts by rung, one list for each objective."""
    table = next(this_table for this_table in Reader(page).tables if "Shadowed" in this_table.rows[0])
    return [[0 if cell == "–" else int(cell.split(",")[0].split()[0]) for cell in row[1:6]] for row in table.rows[1:]]


@pytest.mark.parametrize(
    ("who", "share", "text"),
    [
        (LEAD, 1.0, "The target of 3 people is reached."),
        (LEAD, 0.5, "The target of 3 people is not reached yet."),
        (LEAD, None, "is not published: fewer than 5 people stand behind it, and not all of them agreed to be shown."),
        (AGENCY_LEAD, 1.0, "The target of 3 people is reached."),
        (AGENCY_LEAD, 0.5, "The target of 3 people is not reached yet."),
        (MEMBER, 1.0, "Whether the target of 3 people is reached is not told here."),
        (MEMBER, 0.5, "Whether the target of 3 people is reached is not told here."),
        (AGENCY_MEMBER, 1.0, "Whether the target of 3 people is reached is not told here."),
    ],
)
def test_covered_says_whether_its_target_is_reached_to_who_reads_people_by_rung(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, who: str, share: float | None, text: str
) -> None:
    """Leads read the table of people by objective, and the drawer told them that it tells nothing of the target."""
    load = source.load_weekly_people

    def covered(*of: Any, **more: Any) -> PeopleFigures:
        people = load(*of, **more)
        own = replace(people.objectives[0], coverage="covered", burn_up=share, suppressed=share is None)
        return replace(people, objectives=(own, *people.objectives[1:]))

    monkeypatch.setattr(source, "load_weekly_people", covered)
    drawer = page_client.read(ask(page_client, who, "objectives.ab-design.coverage", ACME, **Q4)).text
    moves = drawer.partition("What would move this")[2]
    assert "Coverage needs no more" in moves
    assert text in moves, moves


@pytest.mark.parametrize(("who", "engagement"), VIEWERS)
def test_every_figure_of_the_score_opens_and_its_rows_add_up(
    page_client: PageClient, who: str, engagement: str
) -> None:
    stored, opened = stored_of(page_client, engagement), 0
    for place in figures_of(stored.engagement):
        if place.startswith(("units.", "taught_share")):
            continue
        drawer = page_client.read(ask(page_client, who, place, engagement))
        opened += 1
        for table in drawer.tables:
            *rows, total = [value(row[-1]) for row in table.rows[1:]]
            assert abs(sum(rows) - total) <= TENTH * (len(rows) + 1), place
        assert f"ruleset {stored.rules.name} {hash_of(stored.rules)[:19]}…" in drawer.text, place
        assert re.search(r"rule [A-Za-z]\w*@\d+", drawer.text), place
    assert opened > 40


def ask(page_client: PageClient, who: str, figure: str, engagement: str = ACME, **days: str) -> Any:
    asked = Q3 | days | {"engagement": engagement, "figure": figure}
    return page_client.story_site.ask(account_of(who), f"/pages/figure?{urlencode(asked)}")


def test_what_is_not_published_says_why(page_client: PageClient) -> None:
    made, lacking = reported(page_client, ACME, QUARTERS["2026Q3"], page_client.story_site.clock.now()), 0
    parts = [part for row in made["dimensions"] for part in (row, *row["components"])]
    for this_part in parts:
        drawer = page_client.read(ask(page_client, LEAD, this_part["key"]))
        assert ("Not published: " in drawer.text) is not this_part["published"], this_part["key"]
        assert this_part["published"] or re.search(r"Not published: \w+ \w+", drawer.text), this_part["key"]
        lacking += not this_part["published"]
    assert lacking > 2


def test_the_score_before_any_work_says_how_much_is_missing(page_client: PageClient) -> None:
    drawer = page_client.read(ask(page_client, LEAD, "score", **{"from": "2025-01-01", "to": "2025-03-31"}))
    assert "Not published: 0 of 3 dimensions and 0 of 60 in 100 of the weight." in drawer.text


@pytest.mark.parametrize(
    "figure", ["units.agency", "taught_share", "tickets", "owners.agency", "score", "taught_through"]
)
def test_a_quarter_that_runs_shows_no_day_that_is_still_to_come(page_client: PageClient, figure: str) -> None:
    today = day_text(datetime.fromtimestamp(page_client.story_site.clock.now() / 1_000_000, tz=UTC).date())
    drawer = page_client.read(ask(page_client, LEAD, figure, **Q4)).text
    assert f"to {today}" in drawer
    assert "31 Dec" not in drawer


@pytest.mark.parametrize("figure", ["score", "owners.joint", "taught_through", "learners_offered", "exit_coverage"])
def test_a_figure_that_is_not_of_the_period_names_its_own_days_alone(page_client: PageClient, figure: str) -> None:
    answer = ask(page_client, LEAD, figure).text
    (title,) = re.findall(r'<h2 id="drawer-name">([^<]*)</h2>', answer)
    assert not re.search(r"\d", title), title
    assert len(re.findall(r"<dt>(?:Window|As of|Days)</dt>", answer)) == 1
    assert "1 Jul to 30 Sep 2026" not in Reader(answer).text


def test_only_a_list_of_tickets_is_called_newest_first_and_it_is(page_client: PageClient) -> None:
    for figure in figures_of(stored_of(page_client, ACME).engagement):
        drawer = ask(page_client, LEAD, figure).text
        days = re.findall(r'<span class="note">(\d+ \w+ \d{4})', drawer)
        known = [datetime.strptime(day, "%d %b %Y") for day in days]  # noqa: DTZ007
        assert known == sorted(known, reverse=True), figure
        assert ("newest first" in drawer) is (len(days) > 1), figure


@pytest.mark.parametrize("figure", ["units.unknown", "units.conflict", "conflict", "units.other", "units.not_known"])
def test_an_agency_opens_no_side_that_it_may_not_tell_apart(page_client: PageClient, figure: str) -> None:
    assert ask(page_client, AGENCY_LEAD, figure).status_code == 404


@pytest.mark.parametrize("figure", ["", "best", "score.", "objectives.none.coverage", "x" * 3000])
def test_a_figure_that_does_not_exist_is_not_found(page_client: PageClient, figure: str) -> None:
    assert ask(page_client, LEAD, figure).status_code == 404


ROW = re.compile(
    r"<li>\s*<div>(?P<name>[^<]+)<span class=\"note\">(?P<on>[^<]*)</span></div>\s*"
    r"(?P<track><svg.*?</svg>)\s*<div class=\"num\">"
    r"<a [^>]*hx-get=\"(?P<address>[^\"]+)\"[^>]*>(?P<value>[^<]+)</a>"
    r"(?:<span class=\"note\" aria-hidden=\"true\">(?P<interval>[^<]+)</span>)?",
    re.DOTALL,
)


@pytest.mark.parametrize(("who", "engagement"), VIEWERS)
@pytest.mark.parametrize("tab", ["overview", "agency"])
def test_a_component_s_row_opens_the_drawer_that_says_the_same(
    page_client: PageClient, who: str, engagement: str, tab: str
) -> None:
    """The same name, value and interval, and what is lacking; of few people neither tells more than the other."""
    rows = 0
    for period in ("2026Q2", "2026Q3", "2026Q4"):
        page = page_client.content(who, engagement=engagement, period=period)
        if tab == "agency":
            page = page_client.follow(who, f"/pages/agency?engagement={engagement}&period={period}")
        for row in ROW.finditer(page.text):
            drawer = page_client.follow(who, unescape(row["address"])).text
            assert f">{row['name']}</h2>" in drawer, row["name"]
            assert_same_value(row, drawer)
            rows += 1
    assert rows >= 3 * 9


def assert_same_value(row: re.Match[str], drawer: str) -> None:
    text = Reader(drawer).text
    if row["value"] == "–":
        assert squeeze(row["on"]).partition(";")[0] in text, row["on"]
        return
    assert f"{row['value']} of 100" in text, row["name"]
    interval = re.search(r"80.% interval (\d+) to (\d+)", text)
    assert (row["interval"] or "") == (f"{interval[1]}–{interval[2]}" if interval else ""), row["name"]
    if interval:
        assert f"interval {interval[1]} to {interval[2]}" in row["track"]
    if row["name"] == "Learners’ progress":
        assert bool(re.search(r"\d+ of \d+ steps", row["on"])) is bool(interval)


def test_pulses_say_on_which_quarters_nobody_can_give_one_any_more(page_client: PageClient) -> None:
    opened = page_client.read(ask(page_client, LEAD, "dimensions.reciprocity.feedback_given", ACME, **Q4))
    assert "Pulses given" in opened.text
    assert "Q3 2026 and Q2 2026; on Q2 2026 nobody can give one any more" in opened.text
    for who, page in (
        (LEAD, page_client.content(LEAD)),
        (LEAD, page_client.follow(LEAD, f"/pages/agency?engagement={ACME}")),
    ):
        shown = page_client.read(page).text
        assert re.search(r"Pulses given \d of 4 pulses: Q3 2026 and Q2 2026, both sides", shown), who
        decided = r"\d+ of \d+ decided in these days, whenever made; declined with a reason counts half"
        assert re.search(f"Proposals taken up (not enough|{decided})", shown), who


def test_the_parts_of_a_figure_add_up_to_a_sum_that_rounds_to_it_with_one_place() -> None:
    """46.45 as 46.5 would read as 47 beside 46, and two places in one column alone as another kind of number."""
    assert str(rounding.shown_sum(46.45)) == "46.4"
    for hundredths in range(10_001):
        value = hundredths / 100
        total = rounding.shown_sum(value)
        assert rounding.shown(float(total), 0) == rounding.shown(value, 0), value
        assert abs(float(total) - value) < 0.1, value
        parts = rounding.shown_parts([value * share for share in (0.06, 0.21, 0.13, 0.4, 0.2)], float(total))
        assert sum(parts) == total, value
        assert all(part.as_tuple().exponent == -1 for part in parts), value
