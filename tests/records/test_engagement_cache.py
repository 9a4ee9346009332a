"""Decoded engagements that a process keeps are those that are stored, whoever changed them, and each site's own."""

from collections.abc import Callable

import pytest
from msgspec.structs import replace
from sqlalchemy import Connection, Engine, text

from mappings.records.agreement.engagements import (
    _select_engagements,
    adopt_version,
    restart_generation,
    save_engagement,
    save_kept_in,
    select_engagement,
    select_engagements,
    switch_generation,
)
from mappings.records.agreement.rulesets import insert_ruleset
from mappings.records.operations.tenants import select_digest
from mappings.records.privacy.erasure import erase_account
from tests.records.fact_builders import VAULT, at
from tests.records.test_figures import ENGAGEMENT
from tests.records.test_rulesets import STRICT

Change = Callable[[Connection, int], object]
KEY, PERSON = ENGAGEMENT.key, ENGAGEMENT.people[0].account


def adopt(connection: Connection, tenant_id: int) -> None:
    stored = select_engagement(connection, tenant_id, KEY)
    assert stored is not None
    insert_ruleset(connection, tenant_id, KEY, STRICT, now=at(0), by=None)
    adopt_version(connection, tenant_id, stored, 1)


def restart(connection: Connection, tenant_id: int) -> None:
    stored = select_engagement(connection, tenant_id, KEY)
    assert stored is not None
    restart_generation(connection, tenant_id, stored)


def save(connection: Connection, tenant_id: int, name: str = "Other", key: str = KEY) -> None:
    named = replace(ENGAGEMENT, name=name, key=key)
    save_engagement(connection, tenant_id, named, f"{key} {name}", now=at(1), by=None)


def erase(connection: Connection, tenant_id: int) -> None:
    erase_account(connection, tenant_id, PERSON, digest=select_digest(connection, tenant_id, VAULT), at=at(9))


CHANGES: dict[str, Change] = {
    "another agreement": save,
    "another engagement": lambda connection, tenant_id: save(connection, tenant_id, key="growth-2"),
    "figures shown": lambda connection, tenant_id: switch_generation(connection, tenant_id, KEY),
    "figures built anew": restart,
    "other rules": adopt,
    "changed on pages": lambda connection, tenant_id: save_kept_in(connection, tenant_id, KEY, "pages"),
    "a person erased": erase,
}


@pytest.mark.parametrize("change", CHANGES)
def test_what_changed_is_read_again(engine: Engine, connection: Connection, ours: int, change: str) -> None:
    save(connection, ours, "First")
    before = select_engagements(connection, ours)
    assert select_engagements(connection, ours) is before
    CHANGES[change](connection, ours)
    after = select_engagements(connection, ours)
    assert after == _select_engagements(connection, ours) != before


def test_a_change_that_is_taken_back_leaves_what_was_kept(connection: Connection, ours: int) -> None:
    save(connection, ours, "First")
    before = select_engagements(connection, ours)
    with connection.begin_nested() as attempt:
        save(connection, ours, "Second")
        assert select_engagements(connection, ours) != before
        attempt.rollback()
    assert select_engagements(connection, ours) is before


def test_a_token_of_one_site_finds_nothing_of_another(connection: Connection, ours: int, theirs: int) -> None:
    save(connection, ours, "Ours")
    save(connection, theirs, "Theirs")
    # As no product does it: the same token for both.
    connection.execute(text("UPDATE tenant SET agreement_token = 'same'"))
    names = [select_engagements(connection, tenant_id)[0].engagement.name for tenant_id in (ours, theirs, ours)]
    assert names == ["Ours", "Theirs", "Ours"]


def test_an_engagement_is_found_by_whom_it_names(connection: Connection, ours: int) -> None:
    save(connection, ours, "First")
    stored = select_engagements(connection, ours)
    agreed = stored[0].engagement
    led = [account for accounts in agreed.leads.values() for account in accounts]
    learners = [account for objective in agreed.objectives for account in objective.learners]
    for account in {person.account for person in agreed.people} | {*led, *learners}:
        assert stored.naming(account) == tuple(stored)
    assert stored.naming("nobody") == ()
