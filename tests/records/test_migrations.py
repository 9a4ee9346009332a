"""What an older release kept is there after the upgrade."""

from sqlalchemy import text

from mappings.records.operations.progress import Progress, select_all_progress
from mappings.records.sql.engine import open_engine
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
