"""Who is erased is gone from every row and stays gone, and no figure moves by it."""

import json
from collections.abc import Iterator
from typing import Any

import msgspec
import pytest
from sqlalchemy import LargeBinary, String, Text

from mappings.events.pseudonyms import is_erased
from mappings.measure.model.statements import Dispute
from mappings.records.agreement.disputes import Answer, insert_dispute, save_dispute_answered
from mappings.records.agreement.drafts import insert_draft
from mappings.records.agreement.roles import save_role
from mappings.records.figures.entries import StoredEntry
from mappings.records.privacy.account_columns import ACCOUNT_COLUMNS, WITHOUT_ACCOUNTS
from mappings.records.sql.engine import compact
from mappings.records.sql.scope import AgreementScope
from mappings.records.tables import metadata
from tests.conftest import CopyFilled
from tests.database_search import file_traces, read_values, traces
from tests.jira.story.story import account_of
from tests.webhooks.site import EVER, KEYS, VAULT, SiteTenant, copied, fill_drained, filled, small
from webhooks.erasure import erase

LETTERS = {"inbox": ("body",), "dead_letter": ("body",)}
"""Bodies as Jira sent them: drained or dropped, never changed."""
_ENTRY = msgspec.msgpack.Decoder(StoredEntry).decode


@pytest.fixture
def site_tenant(copy_filled: CopyFilled) -> Iterator[SiteTenant]:
    """The whole small story drained, one role given by hand, and one body that cannot be read."""
    with copied(copy_filled, fill_full) as full_ground:
        yield full_ground


@pytest.fixture
def full(site_tenant: SiteTenant) -> SiteTenant:
    return site_tenant


def fill_full(url: str) -> int:
    tenant_id = fill_drained(url)
    with filled(url, tenant_id) as site_tenant:
        add_by_hand(site_tenant)
    return tenant_id


def add_by_hand(site_tenant: SiteTenant) -> None:
    issue, who = busy(site_tenant)
    with site_tenant.engine.begin() as connection:
        save_role(
            AgreementScope(connection, site_tenant.tenant_id, "growth-acme"),
            issue,
            name="mentor",
            account=who,
            at=site_tenant.now,
            by=who,
        )
        dispute = Dispute(issue, "", "inhouse", site_tenant.now, who, f"That was {who}, and nobody else")
        scope = AgreementScope(connection, site_tenant.tenant_id, "growth-acme")
        answer = Answer("agency", False, f"It was {who}, and everybody knows", who, site_tenant.now)
        save_dispute_answered(scope, insert_dispute(scope, dispute), answer, opened=site_tenant.now)
        people = {"people": [{"account": who, "side": "inhouse"}], "proposed": {who: {"side": "inhouse"}}}
        leads = {"leads": {"inhouse": [who]}}
        bodies = {"basics": {}, "people": people, "leads": leads}
        insert_draft(connection, site_tenant.tenant_id, bodies, now=site_tenant.now, by=who)
    broken = {"webhookEvent": "comment_created", "comment": {"author": {"accountId": who}}}
    site_tenant.keep([broken], start="broken")
    assert site_tenant.drain() == 1


def busy(site_tenant: SiteTenant) -> tuple[int, str]:
    """An issue that somebody did alone, and who."""
    return site_tenant.rows("SELECT issue_id, account FROM evidence WHERE tenant_id = :t AND kind = 4 ORDER BY 1, 2")[0]


def counted(site_tenant: SiteTenant) -> dict[str, Any]:
    """Every figure, people's names apart."""
    figures = {key: site_tenant.figures(key) for key in KEYS}
    sums = {key: this_figure["day_sum"] for key, this_figure in figures.items()}
    entries = {key: [_unnamed(_ENTRY(row[-1])) for row in this_figure["entry"]] for key, this_figure in figures.items()}
    evidence = {
        key: sorted((row[0], *row[2:-1]) for row in this_figure["evidence"]) for key, this_figure in figures.items()
    }
    carried = [site_tenant.review(key, *EVER, as_of=site_tenant.now).carried for key in KEYS]
    reports = [site_tenant.report(key) for key in KEYS]
    return {"sums": sums, "entries": entries, "evidence": evidence, "carried": carried, "reports": reports}


def _unnamed(stored: StoredEntry) -> StoredEntry:
    alone = tuple((objective, "") for objective, _ in stored.entry.alone)
    return msgspec.structs.replace(stored, entry=msgspec.structs.replace(stored.entry, alone=alone))


def gone(site_tenant: SiteTenant, account: str) -> list[str]:
    return traces(site_tenant.engine, VAULT, account)


