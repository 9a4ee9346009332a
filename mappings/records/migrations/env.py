"""Runs the steps on the connection that `upgrade` hands over."""

from alembic import context

from mappings.records.tables import metadata


def run() -> None:
    """Take the steps that are missing, all or none: both databases roll back what a failed step made."""
    # Alembic would commit each step on SQLite, and an upgrade that starts beside would take a step a second time.
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transactional_ddl=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
