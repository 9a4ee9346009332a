"""A company: 200 engagements with projects and people of their own, 3,000 people and 1,000,000 issues in one site.

The product measures one engagement of the story, which is repeated to 5,000 tickets. The others are that one with other
keys, ids and account ids: by the same statements for every table, so that all that refers to another row still does.
"""

import sqlite3

from msgspec.structs import replace
from sqlalchemy import Connection, Engine, Table, text

from mappings.formats.engagement_file.reader import engagement_hash, read_engagement
from mappings.records import tables
from mappings.records.agreement.engagements import save_engagement, select_engagements, switch_generation
from mappings.records.privacy.account_columns import ACCOUNT_COLUMNS
from tests.bench import story
from tests.bench.large_tenant import without_indices

ENGAGEMENTS, ISSUES_OF_EACH, GROUPS = 200, 5_400, 143
"""GROUPS: of so many teams each has 21 people; those after the first so many engagements have a team's people again."""
KEY, PROJECT, PREFIX = "growth-acme", "GROW", b"712020:"
FAR = 1_000_000_000
"""Between the id of a ticket and that of its copy in the next engagement: more than all ids of one."""
_IDS = frozenset({"issue_id", "parent_id", "other_id", "comment_id", "worklog_id", "history_id", "link_id"})
_KEYS = frozenset({"key", "project_key", "other_key"})
FACTS: tuple[Table, ...] = (tables.issue, tables.change, tables.comment, tables.worklog, tables.link)
FIGURES: tuple[Table, ...] = (
    tables.entry, tables.evidence, tables.credit_sum, tables.credit_hour_sum, tables.day_sum, tables.measured,
    tables.open_ticket, tables.hire, tables.opportunity, tables.opportunity_sum, tables.measure_input,
)  # fmt: skip
_SERIES = "WITH RECURSIVE series(copy_of) AS (SELECT 1 UNION ALL SELECT copy_of + 1 FROM series WHERE copy_of < :last) "
_OF_PROJECT = "issue_id IN (SELECT issue_id FROM issue WHERE project_key = 'GROW')"


def enter_engagements(engine: Engine, tenant_id: int, now: int) -> None:
    """Enter the others by the product itself, before there is a ticket in their projects."""
    file = story.engagement_files()[0]
    with engine.begin() as connection:
        for number in range(1, ENGAGEMENTS):
            own = _swap(file.encode(), number).decode().replace(PROJECT, f"{PROJECT}{number}")
            agreed = read_engagement(own.replace(KEY, f"{KEY}-{number}"))
            agreed = replace(agreed, name=f"{agreed.name} {number}")
            save_engagement(connection, tenant_id, agreed, engagement_hash(agreed), now=now, by=None)
            # Nothing is there to be measured; measuring each would read the rules of all others every time.
            switch_generation(connection, tenant_id, agreed.key)
        assert {stored.generation for stored in select_engagements(connection, tenant_id)} == {1}


def repeat_engagement(connection: Connection) -> None:
    """Give each of the others the tickets, histories, figures and sums of the first."""
    driver = connection.connection.driver_connection
    assert isinstance(driver, sqlite3.Connection)
    driver.create_function("swap", 2, _swap_any, deterministic=True)
    with without_indices(connection):
        for table in (*FACTS, *FIGURES):
            _repeat(connection, table)
        _repeat(connection, tables.account, where="account_id LIKE '712020:%'")
        _repeat(connection, tables.project, where=f"key = '{PROJECT}'")


def _repeat(connection: Connection, table: Table, where: str = "") -> None:
    columns = [column.name for column in table.columns]
    if not where:
        where = _OF_PROJECT if table in FACTS else f"engagement = '{KEY}' AND generation = 1"
    values = ", ".join(_value(table, name) for name in columns)
    rows = f"SELECT {values} FROM series CROSS JOIN (SELECT * FROM {table.name} WHERE {where})"
    names = ", ".join(f'"{name}"' for name in columns)
    insert = f"INSERT OR IGNORE INTO {table.name} ({names}) {_SERIES}{rows}"
    connection.execute(text(insert), {"last": ENGAGEMENTS - 1})


def _value(table: Table, column: str) -> str:
    """Return what a column has in the copy of number `n`."""
    if column in _IDS:
        return f"{column} + copy_of * {FAR}"
    if column == "engagement":
        return "engagement || '-' || copy_of"
    if column == "project_id":
        return "CAST(CAST(project_id AS INTEGER) + 1000 * copy_of AS TEXT)"
    if column == "changed_at":
        # Engagements are measured one after the other, not all within the same minute.
        return "changed_at - copy_of * 60000000"
    if column in _KEYS:
        return f"replace(\"{column}\", '{PROJECT}', '{PROJECT}' || copy_of)"
    own = next((each for each in ACCOUNT_COLUMNS if each.table is table), None)
    if own is not None and column in {*own.plain, *own.bodies}:
        return f'swap("{column}", copy_of)'
    return f'"{column}"'


def _swap_any(value: bytes | str | None, number: int) -> bytes | str | None:
    if isinstance(value, str):
        return _swap(value.encode(), number).decode()
    return value if value is None else _swap(value, number)


def _swap(value: bytes, number: int) -> bytes:
    # As long as the ids before, so that the lengths which are written before them still hold.
    return value.replace(PREFIX, b"%06d:" % (100_000 + number % GROUPS) if number % GROUPS else PREFIX)
