"""The schema is what the tables say, on both databases."""

from alembic.autogenerate import compare_metadata
from alembic.migration import MigrationContext

from mappings.records.sql.engine import open_engine, schema_state, upgrade
from mappings.records.tables import metadata


def test_upgraded_schema_is_that_of_the_tables(database_url):
    upgrade(database_url)
    engine = open_engine(database_url)
    with engine.connect() as connection:
        assert compare_metadata(MigrationContext.configure(connection), metadata) == []
    assert schema_state(engine) == "current"
    engine.dispose()


def test_upgrading_twice_changes_nothing(database_url):
    upgrade(database_url)
    upgrade(database_url)
    engine = open_engine(database_url)
    assert schema_state(engine) == "current"
    engine.dispose()
