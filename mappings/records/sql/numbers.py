"""The numbers that tables count up by themselves: the last one that was given, and setting it in a copy."""

from typing import Any

from sqlalchemy import Column, Connection, Table, func, select, text

from mappings.records.tables import metadata


def _counting(table: Table) -> Column[Any] | None:
    column = table.autoincrement_column
    return column if column is not None and column.autoincrement is True else None


def save_last_numbers(source: Connection, target: Connection) -> None:
    # A number of a row that is gone is not given again: what was named by it is not taken for another.
    for table in metadata.sorted_tables:
        column = _counting(table)
        if column is None:
            continue
        number = select_last_number(source, table)
        if number and target.dialect.name == "postgresql":
            target.execute(text("SELECT setval(pg_get_serial_sequence(:name, :column), :number)"),
                           {"name": table.name, "column": column.name, "number": number})  # fmt: skip
        elif number and table.dialect_options["sqlite"]["autoincrement"]:
            name = {"name": table.name, "number": number}
            target.execute(text("DELETE FROM sqlite_sequence WHERE name = :name"), {"name": table.name})
            target.execute(text("INSERT INTO sqlite_sequence (name, seq) VALUES (:name, :number)"), name)


def select_last_number(source: Connection, table: Table) -> int:
    """Return the highest number that a table ever gave, its row may be gone; 0 where it gave none."""
    column = _counting(table)
    assert column is not None
    highest = source.execute(select(func.max(column))).scalar() or 0
    if source.dialect.name == "postgresql":
        query = "SELECT pg_sequence_last_value(pg_get_serial_sequence(:name, :column)::regclass)"
        given = source.execute(text(query), {"name": table.name, "column": column.name}).scalar()
    elif table.dialect_options["sqlite"]["autoincrement"]:
        given = source.execute(
            text("SELECT seq FROM sqlite_sequence WHERE name = :name"), {"name": table.name}
        ).scalar()
    else:
        given = None
    return max(highest, given or 0)
