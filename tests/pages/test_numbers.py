"""The page says what the story planted, and what stands behind a figure adds up to it."""

import re
from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.jira.story.people import account_of
from tests.jira.story.story import planted_report
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, MEMBER, OTHER_LEAD, PageClient
from tests.pages.html_reader import Reader, legend, query, value

QUARTERS = {"2026Q3": (date(2026, 7, 1), date(2026, 10, 1)), "2026Q4": (date(2026, 10, 1), date(2027, 1, 1))}
PLANTED = {
    "taught": "taught", "done_only": "done_only", "handed_over": "handed_over", "own": "inhouse_own",
    "other": "other", "gatekeeper": "gatekeeper", "unknown": "unknown", "conflict": "conflict",
}  # fmt: skip
TENTH = Fraction(1, 20) + Fraction(1, 10**6)


@pytest.mark.parametrize("engagement", [ACME, BOLT])
@pytest.mark.parametrize("period", QUARTERS)
def test_the_page_says_what_was_planted(page_client: PageClient, engagement: str, period: str):
    answer = page_client.content(MEMBER, engagement=engagement, period=period)
    shown = legend(answer.text)
    planted = planted_report(page_client.story_site.story, engagement, *QUARTERS[period], panel=False)["units"]
    assert shown.keys() <= PLANTED.keys()
    # A bucket that is neither counted nor drawn is not in the legend.
    for kind, name in PLANTED.items():
        assert abs(value(shown.get(kind, "0")) - planted[name]) <= TENTH, kind


@pytest.mark.parametrize("period", QUARTERS)
def test_the_taught_share_is_taught_by_delivered(page_client: PageClient, period: str):
    page = page_client.read(page_client.content(MEMBER, engagement=ACME, period=period))
    planted = planted_report(page_client.story_site.story, ACME, *QUARTERS[period], panel=False)["units"]
    share = planted["taught"] / planted["agency"]
    assert f"({int(share * 100 + Fraction(1, 2))} %)" in page.text


@pytest.mark.parametrize(("who", "engagement"), [(MEMBER, ACME), (LEAD, BOLT), (AGENCY_LEAD, ACME), (OTHER_LEAD, BOLT)])
def test_the_tickets_of_every_figure_add_up_to_it(page_client: PageClient, who: str, engagement: str):
    page = page_client.read(page_client.content(who, engagement=engagement, period="2026Q3"))
    assert len(page.figures) > 30
    for address in page.figures:
        drawer = page_client.read(page_client.follow(who, address + "&all=1"))
        for table in drawer.tables:
            *rows, total = [value(row[-1]) for row in table.rows[1:]]
            assert abs(sum(rows) - total) <= TENTH * (len(rows) + 1), address


def test_a_figure_says_the_number_that_opened_it(page_client: PageClient):
    answer = page_client.content(MEMBER, engagement=ACME, period="2026Q3")
    shown = legend(answer.text)
    for address in page_client.read(answer).figures:
        asked = query(address)
        if asked["figure"] in shown and "objective" not in asked and asked["from"] == "2026-07-01":
            drawer = page_client.follow(MEMBER, address).text
            assert f'<p class="big">{shown[asked["figure"]]} ' in drawer, asked


