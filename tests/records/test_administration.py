"""What an administrator is told of their own site: counts, acts and places, none of them another site's."""

import re
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import event

from mappings.events.types import Account
from mappings.records.facts import accounts
from mappings.records.facts.accounts import (
    is_person_in,
    save_accounts,
    select_people,
    select_people_among,
    select_people_in,
)
from mappings.records.facts.rest_reads import save_issues_read
from mappings.records.figures.figure_tokens import renew_figure_token
from mappings.records.figures.measure_state import StoredMeasured, save_measured
from mappings.records.operations.audit import Act, insert_act, select_acts_named
from mappings.records.operations.counters import save_count
from mappings.records.operations.dead_letters import insert_dead_letter
from mappings.records.operations.health import select_health, select_site_health
from mappings.records.operations.inbox import insert_statement
from mappings.records.operations.issue_properties import count_marked_by_project, save_marks
from mappings.records.operations.sync_listings import (
    OPEN,
    Listing,
    delete_listing,
    save_listing,
    save_state,
    save_step,
    select_listing,
)
from mappings.records.sql.scope import AgreementScope, Scope
from tests.records.fact_builders import VAULT, a_change, a_comment, a_read, a_worklog, an_issue, at

HALF = Listing("history", "GROW", started=at(1), done=50, total=100)
FURTHER = Listing("history", "GROW", started=at(1), done=60, total=100, cursor=at(9))


def trouble(connection, tenant_id, many):
    """So many of each thing that an administrator should hear of."""
    for number in range(many):
        row = (tenant_id, f"key {number}", at(number), b"{}")
        connection.connection.cursor().execute(insert_statement(connection.engine), row)
        insert_dead_letter(connection, tenant_id, vault=VAULT, dkey=f"d{number}", body=b"{}", reason="why", at=at(0))
        failed = StoredMeasured(number + 1, failed="ValueError", attempts=1)
        save_measured(Scope(connection, tenant_id, "growth", 1), [failed], at(1))
        save_count(connection, tenant_id, "unknown event", 1, subject="sprint_started")
        save_count(connection, tenant_id, "foreign property", 1)


def test_a_site_is_told_of_its_own_troubles_alone(connection, ours, theirs):
    trouble(connection, ours, 2)
    trouble(connection, theirs, 1)
    mine, other = select_site_health(connection, ours), select_site_health(connection, theirs)
    assert (mine.waiting, mine.oldest, mine.letters, mine.unmeasured, mine.unknown_events) == (2, at(0), 2, 2, 2)
    assert (other.waiting, other.letters, other.unmeasured, other.unknown_events) == (1, 1, 1, 1)
    assert select_health(connection).waiting == 3


def test_acts_are_chosen_by_their_kind_before_they_are_cut_off(connection, ours, theirs):
    for number in range(3):
        insert_act(connection, ours, Act(at(number), None, "history paused", "GROW"))
        insert_act(connection, ours, Act(at(number), "ada", "sign-off veto", "growth-acme seo"))
    acts = select_acts_named(connection, ours, {"history paused", "job run"}, 2)
    assert [(row.at, row.act) for row in acts] == [(at(2), "history paused"), (at(1), "history paused")]
    assert select_acts_named(connection, theirs, {"history paused"}, 2) == []


def test_what_waits_to_be_mirrored_is_counted_by_project(connection, ours, theirs):
    reads = [a_read(an_issue(n, project=key)) for n, key in ((1, "GROW"), (2, "GROW"), (3, "WEB"))]
    for tenant_id in (ours, theirs):
        save_issues_read(connection, tenant_id, reads, at(10))
    save_marks(connection, ours, [1, 2, 3], at(11))
    asked = list[tuple[str, Any]]()
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    assert count_marked_by_project(connection, ours) == {"GROW": 2, "WEB": 1}
    assert count_marked_by_project(connection, theirs) == {}
    if connection.dialect.name == "sqlite":
        statement, values = asked[0]
        steps = [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)]
        # It begins with what is marked, not with all issues of the site.
        assert steps[0].startswith("SEARCH mirror")
        assert not any("project_key" in step for step in steps)


