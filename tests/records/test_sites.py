"""Sites and their secrets, the inbox and its lanes, dead letters, roles and tags."""

import pytest
from cryptography.fernet import Fernet

from mappings.measure.model.ticket import Role, Tag
from mappings.records.agreement.roles import save_role, save_role_undone, select_mentored, select_roles
from mappings.records.agreement.tags import insert_tag, save_tag_confirmed, save_tag_removed, select_tags
from mappings.records.operations.admin_webhooks import (
    decrypt_webhook_secret,
    insert_admin_webhook,
    rotate_admin_webhooks,
    select_webhook_secret,
)
from mappings.records.operations.counters import save_count, select_counts
from mappings.records.operations.dead_letters import (
    KEPT_FOR,
    delete_old_dead_letters,
    insert_dead_letter,
    requeue_dead_letter,
    select_dead_letter_body,
    select_dead_letters,
)
from mappings.records.operations.inbox import (
    BATCH_BYTES,
    claim_tenant,
    delete_deliveries,
    insert_statement,
    lock_tenant,
    save_attempt,
    save_delivery,
    select_batch,
    select_batch_ids,
    select_waiting,
)
from mappings.records.operations.inbox_bodies import MARK
from mappings.records.operations.progress import Progress, save_progress, select_progress
from mappings.records.operations.tenants import (
    rotate_secrets,
    save_tenant,
    select_digest,
    select_tenant,
    select_tenant_by_key,
    select_tenant_by_site,
    select_tenants,
)
from mappings.records.sql.engine import StoreError, open_engine
from mappings.records.sql.scope import AgreementScope
from mappings.records.sql.secrets import Vault, digest_with
from tests.records.fact_builders import VAULT, at, enter


def keep(connection, tenant_id: int, *keys: str) -> None:
    rows = [(tenant_id, key, at(n), key.encode()) for n, key in enumerate(keys)]
    connection.connection.cursor().executemany(insert_statement(connection.engine), rows)


def test_a_site_is_found_by_its_key_its_host_and_our_number(connection, ours, theirs):
    tenant = select_tenant(connection, ours)
    assert select_tenant_by_key(connection, "acme", lock=True) == tenant
    assert select_tenant_by_site(connection, "acme.atlassian.net") == tenant
    assert select_tenant_by_key(connection, "nobody") is None
    assert [this_select_tenant.tenant_id for this_select_tenant in select_tenants(connection)] == [ours, theirs]


def test_a_site_shows_no_secret(connection, ours):
    save_tenant(connection, ours, secret=b"very secret", secret_before=b"once secret")
    assert "secret'" not in repr(select_tenant(connection, ours))
    assert select_tenant(connection, ours).secret == b"very secret"


def test_a_secret_opens_only_in_its_own_place():
    ciphertext = VAULT.encrypt(b"x", tenant_id=1, column="secret")
    assert VAULT.decrypt(ciphertext, tenant_id=1, column="secret") == b"x"
    for place in ({"tenant_id": 2, "column": "secret"}, {"tenant_id": 1, "column": "secret_before"}):
        with pytest.raises(StoreError, match="not its own"):
            VAULT.decrypt(ciphertext, **place)


def test_no_key_and_a_wrong_key_are_said_in_words():
    with pytest.raises(StoreError, match="TEACHBACK_SECRET_KEYS"):
        Vault([])
    ciphertext = VAULT.encrypt(b"x", tenant_id=1, column="secret")
    with pytest.raises(StoreError, match="TEACHBACK_SECRET_KEYS"):
        Vault([Fernet.generate_key()]).decrypt(ciphertext, tenant_id=1, column="secret")
    assert "Fernet" not in repr(VAULT)


def test_secrets_and_hashes_outlive_a_change_of_key(connection):
    old, new = Fernet.generate_key(), Fernet.generate_key()
    tenant_id = enter(connection, "acme", Vault([old]))
    secret = Vault([old]).encrypt(b"x", tenant_id=tenant_id, column="secret")
    save_tenant(connection, tenant_id, secret=secret)
    before = select_digest(connection, tenant_id, Vault([old]))("well done")
    insert_admin_webhook(connection, tenant_id, address="a", secret="y", vault=Vault([old]), now=at(0))
    assert rotate_secrets(connection, Vault([new, old])) == 1
    assert rotate_admin_webhooks(connection, Vault([new, old])) == 1
    assert decrypt_webhook_secret(select_webhook_secret(connection, "a")[2], tenant_id, Vault([new])) == b"y"
    ciphertext = select_tenant(connection, tenant_id).secret
    assert Vault([new]).decrypt(ciphertext, tenant_id=tenant_id, column="secret") == b"x"
    assert select_digest(connection, tenant_id, Vault([new]))("well done") == before


