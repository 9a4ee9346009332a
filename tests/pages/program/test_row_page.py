"""A program of more engagements than one compares at a time: its rows come by pages, its sums are those of all."""

import csv
import json
import re
from functools import partial

import pytest

from connector.pages.program.row_page import ROWS
from tests.jira.story.people import account_of
from tests.pages.conftest import PageClient
from tests.pages.html_reader import Reader
from tests.pages.program.conftest import MANY
from tests.pages.program.test_program import ADMIN, content

NEXT = re.compile(r'href="#content" hx-get="([^"]+first=[^"]+)"[^>]*>(Earlier|Later) in the alphabet')
TOTAL = MANY + 2


def named(page: str, caption: str) -> list[str]:
    """The first cells of the rows of a table, without its head and foot."""
    body = page.split(caption)[1].split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]
    return [re.sub(r"<[^>]*>", "", row) for row in re.findall(r'<th scope="row">(?:<a [^>]*>)?([^<]*)', body)]


def links(page: str) -> dict[str, str]:
    return {name: address.replace("&amp;", "&") for address, name in NEXT.findall(page)}


@pytest.mark.parametrize(
    "caption",
    ["Taught share, integration and exit coverage of each", "Objectives by coverage"],
)
def test_each_engagement_has_its_row_on_one_page(many: PageClient, caption: str) -> None:
    page, seen = content(many, ADMIN, period="2026Q3"), list[str]()
    while True:
        rows = named(page, caption)
        assert len(rows) <= ROWS
        assert (
            f"Engagements {len(seen) + 1} to {len(seen) + len(rows)} of {TOTAL}, in alphabetical" in Reader(page).text
        )
        seen += rows
        if "Later" not in links(page):
            break
        page = many.story_site.ask(account_of(ADMIN), links(page)["Later"]).text
    assert seen == [*(f"Growth {number:02}" for number in range(MANY)), "Growth and Acme", "Growth and Bolt"]
    back = many.story_site.ask(account_of(ADMIN), links(page)["Earlier"]).text
    assert named(back, caption) == seen[ROWS : 2 * ROWS]


def test_rows_and_those_that_are_left_out_add_up_to_all(many: PageClient) -> None:
    first = content(many, ADMIN, period="2026Q3")
    last = content(many, ADMIN, period="2026Q3", first="growth-acme")
    # Those that proposed something have a row of their own.
    for page, left_out in ((first, TOTAL), (last, TOTAL - 2)):
        table = page.split("Proposals by agencies")[1].split("</table>")[0]
        rows = [
            [int(number) if number.isdigit() else 0 for number in re.findall(r'<td class="num"[^>]*>([^<]*)', row)]
            for row in table.split("<tr>")[2:]
        ]
        assert f"{left_out} engagements more" in table
        assert [sum(column) for column in zip(*rows[:-1], strict=True)] == rows[-1]
        assert sum(rows[-1]) > 0
    # The sums above do not depend on the page.
    assert (
        Reader(first).text.split("Engagements side by side")[0]
        == Reader(last).text.split("Engagements side by side")[0]
    )


def test_an_engagement_outside_the_limits_stands_on_every_page(
    many: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.pages.program.charts.funnel_limits", lambda *_: (1.0, 1.0))
    page = content(many, ADMIN, period="2026Q3")
    assert "Growth and Acme" not in named(page, "Objectives by coverage")
    funnel = page.split('id="funnel"')[1].split("</section>")[0]
    assert re.findall(r'<th scope="row">([^<]*)', funnel) == ["Growth and Acme", "Growth and Bolt"]


def test_a_first_engagement_that_is_not_there_is_the_first_page(many: PageClient) -> None:
    assert content(many, ADMIN, period="2026Q3", first="nobody") == content(many, ADMIN, period="2026Q3")


def test_what_is_not_measured_yet_is_in_no_sum_and_has_one_reason(many: PageClient) -> None:
    page = Reader(content(many, ADMIN, period="2026Q3")).text
    assert "the agencies of two engagements delivered" in page
    assert f"Not measured yet, and in no sum: {MANY} engagements." in page
    assert "Not in this quarter" not in page
    # They were set up after the quarter was recorded.
    assert "not recorded" not in page


def test_an_engagement_alone_that_is_not_measured_yet_has_no_noughts(many: PageClient) -> None:
    page = Reader(content(many, ADMIN, period="2026Q4", engagement="more-00")).text
    assert "Growth 00 is being measured. The first figures come in some minutes." in page
    assert "delivered" not in page


@pytest.mark.parametrize(("query", "state"), [({}, "not_measured_yet"), ({"figures": "recorded"}, "not_recorded")])
def test_the_files_say_of_each_engagement_without_figures_why(
    many: PageClient, query: dict[str, str], state: str
) -> None:
    place = {"period": "2026Q3", **query}
    ask = partial(many.story_site.ask, account_of(ADMIN), "/pages/program/download", **place)
    packed = json.loads(ask(format="json").text)["rows"]
    lines = list(csv.DictReader(ask(format="csv").data.decode("utf-8-sig").splitlines()))
    for rows in (packed, lines):
        bare = [row for row in rows if row["state"] == state and row["quarter"] == "Q3 2026"]
        assert [row["name"] for row in bare] == [f"Growth {number:02}" for number in range(MANY)]
        assert not any(row["delivered"] or row["tickets"] for row in bare)
        assert all(row["tickets"] for row in rows if row["state"] == "measured")
    assert [row["state"] for row in packed] == [row["state"] for row in lines]