def test_the_search_finds_whom_we_hold(full: SiteTenant) -> None:
    places = gone(full, busy(full)[1])
    assert {"issue.body", "change.author", "evidence.account", "role.account", "dead_letter.body"} <= set(places)
    assert {"engagement.body", "affiliation.account", "comment.author", "entry.body"} <= set(places)
    assert {f"dispute.{name}" for name in ("recorded_by", "reason", "answered_by", "answer")} <= set(places)
    assert {"draft_section.body", "draft_section.changed_by", "engagement_draft.created_by"} <= set(places)


def test_an_erased_account_leaves_no_trace_and_moves_no_figure(full: SiteTenant) -> None:
    before, who = counted(full), busy(full)[1]
    pseudonym = erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    assert is_erased(pseudonym)
    assert gone(full, who) == []
    assert counted(full) == before
    assert len(full.rows("SELECT 1 FROM evidence WHERE tenant_id = :t AND account = :p", p=pseudonym)) > 0


def test_a_full_read_of_jira_does_not_bring_it_back(full: SiteTenant) -> None:
    full.read_all(small().site)
    before, who, asked = counted(full), busy(full)[1], full.now
    erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    full.now += 86_400_000_000
    full.read_all(small().site)
    full.keep(small().bodies(), start="again")
    full.drain()
    assert gone(full, who) == []
    full.now = asked
    assert counted(full) == before


def test_a_deleted_user_is_erased(full: SiteTenant) -> None:
    before, who = counted(full), account_of("Maren Vogt")
    full.keep([{"webhookEvent": "user_deleted", "timestamp": 1, "user": {"accountId": who, "displayName": "x"}}])
    full.drain()
    assert gone(full, who) == []
    assert counted(full) == before


def test_everybody_can_be_erased_one_by_one(full: SiteTenant) -> None:
    before = counted(full)
    people = [row[0] for row in full.rows("SELECT account_id FROM account WHERE tenant_id = :t")]
    for who in people:
        erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    assert {row[0] for row in full.rows("SELECT account_id FROM account WHERE tenant_id = :t")}.isdisjoint(people)
    held = {value for _, value in read_values(full.engine, VAULT)}
    assert [who for who in people if any(who in value for value in held)] == []
    assert counted(full) == before


def test_a_second_erasure_changes_nothing(full: SiteTenant) -> None:
    who = busy(full)[1]
    first = erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    assert erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now + 1) == first
    assert len(full.rows("SELECT 1 FROM erased WHERE tenant_id = :t")) == 1


def test_another_site_keeps_the_same_person(full: SiteTenant, other: SiteTenant) -> None:
    who = busy(full)[1]
    other.keep(small().bodies())
    other.drain()
    erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    assert other.rows("SELECT 1 FROM affiliation WHERE tenant_id = :t AND account = :a", a=who)
    assert "712020:" in json.dumps(other.rows("SELECT author FROM change WHERE tenant_id = :t"))


def test_what_cannot_be_read_and_names_the_erased_is_not_kept(full: SiteTenant) -> None:
    who, letters = busy(full)[1], len(full.letters())
    erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    cut = json.dumps({"webhookEvent": "comment_created", "comment": {"author": {"accountId": who}}})[:-3]
    full.keep([cut.encode()], start="late")
    full.drain()
    assert len(full.letters()) == letters - 1
    assert gone(full, who) == []


def test_the_files_of_sqlite_hold_nothing_either(full: SiteTenant) -> None:
    who = busy(full)[1]
    if full.engine.dialect.name != "sqlite":
        pytest.skip("PostgreSQL's files are the server's")
    erase(full.engine, VAULT, full.tenant_id, account=who, now=full.now)
    compact(full.engine)
    assert file_traces(full.engine, account_of("Ina Berg")) or file_traces(full.engine, "712020:")
    assert file_traces(full.engine, who) == []


def test_of_each_column_it_is_said_whether_it_names_people() -> None:
    named = {f"{place.table.name}.{column}" for place in ACCOUNT_COLUMNS for column in (*place.plain, *place.bodies)}
    nobody = {
        f"{table}.{column}" for table, columns in (*WITHOUT_ACCOUNTS.items(), *LETTERS.items()) for column in columns
    }
    kinds = (String, Text, LargeBinary)
    there = {
        str(this_column)
        for table in metadata.sorted_tables
        for this_column in table.columns
        if isinstance(this_column.type, kinds)
    }
    assert there == (named | nobody) & there
    assert not named & nobody


def test_dates_and_sides_stay(full: SiteTenant) -> None:
    query = "SELECT side, org, start_at, end_at FROM affiliation WHERE tenant_id = :t ORDER BY engagement, place"
    before = full.rows(query)
    erase(full.engine, VAULT, full.tenant_id, account=busy(full)[1], now=full.now)
    assert full.rows(query) == before