def test_equal_words_hash_alike_within_a_site_and_apart_between_sites(connection, ours, theirs):
    mine, other = (select_digest(connection, tenant_id, VAULT) for tenant_id in (ours, theirs))
    assert mine("thanks") == mine("thanks") != mine("thanks!")
    assert mine("thanks") != other("thanks")


def test_a_hash_is_what_earlier_releases_stored():
    digest = digest_with(b"k" * 32)
    assert [digest(text) for text in ("thanks", "", "thanks")] == [
        "c124f2d50d559b801ea8c972",
        "7a6869c36e2d9fa365ed6c71",
        "c124f2d50d559b801ea8c972",
    ]


def test_a_delivery_is_kept_once_and_the_oldest_comes_first(connection, ours):
    keep(connection, ours, "a", "b", "a")
    assert [(delivery.dkey, delivery.body, delivery.attempts) for delivery in select_batch(connection, ours, 9)] == [
        ("a", b"a", 0), ("b", b"b", 0),
    ]  # fmt: skip
    assert [delivery.dkey for delivery in select_batch(connection, ours, 1)] == ["a"]
    assert (select_waiting(connection).deliveries, select_waiting(connection).oldest) == (2, at(0))


def test_a_batch_ends_where_its_bodies_are_many_bytes(connection, ours):
    for number, size in enumerate([BATCH_BYTES // 2, BATCH_BYTES // 2, 1, BATCH_BYTES * 2, 1]):
        save_delivery(connection, ours, str(number), received_at=at(0), body=b"x" * size)
    batches = []
    while batch := select_batch(connection, ours, 9):
        assert select_batch_ids(connection, ours, 9, at(0)) == [delivery.inbox_id for delivery in batch]
        batches.append([delivery.dkey for delivery in batch])
        delete_deliveries(connection, ours, [delivery.inbox_id for delivery in batch])
    assert batches == [["0", "1"], ["2", "3"], ["4"]]


def test_a_try_is_counted_and_a_delivery_goes_by_its_id(connection, ours):
    keep(connection, ours, "a", "b")
    first, second = select_batch(connection, ours, 9)
    save_attempt(connection, ours, first.inbox_id)
    delete_deliveries(connection, ours, [second.inbox_id])
    assert [(delivery.dkey, delivery.attempts) for delivery in select_batch(connection, ours, 9)] == [("a", 1)]


def test_the_lane_drained_longest_ago_is_next(connection, ours, theirs):
    assert claim_tenant(connection, at(0)) is None
    keep(connection, theirs, "a")
    assert claim_tenant(connection, at(1)) == theirs
    keep(connection, ours, "a")
    assert [claim_tenant(connection, at(n)) for n in (2, 3, 4)] == [ours, theirs, ours]


def test_two_workers_never_share_a_lane(postgres_migrated):
    engine = open_engine(postgres_migrated)
    with engine.begin() as connection:
        tenant_ids = {enter(connection, name) for name in ("acme", "bolt")}
        for tenant_id in tenant_ids:
            keep(connection, tenant_id, "a")
    with engine.begin() as first, engine.begin() as second, engine.begin() as third:
        assert {claim_tenant(first, at(1)), claim_tenant(second, at(1))} == tenant_ids
        assert claim_tenant(third, at(1)) is None
    engine.dispose()


def test_a_writer_that_holds_the_lane_keeps_drainers_out(postgres_migrated):
    engine = open_engine(postgres_migrated)
    with engine.begin() as connection:
        tenant_id = enter(connection, "acme")
        keep(connection, tenant_id, "a")
    with engine.begin() as writer, engine.begin() as drainer:
        lock_tenant(writer, tenant_id)
        assert claim_tenant(drainer, at(1)) is None
    engine.dispose()


def test_a_dead_letter_is_encrypted_and_goes_back_into_the_inbox(connection, ours):
    insert_dead_letter(connection, ours, vault=VAULT, dkey="d" * 255, body=b"{broken", reason="not JSON", at=at(0))
    letter = select_dead_letters(connection, ours)[0]
    assert (letter.reason, letter.dead_at) == ("not JSON", at(0))
    assert select_dead_letter_body(connection, ours, letter.letter_id, VAULT) == b"{broken"
    assert requeue_dead_letter(connection, ours, letter.letter_id, VAULT)
    assert not requeue_dead_letter(connection, ours, letter.letter_id, VAULT)
    assert [(delivery.body, delivery.attempts) for delivery in select_batch(connection, ours, 9)] == [(b"{broken", 0)]
    assert select_dead_letters(connection, ours) == []


def test_a_dead_letter_that_looks_compressed_goes_back_as_it_came(connection, ours):
    """No JSON begins so, so it fails; put back as it came it would be decompressed, and stop its site's inbox."""
    body = MARK + b"by a stranger"
    insert_dead_letter(connection, ours, vault=VAULT, dkey="d", body=body, reason="not JSON", at=at(0))
    [letter] = select_dead_letters(connection, ours)
    assert requeue_dead_letter(connection, ours, letter.letter_id, VAULT)
    assert [delivery.body for delivery in select_batch(connection, ours, 9)] == [body]


def test_a_dead_letter_is_kept_for_thirty_days(connection, ours):
    for minute in (0, 5):
        insert_dead_letter(connection, ours, vault=VAULT, dkey=f"d{minute}", body=b"", reason="", at=at(minute))
    assert delete_old_dead_letters(connection, at(1) + KEPT_FOR) == 1
    assert [select_dead_letter.dead_at for select_dead_letter in select_dead_letters(connection, ours)] == [at(5)]


def test_a_role_passes_from_one_to_the_next(connection, ours):
    for minute, account in ((0, "ada"), (5, "bob"), (9, None)):
        save_role(
            AgreementScope(connection, ours, "growth"), 1, name="learner", account=account, at=at(minute), by="eve"
        )
    save_role(AgreementScope(connection, ours, "growth"), 1, name="shadow", account="ada", at=at(1), by="eve")
    assert select_roles(AgreementScope(connection, ours, "growth"), [1, 2]) == {
        1: (
            Role("ada", "learner", at(0), at(5), by="eve"),
            Role("bob", "learner", at(5), at(9), by="eve"),
            Role("ada", "shadow", at(1), by="eve"),
        ),
    }
    assert select_roles(AgreementScope(connection, ours, "other"), [1]) == {}


def test_a_change_of_a_role_that_is_undone_has_never_been(connection, ours):
    scope = AgreementScope(connection, ours, "growth")
    for minute, account in ((0, "ada"), (5, "bob")):
        save_role(scope, 1, name="learner", account=account, at=at(minute), by="eve")
    save_role_undone(scope, 1, name="learner", at=at(5))
    assert select_roles(scope, [1]) == {1: (Role("ada", "learner", at(0), by="eve"),)}
    save_role(scope, 1, name="learner", account=None, at=at(9), by="eve")
    save_role_undone(scope, 1, name="learner", at=at(9))
    assert select_roles(scope, [1]) == {1: (Role("ada", "learner", at(0), by="eve"),)}
    save_role_undone(scope, 1, name="learner", at=at(0))
    assert select_roles(scope, [1]) == {}


def test_a_mentor_has_those_who_shadow_or_drive_there_until_they_stop(connection, ours):
    for issue, name, account in (
        (1, "mentor", "ann"),
        (1, "shadow", "ada"),
        (1, "learner", "bob"),
        (2, "learner", "cy"),
    ):
        save_role(AgreementScope(connection, ours, "growth"), issue, name=name, account=account, at=at(0), by="eve")
    assert select_mentored(AgreementScope(connection, ours, "growth"), "ann") == {"ada", "bob"}
    assert not select_mentored(AgreementScope(connection, ours, "growth"), "ada") | select_mentored(
        AgreementScope(connection, ours, "other"), "ann"
    )
    save_role(AgreementScope(connection, ours, "growth"), 1, name="shadow", account=None, at=at(5), by="eve")
    assert select_mentored(AgreementScope(connection, ours, "growth"), "ann") == {"bob"}


def test_a_tag_stands_until_it_is_taken_off(connection, ours):
    scope = AgreementScope(connection, ours, "growth")
    assert insert_tag(scope, 1, objective="seo", at=at(0), by="eve")
    assert not insert_tag(scope, 1, objective="seo", at=at(1), by="eve")
    assert save_tag_confirmed(scope, 1, objective="seo", at=at(2))
    assert not save_tag_confirmed(scope, 1, objective="seo", at=at(3))
    assert save_tag_removed(scope, 1, objective="seo", at=at(4))
    assert not save_tag_removed(scope, 1, objective="seo", at=at(5))
    assert insert_tag(scope, 1, objective="seo", at=at(6), by="ada")
    tags = select_tags(AgreementScope(connection, ours, "growth"), [1])[1]
    assert tags == (Tag("seo", at(0), "eve", at(4), at(2)), Tag("seo", at(6), "ada"))


def test_counts_add_up(connection, ours):
    for more in (1, 5):
        save_count(connection, ours, "unknown event", more, subject="x")
    assert select_counts(connection, ours) == [("unknown event", "x", 6)]


def test_progress_is_kept_until_it_is_through(connection, ours):
    for done in (1, 2):
        save_progress(connection, ours, Progress("import", "ab", 0, done, 9, done, at(0), at(done)))
    assert select_progress(connection, ours, "import", "ab") == Progress("import", "ab", 0, 2, 9, 2, at(0), at(2))
    assert select_progress(connection, ours, "import", "other") is None