@pytest.mark.parametrize("tickets_of_account", [0, 20])
def test_people_are_those_of_the_projects_and_no_apps(connection, ours, theirs, monkeypatch, tickets_of_account):
    # By accounts, and by tickets.
    monkeypatch.setattr(accounts, "TICKETS_OF_ACCOUNT", tickets_of_account)
    people = [Account(name, "app" if name == "bot" else "atlassian") for name in ("ada", "bob", "bot", "eve", "ina")]
    save_accounts(connection, ours, people)
    handed = a_change(3, issue=1, new="ina")
    reads = [
        a_read(an_issue(1), a_change(author="ada"), a_change(2, author="bot"), a_comment()),
        a_read(an_issue(2, project="WEB"), a_change(issue=2, author="bob")),
    ]
    save_issues_read(connection, ours, [*reads, a_read(an_issue(4), handed_over(handed))], at(10))
    own, others = (AgreementScope(connection, tenant_id, "growth") for tenant_id in (ours, theirs))
    assert select_people_in(own, ["GROW"]) == {"ada", "ina"}
    assert select_people_in(own, ["WEB"]) == {"bob"}
    assert select_people_in(own, ["GROW", "WEB"], without={"ada", "eve"}) == {"bob", "ina"}
    everybody = ("ada", "bob", "bot", "eve", "ina")
    assert {each for each in everybody if is_person_in(connection, ours, each, ["GROW"])} == {"ada", "ina"}
    assert not is_person_in(connection, theirs, "ada", ["GROW"])
    assert select_people_in(own, []) == select_people_in(others, ["GROW"]) == set()


@pytest.mark.parametrize("tickets_of_account", [0, 20])
def test_people_are_kept_until_something_happens_in_the_engagement(
    connection, ours, theirs, monkeypatch, tickets_of_account
):
    """Who did something is read again once the engagement's token is another; each site has its own."""
    monkeypatch.setattr(accounts, "TICKETS_OF_ACCOUNT", tickets_of_account)
    own, others = (AgreementScope(connection, tenant_id, "growth") for tenant_id in (ours, theirs))
    for scope, name in ((own, "ada"), (others, "bob")):
        save_accounts(connection, scope.tenant_id, [Account(name, "atlassian"), Account("eve", "atlassian")])
        save_issues_read(connection, scope.tenant_id, [a_read(an_issue(1), a_change(author=name))], at(10))
        renew_figure_token(scope)
        assert select_people_in(scope, ["GROW"]) == {name}
    texts = list[str]()
    event.listen(connection, "before_cursor_execute", lambda *given: texts.append(given[2]))
    assert select_people_in(own, ["GROW"]) == {"ada"}
    assert not any("FROM change" in text for text in texts)
    # Whoever has a side now is not asked; others are.
    assert select_people_in(own, ["GROW"], without={"ada"}) == set()
    save_accounts(connection, ours, [Account("ada", "app")])
    assert select_people_in(own, ["GROW"]) == set()
    save_accounts(connection, ours, [Account("ada", "atlassian")])
    save_issues_read(connection, ours, [a_read(an_issue(2), a_change(issue=2, author="eve"))], at(11))
    renew_figure_token(own)
    assert select_people_in(own, ["GROW"]) == {"ada", "eve"}
    assert select_people_in(others, ["GROW"]) == {"bob"}


def test_an_engagement_without_a_token_keeps_nobody(connection, ours):
    scope = AgreementScope(connection, ours, "unmeasured")
    save_accounts(connection, ours, [Account(name, "atlassian") for name in ("ada", "eve")])
    for number, name in enumerate(("ada", "eve"), 1):
        save_issues_read(connection, ours, [a_read(an_issue(number), a_change(issue=number, author=name))], at(number))
        assert name in select_people_in(scope, ["GROW"])


def test_the_histories_of_a_project_are_read_once_for_all_its_people(connection, ours):
    texts = list[str]()
    save_accounts(connection, ours, [Account("ada", "atlassian")])
    event.listen(connection, "before_cursor_execute", lambda *given: texts.append(given[2]))
    assert select_people_in(AgreementScope(connection, ours, "growth"), ["GROW"]) == set()
    for table in ("change", "comment", "worklog"):
        assert sum(len(re.findall(rf"FROM {table}\b", text)) for text in texts) == 1


def handed_over(change):
    """The same change as one of assignee, on a ticket of its own."""
    return replace(change, issue_id=4, field="assignee", field_id="assignee", old=None)


