"""From the inbox to figures: once, whatever comes twice, is unknown, broken, early or late."""

import json
from collections.abc import Callable, Iterator
from tempfile import TemporaryDirectory
from typing import Any

import pytest

from mappings.records.operations.counters import select_counts
from mappings.records.operations.dead_letters import delete_old_dead_letters, requeue_dead_letter
from mappings.records.sql.engine import StoreError
from tests.upgraded import upgrade_copy
from tests.webhooks.site import (
    VAULT,
    Figures,
    FiguresOf,
    SiteTenant,
    agree_and_drain,
    bodies_but,
    fill_drained,
    fill_with,
    filled,
    small,
)
from webhooks import drain

DAYS = 86_400_000_000


def first(event: str) -> dict[str, Any]:
    """The story's first body of that name."""
    return next(dict(this_event.body) for this_event in small().events if this_event.name == event)


def issue_of(body: Any) -> int:
    return int((body.get("issue") or {}).get("id") or 0)


def test_redelivery_counts_once(site_tenant: SiteTenant, figures_of: FiguresOf) -> None:
    site_tenant.keep(small().bodies())
    site_tenant.keep(small().bodies())
    assert site_tenant.waiting() == len(small().events)
    site_tenant.drain()
    site_tenant.keep(small().bodies(), start="again")
    site_tenant.drain()
    assert site_tenant.all_figures() == figures_of(fill_drained)


def test_an_unknown_event_is_counted_and_no_dead_letter(site_tenant: SiteTenant) -> None:
    site_tenant.keep([{"webhookEvent": "sprint_exploded", "timestamp": 1_790_000_000_000}] * 3)
    assert (site_tenant.drain(), site_tenant.waiting()) == (0, 0)
    with site_tenant.engine.connect() as connection:
        assert select_counts(connection, site_tenant.tenant_id) == [("unknown event", "sprint_exploded", 3)]


UNREADABLE = {
    "not JSON": b"\xff\xfe no",
    "empty": b"",
    "a list": b"[]",
    "not Jira's": b'{"hello": "world"}',
    "cut off": json.dumps(first("jira:issue_updated")).encode()[:-40],
    "deep": b"[" * 5000,
}


def test_unreadable_bodies_are_put_aside_and_their_neighbours_are_kept(site_tenant: SiteTenant) -> None:
    good = json.dumps(first("jira:issue_created")).encode()
    bad = list(UNREADABLE.values())
    site_tenant.keep([*bad, good, *(body + b" " for body in bad)])
    assert (site_tenant.drain(), site_tenant.waiting()) == (2 * len(bad), 0)
    assert all(letter.reason for letter in site_tenant.letters())
    assert site_tenant.tickets(issue_of(json.loads(good)))


@pytest.mark.parametrize("path", ["issue", "issue.id", "issue.fields"])
def test_null_where_it_matters_is_a_dead_letter_that_names_the_place(site_tenant: SiteTenant, path: str) -> None:
    body = json.loads(json.dumps(first("jira:issue_created")))
    *way, last = path.split(".")
    (body[way[0]] if way else body)[last] = None
    site_tenant.keep([body])
    assert site_tenant.drain() == 1
    assert path in site_tenant.letters()[0].reason


def test_times_as_numbers_and_without_a_colon_are_read(site_tenant: SiteTenant) -> None:
    body = json.loads(json.dumps(first("jira:issue_created")))
    fields = body["issue"]["fields"]
    fields["created"], fields["updated"] = 1_790_000_000_000, "2026-09-21T14:13:20.000+0000"
    site_tenant.keep([body])
    assert site_tenant.drain() == 0
    issue = site_tenant.tickets(issue_of(body))[issue_of(body)].issue
    assert (issue.created, issue.updated) == (1_790_000_000_000_000, 1_790_000_000_000_000)


@pytest.fixture
def poisoned(monkeypatch: pytest.MonkeyPatch) -> int:
    """The issue whose deliveries fail in our own code, until the patch is undone."""
    wanted = issue_of(first("jira:issue_created"))
    save = drain.save_seen

    def fail(connection: Any, tenant_id: int, events: Any) -> set[int]:
        if any(getattr(event, "issue", None) and event.issue.issue_id == wanted for event in events):
            raise ZeroDivisionError
        return save(connection, tenant_id, events)

    monkeypatch.setattr(drain, "save_seen", fail)
    return wanted


