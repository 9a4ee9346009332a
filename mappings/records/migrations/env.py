"""Runs the steps on the connection that `upgrade` hands over."""

from alembic import context

from mappings.records.tables import metadata


def run() -> None:
    """Take the steps that are missing, all or none: both databases roll back what a failed step made."""
    context.configure(
        connection=context.config.attributes["connection"], target_metadata=metadata, render_as_batch=True
    )
    with context.begin_transaction():
        context.run_migrations()


run()
