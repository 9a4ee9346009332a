"""The parts of a ticket add up to its size as printed: in its panel, its opened row and drawer, and the list."""

import html
import re
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st
from msgspec.structs import replace

from connector.pages.ticket_parts import printed
from connector.pages.tickets.finished import Finished
from connector.pages.tickets.rows import foot_amounts, reopened_text
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import BILLION, Entry
from mappings.measure.period.printed_parts import printed_shares
from mappings.measure.period.rounding import shown
from tests.jira.story.objectives import POINTS_FIELD
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, LEAD, PageClient
from tests.pages.html_reader import text_of

BUCKETS = "taught|done only|handed over|own|other agency|gatekeeper|unknown|others"
# The panel names the only bucket of a ticket before the sentence.
AMOUNTS = re.compile(rf"(-?[\d.]+) points?(?: (?:{BUCKETS})|$)")


def done_tickets(page_client: PageClient) -> list[tuple[int, str]]:
    """Tickets that were done once, by id and key."""
    story = page_client.story_site
    ids = [story.ids[planted.ref] for planted in story.story.planted.values() if len(planted.ledger(ACME)) == 1]
    return [(i, story.site.issues[i].key) for i in ids if i in story.site.issues and not story.site.issues[i].security]


def amounts_of(text: str) -> Decimal:
    sentence = re.search(r"It gave ([^<]*)\.(?:<| |$)", text.replace("\N{NO-BREAK SPACE}", " "))
    assert sentence, text
    return sum(map(Decimal, AMOUNTS.findall(sentence[1])), Decimal(0))


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_the_parts_of_a_ticket_add_up_to_its_size_wherever_they_are_printed(page_client: PageClient, who: str) -> None:
    looked_at = 0
    for issue_id, key in done_tickets(page_client):
        if not key.startswith("GROW"):
            continue
        panel = page_client.follow(who, f"/pages/panel/content?issue={issue_id}").text
        size = re.search(r"<dt>Size</dt><dd>([\d.]+) points?(?!.*not sized)", panel)
        if "It gave" not in panel or size is None:
            continue
        where = {"engagement": ACME, "issue": str(issue_id)}
        shown = [panel] + [
            page_client.story_site.ask(account_of(who), address, **where).text
            for address in ("/pages/tickets/evidence", "/pages/evidence")
        ]
        assert [amounts_of(text) for text in shown] == [Decimal(size[1])] * 3, key
        looked_at += 1
    assert looked_at > 10


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_the_rows_of_the_list_add_up_to_the_sizes_of_their_tickets_and_with_their_rounding_to_its_foot(
    page_client: PageClient, who: str
) -> None:
    query = {"engagement": ACME, "period": "2026Q3", "own": "0"}
    page = page_client.story_site.ask(account_of(who), "/pages/tickets", **query).text
    assert "<b>-" not in page, "pages have a minus sign, not a hyphen"
    answer = page.replace("\N{NO-BREAK SPACE}", " ").replace("\N{MINUS SIGN}", "-")
    columns: dict[str, Decimal] = {}
    divided = 0
    for row in re.findall(r"(?s)<tbody.*?</tbody>", answer):
        parts = [(name, Decimal(amount)) for name, amount in re.findall(r"</svg>([^<]+?) <b>(-?[\d.]+)", row)]
        if key := re.search(r"Evidence of (GROW-\d+)", row):
            points = Decimal(str(page_client.story_site.site.issue(key[1]).fields.get(POINTS_FIELD) or 0))
            # What was opened again in the period gave nothing.
            assert sum(amount for _, amount in parts) in {points, 0}, (key[1], parts)
            divided += len(parts) > 1 and any(amount % 1 for _, amount in parts)
        for name, amount in parts:
            columns[name] = columns.get(name, Decimal(0)) + amount
    assert divided
    foot_row = answer[answer.index("<tfoot>") :]
    foot = re.findall(r"</svg>([^<]+?) <b>(-?[\d.]+)", foot_row)
    total = re.search(r"([\d.]+)(?: of [\d.]+)? points", foot_row)
    assert total
    adds_up = sum(Decimal(amount) for _, amount in foot) == Decimal(total[1])
    assert ("Each amount is rounded on its own" in text_of(answer[answer.index("<tfoot>") :])) != adds_up
    assert {name: Decimal(amount) for name, amount in foot} == {
        name: amount for name, amount in columns.items() if amount
    }