def test_an_objectives_cells_are_what_its_tickets_give(page_client: PageClient):
    asked = {"engagement": ACME, "period": "2026Q3"}
    page = page_client.read(page_client.story_site.ask(account_of(MEMBER), "/pages/objectives", **asked))
    *rows, without, _ = next(table.rows[1:] for table in page.tables if "Tickets" in table.rows[0])
    # What has no objective opens into the list of tickets, not into a drawer.
    assert without[0] == "Without objective"
    cells = [
        (query(figure)["objective"], query(figure).get("figure", ""), figure)
        for figure in page.figures
        if "objective" in query(figure)
    ]
    cells = [cell for cell in cells if cell[1] in {"tickets", "taught", "done_only", "handed_over", "own"}]
    kinds = ["tickets", "taught", "done_only", "handed_over", "own"]
    assert [kind for _, kind, _ in cells] == kinds * len(rows)
    for i, (_, _, address) in enumerate(cells):
        cell = rows[i // len(kinds)][1 + i % len(kinds)]
        sums = page_client.read(page_client.follow(MEMBER, address)).tables
        assert value(sums[0].rows[-1][-1] if sums else "0") == value(cell), address


def test_the_bars_are_the_numbers_of_their_table(page_client: PageClient):
    answer = page_client.content(MEMBER, engagement=ACME, period="2026Q3")
    page = Reader(answer.text)
    head, *rows = page.tables[0].rows
    names = [part.split("</title>")[0] for part in re.split(r"<g [^>]*><title>", answer.text)[1:]]
    assert len(names) == len(rows) > 13
    for name, row in zip(reversed(names), rows, strict=True):
        cells = dict(zip(head, row, strict=True))
        shown = {kind.capitalize(): number for number, kind in (_amount.split(" ", 1) for _amount in _amounts(name))}
        assert shown == {kind: cells[kind] for kind in head[2:-2] if cells[kind] != "0"}, name


def _amounts(title: str) -> list[str]:
    _, _, amounts = " ".join(title.split()).partition("2026: ")
    return [part for part in amounts.split(", ") if part and not part.startswith(("taught share", "too little"))]


def test_the_weeks_of_a_quarter_are_its_total(page_client: PageClient):
    page = page_client.read(page_client.content(MEMBER, engagement=ACME, period="2026Q3"))
    planted = planted_report(page_client.story_site.story, ACME, date(2026, 6, 29), date(2026, 10, 5), panel=False)[
        "units"
    ]
    weeks = [row for row in page.tables[0].rows[1:] if 27 <= int(row[0].strip("*")) <= 40]
    assert len(weeks) == 14
    assert abs(sum(value(row[-2]) for row in weeks) - planted["total"]) <= TENTH * 14


def test_what_a_week_taught_is_that_of_history_and_the_page_says_where_its_row_does_not_add_up(
    page_client: PageClient,
) -> None:
    page = page_client.read(page_client.content(LEAD, engagement=ACME))
    head, *rows = page.tables[0].rows
    history = page_client.read(page_client.follow(LEAD, f"/pages/history?engagement={ACME}")).tables
    weeks = next(table.rows[1:] for table in history if table.rows[0][0] == "Week")
    cells = {row[0].strip("*"): dict(zip(head, row, strict=True)) for row in rows}
    kinds = head[2 : head.index("Total")]
    off = [row for row in cells.values() if sum(value(row[kind]) for kind in kinds) != value(row["Total"])]
    assert bool(off) == ("Each amount is rounded on its own" in page.text)
    assert len(weeks) > 5
    for name, _, _, known in weeks:
        taught, agency = known.split(" of ")
        assert value(cells[name]["Taught"]) == value(taught), name
        rest = value(agency) - value(taught)
        assert abs(value(cells[name]["Done only"]) - rest) <= TENTH, name


def test_months_are_offered_as_well(page_client: PageClient):
    page = page_client.read(page_client.content(MEMBER, engagement=ACME, period="2026Q3", by="month"))
    assert [row[0].strip("*") for row in page.tables[0].rows[1:4]] == ["Sep 2026", "Aug 2026", "Jul 2026"]


def test_what_can_still_change_says_until_when(page_client: PageClient):
    quarter = page_client.read(page_client.content(MEMBER, engagement=ACME, period="2026Q4"))
    settled = page_client.read(page_client.content(MEMBER, engagement=ACME, period="2026Q3"))
    last = max(
        date.fromisoformat(row["at"][:10])
        for row in planted_report(page_client.story_site.story, ACME, *QUARTERS["2026Q4"], panel=False)["issues"]
        if row["entry"] == "done"
    )
    until = last - timedelta(days=last.weekday()) + timedelta(days=21)
    assert f"may still change, the last before {until.day} {until:%b}" in quarter.text
    assert "may still change, " not in settled.text


def test_a_share_of_four_weeks_needs_five_points(page_client: PageClient):
    rows = page_client.read(page_client.content(MEMBER, engagement=ACME)).tables[0].rows
    head, weeks = rows[0], rows[1:]
    agency = [value(row[head.index("Taught")]) + value(row[head.index("Done only")]) for row in weeks]
    for i, row in enumerate(weeks):
        trailing = sum(agency[i : i + 4])
        if abs(trailing - 5) > Fraction(2, 5):
            assert (row[-1] == "–") == (trailing < 5), row


@pytest.mark.parametrize("quarter", QUARTERS)
def test_the_drawer_of_a_part_says_how_many_of_its_tickets_count_as_evidence(
    page_client: PageClient, quarter: str
) -> None:
    """What was only opened again is among the tickets of a sum, and is no evidence of a share."""
    first, end = QUARTERS[quarter]
    days = f"from={first}&to={end - timedelta(days=1)}"
    share, agency = (
        page_client.read(page_client.follow(LEAD, f"/pages/figure?engagement={ACME}&figure={figure}&{days}"))
        for figure in ("taught_share", "agency")
    )
    evidence, tickets = fact(share, "Evidence"), fact(agency, "Tickets")
    # The same words; only a share is published from a number of them.
    assert re.match(r"\d+ tickets", tickets)
    assert evidence == f"{tickets}; published from 4"


def fact(drawer: Reader, name: str) -> str:
    terms = [text for _, text in drawer.facts]
    return terms[terms.index(name) + 1]


@pytest.mark.parametrize(("who", "engagement"), [(LEAD, ACME), (OTHER_LEAD, BOLT)])
@pytest.mark.parametrize("period", QUARTERS)
def test_what_was_taught_stands_beside_what_the_team_did_on_the_objectives(
    page_client: PageClient, who: str, engagement: str, period: str
):
    """What has no objective of the engagement is in the small line alone; both open into their tickets."""
    answer = page_client.content(who, engagement=engagement, period=period)
    page = page_client.read(answer)
    shown = re.search(r"On the objectives in-house people delivered ([\d.,]+) points?", page.text)
    table = page_client.read(page_client.objectives(who, engagement, period=period)).tables[-1]
    *_, without, whole = (sum(map(value, row[4:6])) for row in table.rows[1:])
    if shown is None:
        assert whole - without in (0, whole)
        return
    # Each cell of the table is rounded alone.
    assert abs(value(shown[1]) - (whole - without)) <= 2 * TENTH
    assert re.search(r"[\d.,]+ points? by in-house people, with or without an objective", page.text)
    (address,) = [item for item in page.figures if query(item).get("objective") == "_any"]
    drawer = page_client.follow(who, address).text
    assert f'<p class="big">{shown[1]} ' in drawer
    assert "Delivered in-house, on tickets with an objective" in drawer
    assert "The in-house part of every finished ticket with an objective: handed over" in drawer
    file = page_client.follow(who, address.replace("/pages/figure?", "/pages/figure/export?") + "&format=csv")
    assert file.status_code == 200
    assert "_any" in file.headers["content-disposition"]
    # Of all objectives together no other figure opens.
    assert page_client.follow(who, address.replace("figure=inhouse", "figure=tickets")).status_code == 404
