"""Every figure of the story, as every role: page, drawer, files, report and explain print the same, to the digit."""

import csv
import html
import io
import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pytest

from connector.figures.review import select_review
from connector.pages.agency.content import CLIENT_TEXTS
from mappings.formats.explain.index import explain
from mappings.formats.export.figure import HUNDRED
from mappings.formats.report.json_report import report
from mappings.formats.report.source import ReportSource
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.quarters import next_quarter
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.rounding import number_text, percent, shown, shown_sum
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    PageClient,
)
from tests.pages.html_reader import query
from tests.pages.test_score import stored_of

LINK = re.compile(r'<a class="fig[^>]*hx-get="(/pages/(?:gatekeeping/)?figure\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)
BIG = re.compile(r'<p class="(?:big|rule)">(.*?)</p>', re.DOTALL)
SENTENCES = ("If ", "Why it is not", "1 ticket is disputed")
"""Links that say in words what their drawer has in numbers."""
VIEWS = [
    (LEAD, ACME, "2026Q3"),
    (LEAD, ACME, "2026Q4"),
    (LEAD, ACME, "2026Q2"),
    (LEAD, BOLT, "2026Q3"),
    (MEMBER, ACME, "2026Q3"),
    (LEARNER, ACME, "2026Q4"),
    (AGENCY_LEAD, ACME, "2026Q3"),
    (AGENCY_MEMBER, ACME, "2026Q4"),
    (OTHER_LEAD, BOLT, "2026Q3"),
]
# What was delivered, in a unit that the reader chose.
OTHER_UNITS = [
    (LEAD, ACME, "2026Q3", "hours"), (AGENCY_LEAD, ACME, "2026Q3", "tickets"), (OTHER_LEAD, BOLT, "2026Q3", "hours"),
]  # fmt: skip


def text_of(source: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]*>", " ", source)).replace("\N{NO-BREAK SPACE}", " ").split())


def number(text: str) -> Decimal:
    return Decimal(text.replace(",", "").replace("−", "-"))


@dataclass
class Opened:
    """A link of a page with what it says, and everything that opens from it."""

    says: str
    drawer: str
    rows: list[dict[str, str]]
    whole: dict[str, Any]

    @property
    def headline(self) -> str:
        match = BIG.search(self.drawer)
        assert match is not None
        return text_of(match[1])

    def columns(self) -> list[tuple[list[Decimal], Decimal]]:
        """The numbers of each column of the table that has a sum, and the sum as printed."""
        table = re.search(r"<tbody>(.*?)</tbody>\s*<tfoot>(.*?)</tfoot>", self.drawer, re.DOTALL)
        if table is None:
            return []
        rows = [cells_of(row) for row in re.findall(r"<tr>(.*?)</tr>", table[1], re.DOTALL)]
        total = cells_of(table[2])
        return [([number(row[i]) for row in rows], number(end)) for i, end in enumerate(total) if end]


def cells_of(row: str) -> list[str]:
    return [text_of(cell) for cell in re.findall(r'<td class="num">(.*?)</td>', row, re.DOTALL)]


def opened(page_client: PageClient, who: str, engagement: str, period: str) -> Iterator[Opened]:
    """Open each link of the pages with figures once with what it says there, listing all rows."""
    asked = {"engagement": engagement, "period": period}
    tabs = [page_client.story_site.ask(account_of(who), f"/pages/{tab}", **asked) for tab in ("objectives", "agency")]
    # A tab that the viewer has not is not found.
    pages = [
        page_client.content(who, **asked, tab="overview"),
        *(answer for answer in tabs if answer.status_code != 404),
    ]
    assert {page.status_code for page in pages} == {200}
    links = {(html.unescape(address), text_of(says)) for page in pages for address, says in LINK.findall(page.text)}
    assert len(links) > 40
    yield from open_links(page_client, who, links)


def open_links(page_client: PageClient, who: str, links: set[tuple[str, str]]) -> Iterator[Opened]:
    for address, says in sorted(links):
        drawer = page_client.follow(who, f"{address}&all=1")
        assert drawer.status_code == 200, address
        export = address.replace("/figure?", "/figure/export?")
        table, whole = (page_client.follow(who, f"{export}&format={form}") for form in ("csv", "json"))
        rows = list(csv.DictReader(io.StringIO(table.data.decode("utf-8-sig"), newline="")))
        yield Opened(says, drawer.text, rows, json.loads(whole.data) | {"address": address})


@pytest.fixture(params=VIEWS, ids=" ".join)
def walk(request: pytest.FixtureRequest, page_client: PageClient) -> tuple[ReportSource, list[Opened]]:
    who, engagement, period = request.param
    first = date(int(period[:4]), 3 * int(period[-1]) - 2, 1)
    with page_client.story_site.container.reader.connect() as connection:
        source = select_review(
            connection, page_client.story_site.tenant_id, stored_of(page_client, engagement),
            first=first, end=next_quarter(first), as_of=page_client.story_site.clock.now(),
        )  # fmt: skip
    return source, list(opened(page_client, who, engagement, period))


def test_every_figure_is_the_same_wherever_it_is_printed(walk: tuple[ReportSource, list[Opened]]) -> None:
    source, figures = walk
    made = report(source)
    for link in figures:
        place = link.whole["address"]
        check_link(link, place)
        check_files(link, place)
        check_sums(link, place)
        if (
            "unit" not in query(place)
            and not link.whole["objective"]
            and link.whole["from"] == made["from"]
            and link.whole["to"] == made["to"]
        ):
            check_report(link, source, made)


@pytest.mark.parametrize("period", ["2026Q2", "2026Q3", "2026Q4"])
def test_a_gatekeepers_figures_open_into_what_makes_them(page_client: PageClient, period: str) -> None:
    page = page_client.follow(GATEKEEPER, f"/pages/gatekeeping?engagement={ACME}&period={period}").text
    links = {(html.unescape(address), text_of(says)) for address, says in LINK.findall(page)}
    # The first sentence opens its six numbers, too, where a ticket came to them.
    assert len(links) == (3 if period == "2026Q2" else 9)
    for link in open_links(page_client, GATEKEEPER, links):
        place = link.whole["address"]
        check_link(link, place)
        check_files(link, place)
        check_sums(link, place)
        # Of the score they read one dimension, and no ticket's evidence.
        assert "/pages/evidence" not in link.drawer
        assert not re.search(r"\b[Ss]core\b", link.drawer), place


@pytest.mark.parametrize("view", OTHER_UNITS, ids=" ".join)
def test_a_chosen_unit_is_that_of_every_figure_of_what_was_delivered(
    page_client: PageClient, view: tuple[str, ...]
) -> None:
    who, engagement, period, unit = view
    page = page_client.content(who, engagement=engagement, period=period, tab="overview", unit=unit).text
    with page_client.story_site.container.reader.connect() as connection:
        source = select_review(
            connection, page_client.story_site.tenant_id, stored_of(page_client, engagement),
            first=date(2026, 7, 1), end=date(2026, 10, 1), as_of=page_client.story_site.clock.now(),
        )  # fmt: skip
    links = {(html.unescape(address), text_of(says)) for address, says in LINK.findall(page)}
    chosen = {link for link in links if query(link[0]).get("unit") == unit}
    assert len(chosen) > 15
    assert {query(address)["figure"] for address, _ in links - chosen} > {"agency", "inhouse", "taught_share"}
    checked = set()
    for link in open_links(page_client, who, chosen):
        place = link.whole["address"]
        check_link(link, place)
        check_files(link, place)
        check_sums(link, place)
        kind = query(place)["figure"]
        assert link.whole["unit"] == ("tickets" if kind == "unsized" else unit), place
        if link.whole["from"] == "2026-07-01" and link.whole["to"] == "2026-10-01" and kind in BUCKETS:
            checked.add(kind)
            assert link.whole["value"]["number"] == pytest.approx(delivered(source, kind, unit), abs=1e-6), place
    # A bucket that is neither counted nor drawn is not in the legend.
    assert checked > {"done_only"}


BUCKETS: dict[str, tuple[str, ...]] = {
    "taught": ("agency",), "done_only": ("agency",), "gatekeeper": ("gatekeeper",), "other": ("other",),
    "unknown": ("unknown",), "conflict": ("conflict",), "rest": ("other", "unknown", "conflict"),
}  # fmt: skip


def delivered(source: ReportSource, kind: str, unit: str) -> float:
    """What a bucket holds by the shares and the sizes of each ticket."""
    total = 0.0
    for entry in (row.entry for row in source.rows):
        is_taught = not {2, 3}.isdisjoint(entry.kinds)
        if kind in {"taught", "done_only"} and is_taught != (kind == "taught"):
            continue
        size = {"tickets": 1.0, "hours": max(0, entry.sizes[1]) / BILLION}[unit]
        part = sum(entry.weights[SIDES.index(side)] for side in BUCKETS[kind])
        total += entry.sign * size * part / sum(entry.weights)
    return total


def check_link(link: Opened, place: str) -> None:
    """What is clicked is the headline of what opens."""
    if link.says.startswith(SENTENCES) or "disputed" in link.says:
        return
    if query(place)["figure"].rpartition(".")[2] in CLIENT_TEXTS and (basis := re.search(r"\d+ of \d+", link.says)):
        # How many of how many stands among the inputs of the figure that it is the basis of.
        assert basis[0] in text_of(link.drawer), place
        return
    asked = query(place)
    if asked["figure"] == "total" and re.fullmatch(r"\d\d?|[A-Z][a-z]{2} \d{4}", link.says):
        return  # the name of a week or a month
    headline = link.headline
    if headline == "–" and link.says.endswith("so far."):
        return  # why there is no figure
    if link.says == "–":
        assert headline == "–", place
    elif re.search(r"\d", link.says):
        says, opens = re.findall(r"[\d,.]*\d", link.says), re.findall(r"[\d,.]*\d", headline)
        assert opens, (place, link.says, headline)
        assert (opens[0] in says) or (len(opens) > 1 and set(says) <= set(opens)), (place, link.says, headline)
    else:
        assert link.says.lower() == headline, place


def check_files(link: Opened, place: str) -> None:
    """Both files have the value and the sum of the drawer, and each other's rows."""
    value, head = link.whole["value"], link.rows[0]
    # A file has a hyphen where a page has a minus sign.
    text = re.sub(r"^-", "−", text_of(value["text"]))
    assert text == (link.headline if not value["why_not"] else "not published"), place
    assert (head["value"] or None) == (None if value["number"] is None else repr(value["number"])), place
    if value["number"] is not None:
        rounded = {number_text(shown(value["number"], places)) for places in (0, 1)}
        assert re.findall(r"-?[\d,.]*\d", value["text"])[0] in rounded, place
    parts = [row for row in link.rows if row["kind"] in {"ticket", "part", "hidden"}]
    assert [row["part"] for row in parts] == [repr(row["part"]) for row in link.whole["rows"]], place
    if link.whole["sum"] is not None:
        assert sum(row["part"] for row in link.whole["rows"]) == pytest.approx(link.whole["sum"], abs=1e-6), place
        assert float(link.rows[-1]["part"]) == link.whole["sum"], place


def check_sums(link: Opened, place: str) -> None:
    """The rows add up to their sum as printed, and the sum is that of the files."""
    for printed, total in link.columns():
        assert sum(printed) == total, (place, printed, total)
    if link.columns():
        # A sum of points of 100 rounds to the headline's figure.
        total = link.whole["sum"]
        assert link.columns()[-1][1] == (shown_sum(total) if link.whole["unit"] == HUNDRED else shown(total)), place


def check_report(link: Opened, source: ReportSource, made: dict[str, Any]) -> None:
    """The report has the same value, and so has `explain`."""
    path, value = link.whole["figure"], link.whole["value"]
    line = explain(source, path).splitlines()[1]
    assert line.startswith((value["why_not"] and f"not published: {value['why_not']}") or value["text"]), path
    if path in {"units.tickets", "units.unsized", "units.rest", "units.not_known"}:
        return
    stored = kept_value(made, path)
    if isinstance(stored, str):
        assert stored == value["text"], path
    elif isinstance(stored, float | int):
        assert stored in (pytest.approx(value["number"]), pytest.approx((value["number"] or 0) / 100)), path
    elif stored is None:
        assert value["number"] is None, path


def kept_value(made: dict[str, Any], path: str) -> Any:
    """The figure at a path of the report."""
    issue_rows: Any = made
    for name in path.split("."):
        if isinstance(issue_rows, dict) and name in issue_rows:
            issue_rows = issue_rows[name]
        else:
            rows = (
                issue_rows
                if isinstance(issue_rows, list)
                else [*issue_rows["components"], *issue_rows.get("sides", ())]
            )
            issue_rows = next(row for row in rows if row["key"] == name)
    return (
        issue_rows.get("value", issue_rows.get("score"))
        if isinstance(issue_rows, dict) and path != "exit_coverage"
        else issue_rows
    )


def test_a_past_quarter_has_the_exit_coverage_of_its_end(page_client: PageClient) -> None:
    """Not today's: three quarters, three instants, and each the one of its report."""
    match = {}
    for period in ("2026Q2", "2026Q3", "2026Q4"):
        page = text_of(page_client.content(LEAD, engagement=ACME, period=period).text)
        # A period that is over is named by its last day.
        as_of = re.search(r"90 days (?:before|to) (\d+ [A-Z][a-z]+)", page)
        match[period] = as_of[1] if as_of else ""
    today = page_client.story_site.story.clock.day(page_client.story_site.clock.now())
    monday = today - timedelta(days=today.weekday())
    assert match == {"2026Q2": "30 Jun", "2026Q3": "30 Sep", "2026Q4": f"{monday.day} {monday:%b}"}
    assert percent(0.5) == 50
