"""Tickets of one objective: what they give to it, as Objectives counts it, in rows, foot and file."""

import csv
import html
import io
import re
from decimal import Decimal

from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.period.rounding import shown
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.pages.conftest import ACME, LEAD, PageClient
from tests.pages.html_reader import text_of
from tests.pages.tickets.test_tickets import FOOT, amounts

BUCKETS = {"Taught": "taught", "Done only": "done_only", "Handed over": "handed_over", "Own": "own"}
PART = re.compile(r"listed is the part of ([^,]+), of ([\d.]+) points? in all")


def objective_rows(page_client: PageClient, period: str) -> dict[str, dict[str, str]]:
    """The rows of Tickets by objective: each name with what stands in its columns."""
    page = page_client.objectives(LEAD, period=period).text
    table = page[page.index("Objectives and their tickets") :]
    rows = {}
    for name, cells in re.findall(r'(?s)<tr><th scope="row">([^<]+)(.*?)</tr>', table[: table.index("<tfoot>")]):
        texts = {label: text_of(cell) for label, cell in re.findall(r'(?s)data-label="([^"]+)">(.*?)</td>', cells)}
        rows[html.unescape(name)] = {label: text.split()[0] for label, text in texts.items() if text}
    return rows


def test_tickets_of_an_objective_give_what_objectives_says(page_client: PageClient) -> None:
    """Of a ticket with two objectives the list had all, and Objectives the half of each."""
    agreed, shared = read_engagement(engagement_file(page_client.story_site.story, ACME)).objectives, 0
    for period in ("2026Q3", "2026Q4"):
        rows = objective_rows(page_client, period)
        for key, name in [*((item.key, item.name) for item in agreed), ("-", "Without objective")]:
            query = {"engagement": ACME, "period": period, "own": "0", "objective": key}
            file = page_client.story_site.ask(account_of(LEAD), "/pages/tickets/export", **query).text
            lines = list(csv.DictReader(io.StringIO(file.removeprefix("\ufeff"))))
            sums = {label: sum(Decimal(line[kind] or 0) for line in lines) for label, kind in BUCKETS.items()}
            own = {label: Decimal(text.replace(",", "")) for label, text in rows[name].items() if label in BUCKETS}
            assert {label: shown(float(amount)) for label, amount in sums.items()} == own, (period, name)
            page = page_client.story_site.ask(account_of(LEAD), "/pages/tickets", **query).text
            if "Older tickets" not in page:
                foot = FOOT.findall(page)[0]
                assert {kind: amount for kind, amount in amounts(foot).items() if kind in BUCKETS} == {
                    label: amount for label, amount in own.items() if amount
                }
                number = re.search(r"(\d+) tickets?", text_of(foot))
                assert number
                assert rows[name]["Tickets"] in {number[1], "list"}
            for row in re.findall(r"(?s)<tbody.*?</tbody>", page):
                if part := PART.search(text_of(row)):
                    shared += 1
                    assert part[1] == name
                    assert sum(amounts(row).values()) != Decimal(part[2])
            assert ("listed is the part" in file) == any("listed is the part" in line["why"] for line in lines)
    assert shared
