"""What was delivered is printed equal wherever it stands: tabs, drawers, reviews, files and the terminal."""

import html
import json
import re
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, timedelta
from fractions import Fraction
from typing import Any

import pytest

from connector.commands.figures.report_text import report_text
from connector.text import KIND_NAMES
from mappings.measure.period.rounding import shown, shown_parts
from mappings.records.figures.snapshots import select_body
from mappings.records.sql.scope import AgreementScope
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, LEAD, OTHER_LEAD, PageClient
from tests.pages.html_reader import Reader, Table, legend, query, text_of, value

READERS = [(LEAD, ACME), (AGENCY_LEAD, ACME), (LEAD, BOLT), (OTHER_LEAD, BOLT)]
QUARTERS = {"2026Q2": date(2026, 7, 1), "2026Q3": date(2026, 10, 1)}
CASES = [(who, engagement, quarter) for who, engagement in READERS for quarter in QUARTERS]
MONTHS = {"2026Q2": ("Apr", "May", "Jun"), "2026Q3": ("Jul", "Aug", "Sep")}
# The same bucket in reports, and on pages of one engagement.
KEYS = {"inhouse_own": "own"}
NAMES = {str(name): kind for kind, name in KIND_NAMES.items()}
AGENCY, INHOUSE = ("taught", "done_only"), ("handed_over", "own")
OTHERS = ("other", "gatekeeper", "rest", "unknown", "conflict")
NOTE = "Each amount is rounded on its own: added up, the parts can differ from their sum by 0.1 or more."
Amounts = dict[str, Fraction]


def pack_of(frozen: PageClient, who: str, engagement: str, quarter: str) -> dict[str, Any]:
    address = f"/pages/review/file?engagement={engagement}&period={quarter}&format=json"
    pack: dict[str, Any] = json.loads(frozen.follow(who, address).data)
    return pack


def exact(units: Mapping[str, Any]) -> dict[str, float]:
    """The amounts of a pack by bucket, at full precision."""
    named = {KEYS.get(key, key): amount for key, amount in units.items()}
    return {kind: named[kind] for kind in (*AGENCY, *INHOUSE, *OTHERS) if kind in named}


def printed(amounts: Mapping[str, float]) -> Amounts:
    return {kind: Fraction(shown(amount)) for kind, amount in amounts.items() if shown(amount)}


def fitted(amounts: Mapping[str, float]) -> Amounts:
    """The same so that they add up, which no two pages would do alike."""
    texts = shown_parts([*amounts.values()], sum(amounts.values()))
    return {kind: Fraction(text) for kind, text in zip(amounts, texts, strict=True) if text}


def test_amounts_of_the_story_tell_one_way_of_rounding_from_another(frozen: PageClient) -> None:
    spans = [
        span
        for who, engagement, quarter in CASES
        for pack in [pack_of(frozen, who, engagement, quarter)]
        for span in (pack["units"], *pack["by_month"])
    ]
    assert sum(printed(exact(span)) != fitted(exact(span)) for span in spans) > 3


@pytest.mark.parametrize(("who", "engagement", "quarter"), CASES)
def test_an_amount_is_printed_equal_wherever_it_stands(
    frozen: PageClient, who: str, engagement: str, quarter: str
) -> None:
    units = pack_of(frozen, who, engagement, quarter)["units"]
    expected, places = printed(exact(units)), dict[str, Amounts]()
    overview = frozen.content(who, engagement=engagement, period=quarter, tab="overview").text
    places["legend"] = named({figure: value(amount) for figure, amount in legend(overview).items()})
    page = frozen.story_site.ask(account_of(who), "/pages/tickets", engagement=engagement, period=quarter, own="0")
    tickets = page.text
    places["sentence"] = named(dict(sentence_of(tickets)))
    if (foot := foot_of(tickets)) is not None:
        places["foot"] = foot
    places["objectives"] = objective_rows(frozen, who, engagement, quarter)["All"]
    for form in ("", "html"):
        places[f"review {form}"] = column(months_of(frozen, who, engagement, quarter, form), -1)
    for kind in expected:
        for place, amount in opened(frozen, who, kind, engagement, quarter):
            places[f"{place} of {kind}"] = {kind: amount}
    for place, amounts in places.items():
        for kind, amount in amounts.items():
            assert amount == expected.get(kind, 0), (place, kind)
        if place in {"legend", "sentence", "foot"} or "review" in place:
            assert {kind for kind, amount in amounts.items() if amount} == set(expected), place
    assert len(places) >= 5 + 3 * len(expected)
    is_off = [sum(printed(part).values()) != Fraction(shown(sum(part.values()))) for part in wholes(units, who)]
    assert (NOTE in text_of(tickets[: tickets.index("<section")])) == any(is_off)


