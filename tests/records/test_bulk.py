"""Rows written and read in bulk come back as they were, whatever their texts and bytes hold, on both databases."""

from sqlalchemy import Connection, select

from mappings.records.facts.rows import ISSUE
from mappings.records.sql.bulk import delete_rows, insert_rows, save_rows, select_keyed
from mappings.records.tables import issue, status_name

AWKWARD = (
    "plain", "", "NULL", "null", '"', "\\", '\\"', "{", "}", "{1,2}", ",", "a,b", " outer ", "'", "''", "%s", "$1",
    "line\nbreak", "tab\t", "\r", "\x01", "Ünï", "日本", "\U0001f600", "\\x00", "?", ":name", "(", ")",
)  # fmt: skip


def test_rows_come_back_as_they_were_saved(connection: Connection, ours: int) -> None:
    rows = [
        (ours, number, f"K-{number}", None if number % 2 else text, text, None if number % 3 else -number,
         bool(number % 2), 2**62, None, not number % 2, False, text, bytes(range(256)) + text.encode())
        for number, text in enumerate(AWKWARD)
    ]  # fmt: skip
    save_rows(connection, issue, ISSUE, rows)
    query = select(*(issue.c[name] for name in ISSUE)).where(issue.c.tenant_id == ours).order_by(issue.c.issue_id)
    assert [(*row[:-1], bytes(row[-1])) for row in connection.execute(query)] == rows


def test_texts_are_found_and_deleted_by_what_they_are(connection: Connection, ours: int) -> None:
    columns = ("tenant_id", "status_id", "name")
    rows = [(ours, str(number), text) for number, text in enumerate(AWKWARD)]
    insert_rows(connection, status_name, columns, rows)
    stored = select_keyed(connection, status_name, columns, columns, rows)
    assert sorted(map(tuple, stored)) == sorted(rows)
    delete_rows(connection, status_name, columns, rows[3:])
    assert sorted(map(tuple, select_keyed(connection, status_name, columns, columns, rows))) == sorted(rows[:3])