def test_a_delivery_that_fails_five_times_is_a_dead_letter(site_tenant: SiteTenant, poisoned: int) -> None:
    others = [raw for raw in small().bodies() if issue_of(json.loads(raw)) != poisoned][:20]
    site_tenant.keep([first("jira:issue_created"), *others])
    for tries, wait in enumerate(drain.WAITS, start=1):
        assert site_tenant.drain() == 0
        assert site_tenant.rows("SELECT attempts FROM inbox") == [(tries,)]
        site_tenant.now += wait
    assert site_tenant.drain() == 1
    assert [letter.reason for letter in site_tenant.letters()] == ["ZeroDivisionError"]
    assert not site_tenant.tickets(poisoned)


def test_a_delivery_that_failed_waits_and_holds_up_no_other(site_tenant: SiteTenant, poisoned: int) -> None:
    others = [raw for raw in small().bodies() if issue_of(json.loads(raw)) != poisoned][:20]
    site_tenant.keep([first("jira:issue_created")])
    site_tenant.drain()
    site_tenant.now += drain.WAITS[0] - 1
    site_tenant.keep(others, start="later ")
    assert drain.drain_once(site_tenant.engine, VAULT, site_tenant.now) is not None
    assert site_tenant.rows("SELECT attempts FROM inbox") == [(1,)]
    assert drain.drain_once(site_tenant.engine, VAULT, site_tenant.now) is None
    site_tenant.now += 1
    assert drain.drain_once(site_tenant.engine, VAULT, site_tenant.now) is not None
    assert site_tenant.rows("SELECT attempts FROM inbox") == [(2,)]


