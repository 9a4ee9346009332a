"""A drawer as a file: its rows, the hidden ones as one, on each platform; not a word more than the drawer says."""

import csv
import io
import json
import re
from datetime import UTC, date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from sqlalchemy import update

from connector.pages.review.pdf import makes_pdf
from mappings.formats.export.figure import COLUMNS
from mappings.measure.model.ruleset import hash_of
from mappings.records.tables import issue as issues
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    LEAD,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.frozen import freeze
from tests.pages.html_reader import Reader, value
from tests.pages.test_matrix import visitor
from tests.pages.test_score import stored_of
from tests.pages.test_visibility import secured

Q2 = {"from": "2026-04-01", "to": "2026-06-30"}
Q3 = {"from": "2026-07-01", "to": "2026-09-30"}
Q4 = {"from": "2026-10-01", "to": "2026-12-31"}
TODAY = date(2026, 11, 20)
OPENED = ("score", "owners.client", "taught_through", "cocreation", "exit_coverage.two_holders", "people_at_rung")


def ask(page_client: PageClient, who: str, path: str, figure: str, **query: str) -> Any:
    asked = {"engagement": ACME, "figure": figure, **Q3} | query
    return page_client.story_site.ask(account_of(who), path, **asked)


def table(answer: Any) -> list[dict[str, str]]:
    assert answer.status_code == 200, answer.text
    return list(csv.DictReader(io.StringIO(answer.data.decode("utf-8-sig"), newline="")))


def both_forms(
    page_client: PageClient, who: str, path: str, figure: str, **query: str
) -> tuple[list[dict[str, str]], Any]:
    made = (ask(page_client, who, f"{path}/export", figure, format=form, **query) for form in ("csv", "json"))
    rows, whole = next(made), next(made)
    return table(rows), json.loads(whole.data)


def menu(page_client: PageClient, who: str, **query: str) -> dict[str, str]:
    """The Export menu of a tab: address by the file's name."""
    buttons = page_client.read(page_client.content(who, **{"engagement": ACME} | query)).all("button")
    return {item["data-name"] or "": item["data-save"] or "" for item in buttons if item.get("class") == "link"
            and item.get("data-save")}  # fmt: skip


FIGURES = ["taught_share-{}.csv", "taught_share-{}.json", "tickets-{}.csv"]


def test_each_file_of_the_menu_comes_under_its_name(apart: PageClient) -> None:
    freeze(apart)
    reviews = [f"review-2026Q3.{form}" for form in ("pdf", "html", "csv", "json") if form != "pdf" or makes_pdf()]
    expected = {
        (LEAD, "overview", "2026Q3"): [*(name.format("2026Q3") for name in FIGURES), *reviews],
        (LEAD, "overview", "2026Q4"): [name.format("2026Q4") for name in FIGURES],
        (AGENCY_LEAD, "history", "2026Q3"): reviews,
        (MEMBER, "learning", "2026Q4"): ["my-ladder.csv", "my-ladder.json"],
        (AGENCY_LEAD, "objectives", "2026Q4"): [],
    }
    for (who, tab, period), names in expected.items():
        files = menu(apart, who, tab=tab, period=period)
        assert list(files) == [f"{ACME}-{name}" for name in names]
        for name, address in files.items():
            if name.endswith(".pdf"):
                continue
            answer = apart.follow(who, address)
            assert answer.status_code == 200, answer.text
            assert answer.headers["Content-Disposition"] == f"attachment; filename={name}"


