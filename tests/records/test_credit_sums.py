"""The credit for a step by sums of days is that by all of its evidence, wherever its 180 days begin and end."""

import random

import pytest
from sqlalchemy import text

from mappings.events.times import DAY, HOUR
from mappings.measure.model.credit import WEIGHTS, weights_of
from mappings.measure.model.ticket import Evidence
from mappings.records.figures.credit_sums import save_credit, select_weights
from mappings.records.figures.evidence import save_evidence
from mappings.records.sql.scope import Scope
from tests.records.fact_builders import at

AGENCIES = ((), (("acme", 7),), (("acme", 3),), (("acme", 1), ("bolt", 2)))


def drawn(chosen: random.Random) -> tuple[Evidence, ...]:
    instants = (at(0) + chosen.randrange(20 * 24) * HOUR + chosen.choice((0, 0, 1, -1, HOUR // 3)) for _ in range(9))
    return tuple(
        Evidence(
            "seo", chosen.choice(("ada", "bob")), number, chosen.choice((1, 2, 3, 4)), instant, instant,
            trace=chosen.random() < 0.8, agencies=chosen.choice(AGENCIES), mentors=chosen.choice(((), ("cyd",))),
        )
        for number, instant in enumerate(instants)
    )  # fmt: skip


@pytest.mark.parametrize("seed", range(3))
def test_weights_of_spans_are_those_of_all_rows(connection, ours, seed):
    scope, chosen, stored = Scope(connection, ours, "growth", 1), random.Random(seed), {}
    for issue in [*range(12), *range(6)]:
        # The last ones are measured again: what they gave before is taken back.
        rows = drawn(chosen) if chosen.random() < 0.8 else ()
        save_credit(scope, stored.get(issue, ()), rows)
        save_evidence(scope, {issue: rows})
        stored[issue] = rows
    spans = []
    for account in ("ada", "bob", "cyd"):
        for _ in range(12):
            since = at(0) + chosen.randrange(-2, 20 * 24) * HOUR + chosen.choice((0, 1, HOUR // 2))
            length = chosen.choice((0, HOUR, 2 * HOUR + 1, DAY - 1, DAY, 3 * DAY + HOUR, 30 * DAY))
            spans.append(("growth", "seo", account, since, since + length))
    for (*_, account, since, until), weights in zip(spans, select_weights(scope.alone, spans), strict=True):
        own = [row for rows in stored.values() for row in rows if row.account == account]
        inside = [row for row in own if since <= row.at <= until]
        assert {key: weight for key, weight in weights.items() if weight} == {
            key: weight for key, weight in weights_of(row for row in inside if row.kind in WEIGHTS).items() if weight
        }
    save_credit(scope, [row for rows in stored.values() for row in rows], ())
    for table in ("credit_sum", "credit_hour_sum"):
        assert connection.execute(text(f"SELECT n, weight FROM {table}")).all() == []
