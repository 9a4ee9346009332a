"""The program page: sums for a sponsor, all of a site and the funnel for administrators, and nothing for others."""

import csv
import json
import re
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from fractions import Fraction
from html import unescape
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace as struct_replace
from werkzeug.test import Client

from connector.figures.prepared import select_all_prepared
from connector.figures.program.computed import select_program
from connector.figures.program.engagement import ProgramEngagement
from connector.figures.review import select_review
from connector.figures.scores import select_score, select_site_scores
from connector.pages.program import integration
from connector.pages.program.charts import CURVE_POINTS, SCALE_NUMBERS, _limit_line, funnel_scale
from connector.pages.program.experiments import experiment_facts
from connector.pages.program.periods import QUARTERS
from connector.pages.program.sections import proposals_outcome, undecided_days
from connector.pages.program.texts import Exit, Moved, exit_moved, exit_part_moved, rate_moved, share_moved
from connector.pages.program.totals import Together, add_up
from connector.pages.terms import CHANGE_WORDS
from connector.platforms.direct.link_sessions import digest_of, make_token
from connector.text import percent, whole
from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.formats.report.json_report import report
from mappings.formats.report.source import ReportSource
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.figures import Share
from mappings.measure.period.publish_gap import Missing
from mappings.measure.score.composite import Change
from mappings.measure.score.program_counts import Experiments, Proposals
from mappings.records.agreement.engagements import save_engagement, select_engagement, select_engagements
from mappings.records.operations.access_links import insert_access_link
from mappings.translation import list_text
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.jira.story_site import APP_URL
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, DAY, LEAD, LEARNER, STRANGER, PageClient
from tests.pages.cost.test_statements import LOADED_ONCE, statements
from tests.pages.html_reader import Reader, squeeze, text_of, value
from webhooks.generations import measure_pending

SPONSOR, ADMIN = "Dana Quist", "Henrike Osei"
CONTENT = "/pages/program/content"
QUARTER = {"period": "2026Q3"}
FIRST, LAST = date(2026, 7, 1), date(2026, 9, 30)


def name_sponsor(page_client: PageClient, objectives: int | None = None) -> None:
    """A new version of the agreement with Acme alone, that names a sponsor and has its first objectives."""
    engagement = read_engagement(engagement_file(page_client.story_site.story, ACME))
    agreed = engagement.__class__(**{
        **{name: getattr(engagement, name) for name in engagement.__struct_fields__},
        "leads": {**engagement.leads, "sponsor": (account_of(SPONSOR),)},
        "objectives": engagement.objectives[:objectives],
    })  # fmt: skip
    with page_client.story_site.container.engine.begin() as connection:
        save_engagement(
            connection,
            page_client.story_site.tenant_id,
            agreed,
            engagement_hash(agreed),
            now=page_client.story_site.clock.now(),
            by=None,
        )
    measure_pending(
        page_client.story_site.container.engine, page_client.story_site.tenant_id, page_client.story_site.clock.now()
    )


def content(page_client: PageClient, who: str, **query: str) -> str:
    answer = page_client.story_site.ask(account_of(who), CONTENT, **query)
    assert answer.status_code == 200
    return answer.text


@pytest.mark.parametrize("who", [LEAD, LEARNER, AGENCY_LEAD, STRANGER])
def test_nobody_else_learns_that_there_is_a_program(program: PageClient, who: str) -> None:
    page = content(program, who)
    assert "The program is for sponsors and administrators" in page
    assert not re.search(r"Acme|Bolt|Growth", page)
    for address in ("figure", "download"):
        answer = program.story_site.ask(account_of(who), f"/pages/program/{address}", figure="exit", format="csv")
        assert answer.status_code == 404


def test_a_sponsor_sees_sums_and_words_of_their_engagement(program: PageClient) -> None:
    page = content(program, SPONSOR, **QUARTER)
    assert "Growth and Acme" in page
    assert "Bolt" not in page
    assert "Administrators only" not in page
    # No ticket, no rung count and no name of a person.
    assert not re.search(r"GROW-\d", page)
    names = {user.name for user in program.story_site.site.users.values() if user.active}
    assert [name for name in names if name in page] == []


def test_administrators_see_all_in_alphabetical_order_with_the_funnel(program: PageClient) -> None:
    page = content(program, ADMIN, **QUARTER)
    named = re.findall(r'<th scope="row"><a [^>]*hx-get="([^"]+)"[^>]*>(Growth and \w+)</a>', page)
    assert [name for _, name in named] == ["Growth and Acme", "Growth and Bolt"]
    assert ">Both engagements</option>" in page
    # Each opens the page of it alone, from which an administrator comes to its own pages.
    alone = program.follow(ADMIN, unescape(named[1][0])).text
    assert 'data-project="GROW"' in alone
    assert "Acme Experiments" not in alone
    assert 'data-project="' not in content(program, SPONSOR, **QUARTER)
    assert "Administrators only" in page
    assert not re.search(r"GROW-\d|best|worst|rank", page.replace("no ranking", ""))


def source_of(page_client: PageClient, key: str) -> ReportSource:
    """What the report of the quarter is made of."""
    site, now = page_client.story_site, page_client.story_site.clock.now()
    with site.container.reader.connect() as connection:
        stored = select_engagement(connection, site.tenant_id, key)
        assert stored is not None
        return select_review(connection, site.tenant_id, stored, first=FIRST, end=LAST + timedelta(days=1), as_of=now)


def reported(page_client: PageClient, key: str) -> Any:
    """The report of the quarter, as the command prints it."""
    return report(source_of(page_client, key))


def rows_of(page_client: PageClient, who: str) -> list[dict[str, Any]]:
    answer = page_client.story_site.ask(account_of(who), "/pages/program/download", format="json", **QUARTER)
    rows: list[dict[str, Any]] = [row for row in json.loads(answer.text)["rows"] if row["quarter"] == "Q3 2026"]
    return rows


def test_one_engagement_tells_its_proposals_once(program: PageClient) -> None:
    partners = {
        who: content(program, who, **QUARTER).split('id="partners"')[1].split("</section>")[0]
        for who in (SPONSOR, ADMIN)
    }
    # Of one engagement it is its agency's; of several those of agencies.
    assert "by Acme Experiments in Q" in partners[SPONSOR]
    assert "by agencies in Q" in partners[ADMIN]
    assert "<table" not in partners[SPONSOR]
    cells = re.findall(r'<td class="num"[^>]*>([^<]*)<', partners[ADMIN])
    assert cells
    assert all(cell.isdigit() for cell in cells)


def test_one_engagement_has_its_figures_once_with_model_and_start_below(program: PageClient) -> None:
    page = content(program, SPONSOR, **QUARTER)
    assert 'class="engagements"' not in page
    assert "Growth and Acme · Acme Experiments · embedded · since May 2026" in Reader(page).text
    assert "A change is named when chance alone would make it less than one time in five" in page
    assert "no comparison of agencies" in content(program, ADMIN, **QUARTER)