def wholes(units: Mapping[str, Any], who: str) -> list[dict[str, float]]:
    """The amounts that add up to what the first sentence of Tickets says: to all, and to the part of an agency."""
    amounts = exact(units)
    agency = {kind: amounts[kind] for kind in AGENCY}
    return [amounts, agency] if who in {AGENCY_LEAD, OTHER_LEAD} else [amounts]


def named(amounts: Mapping[str, Fraction]) -> Amounts:
    own = {KEYS.get(key, key): amount for key, amount in amounts.items()}
    return {kind: amount for kind, amount in own.items() if kind in (*AGENCY, *INHOUSE, *OTHERS)}


def sentence_of(tickets: str) -> Iterator[tuple[str, Fraction]]:
    lead = html.unescape(re.findall(r'(?s)<p class="lead">.*?</p>', tickets)[0])
    for figure, text in re.findall(r"figure=(\w+)[^>]*>([^<]*)</a>", lead):
        yield figure, value(text)


def foot_of(tickets: str) -> Amounts | None:
    """What the list's foot says of the whole period; None where the list has more pages."""
    foot = tickets[tickets.rindex("<tfoot>") :]
    if "On this page" in foot:
        return None
    pairs = re.findall(r"</svg>([^<]+?) <b>([^<]+)", html.unescape(foot))
    return {NAMES[name]: value(amount) for name, amount in pairs}


def objective_rows(frozen: PageClient, who: str, engagement: str, quarter: str) -> dict[str, Amounts]:
    """The amounts of Objectives by the name of the row, others in one where they stand beside no other."""
    page = frozen.read(frozen.objectives(who, engagement, period=quarter))
    head, *rows = next(table.rows for table in page.tables if "Done only" in table.rows[0])
    return {
        name: {NAMES[title]: value(cell) for title, cell in zip(head[1:], cells, strict=False) if title in NAMES}
        for name, *cells in rows
    }


def months_of(frozen: PageClient, who: str, engagement: str, quarter: str, form: str = "") -> Table:
    asked = f"engagement={engagement}&period={quarter}"
    address = f"/pages/review/file?{asked}&format={form}" if form else f"/pages/review?{asked}"
    return next(item for item in frozen.read(frozen.follow(who, address)).tables if "All" in [r[0] for r in item.rows])


def column(table: Table, place: int) -> Amounts:
    """What a column of the review's months says by bucket."""
    return {NAMES.get(row[0], "rest"): amount_of(row[place]) for row in table.rows[1:-1]}


def amount_of(cell: str) -> Fraction:
    return Fraction(0) if cell == "–" else value(cell)


def opened(
    frozen: PageClient, who: str, kind: str, engagement: str, quarter: str
) -> Iterator[tuple[str, Fraction]]:  # fmt: skip
    """What a bucket's drawer and files say."""
    end = QUARTERS[quarter]
    first = (end - timedelta(days=80)).replace(day=1)
    figure = {own: key for key, own in KEYS.items()}.get(kind, kind)
    asked = f"engagement={engagement}&figure={figure}&from={first}&to={end - timedelta(days=1)}"
    drawer = frozen.follow(who, f"/pages/figure?{asked}").text
    yield "headline", value(re.findall(r'<p class="big">(.*?)</p>', drawer)[0])
    yield "sum", value(Reader(drawer).tables[-1].rows[-1][-1])
    file = json.loads(frozen.follow(who, f"/pages/figure/export?{asked}&format=json").data)
    yield "file", value(file["value"]["text"])
    yield "number", Fraction(shown(file["sum"]))


