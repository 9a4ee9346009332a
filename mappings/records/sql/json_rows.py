"""Rows that a statement is given as one parameter: a JSON list of lists, read as a table."""

from collections.abc import Mapping

# A person on an objective of an engagement: the columns of a parameter, and the condition of a table's rows of it.
OF_PAIR = {"engagement": "text", "generation": "integer", "objective": "text", "account": "text"}
SAME_PAIR = "{0}.tenant_id = :at_tenant" + "".join(f" AND {{0}}.{name} = w.{name}" for name in OF_PAIR)


def rows_text(dialect: str, columns: Mapping[str, str]) -> str:
    """Return the query of the rows in the parameter `:wanted`.

    `columns` names the elements of a row in their order, with PostgreSQL's types; a row that ends early has NULLs.
    """
    if dialect == "sqlite":
        parts = [f"json_extract(value, '$[{place}]') AS {name}" for place, name in enumerate(columns)]
        return f"SELECT {', '.join(parts)} FROM json_each(:wanted)"  # noqa: S608  names of our own columns
    parts = [f"CAST(value ->> {place} AS {kind}) AS {name}" for place, (name, kind) in enumerate(columns.items())]
    return f"SELECT {', '.join(parts)} FROM json_array_elements(CAST(:wanted AS json))"  # noqa: S608  as above


def join_text(dialect: str, columns: Mapping[str, str], rows: str, where: str) -> str:
    """Return what stands behind FROM to join the rows of the parameter, `w`, with those of a table.

    `rows` is "table AS alias". PostgreSQL is made to look into the table's index for one row of the parameter after the
    other: it does not know how few they are, and would read the whole table.
    """
    wanted = f"({rows_text(dialect, columns)}) AS w"
    if dialect == "sqlite":
        return f"{wanted} CROSS JOIN {rows} WHERE {where}"
    alias = rows.rpartition(" ")[2]
    return f"{wanted} CROSS JOIN LATERAL (SELECT * FROM {rows} WHERE {where} OFFSET 0) AS {alias}"  # noqa: S608  as above