# The list of an agency begins with what concerns it: "all" of 328 tickets were 45.
@pytest.mark.parametrize(("who", "engagement"), [
    (LEAD, ACME), (MEMBER, ACME), (AGENCY_LEAD, ACME), (AGENCY_MEMBER, ACME), (LEAD, BOLT), (OTHER_LEAD, BOLT),
])  # fmt: skip
def test_the_file_of_all_finished_tickets_has_all(page_client: PageClient, who: str, engagement: str) -> None:
    whole = table(page_client.story_site.ask(
        account_of(who), "/pages/tickets/export", engagement=engagement, period="2026Q3", own="0"
    ))  # fmt: skip
    address = f"/pages/tickets?engagement={engagement}&period=2026Q3&own=0"
    listed = page_client.read(page_client.follow(who, address)).text
    head = re.search(r"(\d+) tickets were finished", listed) or re.search(r"of (\d+) finished", listed)
    assert head
    for tab in ("overview", "tickets"):
        files = menu(page_client, who, engagement=engagement, tab=tab, period="2026Q3")
        rows = table(page_client.follow(who, files[f"{engagement}-tickets-2026Q3.csv"]))
        assert rows == whole
        finished = [row for row in rows if row["kind"] == "ticket" and "opened again" not in row["why"]]
        hidden = sum(int(row["title"].split()[0]) for row in rows if row["kind"] == "hidden")
        assert len(finished) + hidden == int(head[1])


@pytest.mark.parametrize("who", [LEAD, MEMBER, AGENCY_LEAD])
@pytest.mark.parametrize("figure", ["total", "taught", "taught_share", "own"])
def test_the_file_has_the_rows_of_the_drawer(page_client: PageClient, who: str, figure: str) -> None:
    rows, whole = both_forms(page_client, who, "/pages/figure", figure, **Q2)
    drawer = page_client.read(ask(page_client, who, "/pages/figure", figure, all="1", **Q2)).tables[0].rows[1:]
    # The file has exact parts: there is nothing to round.
    drawer = [row for row in drawer if row[0] != "Rounding"]
    mine = [row for row in rows if row["kind"] in {"ticket", "hidden"}]
    assert [row["ticket"] or row["title"] for row in mine] == [row[0] for row in drawer[:-1]]
    for ours, theirs in zip(mine, drawer, strict=False):
        # As printed the parts add up to the sum: one may be a step off its own rounding.
        assert abs(value(ours["part"]) - value(theirs[-1])) <= Fraction(1, 10)
    assert [row["ticket"] for row in whole["rows"]] == [row["ticket"] for row in mine]


@pytest.mark.parametrize("who", [LEAD, MEMBER, AGENCY_LEAD])
def test_the_rows_add_up_with_what_is_hidden(page_client: PageClient, who: str) -> None:
    for days in (Q2, Q3):
        rows, whole = both_forms(page_client, who, "/pages/figure", "agency", **days)
        parts = [float(row["part"]) for row in rows if row["kind"] in {"ticket", "hidden"}]
        assert sum(parts) == pytest.approx(float(rows[-1]["part"]), abs=1e-9)
        assert rows[-1]["kind"] == "sum"
        assert whole["sum"] == pytest.approx(sum(row["part"] for row in whole["rows"]), abs=1e-9)


def test_a_ticket_that_one_may_not_browse_is_in_the_last_row_alone(page_client: PageClient) -> None:
    _, key = secured(page_client)
    rows, whole = both_forms(page_client, MEMBER, "/pages/figure", "total", **Q2)
    assert key not in json.dumps([rows, whole])
    assert (rows[-2]["kind"], rows[-2]["title"]) == ("hidden", "1 ticket")
    assert rows[-2]["why"] == "You may not browse it in Jira."
    assert key in json.dumps(both_forms(page_client, LEAD, "/pages/figure", "total", **Q2))


def test_a_spreadsheet_reads_numbers_days_and_the_period(page_client: PageClient) -> None:
    rows, whole = both_forms(page_client, LEAD, "/pages/figure", "taught_share")
    first, *tickets, last = rows
    assert float(first["low"]) < float(first["value"]) < float(first["high"])
    assert (first["unit"], last["unit"]) == ("per cent", "points")
    assert all(re.fullmatch(r"2026-0[789]-\d\d", row["date"]) for row in tickets if row["kind"] == "ticket")
    assert float(first["value"]) == pytest.approx(100 * float(last["part"]) / float(last["weight"]))
    assert sum(float(row["weight"]) for row in tickets) == pytest.approx(float(last["weight"]))
    assert whole["value"]["text"] == first["why"]
    answer = ask(page_client, LEAD, "/pages/figure/export", "taught_share", format="csv")
    assert answer.headers["Content-Disposition"] == "attachment; filename=growth-acme-taught_share-2026Q3.csv"