@pytest.mark.parametrize(("who", "engagement", "quarter"), CASES)
def test_a_month_is_printed_equal_on_the_overview_and_in_the_review(
    frozen: PageClient, who: str, engagement: str, quarter: str
) -> None:
    review = months_of(frozen, who, engagement, quarter)
    page = frozen.read(
        frozen.content(who, engagement=engagement, period=quarter, tab="overview", by="month", bars="all")
    )
    head, *rows = next(table.rows for table in page.tables if table.rows[0][0] == "Month")
    overview = {row[0].split()[0]: dict(zip(head[2:], row[2:], strict=True)) for row in rows}
    names = review.rows[0][1:-1]
    assert names
    assert set(names) <= set(MONTHS[quarter])
    packs = pack_of(frozen, who, engagement, quarter)["by_month"]
    for place, (name, pack) in enumerate(zip(names, packs, strict=True), 1):
        own_column = column(review, place)
        assert {kind: amount for kind, amount in own_column.items() if amount} == printed(exact(pack)), name
        assert amount_of(review.rows[-1][place]) == Fraction(shown(pack["total"])), name
        if name not in overview:
            # The picture begins with the engagement.
            assert not pack["total"]
            continue
        own = {NAMES[title]: value(cell) for title, cell in overview[name].items() if title in NAMES}
        assert {kind: amount for kind, amount in own.items() if amount} == printed(exact(pack)), name
        assert value(overview[name]["Total"]) == Fraction(shown(pack["total"])), name


@pytest.mark.parametrize(("who", "engagement", "quarter"), CASES)
def test_an_objectives_taught_work_is_printed_equal_on_its_tab_and_in_the_review(
    frozen: PageClient, who: str, engagement: str, quarter: str
) -> None:
    tab = objective_rows(frozen, who, engagement, quarter)
    page = frozen.read(frozen.follow(who, f"/pages/review?engagement={engagement}&period={quarter}"))
    rows = next(table.rows for table in page.tables if table.rows[0][-1] == "Share")
    packs = pack_of(frozen, who, engagement, quarter)["by_objective"]
    for pack, row in zip(packs, rows[1:-1], strict=True):
        assert value(row[2]) == Fraction(shown(pack["agency"])), row
        # Beside its name stands who is enrolled.
        (own,) = [cells for name, cells in tab.items() if name.startswith(row[0])]
        assert value(row[3]) == own["taught"] == Fraction(shown(pack["taught"])), row


def test_each_bucket_of_a_week_is_printed_as_where_it_opens(frozen: PageClient) -> None:
    page = frozen.content(LEAD, engagement=BOLT, period="2026Q3", tab="overview").text
    head, *rows = next(table.rows for table in Reader(page).tables if table.rows[0][0] == "Week")
    links = [query(address) for address in Reader(page[page.index('<table class="delivered"') :]).figures]
    spans = [(link["from"], link["to"]) for link in links if link["figure"] == "total"]
    assert len(spans) == len(rows) > 10
    off = 0
    for (first, last), row in zip(spans, rows, strict=True):
        cells = dict(zip(head[2:], row[2:], strict=True))
        parts = {NAMES[title]: value(cell) for title, cell in cells.items() if title in NAMES}
        for kind, amount in parts.items():
            figure = "inhouse_own" if kind == "own" else kind
            asked = f"engagement={BOLT}&figure={figure}&from={first}&to={last}"
            drawer = frozen.follow(LEAD, f"/pages/figure?{asked}").text
            assert value(re.findall(r'<p class="big">(.*?)</p>', drawer)[0]) == amount, (first, kind)
        off += sum(parts.values()) != value(cells["Total"])
    assert (NOTE in text_of(page)) == bool(off)


@pytest.mark.parametrize(("engagement", "quarter"), [(ACME, "2026Q3"), (BOLT, "2026Q3"), (BOLT, "2026Q2")])
def test_the_terminal_prints_what_pages_do(frozen: PageClient, engagement: str, quarter: str) -> None:
    with frozen.story_site.container.reader.connect() as connection:
        scope = AgreementScope(connection, frozen.story_site.tenant_id, engagement)
        body = select_body(scope, "quarter", QUARTERS[quarter])
    assert body is not None
    report = json.loads(body)
    units, lines = report["units"], report_text(report, engagement).split("\n\n")[1].splitlines()
    for name, side, parts in (("Agency", "agency", AGENCY), ("In-house", "inhouse", ("handed_over", "inhouse_own"))):
        (line,) = [each for each in lines if each.startswith(f"  {name} ")]
        assert amounts_in(line) == [Fraction(shown(units[key])) for key in (side, *parts)]
    for name, side in (("Other agencies", "other"), ("Gatekeepers", "gatekeeper"), ("Unknown", "unknown")):
        amounts = [amounts_in(each) for each in lines if each.startswith(f"  {name} ")]
        assert amounts == [[Fraction(shown(units[side]))]] * bool(shown(units[side]))


def amounts_in(line: str) -> Sequence[Fraction]:
    return [Fraction(text.replace(",", "")) for text in re.findall(r"-?\d[\d,.]*\d|\d", line)]
