"""The rows that decide when rungs were reached decide as all rows do, and are few."""

import random

import pytest

from mappings.events.times import DAY
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.ticket import Evidence
from mappings.measure.people.ladder import advances_in, advances_of, rung_at
from mappings.records.figures import evidence_pages, rung_evidence
from mappings.records.figures.evidence import save_evidence
from mappings.records.figures.hires import save_hired
from mappings.records.figures.rung_evidence import select_deciding, select_latest, select_taught_between
from mappings.records.figures.rung_steps import select_steps
from mappings.records.sql.scope import Scope, SiteScope
from mappings.records.tables import evidence, hire
from tests.records.fact_builders import at
from tests.webhooks.whole_evidence import select_known

PAIRS = [("seo", "ada"), ("seo", "bob"), ("ads", "ada")]
EVER = 1 << 62
SPAN = DEFAULT.span_days * DAY


def drawn(seed: int, tickets: int, kinds: tuple[int, ...]) -> dict[int, tuple[Evidence, ...]]:
    """Evidence of some tickets over a month, some at one instant, and some done twice."""
    chosen, rows = random.Random(seed), {}
    for issue in range(1, tickets + 1):
        objective, account = chosen.choice(PAIRS)
        instants = [at(60 * chosen.randint(0, 24 * 30)) for _ in range(chosen.choice((1, 1, 1, 3)))]
        rows[issue] = tuple(
            Evidence(objective, account, entry, chosen.choice(kinds), instant, instant)
            for entry, instant in enumerate(instants)
        )
    return rows


