"""The law of convergence, at the level of facts: any events, in any order and any batches, then one read of all."""

from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import text

from mappings.events.types import Change, CommentGone, Event, IssueGone, LinkGone, WorklogGone
from mappings.records.facts.issues import select_tickets
from mappings.records.facts.rest_reads import save_enumerated, save_issues_read
from mappings.records.facts.webhook_events import save_seen
from tests.records.fact_builders import (
    a_change,
    a_comment,
    a_link,
    a_read,
    a_worklog,
    an_issue,
    at,
    enter,
    part_seen,
    seen,
    tied,
)

IDS = range(1, 5)
ALIVE = (1, 2, 4)
NUMBERS = count()


def late(this_change: Change, off: int) -> Change:
    """The same change as a webhook dates it: 2 to 90 ms off."""
    return Change(
        *[
            getattr(this_change, name) if name != "at" else this_change.at + off * 1000
            for name in this_change.__struct_fields__
        ]
    )


def truth() -> list:
    """Three issues as they are in the end, one of them a sub-task."""
    parents = {4: {"subtask": True, "parent_id": 1}}
    return [
        a_read(
            an_issue(n, 20, **parents.get(n, {})),
            *(a_change(10 * n + k, k, issue=n) for k in range(4)),
            *(a_worklog(10 * n + k, 5 + k, issue=n) for k in range(2)),
            *(a_comment(10 * n + k, 5 + k, issue=n, length=50 + k) for k in range(2)),
            *([a_link(12, issue=n, other=3 - n)] if n < 3 else []),
        )
        for n in ALIVE
    ]


def heard(off: int) -> list[Event]:
    """All that webhooks said on the way there, and of what is no more."""
    events: list[Event] = [IssueGone(at(15), 3), CommentGone(at(15), 18, 1), WorklogGone(at(15), 18, 1)]
    events += [LinkGone(at(15), 77), tied(12, 5), tied(77, 5, issue=1, other=4)]
    for n in IDS:
        events += [seen(an_issue(n, k), late(a_change(10 * n + k, k, issue=n), off), minute=k) for k in range(4)]
        events += [seen(an_issue(n, 20), minute=20)] if n in ALIVE else []
        events += [seen(an_issue(n, 2, subtask=True, parent_id=2), minute=2)]
        events += [
            part_seen(a_worklog(10 * n + k, v, issue=n, seconds=v)) for k in (0, 1, 8, 9) for v in (3, 5 + k % 2)
        ]
        events += [part_seen(a_comment(10 * n + k, v, issue=n, length=v)) for k in (0, 1, 8, 9) for v in (3, 5 + k % 2)]
    return events


def clear(engine) -> None:
    names = ("change", "worklog", "comment", "link", "issue", "tombstone", "reread", "status", "status_name", "account",
             "project")  # fmt: skip
    with engine.begin() as connection:
        for name in names:
            connection.execute(text(f'DELETE FROM "{name}"'))


def reconciled(connection, tenant_id: int) -> dict:
    save_issues_read(connection, tenant_id, truth(), at(60))
    save_enumerated(connection, tenant_id, "GROW", ALIVE, started=at(60))
    return select_tickets(connection, tenant_id, IDS)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(chosen=st.lists(st.integers(0, 59), max_size=60), off=st.integers(2, 90), size=st.integers(1, 30))
def test_after_one_reconcile_the_facts_are_those_of_rest_alone(engine, chosen, off, size):
    clear(engine)
    events = heard(off)
    events = [events[n % len(events)] for n in chosen]
    with engine.begin() as connection:
        noisy, quiet = enter(connection, f"noisy{next(NUMBERS)}"), enter(connection, f"quiet{next(NUMBERS)}")
    for start in range(0, len(events), size):
        with engine.begin() as connection:
            save_seen(connection, noisy, events[start : start + size])
    with engine.begin() as connection:
        assert reconciled(connection, noisy) == reconciled(connection, quiet)


@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(seed=st.integers(0, 2**32), cut=st.integers(0, 60))
def test_the_order_of_events_does_not_matter(engine, seed, cut):
    clear(engine)
    order = heard(7)
    Random(seed).shuffle(order)
    with engine.begin() as connection:
        shuffled, straight = enter(connection, f"a{next(NUMBERS)}"), enter(connection, f"b{next(NUMBERS)}")
    for tenant_id, events in ((shuffled, order[:cut]), (shuffled, order[cut:]), (straight, heard(7))):
        with engine.begin() as connection:
            save_seen(connection, tenant_id, events)
    with engine.begin() as connection:
        tickets, wanted = (select_tickets(connection, tenant_id, IDS) for tenant_id in (shuffled, straight))
    assert tickets == wanted
    assert tickets[1].issue.updated == at(20)
