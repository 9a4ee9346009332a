"""Runs the steps on the connection that `upgrade` hands over."""

from alembic import context

from mappings.records.tables import metadata


def run() -> None:
    """Take the steps that are missing, each in its transaction."""
    context.configure(
        connection=context.config.attributes["connection"],
        target_metadata=metadata,
        render_as_batch=True,
        transaction_per_migration=True,
    )
    with context.begin_transaction():
        context.run_migrations()


run()
