"""Jobs as rows: one worker takes a slot, and only who still has it may give it back."""

import pytest

from mappings.records.operations.jira_quota import (
    EVERYONE,
    Ceilings,
    RetryAfter,
    Spent,
    delete_expired_retry_after,
    delete_old_hours,
    save_points,
    save_retry_after,
    select_retry_after,
    select_spent,
    take_points,
)
from mappings.records.operations.jobs import (
    claim_job,
    insert_jobs,
    save_due,
    save_failure,
    save_paused,
    save_put_off,
    save_run,
    select_due,
    select_job,
    select_jobs,
)
from mappings.records.operations.tenants import save_tenant

LEASE = 600


@pytest.fixture
def entered(connection, ours, theirs):
    insert_jobs(connection, [(EVERYONE, "sweep", 30), (ours, "reconcile", 10), (theirs, "reconcile", 20)])
    return ours, theirs


def take(connection, tenant_id, name="reconcile", now=50):
    return claim_job(connection, select_job(connection, tenant_id, name), now, now + LEASE)


def test_the_one_that_waits_longest_comes_first(connection, entered):
    ours, theirs = entered
    assert [(row.tenant_id, row.name) for row in select_due(connection, 25, 9)] == [
        (ours, "reconcile"),
        (theirs, "reconcile"),
    ]
    assert [row.tenant_id for row in select_due(connection, 30, 9)] == [ours, theirs, EVERYONE]


def test_entering_again_moves_nothing(connection, entered):
    insert_jobs(connection, [(entered[0], "reconcile", 99)])
    assert select_job(connection, entered[0], "reconcile").due_at == 10


def test_a_slot_is_taken_once(connection, entered):
    row = select_job(connection, entered[0], "reconcile")
    assert claim_job(connection, row, 50, 650).fence == 1
    assert claim_job(connection, row, 50, 650) is None
    assert claim_job(connection, select_job(connection, entered[0], "reconcile"), 649, 1249) is None


def test_who_lost_the_lease_keeps_nothing(connection, entered):
    first = take(connection, entered[0])
    second = take(connection, entered[0], now=50 + LEASE)
    assert not save_run(connection, first, 700, 5000, through=True)
    assert not save_failure(connection, first, 700, due_at=5000, error="late")
    assert not save_put_off(connection, first, 5000, "late")
    assert save_run(connection, second, 700, 5000, through=True)
    assert select_job(connection, entered[0], "reconcile").runs == 1


def test_failures_are_counted_until_a_run_ends(connection, entered):
    ours = entered[0]
    assert save_failure(connection, take(connection, ours), 60, due_at=100, error="ValueError")
    row = select_job(connection, ours, "reconcile")
    assert (row.attempts, row.failed_at, row.due_at, row.error) == (1, 60, 100, "ValueError")
    save_run(connection, take(connection, ours, now=100), 110, 200, through=False)
    row = select_job(connection, ours, "reconcile")
    assert (row.attempts, row.runs, row.due_at, row.error) == (0, 0, 200, None)


def test_a_paused_job_is_nobodys(connection, entered):
    assert save_paused(connection, entered[0], "reconcile", paused=True)
    assert take(connection, entered[0]) is None
    assert [row.tenant_id for row in select_due(connection, 50, 9)] == [entered[1], EVERYONE]
    assert save_paused(connection, entered[0], "reconcile", paused=False)
    assert take(connection, entered[0])
    assert not save_paused(connection, entered[0], "unknown", paused=True)


def test_a_site_that_left_is_not_due(connection, entered):
    save_tenant(connection, entered[0], state="uninstalled")
    assert [row.tenant_id for row in select_due(connection, 50, 9)] == [entered[1], EVERYONE]


def test_a_person_may_ask_for_a_job_now(connection, entered):
    assert save_due(connection, entered[1], "reconcile", 1)
    assert select_due(connection, 5, 9)[0].tenant_id == entered[1]


def test_jobs_are_a_tenants_own(connection, entered):
    ours, theirs = entered
    assert [row.tenant_id for row in select_jobs(connection, ours)] == [ours]
    assert [row.tenant_id for row in select_jobs(connection, theirs)] == [theirs]


# -- points and halts ------------------------------------------------------------------------------------------------


def test_points_end_at_the_ceilings(connection):
    ceilings = Ceilings(own=60, background=70, whole=100)
    assert take_points(connection, 1, "history", 60, ceilings=ceilings)
    assert not take_points(connection, 1, "history", 1, ceilings=ceilings)
    assert take_points(connection, 1, "work", 10, ceilings=ceilings)
    assert not take_points(connection, 1, "rolling", 1, ceilings=ceilings)
    assert take_points(connection, 2, "rolling", 1, ceilings=ceilings)
    assert select_spent(connection, 1) == Spent(1, work=10, history=60)


def test_what_people_took_is_not_given_again(connection):
    save_points(connection, 1, "people", 95)
    ceilings = Ceilings(own=70, background=70, whole=100)
    assert not take_points(connection, 1, "work", 6, ceilings=ceilings)
    assert take_points(connection, 1, "work", 5, ceilings=ceilings)
    save_points(connection, 1, "people", 500)
    delete_old_hours(connection, 2)
    assert select_spent(connection, 1) == Spent(1)


def test_the_later_end_of_a_halt_holds(connection, ours, theirs):
    for until in (100, 300, 200):
        save_retry_after(connection, RetryAfter(ours, "GET issue/*", until, "jira-burst-based"))
    save_retry_after(connection, RetryAfter(EVERYONE, "", 150, "jira-quota-global-based"))
    assert [halt.until for halt in select_retry_after(connection, 120, ours)] == [150, 300]
    assert [halt.tenant_id for halt in select_retry_after(connection, 120, theirs)] == [EVERYONE]
    delete_expired_retry_after(connection, 150)
    assert [halt.until for halt in select_retry_after(connection, 0)] == [300]