@pytest.mark.parametrize("kinds", [(1,), (1, 1, 2), (1, 2, 3), (1, 2, 3, 4), (4, 5), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("tickets", [3, 40, 300])
def test_rungs_of_the_deciding_rows_are_those_of_all(connection, ours, tickets, kinds):
    scope = Scope(connection, ours, "growth", 1)
    save_evidence(scope, drawn(tickets, tickets, kinds))
    known = select_known(scope, pairs=PAIRS, as_of=EVER)
    deciding = select_deciding(scope, dict.fromkeys(PAIRS, max(DEFAULT.rung_tickets)), span=SPAN)
    assert deciding.keys() == known.keys()
    for pair, rows in known.items():
        assert advances_of(deciding[pair], EVER) == advances_of(rows, EVER)
        assert [rung_at(deciding[pair], at(1440 * day)) for day in range(32)] == [
            rung_at(rows, at(1440 * day)) for day in range(32)
        ]


@pytest.mark.parametrize("kinds", [(1, 2), (1, 2, 3, 4), (4, 5), (1, 2, 3, 4, 5)])
@pytest.mark.parametrize("tickets", [3, 40, 300])
def test_steps_of_two_engagements_are_those_of_all_their_rows(connection, ours, tickets, kinds):
    of_each = {"growth": 1, "bolt": 3}
    site, known = SiteScope(connection, ours, of_each), {}
    for seed, (key, generation) in enumerate(of_each.items()):
        scope = Scope(connection, ours, key, generation)
        # What an older generation has is nobody's.
        save_evidence(Scope(connection, ours, key, generation + 1), drawn(seed + 7, tickets, kinds))
        save_evidence(scope, drawn(seed + tickets, tickets, kinds))
        known |= {(key, *pair): rows for pair, rows in select_known(scope, pairs=PAIRS, as_of=EVER).items()}
    most = {(key, *pair): max(DEFAULT.rung_tickets) for key in of_each for pair in PAIRS}
    steps = select_steps(site, most, dict.fromkeys(of_each, SPAN))
    for pair, rows in known.items():
        above = tuple(step for step in advances_of(rows, EVER) if step.rung > 1)
        assert tuple(step for step in advances_in(steps.get(pair, ())) if step.rung > 1) == above


def test_steps_behind_one_ticket_done_over_and_over_are_read(connection, ours):
    scope = Scope(connection, ours, "growth", 1)
    again = tuple(Evidence("seo", "ada", entry, 2, at(entry), at(entry)) for entry in range(50))
    save_evidence(scope, {1: again, 2: (Evidence("seo", "ada", 0, 2, at(99), at(99)),)})
    pair = ("growth", "seo", "ada")
    steps = select_steps(scope.alone, {pair: 2}, {"growth": SPAN})
    assert [(step.rung, step.at) for step in advances_in(steps[pair])] == [(1, at(0)), (2, at(99))]


def test_one_ticket_done_over_and_over_hides_no_other(connection, ours):
    scope = Scope(connection, ours, "growth", 1)
    again = tuple(Evidence("seo", "ada", entry, 2, at(entry), at(entry)) for entry in range(50))
    save_evidence(scope, {1: again, 2: (Evidence("seo", "ada", 0, 2, at(99), at(99)),)})
    deciding = select_deciding(scope, {("seo", "ada"): 2}, span=SPAN)
    assert rung_at(deciding["seo", "ada"], EVER) == 2


@pytest.mark.parametrize("kind", [2, 4])
def test_few_rows_are_read_of_a_ticket_done_over_and_over(connection, ours, kind):
    scope, sizes = Scope(connection, ours, "growth", 1), list[int]()
    for account, times in (("ada", 40), ("bob", 800)):
        often = [(issue, entry) for issue in (1, 2) for entry in range(times)]
        days = {place: at(60 * number) for number, place in enumerate(often)}
        # Two tickets over and over, the second a while after the first, and others behind them.
        days |= {(issue, 0): at(60 * 4 * times + issue) for issue in range(3, 12)}
        rows: dict[int, tuple[Evidence, ...]] = {}
        for (issue, entry), instant in days.items():
            key = issue + 100 * times
            rows[key] = (*rows.get(key, ()), Evidence("seo", account, entry, kind, instant, instant))
        save_evidence(scope, rows)
        pair, known = ("seo", account), [(i, row) for i, own in rows.items() for row in own]
        deciding = select_deciding(scope, {pair: 5}, span=SPAN)[pair]
        steps = select_steps(scope.alone, {("growth", *pair): 5}, {"growth": SPAN})["growth", *pair]
        assert advances_of(deciding, EVER) == advances_of(known, EVER)
        above = [step for step in advances_of(known, EVER) if step.rung > 1]
        assert [step for step in advances_in(steps) if step.rung > 1] == above
        sizes += (len(deciding), len(steps))
    assert max(sizes) < 40


def test_the_latest_of_each_pair_are_found_without_the_rows_of_each_kind(connection, ours, monkeypatch):
    scope, decoded, read = Scope(connection, ours, "growth", 1), list[bytes](), rung_evidence._read
    rows = drawn(3, 300, (1, 2, 3, 4, 5))
    save_evidence(scope, rows)

    def note(body: bytes) -> Evidence:
        decoded.append(body)
        return read(body)

    def newest_first(item: tuple[int, Evidence]) -> tuple[int, int]:
        return -item[1].at, item[0]

    monkeypatch.setattr(rung_evidence, "_read", note)
    pairs = {pair for pair in PAIRS if pair[1] == "ada"}
    known = {
        pair: sorted(
            ((issue, row) for issue, own in rows.items() for row in own if (row.objective, row.account) == pair),
            key=newest_first,
        )
        for pair in pairs
    }
    for limit in (1, 20, max(map(len, known.values())) + 5):
        decoded.clear()
        latest = sorted((item for own in known.values() for item in own[:limit]), key=newest_first)
        assert select_latest(scope, pairs, limit) == latest
        last = {pair: own[:limit][-1][1].at for pair, own in known.items() if own}
        assert len(decoded) == sum(row.at >= last[pair] for pair, own in known.items() for _, row in own)
    assert select_latest(scope, [("seo", "nobody")], 5) == []


def test_what_is_read_does_not_grow_with_tickets(connection, ours):
    scope, sizes = Scope(connection, ours, "growth", 1), []
    for tickets in (200, 800):
        rows = {i: (Evidence("seo", "ada", 0, 1 + i % 5, at(i), at(i)),) for i in range(1, tickets + 1)}
        save_evidence(scope, rows)
        sizes.append(len(select_deciding(scope, {("seo", "ada"): 2}, span=SPAN)["seo", "ada"]))
    assert sizes[0] == sizes[1] < 50


def test_credit_is_given_by_what_taught_within_both_instants(connection, ours):
    scope = Scope(connection, ours, "growth", 1)
    kinds = {1: 1, 2: 2, 3: 3, 4: 4, 5: 2}
    save_evidence(scope, {i: (Evidence("seo", "ada", 0, kind, at(i), at(i)),) for i, kind in kinds.items()})
    taught_between = select_taught_between(scope, {("seo", "ada"): (at(2), at(4)), ("seo", "bob"): (at(0), at(9))})
    assert taught_between.keys() == {("seo", "ada")}
    assert sorted(issue for issue, _ in taught_between["seo", "ada"]) == [2, 3]


@pytest.mark.parametrize("rows_of_page", [1, 7, 1_000])
def test_pages_of_a_persons_evidence_are_all_of_it_in_order_of_time(connection, ours, monkeypatch, rows_of_page):
    monkeypatch.setattr(evidence_pages, "PAGE_ROWS", rows_of_page)
    scope = Scope(connection, ours, "growth", 1)
    # Many of one instant, too, so that a page ends among them.
    rows = {
        **drawn(3, 90, (1, 2, 3, 4, 5)),
        **{n: (Evidence("seo", "ada", 0, n % 5 + 1, at(0), at(0)),) for n in range(900, 930)},
    }
    save_evidence(scope, rows)
    save_hired(scope, drawn(5, 60, (1, 3)))
    tables = {"evidence": evidence, "hire": hire}
    for source, table in tables.items():
        known = select_known(scope, pairs=PAIRS, as_of=at(60 * 24 * 20), table=table)
        for pair in PAIRS:
            pages = [*pages_of(scope, pair, source)]
            assert max(map(len, pages)) <= rows_of_page
            read = [(row.issue_id, row.entry, row.kind, row.at) for page in pages for row in page]
            assert read == [(issue, row.entry, row.kind, row.at) for issue, row in known[pair]]


def pages_of(scope, pair, source):
    after, page = evidence_pages.BEGIN, [None]
    while page:
        page = evidence_pages.select_evidence_page(scope, pair, source, after=after, as_of=at(60 * 24 * 20))
        after = page[-1] if page else after
        yield page