def test_after_how_many_days_a_proposal_counts_as_declined_is_taken_from_the_rules() -> None:
    def under(*limits: int) -> Any:
        rules = [struct_replace(DEFAULT, undecided_days=limit) for limit in limits]
        return [SimpleNamespace(stored=SimpleNamespace(rules=each)) for each in rules]

    assert undecided_days(under(60, 60)) == "60"
    assert undecided_days(under(90, 30, 60)) == "30–90"
    assert undecided_days(()) == str(DEFAULT.undecided_days)


def test_what_became_of_proposals_is_told_of_those_that_there_are() -> None:
    assert proposals_outcome(Proposals(), "90") == ""
    assert (
        proposals_outcome(Proposals(made=3, adopted=2, declined=1), "60")
        == "2 were adopted and 1 was declined without a reason or left without an answer for 60 days"
    )


def test_who_did_the_experiments_and_when_tickets_were_taught_is_said(program: PageClient) -> None:
    page = Reader(content(program, ADMIN)).text
    assert (
        "Experiments in GROW and SHOP since an engagement began there, whoever did them; whose they were is not told. "
        "Only those"
    ) in page
    assert "Only those count that finished with the resolution Won, Lost or Inconclusive." in page
    assert "tickets with an enrolled learner, 5 Jul to 20 Nov 2026. Up:" in page
    assert "Counts tickets, of the days below the picture;" in squeeze(page)
    assert "Tickets with a learner Learners taught of these, as counted Limits" in squeeze(page)
    assert "of 1 has somebody at assisted or above" in squeeze(page)
    assert "0 proposals by agencies in Q4 2026 so far, and none decided." in page
    before = Reader(content(program, ADMIN, **QUARTER)).text
    assert re.search(r"\d proposals? by agencies in Q3 2026; of these and earlier ones \d+ w", before)
    since = "Experiments in GROW since 25 May 2026, whoever did them; whose they were is not told."
    assert since in Reader(content(program, SPONSOR)).text
    led = Reader(opened(program, SPONSOR, "led")).text
    assert since in led
    # Under the name of an engagement they would read as those of its agency.
    assert "Led in-house Project GROW" in squeeze(led)
    assert "which agency led the others is not counted" in led


def test_people_were_counted_on_a_monday_while_the_quarter_runs(program: PageClient) -> None:
    page = Reader(content(program, SPONSOR)).text
    assert "In Q4 so far, Acme Experiments delivered" in page
    assert "If Acme Experiments left, as of 16 Nov, " in page
    assert "people are counted each Monday" in page
    assert "each Monday" not in Reader(content(program, SPONSOR, **QUARTER)).text
    assert "Who could carry each objective if the agency left, as of 16 Nov." in page


def test_who_can_make_somebody_a_sponsor_is_named_to_those_with_a_part_alone(program: PageClient) -> None:
    def text_for(who: str) -> str:
        return Reader(content(program, who)).text

    way = "ask an in-house lead of an engagement: the project’s page Knowledge transfer names them. Otherwise "
    assert way in text_for(STRANGER)
    assert f"Ask {LEAD}, who can have you named." in text_for(LEARNER)
    # Nobody of an agency can be a sponsor.
    assert "Ask " not in text_for(AGENCY_LEAD)
    ways = {who: re.findall(r'data-project="(\w+)">([^<]*)<', content(program, who)) for who in (LEARNER, STRANGER)}
    assert ways[LEARNER] == [("GROW", "Knowledge transfer of GROW"), ("SHOP", "Knowledge transfer of SHOP")]
    # The page of a project names its leads, to whoever may browse it: SHOP is denied to them.
    assert ways[STRANGER] == ways[LEARNER][:1]
    # Nobody is sent to themselves.
    assert LEAD not in text_for(LEAD)


def test_each_figure_is_that_of_the_report_to_the_digit(program: PageClient) -> None:
    for row in rows_of(program, ADMIN):
        quarter = reported(program, row["engagement"])
        assert row["delivered"] == quarter["units"]["agency"]
        assert row["taught"] == quarter["units"]["taught"]
        assert row["taught_share"] == quarter["taught_share"]["value"]
        assert row["exit_coverage_two_holders"] == quarter["exit_coverage"]["two_holders"]
        assert row["exit_coverage_one_holder"] == quarter["exit_coverage"]["one_holder"]
        # The page has these from sums by day, the report from each opportunity.
        counted = [column for column in row if column.startswith(("experiments_", "proposals_"))]
        for name, outcome in (column.split("_", 1) for column in counted):
            assert row[f"{name}_{outcome}"] == quarter["program"][name][outcome]
        assert len(counted) == 8


def test_the_parts_of_each_figure_add_up_to_what_the_page_prints(program: PageClient) -> None:
    rows = rows_of(program, ADMIN)
    for figure, columns in {
        "experiments": ("experiments_won", "experiments_lost", "experiments_inconclusive", "experiments_led_inhouse"),
        "proposals": ("proposals_made", "proposals_adopted", "proposals_declined_with_reason", "proposals_declined"),
    }.items():
        body, foot = amounts(opened(program, ADMIN, figure))
        assert body == [[row[column] for column in columns] for row in rows]
        # A row before the last has what is counted in more than one engagement.
        assert foot[-1] == [sum(column) for column in zip(*body, *foot[:-1], strict=True)]
    lead = re.sub(r"<[^>]*>", "", content(program, ADMIN, **QUARTER))
    drawer = opened(program, ADMIN, "taught_share")
    assert "rounded on its own" not in drawer
    delivered, taught = re.findall(r'<td class="num"[^>]*>([\d.,]+)</td>', drawer.split("<tfoot>")[1])
    assert f"the agencies of two engagements delivered {delivered} points and taught through {taught} of them" in lead


def opened(page_client: PageClient, who: str, figure: str, **query: str) -> str:
    """The drawer of a figure."""
    asked = {**QUARTER, **query}
    answer = page_client.story_site.ask(account_of(who), "/pages/program/figure", figure=figure, **asked)
    assert answer.status_code == 200
    return answer.text


def amounts(drawer: str) -> tuple[list[list[Fraction]], list[list[Fraction]]]:
    """The numbers of a drawer's rows, and of its foot."""
    body, _, foot = drawer.split("<tbody>")[1].partition("<tfoot>")
    return tuple(
        [
            [number_of(cell) for cell in re.findall(r'<td class="num"[^>]*>([^<]*)<', row)]
            for row in part.split("<tr>")[1:]
        ]
        for part in (body, foot)
    )


def number_of(cell: str) -> Fraction:
    return value(cell)


