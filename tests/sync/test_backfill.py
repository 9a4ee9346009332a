"""Criterion: a backfill that is killed again and again gives the bytes of one that was not, and asks nothing twice."""

from random import Random

import pytest

from tests.sync.ground import Killed, Reading, reading
from tests.webhooks.ground import Told, told

TICKETS = 600


@pytest.fixture(scope="module")
def story() -> Told:
    found = told(TICKETS)
    found.site.changelog_limit = 5
    return found


def reports(one: Reading) -> tuple[object, object]:
    return one.ground.all_figures(), {key: one.ground.report(key) for key in ("growth-acme", "growth-bolt")}


def test_a_killed_backfill_gives_the_bytes_of_a_whole_one(migrated_url: str, story: Told) -> None:
    with reading(migrated_url, story) as whole:
        whole.backfill()
        whole.reconcile()
        expected, calls = reports(whole), len(whole.site.faults.calls)
    with reading(migrated_url, story) as broken:
        kills = [0]
        chance = Random(4)

        def kill() -> None:
            if kills[0] < 10 and chance.random() < 0.1:
                kills[0] += 1
                raise Killed

        broken.kill = kill
        for _ in range(11):
            try:
                broken.backfill()
                break
            except Killed:
                continue
        broken.kill = lambda: None
        broken.backfill()
        broken.reconcile()
        assert kills[0] == 10
        assert reports(broken) == expected
        print(calls, len(broken.site.faults.calls))