@pytest.mark.parametrize("state", ["paused", "cancelled"])
def test_a_step_that_was_under_way_keeps_the_place_and_not_the_state(connection, ours, state):
    save_listing(connection, ours, HALF)
    assert save_state(connection, ours, "history", "GROW", state=state, before=OPEN)
    save_step(connection, ours, HALF, FURTHER)
    listing = select_listing(connection, ours, "history", "GROW")
    assert (listing.state, listing.done, listing.cursor) == (state, 60, at(9))


def test_a_step_of_a_listing_that_was_begun_anew_is_forgotten(connection, ours):
    save_listing(connection, ours, HALF)
    delete_listing(connection, ours, "history", "GROW")
    save_step(connection, ours, HALF, FURTHER)
    assert select_listing(connection, ours, "history", "GROW") is None
    fresh = Listing("history", "GROW", started=at(5))
    save_listing(connection, ours, fresh)
    save_step(connection, ours, HALF, FURTHER)
    assert select_listing(connection, ours, "history", "GROW") == fresh


@pytest.mark.parametrize("most", [1, 2, 3, 1_000])
def test_of_whoever_has_more_tickets_than_are_counted_nothing_else_is_said(connection, ours, monkeypatch, most):
    """The others are as everybody's are, whatever kind of act it was; what is in other projects is not counted."""
    monkeypatch.setattr(accounts, "MOST_TICKETS", most)
    save_accounts(connection, ours, [Account(name, "atlassian") for name in ("ada", "bob", "eve", "ina")])
    handed = handed_over(a_change(7, issue=4, new="ina", author="bob"))
    reads = [
        # Three times the same ticket is one; Ada's third is told by a comment alone.
        a_read(an_issue(1), *(a_change(number, number) for number in (1, 2, 3)), a_comment(1, issue=1)),
        a_read(an_issue(2), a_change(4, 50, issue=2), a_change(5, 60, issue=2, author="eve")),
        a_read(an_issue(3), a_comment(2, issue=3)),
        a_read(an_issue(4), handed),
        a_read(an_issue(5, project="WEB"), a_change(8, issue=5, author="eve")),
    ]
    save_issues_read(connection, ours, reads, at(99))
    asked = frozenset({"ada", "bob", "eve", "ina", "nobody"})
    bounded = select_people_among(AgreementScope(connection, ours, "growth"), ["GROW"], asked)
    exact = {person.account_id: person for person in select_people(connection, ours, ["GROW"]) if person.kind != "app"}
    assert {name: person.tickets for name, person in exact.items()} == {"ada": 3, "bob": 1, "eve": 1, "ina": 1}
    assert (exact["ada"].first, exact["ada"].last) == (at(0), at(50))
    more = {"tickets": most + 1, "first": None, "last": None}
    expected = {name: person if person.tickets <= most else replace(person, **more) for name, person in exact.items()}
    assert {person.account_id: person for person in bounded} == expected


@pytest.mark.parametrize("kind", ["change", "comment", "worklog", "old", "new"])
def test_no_act_is_read_of_whoever_has_so_many_tickets_by_one_kind(connection, ours, monkeypatch, kind):
    monkeypatch.setattr(accounts, "MOST_TICKETS", 2)
    save_accounts(connection, ours, [Account("ada", "atlassian")])
    acts = {
        "change": lambda number: a_change(number, issue=number),
        "comment": lambda number: a_comment(number, issue=number),
        "worklog": lambda number: a_worklog(number, issue=number),
        "old": lambda number: replace(a_change(number, issue=number, author="bob"), field="assignee", old="ada"),
        "new": lambda number: replace(a_change(number, issue=number, author="bob"), field="assignee", new="ada"),
    }
    save_issues_read(connection, ours, [a_read(an_issue(number), acts[kind](number)) for number in (1, 2, 3)], at(9))
    asked = list[tuple[str, Any]]()
    event.listen(connection, "before_cursor_execute", lambda *given: asked.append(given[2:4]))
    [ada] = select_people_among(AgreementScope(connection, ours, "growth"), ["GROW"], frozenset({"ada"}))
    assert (ada.tickets, ada.first, ada.last) == (3, None, None)
    assert ["ada" in str(values) for statement, values in asked if "min(" in statement] == [False]