@given(st.lists(st.tuples(st.integers(-60, 60), st.integers(1, 99)), max_size=40), st.integers(2, 7))
def test_each_sum_of_the_foot_is_rounded_alone_and_its_rows_with_their_rounding_add_up_to_it(
    sizes: list[tuple[int, int]], number: int
) -> None:
    kinds = KINDS[:number]
    tickets = [ticket_of(kinds, points * BILLION // 10, share) for points, share in sizes]
    sums, rounding = foot_amounts(tickets, kinds)
    for kind in kinds:
        rows = sum((ticket.printed[kind] for ticket in tickets), Decimal(0))
        assert rows + rounding[kind] == sums.get(kind, Decimal(0))
        assert sums.get(kind, Decimal(0)) == shown(sum(ticket.parts[kind] for ticket in tickets) / BILLION)


KINDS = ("taught", "done_only", "handed_over", "own", "gatekeeper", "other", "unknown")
ENTRY = Entry(1, 1, 1, 0, 0, 0, True, "active_assignee", (), (), (), 0)


def ticket_of(kinds: tuple[str, ...], size: int, share: int) -> Finished:
    """A ticket of which one part is `share` per cent, and the others what is left, in equal parts but for the last."""
    first = size * share // 100
    each = (size - first) // (len(kinds) - 1)
    cells = [first, *[each] * (len(kinds) - 2)]
    parts = dict(zip(kinds, [*cells, size - sum(cells)], strict=True))
    return Finished(1, ENTRY, ENTRY, 0, parts, dict.fromkeys(kinds, Decimal(0)) | printed(parts))


def test_a_ticket_that_is_open_again_is_left_with_what_its_row_prints() -> None:
    """1.14 given and 0.06 taken back are 1.08 exactly: 1.1 was said beside a row of 1."""
    entry = replace(ENTRY, sign=-1)
    row = {"own": Decimal("1.0")}
    ticket = Finished(1, entry, entry, 0, {"own": 1_080_000_000}, row, Decimal("1.1"))
    assert reopened_text(ticket) == "opened again: 1.1 given and 0.1 taken back in the period make 1"


# What drawers say of buckets, by the name that the list has for each.
FIGURES = {"Taught": "taught", "Done only": "done_only", "Handed over": "handed_over", "Own": "inhouse_own"}


def listed(page_client: PageClient, who: str, **filters: str) -> dict[tuple[str, str], Decimal]:
    """The amounts of each ticket and bucket on all pages of the list."""
    asked = {"engagement": ACME, "period": "2026Q3", "own": "0", **filters}
    answers = [page_client.story_site.ask(account_of(who), "/pages/tickets", **asked).text]
    while more := re.search(r'href="(/pages/tickets\?[^"]*before=[^"]*)"[^>]*>Older tickets', answers[-1]):
        answers.append(page_client.follow(who, html.unescape(more[1])).text)
    amounts_by_place: dict[tuple[str, str], Decimal] = {}
    for row in re.findall(r"(?s)<tbody.*?</tbody>", "".join(answers).replace("\N{MINUS SIGN}", "-")):
        if key := re.search(r"Evidence of ([A-Z]+-\d+)", row):
            amounts = re.findall(r"</svg>([^<]+?) <b>(-?[\d.]+)", row)
            amounts_by_place |= {(key[1], name): Decimal(amount) for name, amount in amounts if Decimal(amount)}
    return amounts_by_place


def opened(page_client: PageClient, who: str, name: str, **of: str) -> dict[tuple[str, str], Decimal]:
    """The amounts of each ticket in the drawer of a bucket."""
    query = {"engagement": ACME, "figure": FIGURES[name], "from": "2026-07-01", "to": "2026-09-30", "all": "1", **of}
    drawer = page_client.story_site.ask(account_of(who), "/pages/figure", **query).text
    amounts_by_place: dict[tuple[str, str], Decimal] = {}
    for row in re.findall(r"(?s)<tr>.*?</tr>", drawer):
        if (key := re.search(r">([A-Z]+-\d+)<", row)) and (amount := re.search(r'<td class="num">([^<]*)</td>', row)):
            place = (key[1], name)
            amounts_by_place[place] = amounts_by_place.get(place, Decimal(0)) + Decimal(
                amount[1].replace("\N{MINUS SIGN}", "-")
            )
    return {place: amount for place, amount in amounts_by_place.items() if amount}


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_a_tickets_amounts_are_printed_equal_wherever_it_stands(page_client: PageClient, who: str) -> None:
    whole = listed(page_client, who)
    assert sum(amount % 1 != 0 for amount in whole.values()) > 10
    for filters in ({"objective": "-"}, {"kind": "taught"}, {"kind": "own"}):
        few = listed(page_client, who, **filters)
        assert few
        assert few.items() <= whole.items()
    # Of a ticket with several objectives each has its part, as where the objective's amount opens.
    part = listed(page_client, who, objective="tracking")
    assert part.keys() <= whole.keys()
    for name in FIGURES:
        assert opened(page_client, who, name) == {place: each for place, each in whole.items() if place[1] == name}
        of_objective = opened(page_client, who, name, objective="tracking")
        assert of_objective == {place: each for place, each in part.items() if place[1] == name}


def test_shares_in_per_cent_add_up_to_all() -> None:
    assert printed_shares((5, 0, 3, 0, 0, 0)) == {"agency": 63, "inhouse": 37}
    assert printed_shares((0, 0, 0, 0, 0, 0)) == {}


def test_a_share_reads_equal_for_whoever_tells_others_apart_and_whoever_does_not() -> None:
    """What an agency may not tell apart is rounded together first: else it read 33 % of what others read as 34 %."""
    sides = dict(zip(SIDES, (334, 333, 0, 0, 333, 0), strict=True))
    shares = printed_shares([*sides.values()])
    assert shares["agency"] == 33
    assert shares["other"] + shares["unknown"] == 67
