"""A figure with many tickets: its drawer has the latest and one row for the others, its file all, page after page."""

import csv
import io
import json
import re
from collections.abc import Mapping
from typing import Any

import pytest
from sqlalchemy import Connection

from connector.auth.access import EngagementView
from connector.figures.scores import ON_TICKETS
from connector.jira.client import JiraError
from connector.pages.drawer import source, ticket_lines, views
from connector.pages.drawer.figure_file import FigureFile
from connector.pages.drawer.source import Question, select_source
from connector.pages.drawer.ticket_lines import Explain
from connector.pages.gatekeeping import figures as gatekeeping
from connector.web import file_stream
from connector.web.gate import caller
from mappings.formats.explain.units import BUCKETS, SUMMED, TICKET_COUNTS
from mappings.measure.score.dimensions import PARTS
from mappings.records.facts.issues import IssueLabel, select_labels
from tests.pages.conftest import ACME, GATEKEEPER, LEAD, MEMBER, PageClient
from tests.pages.html_reader import Reader, squeeze, value
from tests.pages.test_matrix import visitor

QUARTER = "from=2026-07-01&to=2026-09-30"
FIGURES = (
    "taught_share", "units.total", "units.agency", "units.inhouse_own", "units.handed_over", "units.rest",
    "units.tickets", "units.total&objective=ab-design", "dimensions.teaching.taught_through",
    "dimensions.embedding.workflow_checks", "dimensions.reciprocity.brief_stable",
)  # fmt: skip
EARLIER = "All that was before these"
LISTED = "Those that you may see are listed one by one in the files below."


def list_latest(monkeypatch: pytest.MonkeyPatch, tickets: int) -> None:
    """Let a drawer list so many tickets, as of a period with very many."""
    monkeypatch.setattr(source, "WHOLE", tickets)
    monkeypatch.setattr(source, "LATEST", tickets)


