"""The revisions that commands compare with, read from the names of the migrations, are those of alembic."""

from alembic.script import ScriptDirectory

from mappings.records.sql.engine import _config, revisions


def test_the_names_of_the_migrations_are_their_revisions() -> None:
    script = ScriptDirectory.from_config(_config())
    assert revisions() == [revision.revision for revision in script.walk_revisions()][::-1]
    assert script.get_current_head() == revisions()[-1]
