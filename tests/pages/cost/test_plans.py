"""Pages ask by an index: no statement of theirs walks all that a site has, whatever was counted before."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, event

from connector.pages.tickets import finished
from mappings.records.facts import accounts
from mappings.records.facts.people_memory import PeopleMemory
from mappings.records.sql.database_copy import copy_database
from mappings.records.tables import metadata
from tests.bench.page_calls import PAGE, PEOPLE, Call, Site, calls_of
from tests.conftest import PostgresCopies
from tests.jira.story.people import account_of
from tests.jira.story_site import StorySite
from tests.pages.conftest import ACME, PageClient, copy_of, open_desk

# The tables that have more rows the more tickets a site has.
GROWING = {
    "issue", "change", "comment", "worklog", "link", "entry", "evidence", "hire", "opportunity", "measured",
    "open_ticket",
}  # fmt: skip
# Of a small part of a table's rows alone.
PARTIAL = {
    index.name
    for table in metadata.tables.values()
    for index in table.indexes
    if index.dialect_options["sqlite"]["where"] is not None
}
# By a component alone the chances of all tickets are walked.
PLACE = {"tenant_id", "engagement", "generation", "project_key", "component"}
# These end after so many rows, or at the first one, by what the index has in its order.
BOUNDED = (
    "SELECT DISTINCT open_ticket.issue_id", "WITH RECURSIVE", "min(i.project_id)", "changed_at) AS max_1",
    "FROM (SELECT issue.issue_id AS issue_id",
)  # fmt: skip
# Whom a project's histories name, asked where its tickets are few for so many accounts.
BOUNDED += ("UNION SELECT comment.author",)
# Entered by more than a value of theirs: everybody's.
NAMES = re.compile(r"\b(author|old|new|parent_id)>")
TABLE = re.compile(r'(?:FROM|JOIN|,)\s+"?(\w+)"?(?:\s+AS\s+"?(\w+)"?)?')
Statement = tuple[str, Any]


@contextmanager
def asked(engine: Engine) -> Iterator[dict[str, Statement]]:
    """Collect the statements with their parameters, each text once."""
    statements: dict[str, Statement] = {}

    def note(_: Any, __: Any, statement: str, parameters: Any, *more: Any) -> None:
        if statement.lstrip().startswith(("SELECT", "WITH")):
            statements.setdefault(statement, (statement, parameters))

    event.listen(engine, "before_cursor_execute", note)
    yield statements
    event.remove(engine, "before_cursor_execute", note)


def look(page_client: PageClient, call: Call) -> None:
    if call.path in PAGE:
        return
    answer = page_client.story_site.ask(
        call.account, call.path, **{key: str(value) for key, value in call.query.items()}
    )
    assert answer.status_code == 200, (call.path, answer.status, answer.text[:300])


def statements_of(page_client: PageClient, monkeypatch: pytest.MonkeyPatch) -> list[Statement]:
    """Open every page that the bench opens, the Overview as the first look of a week."""
    story_site = page_client.story_site
    issue = next(ticket for ticket in story_site.story.planted.values() if ticket.ref == "t0110")
    site = Site(ACME, date(2026, 7, 1), date(2026, 9, 30), "2026Q3", story_site.ids[issue.ref], story_site.clock.now())
    story_site.site.admins.add(account_of(PEOPLE["administrator"]))
    # Nothing that an earlier look left in this process.
    monkeypatch.setattr(accounts, "_ACTS", PeopleMemory[Any](1, lambda _: 1))
    monkeypatch.setattr(accounts, "_SEEN", PeopleMemory[Any](1, lambda _: 1))
    try:
        with story_site.container.engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM people_week")
        with asked(story_site.container.reader) as statements:
            for call in calls_of(site).values():
                look(page_client, call)
            # As of who did something on many tickets.
            monkeypatch.setattr(finished, "FEW_ROWS", 0)
            for name in ("tickets of an agency's own people", "tickets open of mine"):
                look(page_client, calls_of(site)[name])
            # As on a site of many accounts: by the histories of a project's tickets.
            monkeypatch.setattr(accounts, "TICKETS_OF_ACCOUNT", 1_000_000)
            monkeypatch.setattr(accounts, "_SEEN", PeopleMemory[Any](1, lambda _: 1))
            look(page_client, calls_of(site)["settings"])
    finally:
        story_site.site.admins.discard(account_of(PEOPLE["administrator"]))
    return list(statements.values())


def tables_of(statement: str) -> dict[str, str]:
    """Return the table behind each name that a plan uses."""
    return {alias or table: table for table, alias in TABLE.findall(statement)}


def test_pages_on_sqlite_enter_an_index_by_more_than_the_site(
    story_site: StorySite, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with copy_of(story_site, tmp_path) as page_client:
        statements = statements_of(page_client, monkeypatch)
        with page_client.story_site.container.reader.connect() as connection:
            counted = connection.exec_driver_sql("SELECT 1 FROM sqlite_master WHERE name LIKE 'sqlite_stat%'").all()
            plans = [
                (statement, [row[3] for row in connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}", values)])
                for statement, values in statements
            ]
    # The product counts no rows: neither may a test's database.
    assert counted == []
    walked = [f"{step}: {statement[:300]}" for statement, steps in plans for step in steps if walks(statement, step)]
    assert walked == []
    assert len(plans) > 100


def walks(statement: str, step: str) -> bool:
    kind, _, rest = step.partition(" ")
    name = rest.partition(" ")[0]
    if kind not in {"SCAN", "SEARCH"} or tables_of(statement).get(name) not in GROWING:
        return False
    if NAMES.search(rest):
        return True
    columns, index = set(re.findall(r"(\w+)[=<>]", rest)), re.search(r"INDEX (\w+)", rest)
    is_small = index is not None and index[1] in PARTIAL
    return not (columns - PLACE or is_small or any(text in statement for text in BOUNDED))


def test_pages_on_postgresql_can_be_answered_by_an_index(
    story_site: StorySite, postgres_copies: PostgresCopies, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = postgres_copies.empty()
    copy_database(story_site.container.reader, url, lambda *_: None)
    with open_desk(story_site, url) as page_client:
        statements = statements_of(page_client, monkeypatch)
        with page_client.story_site.container.reader.connect() as connection:
            # So few rows are read whole as long as they may be.
            connection.exec_driver_sql("SET LOCAL enable_seqscan = off")
            plans = [
                (statement, connection.exec_driver_sql(f"EXPLAIN (FORMAT JSON) {statement}", values).scalar_one())
                for statement, values in statements
            ]
    read_whole = [f"{table}: {statement[:300]}" for statement, plan in plans for table in sequential(plan)]
    assert read_whole == []
    assert len(plans) > 100


def sequential(plan: Any) -> list[str]:
    text = plan if isinstance(plan, str) else json.dumps(plan)
    nodes, tables = [json.loads(text)[0]["Plan"]], []
    while nodes:
        node = nodes.pop()
        nodes += node.get("Plans", [])
        if node["Node Type"] == "Seq Scan" and node["Relation Name"] in GROWING:
            tables.append(node["Relation Name"])
    return tables


@pytest.mark.parametrize(
    ("step", "is_walked"),
    [
        ("SCAN entry", True),
        ("SCAN e USING INDEX ix_entry_at", True),
        ("SEARCH entry USING INDEX i (tenant_id=? AND engagement=? AND generation=?)", True),
        ("SEARCH e USING INDEX i (tenant_id=? AND engagement=? AND generation=? AND at>?)", False),
        ("SEARCH account USING INDEX i (tenant_id=?)", False),
        ("SEARCH entry USING INDEX i (tenant_id=? AND project_key=?)", True),
        ("SEARCH entry USING INDEX i (tenant_id=? AND author>?)", True),
    ],
)
def test_a_walk_is_seen(step: str, is_walked: bool) -> None:
    assert walks("SELECT 1 FROM entry JOIN entry AS e ON 1 JOIN account ON 1", step) == is_walked