def test_a_dead_letter_is_encrypted_and_can_be_tried_again(
    site_tenant: SiteTenant, poisoned: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    site_tenant.keep([first("jira:issue_created")])
    for wait in (*drain.WAITS, 0):
        site_tenant.drain()
        site_tenant.now += wait
    [(stored,)] = site_tenant.rows("SELECT body FROM dead_letter")
    assert b"issue" not in bytes(stored)
    monkeypatch.undo()
    [letter] = site_tenant.letters()
    with site_tenant.engine.begin() as connection:
        assert requeue_dead_letter(connection, site_tenant.tenant_id, letter.letter_id, VAULT)
    site_tenant.drain()
    assert (site_tenant.letters(), list(site_tenant.tickets(poisoned))) == ([], [poisoned])


FULL = """
CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS
    $$ BEGIN RAISE EXCEPTION 'could not extend file' USING ERRCODE = '{}'; END $$;
CREATE TRIGGER refuse BEFORE INSERT ON issue EXECUTE FUNCTION refuse();
"""
# The disk is full, the memory, a file cannot be read, an operator cancels, two transactions wait for each other.
STATES = ("53100", "53200", "58030", "57014", "40P01")


def test_what_the_database_cannot_do_just_now_counts_against_no_delivery(site_tenant: SiteTenant) -> None:
    site_tenant.keep(small().bodies()[:40])
    for refuse, accept in refusals(site_tenant):
        refuse()
        with pytest.raises(StoreError):
            drain.drain_once(site_tenant.engine, VAULT, site_tenant.now)
        accept()
    assert site_tenant.rows("SELECT DISTINCT attempts FROM inbox") == [(0,)]
    assert (site_tenant.drain(), site_tenant.waiting()) == (0, 0)
    assert site_tenant.rows("SELECT count(*) FROM issue")[0][0] > 0


def refusals(site_tenant: SiteTenant) -> Iterator[tuple[Callable[[], object], Callable[[], object]]]:
    """Yield pairs: what makes the database refuse to write, and what ends that."""
    if site_tenant.engine.dialect.name == "sqlite":
        with site_tenant.engine.connect() as connection:
            pages = connection.exec_driver_sql("PRAGMA page_count").scalar_one()
        limit = "PRAGMA max_page_count = {}"
        yield lambda: run(site_tenant, limit.format(pages)), lambda: run(site_tenant, limit.format(1 << 30))
        return
    for state in STATES:
        yield (
            lambda state=state: run(site_tenant, FULL.format(state)),  # type: ignore[misc]
            lambda: run(site_tenant, "DROP FUNCTION refuse CASCADE"),
        )


def run(site_tenant: SiteTenant, statement: str) -> None:
    with site_tenant.engine.begin() as connection:
        connection.exec_driver_sql(statement)


def test_a_delivery_that_comes_again_after_it_failed_is_one_dead_letter(site_tenant: SiteTenant) -> None:
    """The server was killed between storing and answering, and the sender tried again later."""
    for _ in range(2):
        site_tenant.keep([b"{"])
        assert site_tenant.drain() == 1
    assert site_tenant.rows("SELECT count(*) FROM dead_letter") == [(1,)]


def test_a_dead_letter_is_gone_after_thirty_days(site_tenant: SiteTenant) -> None:
    site_tenant.keep([b"no"])
    site_tenant.drain()
    with site_tenant.engine.begin() as connection:
        assert delete_old_dead_letters(connection, site_tenant.now + 30 * DAYS) == 0
        assert delete_old_dead_letters(connection, site_tenant.now + 30 * DAYS + 1) == 1


def test_two_sites_never_meet(site_tenant: SiteTenant, other: SiteTenant) -> None:
    site_tenant.keep(small().bodies())
    other.keep(small().bodies())
    site_tenant.drain()
    figures = other.all_figures()
    assert figures == site_tenant.all_figures()
    gone = int(figures["growth-acme"]["entry"][0][0])
    site_tenant.keep([deletion(site_tenant, gone)], "x")
    site_tenant.drain()
    assert other.all_figures() == figures != site_tenant.all_figures()


def test_worklogs_before_their_issue_count_when_it_comes(site_tenant: SiteTenant, figures_of: FiguresOf) -> None:
    early = [raw for raw in small().bodies() if b'"webhookEvent": "worklog' in raw]
    assert len(early) > 3
    site_tenant.keep(early)
    site_tenant.drain()
    assert site_tenant.rows("SELECT count(*) FROM worklog WHERE tenant_id = :t") > [(10,)]
    site_tenant.keep(small().bodies(), start="all")
    site_tenant.drain()
    assert site_tenant.all_figures() == figures_of(fill_drained)


def deletion(site_tenant: SiteTenant, issue_id: int) -> dict[str, Any]:
    return {"webhookEvent": "jira:issue_deleted", "timestamp": site_tenant.now // 1000, "issue": {"id": str(issue_id)}}


def done_ticket(figures: Figures) -> int:
    """A ticket without sub-tasks, links, or deleted parts, that both counts and gave evidence."""
    family = {parent for issue in small().site.issues.values() if (parent := issue.parent)}
    rows = figures["growth-acme"]["evidence"]
    return next(int(row[2]) for row in rows if int(row[2]) not in family and not small().site.links_of(int(row[2])))


def test_a_deleted_issue_leaves_every_live_figure(drained: SiteTenant, figures_of: FiguresOf) -> None:
    gone = done_ticket(drained.all_figures())
    drained.keep([deletion(drained, gone)], "x")
    drained.drain()
    assert drained.all_figures() == figures_of(fill_without_done_ticket)
    assert not drained.tickets(gone)


def fill_without_done_ticket(url: str) -> int:
    with TemporaryDirectory() as folder:
        upgrade_copy(whole := f"sqlite:///{folder}/whole.db")
        with filled(whole, fill_drained(whole)) as site_tenant:
            gone = done_ticket(site_tenant.all_figures())
    bodies = bodies_but(
        lambda body: f'"{gone}"' in json.dumps(body) or body.get("worklog", {}).get("issueId") == str(gone)
    )
    return fill_with(url, lambda site_tenant: agree_and_drain(site_tenant, bodies))


def fill_without_comments(url: str) -> int:
    return fill_with(url, lambda site_tenant: agree_and_drain(site_tenant, bodies_but(lambda body: "comment" in body)))


def fill_without_worklogs(url: str) -> int:
    return fill_with(url, lambda site_tenant: agree_and_drain(site_tenant, bodies_but(lambda body: "worklog" in body)))


WITHOUT = {"comment": fill_without_comments, "worklog": fill_without_worklogs}


@pytest.mark.parametrize("kind", WITHOUT)
def test_a_deleted_comment_or_worklog_leaves_every_live_figure(
    drained: SiteTenant, kind: str, figures_of: FiguresOf
) -> None:
    whole = drained.all_figures()
    made = [event.body for event in small().events if event.name == f"{kind}_created"]
    gone = {"webhookEvent": f"{kind}_deleted", "timestamp": drained.now // 1000}
    drained.keep([{**body, **gone} for body in made], "gone")
    drained.drain()
    assert drained.all_figures() == figures_of(WITHOUT[kind]) != whole
