"""What an older release kept is there after the upgrade, and each migration is named by its revision."""

from datetime import date

from alembic.script import ScriptDirectory
from sqlalchemy import text

from mappings.measure.model.statements import DefinitionEdit
from mappings.records.agreement.definitions import select_definition_edits
from mappings.records.figures.figure_tokens import select_figure_token
from mappings.records.operations.audit import Act, select_acts_named
from mappings.records.operations.counters import select_counts
from mappings.records.operations.progress import Progress, select_all_progress
from mappings.records.sql.engine import _config, open_engine, revisions, upgrade
from mappings.records.sql.scope import AgreementScope
from mappings.records.tables import audit, engagement, tenant
from tests.records.migration_steps import downgrade, upgrade_from

PROGRESS = {
    "import 5d41402abc4b2a76": ("import", "5d41402abc4b2a76", 0),
    "measure growth-acme 2": ("measure", "growth-acme", 2),
    "retention": ("retention", "", 0),
    "sync GROW": ("sync", "GROW", 0),
    "sync GROW (full)": ("sync", "GROW", 3),
}
COUNTS = {"done": 1, "total": 9, "cursor": 5, "started_at": 1, "changed_at": 2}


def test_work_that_was_named_in_one_string_goes_on(database_url: str) -> None:
    rows = [{"tenant_id": 1, "name": name} | COUNTS for name in [*PROGRESS, "unknown"]]
    upgrade_from(database_url, "0015", "progress", rows)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert select_all_progress(connection, 1) == [Progress(*key, **COUNTS) for key in PROGRESS.values()]
    downgrade(database_url, "0015")
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM progress ORDER BY name")).scalars().all()
    engine.dispose()
    assert names == [*PROGRESS]


TEXTS = {
    "sign-off revoke": ("rung 3: 557058:eve", "rung 3", "557058:eve"),
    "teach-back accepted": ("seo: 557058:eve", "seo", "557058:eve"),
    "panel role": ("shadow: nobody", "shadow", None),
    "panel tag": ("seo", "seo", None),
    "link made": ("557058:eve", None, "557058:eve"),
    "mirror chosen": ("GROW: badge", "GROW: badge", None),
}


def test_an_account_behind_a_colon_moves_to_its_column(database_url: str) -> None:
    rows = [{"tenant_id": 1, "at": 5, "act": act, "object": "x", "after": was} for act, (was, _, _) in TEXTS.items()]
    for act, after in (("panel role", "mentor: 557058:eve"), ("link made", "sponsor")):
        rows.append(rows[0] | {"act": act, "after": after})
    upgrade_from(database_url, "0016", "audit", rows)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        acts = select_acts_named(connection, 1, TEXTS, 9)
    expected = [Act(5, None, act, "x", None, after, account) for act, (_, after, account) in TEXTS.items()]
    expected.append(Act(5, None, "panel role", "x", None, "mentor", "557058:eve"))
    expected.append(Act(5, None, "link made", "x", None, "sponsor"))
    assert acts == expected[::-1]
    downgrade(database_url, "0016")
    with engine.connect() as connection:
        texts = connection.execute(text("SELECT after FROM audit ORDER BY audit_id")).scalars().all()
    engine.dispose()
    assert texts == [row["after"] for row in rows]


COUNTERS = {
    "letters not kept": ("dead letter not kept", ""),
    "mirror: foreign values": ("foreign property", ""),
    "unknown event: sprint_started": ("unknown event", "sprint_started"),
}


def test_counters_go_on_from_what_they_were(database_url: str) -> None:
    rows = [{"tenant_id": 1, "name": name, "value": 7} for name in COUNTERS]
    upgrade_from(database_url, "0017", "counter", [*rows, rows[0] | {"name": "other"}])
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert select_counts(connection, 1) == [(*key, 7) for key in COUNTERS.values()]
    downgrade(database_url, "0017")
    with engine.connect() as connection:
        names = connection.execute(text("SELECT name FROM counter ORDER BY name")).scalars().all()
    engine.dispose()
    assert names == [*COUNTERS]


TENANT = {"tenant_id": 1, "site": "site", "base_url": "", "digest_key": b"", "platform": "file", "state": "installed"}
TENANT |= {"changed_at": 0}
SET_UP = {"key": "growth", "hash": "sha256:1", "changed_at": 9, "tenant_id": 1}
ACTS = [
    ("draft agreed", "draft 1 inhouse", "sha256:1", 1_000_000, "lead"),
    ("draft agreed", "draft 1 agency", "sha256:1", 2_000_000, "other"),
    ("engagement set up", "growth", "sha256:1", 3_000_000, "other"),
]


def test_agreements_to_a_draft_count_where_the_audit_proves_both(database_url: str) -> None:
    upgrade(database_url)
    downgrade(database_url, "0047")
    body = '{"zone": "Europe/Berlin", "objectives": [{"key": "a"}, {"key": "b"}]}'
    names = ("act", "object", "after", "at", "account")
    engine = open_engine(database_url)
    with engine.begin() as connection:
        connection.execute(tenant.insert().values(TENANT))
        connection.execute(engagement.insert().values(SET_UP | {"body": body}))
        connection.execute(audit.insert(), [{"tenant_id": 1, **dict(zip(names, act, strict=True))} for act in ACTS])
    upgrade(database_url)
    with engine.connect() as connection:
        edits = select_definition_edits(AgreementScope(connection, 1, "growth"), as_of=9_000_000)
        token = select_figure_token(AgreementScope(connection, 1, "growth"))
    engine.dispose()
    day = date(1970, 1, 1)
    # In the order in which they were given.
    given = [("a", "inhouse", 1), ("b", "inhouse", 1), ("a", "agency", 2), ("b", "agency", 2)]
    assert list(edits) == [DefinitionEdit(key, side, "agree", day, at * 1_000_000) for key, side, at in given]
    assert token is not None


def test_the_names_of_the_migrations_are_their_revisions() -> None:
    """Commands compare with the names of the files, which are read faster than alembic's script."""
    script = ScriptDirectory.from_config(_config())
    assert revisions() == [revision.revision for revision in script.walk_revisions()][::-1]
    assert script.get_current_head() == revisions()[-1]