def let_three_be_uneven(monkeypatch: pytest.MonkeyPatch, *, demand: int) -> None:
    """Let three engagements have delivered, and taught, 1.04 each; what people demand of each is `demand`."""
    uneven = {"agency": 1_040_000_000, "taught": 1_040_000_000}
    whole = select_program

    def of_three(*of: Any) -> Any:
        # Three of 1.04 are 3.1 together and three times 1.0 one by one.
        first, second = whole(*of)
        now = first.quarters[-1]
        odd = struct_replace(
            now,
            figures=struct_replace(now.figures, sums=struct_replace(now.figures.sums, **uneven)),
            people=struct_replace(now.people, demand={row.key: demand for row in now.people.objectives[:1]}),
        )
        known = [struct_replace(item, quarters=(*item.quarters[:-1], odd)) for item in (first, second)]
        agreed = struct_replace(first.engagement, key="third", name="Growth and Coda")
        third = struct_replace(known[0], stored=struct_replace(first.stored, engagement=agreed))
        return (*known, third)

    monkeypatch.setattr("connector.pages.program.source.select_program", of_three)


def test_a_drawer_says_that_rows_are_rounded_only_of_its_own(
    program: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_three_be_uneven(monkeypatch, demand=1_000_000_000)
    noted = {figure: "rounded on its own" in opened(program, ADMIN, figure) for figure in ("taught_share", "exit")}
    assert noted == {"taught_share": True, "exit": False}


@pytest.mark.parametrize("figure", ["taught_share", "exit"])
def test_each_amount_is_printed_as_alone_and_the_note_says_so(
    program: PageClient, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    let_three_be_uneven(monkeypatch, demand=1_040_000_000)
    drawer = opened(program, ADMIN, figure)
    assert "Each amount is rounded on its own: added up, a column can differ from its sum by 0.1 or more." in drawer
    body, (foot,) = amounts(drawer)
    assert [row[0] for row in body] == [1, 1, 1]
    assert foot[0] == Fraction("3.1")
    # In the rows of the page as in the drawer.
    page = content(program, ADMIN, **QUARTER)
    assert re.findall(r'<p class="note">([\d.]+) of ([\d.]+) points? ·', page) == [("1", "1")] * 3
    assert "Each amount is rounded on its own, as on the engagement’s own page" in page


def test_the_table_of_quarters_names_each_cell_for_a_narrow_window(program: PageClient) -> None:
    table = content(program, ADMIN, **QUARTER).split('class="compact stacked four"')[1].split("</table>")[0]
    for row in table.split("<tbody>")[1].split("<tr>")[1:]:
        labels = re.findall(r'<td[^>]* data-label="([^"]+)"', row)
        assert labels == ["Q2 2026, from 25 May", "Q3 2026", "Change"]

        assert row.count("<td") == len(labels)


def test_a_ticket_of_two_engagements_counts_once(program: PageClient) -> None:
    """Both engagements cover the same project, whose experiments each of them has."""
    alone, together = ({row[0]: row for row in table_of(program, who)} for who in (SPONSOR, ADMIN))
    for name in ("Experiments decided", "Of these led in-house"):
        assert together[name][1:5] == alone[name][1:5], name
    for figure in ("experiments", "won", "led"):
        body, foot = amounts(opened(program, ADMIN, figure))
        # What another agency led was not led in-house, whichever engagement asks.
        assert body[0] == body[1] == foot[-1] == [-less for less in foot[0]]
        assert foot[-1][-1] < sum(foot[-1][:3])
    assert "Counted in more than one engagement" in Reader(opened(program, ADMIN, "experiments")).text
    # Units are each agency's own, tickets are counted for each.
    assert (
        "agency tickets in Q3 2026; one that several agencies worked on counts for each · evidence from Jira only"
        in Reader(content(program, ADMIN, **QUARTER)).text
    )
    assert "counts for each" not in content(program, SPONSOR, **QUARTER)


def table_of(page_client: PageClient, who: str, **query: str) -> list[list[str]]:
    """The rows of the table of quarters."""
    page = Reader(content(page_client, who, **{**QUARTER, **query}))
    rows: list[list[str]] = next(item.rows for item in page.tables if item.rows[0][0] == "Figure")
    return rows


def test_delivered_and_taught_is_each_agencys_own(program: PageClient) -> None:
    """Engagements of one project share its tickets and no unit of them, so that sums of units need none taken off."""
    reports = [reported(program, key)["issues"] for key in (ACME, BOLT)]
    ledgers = [{(row["id"], row["at"], row["entry"]): row for row in issues} for issues in reports]
    shared = ledgers[0].keys() & ledgers[1].keys()
    assert shared
    for place in shared:
        own, other = (ledger[place] for ledger in ledgers)
        # The agency of one is another agency to the other.
        assert abs(agency_part(own) + agency_part(other)) <= abs(own["units"]) + 1e-6
        assert own["shares"]["agency"] == other["shares"]["other"]


def agency_part(row: dict[str, Any]) -> float:
    part: float = row["taught"] + row["done_only"]
    return part


@pytest.mark.parametrize(("figure", "made_of"), [("exit", "Finished in 90 days"), ("taught_share", "Delivered")])
def test_a_drawer_opens_with_the_number_that_was_pressed(program: PageClient, figure: str, made_of: str) -> None:
    for who in (SPONSOR, ADMIN):
        page, drawer = content(program, who, **QUARTER), opened(program, who, figure)
        pressed = re.search(rf"figure={figure}[^>]*>([^<]+)</a></dd>", page)
        assert pressed is not None
        assert f'<p class="big">{pressed[1]}</p>' in drawer
        assert made_of in drawer
        body, feet = amounts(drawer)
        # The sum of one row would repeat it.
        assert len(feet) == (1 if len(body) > 1 else 0)
        (foot,) = feet or body
        # The drawer says so where what is rounded alone adds up to another sum.
        is_off = foot != [sum(column) for column in zip(*body, strict=True)]
        assert is_off == ("Each amount is rounded on its own" in drawer)
        # It is what the drawer divides: of exit coverage the whole stands first.
        assert percent(float(foot[1] / foot[0])) == pressed[1]


def test_what_was_delivered_opens_into_its_own_rule_and_rows(program: PageClient) -> None:
    for who in (SPONSOR, ADMIN):
        pressed = re.search(r"figure=delivered[^>]*>([^<]+)</a>", content(program, who, **QUARTER))
        assert pressed is not None
        drawer = opened(program, who, "delivered")
        assert f'<p class="big">{pressed[1]}</p>' in drawer
        assert "the part of the work that the agency did" in drawer
        # It is counted, and has no interval; what of it was taught is another figure.
        assert "somebody in-house took part" not in drawer
        assert not re.search(r"\d–\d+ %|Taught", Reader(drawer).text)


@pytest.mark.parametrize("period", ["2026Q3", "2026Q4"])
def test_what_partners_started_opens_with_its_words(program: PageClient, period: str) -> None:
    pressed = re.search(r"figure=proposals[^>]*>([^<]+)</a>", content(program, ADMIN, period=period))
    assert pressed is not None
    drawer = opened(program, ADMIN, "proposals", period=period)
    assert f'<p class="big">{pressed[1]}</p>' in drawer
    assert "Declined without reason, or no answer" in drawer


def test_integration_says_what_it_is_and_opens(program: PageClient) -> None:
    page = Reader(content(program, SPONSOR, **QUARTER)).text
    assert "of 100: how well both sides work together" in page
    drawer = opened(program, SPONSOR, "integration")
    score = re.search(r"figure=integration[^>]*>([^<]+)</a>", content(program, SPONSOR, **QUARTER))
    assert score is not None
    assert f'<p class="big">{score[1]}</p>' in drawer
    assert "of 100 weights have enough evidence; a score needs 60." in drawer


def test_the_drawer_of_a_row_says_how_much_of_its_window_is_over(program: PageClient) -> None:
    running = opened(program, ADMIN, "integration", engagement=ACME, period="2026Q4")
    assert "The 180 days to 31 Dec 2026, so far to 20 Nov" in squeeze(running)
    assert "so far to" not in opened(program, ADMIN, "integration", engagement=ACME)


def test_the_drawer_of_integration_names_the_parts_without_enough_evidence(program: PageClient) -> None:
    """To a sponsor as to administrators: which they are is no figure."""
    dimensions = scores_of(program).dimensions
    assert {part.key for part in dimensions} == set(integration.DIMENSION_WORDS)
    missing = [integration.DIMENSION_WORDS[part.key] for part in dimensions if not part.published]
    for who in (SPONSOR, ADMIN):
        drawer = Reader(opened(program, who, "integration", engagement=ACME, period="2026Q4")).text
        assert all(name in drawer for name in integration.DIMENSION_WORDS.values())
        listed = re.search(r"Too little evidence yet: ([^.]+)\.", drawer)
        assert (listed[1] if listed else "") == list_text(missing)


def test_only_the_quarter_that_opens_is_underlined_among_departments(program: PageClient) -> None:
    table = content(program, ADMIN, **QUARTER).split('<table class="compact matrix">')[1].split("</table>")[0]
    links = re.findall(r'<a class="([^"]*)"', table)
    assert links
    assert set(links) == {"fig"}


def test_proposals_without_an_answer_have_one_name(program: PageClient) -> None:
    page = squeeze(Reader(content(program, ADMIN, **QUARTER)).text)
    assert re.search(r"Declined ?without reason, or no answer", page)


def test_whose_parts_integration_has_is_told_to_administrators_alone(program: PageClient) -> None:
    named = {who: opened(program, who, "integration", engagement=ACME) for who in (SPONSOR, ADMIN)}
    scored = scores_of(program)
    assert not re.search(r"<table|Joint", named[SPONSOR])
    assert "open to the leads of the engagement" in named[SPONSOR]
    assert re.findall(r'<td class="num"[^>]*>([^<]*)<', named[ADMIN]) == [
        whole(scored.owners[key]) for key in ("agency", "client", "joint")
    ]
    # Of several engagements each score stands by itself.
    assert "Scores are not added up" in opened(program, ADMIN, "integration")


def test_what_a_score_was_before_is_dated_with_its_window(program: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def with_before(*of: Any) -> Any:
        return tuple(compared(item) for item in select_program(*of))

    def compared(item: Any) -> Any:
        if item.scores is None:
            return item
        then = item.scores.before
        then = struct_replace(then, score=struct_replace(then.score, value=53.0))
        earlier = source_of(program, ACME).scores.earlier  # type: ignore[union-attr]
        scores = struct_replace(item.scores, before=then, change=Change(0.1, changed=False), earlier=earlier)
        return struct_replace(item, scores=scores)

    monkeypatch.setattr("connector.pages.program.source.select_program", with_before)
    row = Reader(content(program, ADMIN, **QUARTER)).text
    drawer = Reader(opened(program, ADMIN, "integration", engagement=ACME)).text
    assert re.search(r"no clear change,? ?53 in the window before, \d+ \w+ to \d+ \w+ 2026", squeeze(drawer))
    # In a row the days stand below the bar, so that its bars stand level.
    assert re.search(
        r"no clear change,? ?53 before [\w: ,–]*?\d+–\d+ · before: \d+ \w+ to \d+ \w+ 2026", squeeze(row)
    ), squeeze(row)


def scores_of(page_client: PageClient) -> Any:
    """The score of the engagement with Acme, as its own page has it."""
    scores = source_of(page_client, ACME).scores
    assert scores is not None
    return scores.now


def test_each_figure_of_a_row_opens_into_its_own_engagement(program: PageClient) -> None:
    table = content(program, ADMIN, **QUARTER).split('<table class="engagements">')[1].split("</table>")[0]
    links = re.findall(r'href="#drawer"[^>]*hx-get="([^"]+)"[^>]*>([^<]+)</a>', table)
    # One score is not published yet.
    assert len(links) == 5
    for address, pressed in links:
        drawer = program.story_site.ask(account_of(ADMIN), unescape(address)).text
        assert f'<p class="big">{pressed}</p>' in drawer


def test_experiments_are_those_that_the_story_planted(program: PageClient) -> None:
    """Counted from the story's own plan, by the resolution of each finished experiment."""
    planted = {"Won": 0, "Lost": 0, "Inconclusive": 0}
    for item in program.story_site.story.planted.values():
        if outcome := item.facts.get("experiment"):
            planted[outcome] += 1
    answer = program.story_site.ask(account_of(SPONSOR), "/pages/program/download", format="csv", period="2026Q4")
    rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines()))
    counted = {outcome: sum(int(row[f"experiments_{outcome.lower()}"]) for row in rows) for outcome in planted}
    assert counted == planted
    assert sum(planted.values()) > 0


def test_one_objective_without_holder_is_told_of_in_the_singular(
    program: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    holders = {str(number): number for number in range(8)}
    monkeypatch.setattr("connector.pages.program.totals.add_up", lambda *of: replace(add_up(*of), holders=holders))
    page = Reader(content(program, ADMIN, **QUARTER)).text
    assert (
        "If every agency left, as of 30 Sep, one of eight objectives could be carried by nobody, and another by one "
        "person only." in page
    )


def test_what_was_led_in_house_stands_beside_what_was_decided_in_both_quarters() -> None:
    before, now = Experiments(won=8, lost=10, inconclusive=4, led_inhouse=14), Experiments(won=2, led_inhouse=1)
    assert experiment_facts(now, before, "Q3 2026").led_before == "14 of 22"
    assert experiment_facts(now, Experiments(), "Q3 2026").led_before == ""


def test_an_earlier_quarter_is_denied_only_where_there_was_none() -> None:
    known, few = Share(0.06, 20, 18.0, 0.02, 0.14), Share(0.5, 2, 2.0, 0.1, 0.9, Missing(2, 8))
    none = Share(None, 0, 0.0, None, None, Missing(0, 8))
    assert share_moved(known, known).word == "no clear change"
    assert share_moved(known, few) == Moved("too little evidence to compare")
    assert {share_moved(now, known) for now in (few, none)} == {Moved("too little evidence to compare", percent(0.06))}
    assert share_moved(known, None) == share_moved(known, none) == Moved("no earlier quarter")
    assert rate_moved((0, 0), (2, 3)) == rate_moved((2, 3), (0, 0)) == "too little evidence to compare"
    assert rate_moved((2, 3), None) == "no earlier quarter"
    nobody, somebody = {"a": 0}, {"a": 1}
    assert exit_moved(Exit(None, None, nobody), Exit(0.5, 0.5, somebody)) == Moved("too little evidence to compare")
    assert exit_moved(Exit(0.2, 0.2, nobody), Exit(None, None, somebody)).word == "too little evidence to compare"
    assert exit_moved(Exit(), Exit(0.5, 0.5, somebody)) == Moved("no earlier quarter")


def test_a_first_holder_is_a_change_of_exit_coverage_and_demand_alone_is_none() -> None:
    nobody, somebody = {"a": 0, "b": 0}, {"a": 1, "b": 0}
    assert exit_moved(Exit(0.0, 0.0, nobody), Exit(0.0, 0.8, somebody)) == Moved(
        "up", f"with at least one: {percent(0.8)}, was {percent(0)}", of_first=True
    )
    assert exit_moved(Exit(0.0, 0.8, somebody), Exit(0.0, 0.0, nobody)).word == "down"
    assert exit_moved(Exit(0.0, 0.5, somebody), Exit(0.0, 0.8, somebody)) == Moved("the same", percent(0))
    # By demand alone it reads otherwise, and is not the same.
    assert exit_part_moved("single", Exit(0.0, 0.5, somebody), Exit(0.0, 0.8, somebody)).word == "no clear change"
    # Two holders are the headline.
    assert exit_moved(Exit(0.0, 0.8, somebody), Exit(0.8, 0.8, {"a": 2, "b": 0})) == Moved("up", percent(0))
    # Where holders were not recorded both shares tell.
    assert exit_moved(Exit(0.0, 0.0), Exit(0.0, 0.8, somebody)).word == "up"


def test_a_first_holder_is_told_on_page_and_in_table(program: PageClient) -> None:
    page = Reader(content(program, ADMIN, engagement=BOLT, **QUARTER))
    (changed,) = (fact for tag, fact in page.facts if tag == "dd" and "with at least one:" in fact)
    assert re.fullmatch(r"up, with at least one: \d+.%, was 0.% in Q2 \(from 22 Jun\)", changed)
    quarters = next(item.rows for item in page.tables if item.rows[0][0] == "Figure")
    words = {row[0]: row[-1] for row in quarters if row[0].startswith("Exit")}
    assert words == {"Exit coverage, two holders": "the same", "Exit coverage, at least one": "up"}


@pytest.mark.parametrize("of", [{}, {"engagement": ACME}])
def test_how_a_change_is_named_stands_where_one_could_be(program: PageClient, of: dict[str, str]) -> None:
    for period, is_compared in (("2026Q2", False), ("2026Q3", True)):
        page = content(program, ADMIN, period=period, **of)
        assert ("A change is named" in page) is is_compared
        assert ('<line class="then" x1="6"' in page) is is_compared
        assert "two holders, one holder" in page


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3", "2026Q4"])
def test_a_count_says_how_much_more_or_fewer_there_were_than_in_which_quarter(program: PageClient, period: str) -> None:
    page = Reader(content(program, ADMIN, period=period))
    (head, *rows) = next(item.rows for item in page.tables if item.rows[0][0] == "Figure")
    if period == "2026Q2":
        assert head[-1] == "Q2 2026, from 25 May"
        assert page.text.count("The first quarter: there is none to compare it with.") == 1
        assert "no earlier quarter" not in page.text
        return
    assert re.fullmatch(r"Q(\d) 2026( so far)? against Q\d 2026", head[-1])
    counts = [row for row in rows if not row[0].startswith(("Taught", "Exit", "Of these"))]
    assert [row[0] for row in counts] == [
        "Points delivered by agencies", "Experiments decided", "Departments that learned", "Proposals adopted",
    ]  # fmt: skip
    for name, *_, before, now, change in counts:
        if "so far" in head[-1] and before != "–" and "Departments" not in name:
            # A part of a quarter is no collapse of the one before. Departments stand on a day, as exit coverage does.
            assert change == "compared when the quarter is over", name
            continue
        if period == "2026Q3" and "Departments" not in name:
            # One began on 25 May, the other on 22 June: the second quarter has fewer days.
            assert change == "not compared: a quarter is not whole", name
            continue
        assert change == difference(value(now), value(before)), name
    assert "counted" not in "".join(cell for row in rows for cell in row)
    assert "Exit coverage and departments are as of a day, and are compared also where" in page.text


def add_up_with_one_point_at_last(engagements: Sequence[ProgramEngagement], place: int) -> Together:
    total = add_up(engagements, place)
    return replace(total, sums=struct_replace(total.sums, agency=BILLION)) if place == QUARTERS - 1 else total


@pytest.mark.parametrize("word", ["fewer", "more"])
def test_the_first_sentence_says_how_much_more_or_less_was_delivered(
    program: PageClient, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    """In both directions, and where the table of quarters compares the amounts."""
    assert "delivered 188.2 points and taught" in Reader(content(program, ADMIN, **QUARTER)).text
    monkeypatch.setattr("connector.pages.program.totals._is_whole", lambda *_: True)
    if word == "fewer":
        monkeypatch.setattr("connector.pages.program.totals.add_up", add_up_with_one_point_at_last)
    page = Reader(content(program, ADMIN, **QUARTER))
    quarters = next(item.rows for item in page.tables if item.rows[0][0] == "Figure")
    (change,) = (row[-1] for row in quarters if row[0] == "Points delivered by agencies")
    assert re.fullmatch(rf"[\d.]+ {word}", change)
    assert re.search(rf"delivered [\d.]+ points? \({change} than in Q2 \(from 25 May\)\)", page.text), page.text[:900]
    running = Reader(content(program, ADMIN, period="2026Q4")).text
    assert "than in Q3" not in running


def test_quarters_before_the_program_began_are_not_shown(program: PageClient) -> None:
    page = content(program, ADMIN, **QUARTER)
    assert "Q1 2026" not in page
    assert "Q4 2025" not in page
    heads = [table.rows[0] for table in Reader(page).tables]
    assert next(head for head in heads if head[0] == "Figure")[1:3] == ["Q2 2026, from 25 May", "Q3 2026"]
    departments = next(head for head in heads if head[0] == "Department")
    assert [squeeze(name) for name in departments[1:]] == ["Q2 2026", "Q3 2026"]


def test_integration_without_an_earlier_half_year_says_so(program: PageClient) -> None:
    pages = [Reader(content(program, ADMIN, period=period)).text for period in ("2026Q3", "2026Q4")]
    # Below the bar of a row, since beside its number it would not fit.
    assert any(re.search(r"\d+–\d+ · too little evidence before its window", page) for page in pages), pages


def test_one_engagement_has_its_integration_by_quarter(program: PageClient) -> None:
    def quarters(**query: str) -> dict[str, list[str]]:
        tables = Reader(content(program, ADMIN, **query)).tables
        return {row[0]: row[1:] for row in next(table.rows for table in tables if table.rows[0][0] == "Figure")}

    pages = [quarters(engagement=ACME, period=period) for period in ("2026Q3", "2026Q4")]
    (*_, third, last), (*_, again, _, word) = (page["Integration, window to the quarter’s end"] for page in pages)
    # The table gives the reason of the number above it.
    assert last == "not compared: its window reaches back to the start"
    assert word == f"not compared: the {third} of Q3 shares days with it; too little evidence before its window"
    facts = [
        fact for tag, fact in Reader(content(program, ADMIN, engagement=ACME, period="2026Q4")).facts if tag == "dd"
    ]
    # It says once why neither is compared.
    assert facts.count(word) == 1
    assert last not in facts
    assert word in Reader(opened(program, ADMIN, "integration", engagement=ACME, period="2026Q4")).text
    assert third == again
    # Scores of several are not added up.
    assert not any("Integration" in name for name in quarters(**QUARTER))


def test_a_score_of_the_quarters_own_days_shares_none_with_the_one_before(
    program: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Rules can make the window shorter than a quarter."""

    def short(*of: Any) -> Any:
        (item,) = select_program(*of)
        window = struct_replace(item.scores.window, start=item.scores.window.end - 28 * DAY)
        return (struct_replace(item, scores=struct_replace(item.scores, window=window)),)

    shown = Reader(content(program, ADMIN, engagement=ACME, period="2026Q4")).text
    assert "of Q3 shares days with it; too little evidence before its window" in shown
    monkeypatch.setattr("connector.pages.program.source.select_program", short)
    shown = Reader(content(program, ADMIN, engagement=ACME, period="2026Q4")).text
    assert "not compared: too little evidence before its window" in shown
    assert "shares days" not in shown


def test_the_drawer_of_exit_coverage_says_of_how_much_work_it_is(program: PageClient) -> None:
    drawer = Reader(opened(program, ADMIN, "exit", **QUARTER))
    (whole_of,) = re.findall(r"in 90 days, as of 30 Sep: ([\d.,]+) points\.", drawer.text)
    assert drawer.tables[0].rows[-1][:2] == ["All", whole_of]


def difference(now: Fraction, before: Fraction) -> str:
    step = now - before
    return f"{float(abs(step)):g} {'more' if step > 0 else 'fewer'}" if step else "the same"


@pytest.mark.parametrize("who", [ADMIN, SPONSOR])
def test_a_change_is_the_same_in_the_number_and_in_the_table(program: PageClient, who: str) -> None:
    page = Reader(content(program, who, **QUARTER))
    numbers = [fact for tag, fact in page.facts if tag == "dd"]
    quarters = next(item.rows for item in page.tables if item.rows[0][0] == "Figure")
    for name in ("Taught share", "Exit coverage"):
        words = [row[-1] for row in quarters if row[0].startswith(name)]
        assert set(words) <= CHANGE_WORDS.keys()
        # Where those with two holders stayed, that of a first holder is the number's change.
        change = next((word for word in words if word in {"up", "down"}), words[0])
        changes = [fact for fact in numbers if fact.startswith(f"{change}, ") and fact.endswith(" in Q2 (from 25 May)")]
        assert changes, (name, change, numbers)


def test_a_sum_in_another_unit_is_not_compared(program: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def of_other_unit(items: Any, place: int) -> Any:
        total = add_up(items, place)
        return replace(total, by="hours") if place == QUARTERS - 2 else total

    monkeypatch.setattr("connector.pages.program.totals.add_up", of_other_unit)
    page = Reader(content(program, ADMIN, **QUARTER))
    rows = {row[0]: row for item in page.tables if item.rows[0][0] == "Figure" for row in item.rows}
    assert rows["Taught share"][-1] == "not comparable"
    assert rows["Points delivered by agencies"][-3:] == [
        "–",
        rows["Points delivered by agencies"][-2],
        "not comparable",
    ]


def test_a_department_of_too_few_is_not_told(program: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def states() -> list[str]:
        matrix = content(program, SPONSOR, **QUARTER).split('id="dep-h"')[1].split("</section>")[0]
        cells = re.findall(r'<td class="mid">(?:<a[^>]*>)?<span[^>]*>([^<]*)<', matrix)
        assert len(cells) == 2
        return cells

    assert states()[-1] in {"yes", "not yet"}
    drawer = {"figure": "department", "department": "Growth", **QUARTER}
    assert program.story_site.ask(account_of(SPONSOR), "/pages/program/figure", **drawer).status_code == 200
    monkeypatch.setattr("connector.pages.program.source.strictest_k", lambda _: 10)
    # Neither does its drawer tell, for whoever knows the address.
    assert program.story_site.ask(account_of(SPONSOR), "/pages/program/figure", **drawer).status_code == 404
    assert set(states()) <= {"not told", "–"}
    assert "not told" in states()


def test_the_page_loads_each_thing_once_and_costs_what_its_engagements_cost(program: PageClient) -> None:
    content(program, ADMIN)
    program.story_site.container.program._kept.clear()
    with statements(program.story_site.container.reader) as tables:
        content(program, ADMIN)
    assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}
    # Two engagements with the score of two windows each; three statements for the token, and until when it all holds;
    # one for the experiments of both, ticket by ticket, since they are of one project.
    assert sum(tables.values()) <= 34
    # Asked once for all engagements, whatever their quarters.
    for table in ("day_sum", "people_week", "pulse", "definition_edit", "figure_token"):
        assert tables[table] == 1
    # Evidence, its sums and work on objectives, too: as often as for one engagement.
    content(program, SPONSOR)
    program.story_site.container.program._kept.clear()
    with statements(program.story_site.container.reader) as of_one:
        content(program, SPONSOR)
    assert tables["json_each"] == of_one["json_each"] > 4


def test_scores_together_are_those_of_each_engagement_alone(program: PageClient) -> None:
    container, now, tenant_id = (
        program.story_site.container,
        program.story_site.clock.now(),
        program.story_site.tenant_id,
    )
    with container.reader.connect() as connection:
        stored = [item.as_shown for item in select_engagements(connection, tenant_id)]
        pairs = list(zip(stored, select_all_prepared(connection, tenant_id, stored), strict=True))
        for end in (date(2026, 4, 1), LAST + timedelta(days=1)):
            alone = [select_score(connection, tenant_id, *pair, end=end, as_of=now) for pair in pairs]
            assert [
                scores for (scores,) in select_site_scores(connection, tenant_id, pairs, ends=[end], as_of=now)
            ] == alone
            assert len(alone) == 2


@pytest.mark.parametrize("most", [410, 1_000, 67_470, 1_000_000])
def test_a_funnel_of_many_tickets_has_few_points_and_numbers(most: int) -> None:
    points = [tuple(map(float, point.split(","))) for point in _limit_line(0.4, most, 1).split()]
    assert len(points) < CURVE_POINTS + 30
    assert points[-1][0] == 100
    assert points == sorted(points, key=lambda point: (point[0], point[1]))
    assert 3 <= len(funnel_scale(most)) <= SCALE_NUMBERS + 1
    assert list(funnel_scale(120)) == [0, 50, 100]


def test_a_period_that_does_not_exist_is_the_newest(program: PageClient) -> None:
    assert content(program, SPONSOR, period="1999Q1") == content(program, SPONSOR)
    assert program.story_site.ask(account_of(SPONSOR), "/pages/program/download", format="xml").status_code == 404
    assert program.story_site.ask(account_of(SPONSOR), "/pages/program/figure", figure="score").status_code == 404
    assert BOLT not in content(program, SPONSOR, engagement=BOLT)


def test_a_link_for_a_sponsor_opens_the_program(program: PageClient) -> None:
    token, story_site = make_token(), program.story_site
    with story_site.container.engine.begin() as connection:
        insert_access_link(
            connection, story_site.tenant_id, digest=digest_of(token), engagement=ACME, account=None, role="sponsor",
            tickets=False, made_at=story_site.clock.now(), expires_at=story_site.clock.now() + DAY,
        )  # fmt: skip
    browser = Client(story_site.app)
    opened = browser.post(f"/direct/{token}", base_url=APP_URL)
    assert opened.location == "/direct/program"
    page = browser.get("/direct/program", base_url=APP_URL).text
    assert "Growth and Acme" in page
    assert "Bolt" not in page
    shown = browser.get(CONTENT, query_string=QUARTER, base_url=APP_URL).text
    assert shown == content(program, SPONSOR, **QUARTER)


def exits_of(page: Reader) -> dict[str, list[str]]:
    (head, *rows) = next(item.rows for item in page.tables if item.rows[0][:2] == ["Engagement", "Covered"])
    assert head[-3:] == ["Missing until two can", "Missing to the targets", "Ends"]
    return {row[0]: row[1:] for row in rows}


def test_exit_readiness_says_what_is_counted_against_and_what_the_agreed_targets_miss(program: PageClient) -> None:
    page = Reader(content(program, SPONSOR))
    assert "People are missing objective by objective: one person can close several gaps." in page.text
    assert "Not told:" not in page.text
    (row,) = exits_of(page).values()
    # Five objectives that nobody can do: two people each, where one target wants three.
    assert [re.split("two can|targets", cell)[1] for cell in row[-3:-1]] == [
        "10 more people in all",
        "11 more people in all",
    ]
    # An objective's agreement is no figure about people, and sponsors read it.
    assert "Design an A/B test3 people independent by 20 Nov 2026 · due today" in row[2]
    ended = exits_of(Reader(content(program, ADMIN, engagement=BOLT, **QUARTER)))["Growth and Bolt"]
    assert "Plan a mail test1 person independent by 20 Nov 2026 · reached" in ended[1]
    # At its end it was not due.
    assert "Tune the checkout1 person independent by 20 Nov 2026 · not yet on 30 Sep" in ended[2]
    assert "due today" not in " ".join(ended)


@pytest.mark.parametrize("who", [ADMIN, SPONSOR])
def test_missing_people_open_into_objectives_that_add_up(program: PageClient, who: str) -> None:
    page = content(program, who, **QUARTER)
    links = re.findall(r'hx-get="([^"]*figure=missing[^"]*)"[^>]*>([^<]*)</a>', page)
    assert len(links) == (4 if who == ADMIN else 2)
    for place, (address, pressed) in enumerate(links):
        # The number that was pressed leads.
        column, other = ((1, 2), (2, 1))[place % 2]
        drawer = program.follow(who, unescape(address))
        assert drawer.status_code == 200
        _, *rows, total = Reader(drawer.text).tables[0].rows
        big, small = re.findall(r'<p class="big">(\d+)</p>\s*<p class="note">[^<]*: ([^<]*)</p>', drawer.text)[0]
        assert (big, small) == (total[column], total[other])
        numbers = [int(number) for row in rows for number in re.findall(r"\d+", row[column])]
        assert sum(numbers) == int((re.findall(r"\d+", pressed) or ["0"])[0])
        assert [str(sum(numbers))] == (re.findall(r"\d+", total[column]) or ["0"])
        assert not re.search(r"GROW-\d|SHOP-\d", drawer.text)
        assert all(re.search(r"(Covered|Single holder|Not covered) · \d pe", row[0]) for row in rows)


def test_whether_a_department_learned_opens_into_where(program: PageClient) -> None:
    states = {}
    for key in (ACME, BOLT, ""):
        asked = {**QUARTER, **({"engagement": key} if key else {})}
        page = content(program, ADMIN, **asked)
        (link,) = re.findall(r'hx-get="([^"]*figure=department[^"]*)"[^>]*><span[^>]*>([^<]*)<', page)
        drawer = Reader(program.follow(ADMIN, unescape(link[0])).text)
        assert link[1] in drawer.text
        states |= {row[0]: row[-1] for row in drawer.tables[0].rows[1:]}
        # Of one engagement it is its own state, of several that of the best.
        assert (link[1] == "yes") is any(row[-1] == "yes" for row in drawer.tables[0].rows[1:])
        assert len(drawer.tables[0].rows) == (2 if key else 3)
        assert not re.search(r"GROW-\d", drawer.text)
    assert set(states) == {"Growth and Acme", "Growth and Bolt"}


def test_where_one_engagement_has_too_few_no_row_of_a_department_is_told(
    program: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    def fewer(*of: Any) -> Any:
        first, *others = select_program(*of)
        people = first.now.people
        few = tuple(struct_replace(item, people=1) for item in people.departments)
        now = struct_replace(first.now, people=struct_replace(people, departments=few))
        return (struct_replace(first, quarters=(*first.quarters[:-1], now)), *others)

    monkeypatch.setattr("connector.pages.program.source.select_program", fewer)
    drawer = Reader(opened(program, ADMIN, "department", department="Growth"))
    assert drawer.tables == []
    assert "One engagement is enough." in drawer.text


def test_a_target_beyond_what_coverage_tells_is_not_told(program: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    def all_covered(*of: Any) -> Any:
        return tuple(
            struct_replace(item, quarters=(*item.quarters[:-1], covered(item.now))) for item in select_program(*of)
        )

    def covered(quarter: Any) -> Any:
        objectives = tuple(struct_replace(row, coverage="covered") for row in quarter.people.objectives)
        return struct_replace(quarter, people=struct_replace(quarter.people, objectives=objectives))

    monkeypatch.setattr("connector.pages.program.source.select_program", all_covered)
    for who in (ADMIN, SPONSOR):
        page = Reader(content(program, who))
        row = exits_of(page)["Growth and Acme"]
        # Two can do each. Whether a third can, who wants three, is a count of people.
        assert [re.split("two can|targets", cell)[1] for cell in row[-3:-1]] == [
            "nothing",
            "not told of Design an A/B test",
        ]
        assert "Not told: this page knows whether nobody, one or two can do an objective alone" in page.text
        assert "Design an A/B test3 people independent by 20 Nov 2026 · due today" in row[0]
        assert "Keep the tracking plan2 people independent by 20 Nov 2026 · reached" in row[0]
        # It is among what is due before the figures, and there not among what is reached.
        name = "Design an A/B test (Growth and Acme)" if who == ADMIN else "Design an A/B test"
        assert f"Of one it is not told: {name}." in page.text
        # Its leads tell it a sponsor.
        assert ("Ask the leads of Growth and Acme." in page.text) == (who == SPONSOR)


def test_objectives_that_are_due_and_not_reached_stand_before_the_figures(program: PageClient) -> None:
    page = content(program, SPONSOR)
    assert Reader(page).text.index("are due today") < Reader(page).text.index("Taught share")
    assert '<span class="late-word">Five objectives are due today:</span>' in page
    assert page.count('<span class="late-word">due today</span>') == 5
    # A sponsor opens no page of an engagement: whom to ask is what they can do.
    assert "Ask the leads of Growth and Acme." in page
    # Nobody is named here; the project's page names the in-house lead.
    assert "Knowledge transfer of GROW names the in-house lead." in squeeze(Reader(page).text)
    assert 'data-project="GROW"' in page
    assert "Maren Vogt" not in page
    assert "For what stands behind a figure, ask Maren Vogt, who leads the in-house side." in squeeze(
        Reader(program.open(SPONSOR).text).text
    )
    assert "Ask the leads" not in content(program, SPONSOR, **QUARTER) + content(program, ADMIN)
    # Of several engagements each objective has the name of its own.
    assert re.search(r"not reached: .*\(Growth and Acme\), \d more", Reader(content(program, ADMIN)).text)
    # What is reached is known of the Monday on which people were counted.
    assert re.search(r"are due today; as of 16 Nov, \w+ (is|are) not reached:", Reader(content(program, ADMIN)).text)
    assert "due today" not in content(program, ADMIN, **QUARTER)


def test_the_running_quarter_says_how_much_of_it_is_over_and_each_dot_its_share(program: PageClient) -> None:
    running, over = content(program, SPONSOR), content(program, SPONSOR, **QUARTER)
    assert "Q4 2026, 51 of 92 days" in running
    assert " days</th>" not in over.partition("Figures by quarter")[2]
    for page in (running, over):
        chart = page.partition('class="chart small"')[2].partition("</svg>")[0]
        assert chart.count("<circle") == chart.count('class="name"') > 0
        # The legend has no sign that the chart has not.
        assert ("thin-slot" in chart) == ("not enough evidence" in page.partition('id="q-h"')[2].partition("</ul>")[0])


def test_the_numbers_of_one_engagement_name_their_intervals_and_their_pictures(program: PageClient) -> None:
    page = Reader(content(program, SPONSOR))
    assert [fact for tag, fact in page.facts if tag == "dd" and re.fullmatch(r"\d+–\d+, 80.% interval", fact)]
    assert "now, 80 % interval two holders, one holder before" in page.text


def test_the_rows_of_a_drawer_have_their_names_in_a_narrow_window(program: PageClient) -> None:
    drawer = opened(program, SPONSOR, "exit")
    assert '<table class="compact stacked">' in drawer
    assert drawer.count('data-label="With at least one"') == drawer.count("<tr>") - 1


@pytest.mark.parametrize("period", ["2026Q4", "2026Q3"])
def test_the_overview_says_how_its_headlines_changed_as_the_program_does(program: PageClient, period: str) -> None:
    overview = text_of(program.content(LEAD, engagement=ACME, period=period).text)
    page = text_of(content(program, SPONSOR, period=period))
    changes = re.findall(r"(up|down|the same|no clear change), (\d+ % in Q\d) 2026", overview)
    # Of the taught share, and of exit coverage.
    assert len(changes) == 2
    for word, was in changes:
        assert re.search(rf"{word},? {re.escape(was)}", page), (word, was)


def test_the_overview_names_no_change_without_a_quarter_before(program: PageClient) -> None:
    overview = text_of(program.content(LEAD, engagement=ACME, period="2026Q2").text)
    assert not re.search(r"in Q\d 2026|no earlier quarter", overview)


def test_the_file_has_integration_departments_and_how_each_objective_is_carried(program: PageClient) -> None:
    """They stand in the table of quarters, and nobody could take them from the file."""
    answer = program.story_site.ask(account_of(SPONSOR), "/pages/program/download", format="csv", period="2026Q4")
    rows = list(csv.DictReader(answer.data.decode("utf-8-sig").splitlines()))
    table = {row[0]: row[1:-1] for row in Reader(content(program, SPONSOR, period="2026Q4")).tables[-1].rows}
    scores = [str(round(float(row["integration"]))) if row["integration"] else "–" for row in rows]
    assert scores == table["Integration, window to the quarter’s end"][-len(rows) :]
    assert any(score != "–" for score in scores)
    assert [row["departments_learned"] for row in rows] == table["Departments that learned"][-len(rows) :]
    assert '<h2 id="dep-h">Departments that learned</h2>' in content(program, ADMIN)
    for row in rows:
        carried = ("objectives_without_holder", "objectives_single_holder", "objectives_covered")
        assert sum(int(row[name]) for name in carried) == int(row["objectives"])
        if row["integration"]:
            assert float(row["integration_low"]) < float(row["integration"]) < float(row["integration_high"])
        assert int(row["departments_learned"]) <= int(row["departments_shown"])


def test_of_a_department_of_too_few_people_the_file_tells_nothing(
    program: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.pages.program.source.strictest_k", lambda rules: 100)
    answer = program.story_site.ask(account_of(SPONSOR), "/pages/program/download", format="json", period="2026Q4")
    parts = [answer.json["all"], *answer.json["rows"]]
    assert {(part["departments_learned"], part["departments_shown"]) for part in parts} == {(0, 0)}
