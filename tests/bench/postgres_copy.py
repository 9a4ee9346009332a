"""A copy on PostgreSQL of a large database on SQLite, by COPY: `db copy`, which compares every row, takes longer."""

import psycopg
from sqlalchemy import Connection, Table, select
from sqlalchemy.engine import make_url

from mappings.records.tables import metadata
from tests.bench.large_database import LargeDatabase
from tests.bench.machine import Postgres, opened


def copy_to_postgres(database: LargeDatabase, server: Postgres) -> str:
    """Return the address of the copy."""
    url = server.fresh()
    plain = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    with opened(database.url) as source, source.connect() as reader, psycopg.connect(plain) as target:
        for table in metadata.sorted_tables:
            _copy(table, reader, target)
        target.commit()
        target.autocommit = True
        target.execute("VACUUM ANALYZE")
    return url


def _copy(table: Table, reader: Connection, target: psycopg.Connection) -> None:
    names = ", ".join(f'"{column.name}"' for column in table.columns)
    rows = reader.execution_options(stream_results=True, yield_per=10_000).execute(select(table))
    with target.cursor().copy(f'COPY "{table.name}" ({names}) FROM STDIN') as copy:
        for row in rows:
            copy.write_row(row)