@pytest.mark.parametrize("figure", FIGURES)
def test_a_long_list_has_the_latest_and_one_row_for_the_others(
    page_client: PageClient, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/pages/figure?engagement={ACME}&figure={figure}&{QUARTER}&all=1"
    whole = page_client.read(page_client.follow(LEAD, address))
    list_latest(monkeypatch, 5)
    latest = page_client.read(page_client.follow(LEAD, address))
    # What tickets rounded by themselves lack of the sum is no part.
    names = [row[0] for row in latest.tables[0].rows if row[0] != "Rounding"]
    # After the tickets that it comes before, above the sum.
    assert EARLIER in names[-2]
    assert not any(EARLIER in row[0] for row in whole.tables[0].rows)
    assert latest.tables[0].rows[-1] == whole.tables[0].rows[-1], "the sum is that of all tickets"
    assert len(names) < len(whole.tables[0].rows)
    listed = [row[0] for row in whole.tables[0].rows]
    assert [name for name in names if EARLIER not in name and name not in listed] == []


@pytest.mark.parametrize("figure", ["units.unsized", "units.handed_over", "units.total"])
def test_a_period_of_some_hundred_tickets_is_listed_whole(
    page_client: PageClient, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Of four tickets without a size three were in the row of all before: the latest were those of the period."""
    address = f"/pages/figure?engagement={ACME}&figure={figure}&{QUARTER}&all=1"
    monkeypatch.setattr(source, "LATEST", 5)
    drawer = page_client.read(page_client.follow(LEAD, address))
    rows = drawer.tables[0].rows
    assert not any(EARLIER in row[0] for row in rows)
    if figure == "units.unsized":
        assert value(rows[-1][-1]) == len({row[0] for row in rows if row[0].startswith("GROW-")})
    else:
        # As of a period with few: so many tickets count.
        assert re.search(r"Tickets \d+ ticket", squeeze(drawer.text)), drawer.text


@pytest.mark.parametrize("figure", ["units.total", "taught_share"])
def test_a_drawer_and_its_file_hide_the_same_tickets(
    page_client: PageClient, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(source, "LATEST", 5)
    place = f"engagement={ACME}&figure={figure}&from=2026-04-01&to=2026-06-30"
    rows = page_client.read(page_client.follow(MEMBER, f"/pages/figure?{place}&all=1")).tables[0].rows
    file = json.loads(content(page_client, MEMBER, f"/pages/figure/export?{place}&format=json"))
    hidden = next(row for row in rows if "may not browse" in row[1])
    own = next(row for row in file["rows"] if row["kind"] == "hidden")
    assert (hidden[0], float(value(hidden[-1]))) == (own["title"], pytest.approx(own["part"], abs=0.1))


@pytest.mark.parametrize(("tickets", "words"), [(True, LISTED), (False, "")])
def test_what_was_before_is_told_to_be_in_the_files_to_whom_it_is(
    page_client: PageClient, monkeypatch: pytest.MonkeyPatch, *, tickets: bool, words: str
) -> None:
    list_latest(monkeypatch, 5)
    get = visitor(page_client.story_site, role="inhouse_lead", tickets=tickets).get
    rows = Reader(get(f"/pages/figure?engagement={ACME}&figure=units.total&{QUARTER}").text).tables[0].rows
    assert next(row[1] for row in rows if EARLIER in row[0]) == words


def whole_file(connection: Connection, question: Question, explain: Explain, *_: Any) -> FigureFile:
    """Return a file as it is without pages: its value and its rows of all tickets, read at once."""
    whole = select_source(connection, question)
    figure = explain(whole)
    tickets = [line for line in reversed(figure.lines) if line.issue_id]
    labels = select_labels(connection, caller().tenant_id, {line.issue_id for line in tickets})
    others = tuple(line for line in figure.lines if not line.issue_id)
    return FigureFile(question, whole, figure, others, [(tickets, labels)] if tickets else [])


OF_UNITS = [f"units.{name}" for name in (*BUCKETS, *SUMMED, *TICKET_COUNTS, "unsized_issues")]
OF_SCORES = [f"dimensions.{PARTS[key].dimension}.{key}" for key in (*PARTS,) if key in {*ON_TICKETS, "proposal_rate"}]
FILES = [
    "taught_share", *OF_UNITS, "units.agency&objective=ab-design", "units.tickets&objective=ab-design",
    "units.total&unit=tickets", "units.tickets&unit=hours", *OF_SCORES, "learners_offered", "score", "coverage",
    "dimensions.crisis.crisis_agency", "dimensions.agreement.cocreation",
]  # fmt: skip


@pytest.mark.parametrize("form", ["csv", "json"])
@pytest.mark.parametrize("who", [LEAD, MEMBER])
def test_a_file_read_in_pages_is_the_one_read_at_once(
    page_client: PageClient, who: str, form: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ticket_lines, "PAGE_ROWS", 7)
    quarters = (QUARTER, "from=2026-04-01&to=2026-06-30")
    places = [f"figure={name}&{days}&format={form}" for name in FILES for days in quarters]
    addresses = [f"/pages/figure/export?engagement={ACME}&{place}" for place in places]
    in_pages = {address: content(page_client, who, address) for address in addresses}
    monkeypatch.setattr(source, "LATEST", 1_000_000)
    monkeypatch.setattr(views, "select_file", whole_file)
    assert in_pages == {address: content(page_client, who, address) for address in addresses}
    # Many have pages enough.
    assert sum(file.count(b"GROW-") > 14 for file in in_pages.values()) > 10


def content(page_client: PageClient, who: str, address: str) -> bytes:
    answer = page_client.follow(who, address)
    assert answer.status_code in {200, 404}, (address, answer.text)
    return answer.data


@pytest.mark.parametrize("figure", ["early", "answers", "first_pass"])
def test_so_is_that_of_a_gatekeeper(page_client: PageClient, figure: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ticket_lines, "PAGE_ROWS", 3)
    address = f"/pages/gatekeeping/figure/export?engagement={ACME}&figure={figure}&{QUARTER}&format=json"
    in_pages = content(page_client, GATEKEEPER, address)
    monkeypatch.setattr(source, "LATEST", 1_000_000)
    monkeypatch.setattr(gatekeeping, "select_file", whole_file)
    assert in_pages == content(page_client, GATEKEEPER, address)


SHARE = f"/pages/figure/export?engagement={ACME}&figure=taught_share&{QUARTER}&format="


def test_where_jira_is_away_there_is_no_file_of_a_figure(apart: PageClient) -> None:
    assert apart.follow(LEAD, f"{SHARE}csv").status_code == 200
    apart.story_site.site.faults.fail("permissions", status=403, times=10_000)
    apart.story_site.clock.at += 3600 * 1_000_000
    assert apart.follow(LEAD, f"{SHARE}csv").status_code == 503


def test_a_file_that_jira_does_not_let_end_says_so(page_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    pages_read, see = list[int](), views.visible_strictly

    def fail_later(view: EngagementView, labels: Mapping[int, IssueLabel]) -> tuple[frozenset[int], str]:
        pages_read.append(1)
        if len(pages_read) % 3 == 0:
            raise JiraError("does not answer", permanent=False)
        return see(view, labels)

    monkeypatch.setattr(ticket_lines, "PAGE_ROWS", 4)
    monkeypatch.setattr(file_stream, "BLOCK", 1)
    monkeypatch.setattr(views, "visible_strictly", fail_later)
    table, text = (page_client.follow(LEAD, f"{SHARE}{form}") for form in ("csv", "json"))
    kinds = [row["kind"] for row in csv.DictReader(io.StringIO(table.data.decode("utf-8-sig")))]
    assert (kinds[0], kinds[-2:]) == ("value", ["ticket", "incomplete"])
    assert len(kinds) < 10
    assert '"incomplete"' in text.text
    with pytest.raises(json.JSONDecodeError):
        json.loads(text.data)