@pytest.mark.parametrize("figure", OPENED)
def test_a_figure_of_the_score_is_exported_as_it_opens(page_client: PageClient, figure: str) -> None:
    place = f"objectives.ab-design.{figure}" if figure == "people_at_rung" else figure
    rows, whole = both_forms(page_client, LEAD, "/pages/figure", place)
    drawer = page_client.read(ask(page_client, LEAD, "/pages/figure", place))
    opened = drawer.tables[0].rows[1:-1] if drawer.tables else []
    assert len(rows) - 1 - bool(opened) == len(whole["rows"]) == len(opened)
    if opened:
        assert float(rows[-1]["part"]) == pytest.approx(sum(float(row["part"]) for row in rows[1:-1]), abs=1e-6)


def day_in(text: str) -> date:
    return datetime.strptime(text, "%d %b %Y").replace(tzinfo=UTC).date()


@pytest.mark.parametrize("quarter", [Q3, Q4])
@pytest.mark.parametrize(
    "figure", ["score", "score.change", "owners.joint", "taught_through", "crisis", "crisis_agency"]
)
def test_the_file_of_a_windows_figure_has_the_days_of_the_window(
    page_client: PageClient, figure: str, quarter: dict[str, str]
) -> None:
    """It had those of the quarter, of which a window of 180 days is another piece of time."""
    rows, whole = both_forms(page_client, LEAD, "/pages/figure", figure, **quarter)
    of = "score" if figure == "score.change" else figure
    first, last = _shown_days(ask(page_client, LEAD, "/pages/figure", of, **quarter).text, "Window")
    # The last day in a file is not included; a window that runs ends with today, whatever the quarter.
    assert last == (TODAY if quarter is Q4 else date(2026, 9, 30))
    assert {row["to"] for row in rows} == {whole["to"]} == {str(last + timedelta(days=1))}
    begins = date(2026, 5, 25) if figure == "score.change" else first
    assert {row["from"] for row in rows} == {whole["from"]} == {str(begins)}


def _shown_days(drawer: str, name: str) -> list[date]:
    (text,) = re.findall(rf"<dt>{name}</dt><dd>([^<]*)</dd>", drawer)
    return [day_in(part) for part in text.split(" to ")]


@pytest.mark.parametrize(("quarter", "counted"), [(Q3, date(2026, 9, 30)), (Q4, date(2026, 11, 16))])
def test_the_file_of_a_figure_about_people_has_the_days_that_were_counted(
    page_client: PageClient, quarter: dict[str, str], counted: date
) -> None:
    for figure, days in (("people_at_rung", 1), ("coverage", 1), ("burn_up", 1), ("independence", 180)):
        place = f"objectives.ab-design.{figure}"
        _, whole = both_forms(page_client, LEAD, "/pages/figure", place, **quarter)
        assert _shown_days(ask(page_client, LEAD, "/pages/figure", place, **quarter).text, "As of") == [counted]
        before = min(date.fromisoformat(whole["to"]), counted + timedelta(days=1)) - timedelta(days=days)
        assert whole["from"] == str(max(before, date(2026, 5, 25) if days > 1 else before)), figure
    _, whole = both_forms(page_client, LEAD, "/pages/figure", "exit_coverage.two_holders", **quarter)
    assert date.fromisoformat(whole["to"]) - date.fromisoformat(whole["from"]) == timedelta(days=90)
    # Units are of the period that was opened, which keeps its days also while it runs.
    _, whole = both_forms(page_client, LEAD, "/pages/figure", "taught", **quarter)
    after = date.fromisoformat(quarter["to"]) + timedelta(days=1)
    assert (whole["from"], whole["to"]) == (quarter["from"], str(after))


def test_the_value_names_rules_and_agreement_once(page_client: PageClient) -> None:
    stored = stored_of(page_client, ACME)
    rows, whole = both_forms(page_client, LEAD, "/pages/figure", "total")
    named = [(row["ruleset"], row["engagement_hash"]) for row in rows]
    assert named == [(hash_of(stored.rules), stored.hash)] + [("", "")] * (len(rows) - 1)
    assert (whole["ruleset"], whole["engagement_hash"]) == (hash_of(stored.rules), stored.hash)
    assert tuple(rows[0]) == COLUMNS


def test_the_same_question_gives_the_same_bytes(page_client: PageClient) -> None:
    for form in ("csv", "json"):
        first, second = (ask(page_client, LEAD, "/pages/figure/export", "total", format=form).data for _ in range(2))
        assert first == second


def test_a_title_that_would_be_a_formula_is_words(apart: PageClient) -> None:
    formula = '=HYPERLINK("http://x","y")'
    with apart.story_site.container.engine.begin() as connection:
        chosen = update(issues).where(issues.c.issue_id == apart.story_site.ids["nasty"])
        connection.execute(chosen.values(summary=formula))
    titles = [row["title"] for row in table(ask(apart, LEAD, "/pages/figure/export", "total", format="csv"))]
    assert f"'{formula}" in titles
    assert formula not in titles


@pytest.mark.parametrize("role", ["inhouse_lead", "agency_lead", "inhouse_member", "agency_member"])
@pytest.mark.parametrize("tickets", [False, True])
def test_by_a_link_tickets_are_named_only_where_it_says_so(page_client: PageClient, role: str, tickets: bool) -> None:
    get = visitor(page_client.story_site, role=role, tickets=tickets).get
    days = f"from={Q3['from']}&to={Q3['to']}"
    for form in ("csv", "json"):
        answer = get(f"/pages/figure/export?engagement={ACME}&figure=total&{days}&format={form}")
        assert answer.status_code == 200
        assert ("GROW-" in answer.text) is tickets
        assert "Aggregates" in answer.text or "made without tickets" in answer.text or tickets


@pytest.mark.parametrize("figure", ["total", "score"])
def test_who_may_not_open_a_drawer_gets_no_file(page_client: PageClient, figure: str) -> None:
    path = "/pages/figure"
    assert ask(page_client, STRANGER, f"{path}/export", figure, format="csv").status_code == 404
    assert ask(page_client, LEAD, f"{path}/export", figure, format="xlsx").status_code == 404
    narrow = {"from": "2026-07-01", "to": "2026-07-01", "format": "csv"}
    assert ask(page_client, LEAD, f"{path}/export", figure, **narrow).status_code == 400


def test_the_drawers_offer_both_files_and_their_addresses_open(page_client: PageClient) -> None:
    for path, figure in (("/pages/figure", "taught"), ("/pages/figure", "taught_through")):
        drawer = Reader(ask(page_client, LEAD, path, figure).text)
        offered = [button for button in drawer.all("button") if button.get("data-save")]
        assert [str(button["data-name"]).rpartition(".")[2] for button in offered] == ["csv", "json"]
        for button in offered:
            answer = page_client.follow(LEAD, str(button["data-save"]))
            assert answer.status_code == 200
            assert answer.headers["Content-Disposition"].startswith("attachment; filename=growth-acme-")
            assert answer.headers["Cache-Control"] == "no-store"


def test_a_unit_has_one_name_in_all_files(page_client: PageClient) -> None:
    """The list of tickets named the agreement's key, "story_points", and the file of a figure "points"."""
    figure, _ = both_forms(page_client, LEAD, "/pages/figure", "agency")
    tickets = table(
        page_client.story_site.ask(account_of(LEAD), "/pages/tickets/export", engagement=ACME, period="2026Q3")
    )
    assert len(tickets) > 20
    assert {row["unit"] for row in tickets} == {row["unit"] for row in figure} == {"points"}
