"""Files as real sites write them: encodings, versions, ends of the calendar, renamed and nameless things."""

from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import select

from mappings.records.sql.engine import open_engine
from mappings.records.tables import account, comment
from tests.cli.conftest import APPLY, SITE, User
from tests.cli.jira_export import (
    AGENCY,
    AGENCY_KEY,
    INHOUSE_KEY,
    Issue,
    Item,
    agreement,
    history,
    issue,
    item,
    jsonl,
    person,
)

LABELLED = "{labels: [design]}"


def units(user: User, file: str, mapping: str = LABELLED, *, status: int = 0, **options: Any) -> Any:
    """Return the units of a report after a file was imported and an agreement applied."""
    user.run("import", file, "--site", SITE, status=status)
    user.run(*APPLY, user.write("acme.yaml", agreement(mapping, **options)), "--site", SITE)
    return user.report("--from", "2026-01-05", "--to", "2026-12-31", "--as-of", "2026-12-31T00:00:00Z")["units"]


def ticket(number: int = 1, **fields: Any) -> Issue:
    return issue(number, labels=["design"], **fields)


def test_a_byte_order_mark_is_no_part_of_the_first_line(user: User) -> None:
    path = Path(user.write("issues.jsonl", ""))
    path.write_bytes(b"\xef\xbb\xbf" + jsonl(ticket(1), ticket(2)).encode())
    assert units(user, str(path))["total"] == 16


@pytest.mark.parametrize(
    ("encoding", "reason"), [("utf-16", "line 1: UTF-16, not UTF-8"), ("latin-1", "line 1: not UTF-8")]
)
def test_another_encoding_is_refused_by_its_name(user: User, encoding: str, reason: str) -> None:
    path = Path(user.write("issues.jsonl", ""))
    text = jsonl(ticket(1, summary="Prüfung")).replace("\\u00fc", "ü")
    path.write_bytes(text.encode(encoding))
    assert reason in user.run("import", str(path), "--site", SITE, status=2).err


def test_a_refused_line_leaves_reports_incomplete_until_the_file_comes_again(user: User) -> None:
    damaged = user.write("issues.jsonl", jsonl(ticket(1)) + "{\n")
    span = ("--from", "2026-01-05", "--to", "2026-03-01", "--as-of", "2026-12-31T00:00:00Z")
    units(user, damaged, status=1)
    assert user.report(*span)["complete"] is False
    user.run("import", user.write("issues.jsonl", jsonl(ticket(1), ticket(2))), "--site", SITE)
    assert user.report(*span)["complete"] is True


@pytest.mark.parametrize("apart", [0, 300])
def test_of_one_issue_twice_the_newer_version_counts(user: User, apart: int) -> None:
    older = issue(1, labels=[], updated="2026-02-11T09:00:00.000+0100", customfield_10016=3.0)
    between = [issue(number, status={"id": "1", "name": "Open"}) for number in range(1000, 1000 + apart)]
    for other in between:
        other["changelog"] = {"total": 0, "histories": []}
    assert units(user, user.write("issues.jsonl", jsonl(ticket(1), *between, older)))["total"] == 8


@pytest.mark.parametrize(
    "year", ["9999-12-31T23:59:59.999-1200", "9999-12-31T10:00:00.000+0000", "0001-01-01T00:00:00Z"]
)
def test_a_time_beyond_the_calendar_costs_its_own_part_alone(user: User, year: str) -> None:
    odd = history(900, "02-05T09:00:00", AGENCY, item("labels", (None, ""), (None, "design"), "labels"))
    file = user.write("issues.jsonl", jsonl(ticket(1, more=({**odd, "created": year},)), ticket(2)))
    assert "changelog.histories[3].created: not a time" in user.run("import", file, "--site", SITE).err
    assert units(user, file)["total"] == 16


def test_a_worklog_longer_than_work_can_be_is_refused_by_its_path(user: User) -> None:
    at = "2026-02-03T10:00:00.000+0100"
    endless = {
        "id": "5",
        "issueId": "1",
        "started": at,
        "created": at,
        "updated": at,
        "timeSpentSeconds": (1 << 63) - 1,
    }
    file = user.write("issues.jsonl", jsonl(ticket(1, worklog={"total": 1, "worklogs": [endless]})))
    assert "fields.worklog.worklogs[0].timeSpentSeconds: not seconds" in user.run("import", file, "--site", SITE).err
    assert units(user, file)["total"] == 8


def test_two_fields_of_one_name_are_two_fields(user: User) -> None:
    late = [
        item("Story Points", (None, "5"), (None, "8"), field) for field in ("customfield_10016", "customfield_10026")
    ]
    files = [
        user.write(f"{name}.jsonl", jsonl(ticket(1, more=(history(900, "02-09T09:00:00", AGENCY, *items),))))
        for name, items in (("one", late), ("other", late[::-1]))
    ]
    assert [units(user, file)["total"] for file in files] == [5, 5]


@pytest.mark.parametrize("typed", ["Pru\u0308fung", "Pr\u00fcfung\u200b", "PR\u00dcFUNG"])
def test_a_status_is_known_however_it_was_typed(user: User, typed: str) -> None:
    reviewed = (
        history(150, "02-02T13:00:00", AGENCY, item("status", ("2", "In Progress"), ("9", "Pr\u00fcfung"), "status")),
        history(151, "02-02T17:00:00", AGENCY, item("status", ("9", "Pr\u00fcfung"), ("2", "In Progress"), "status")),
    )
    shown = units(user, user.write("issues.jsonl", jsonl(ticket(1, more=reviewed))), review=f'"{typed}"')
    assert shown["agency"] == pytest.approx(8 * 8 / 14)


def renamed(*items: Item, at: str = "02-09T09:00:00") -> tuple[Any, ...]:
    """Return the history of a change, made after the ticket was done unless `at` says otherwise."""
    return (history(5, at, AGENCY, *items),)


def test_a_type_is_its_id_whatever_it_was_called_then(user: User) -> None:
    kind = {"id": "7", "name": "Relato", "subtask": False, "hierarchyLevel": 0}
    was = renamed(item("issuetype", ("3", "Task"), ("7", "Story"), "issuetype"), at="02-02T09:00:00")
    file = user.write("issues.jsonl", jsonl(issue(1, issuetype=kind, more=was), issue(2, issuetype=kind)))
    assert units(user, file, "{types: [relato]}")["taught"] == pytest.approx(2 * 16 / 3)


@pytest.mark.parametrize("called", ["Experiments", "Experiment design"])
def test_a_component_set_late_is_late_under_each_of_its_names(user: User, called: str) -> None:
    late = renamed(item("Component", (None, None), ("20", "Experiments"), "components"))
    now = [{"id": "20", "name": "Experiment design"}]
    file = user.write("issues.jsonl", jsonl(issue(1, components=now, more=late)))
    shown = units(user, file, f"{{components: [{called}]}}")
    assert (shown["taught"], shown["done_only"]) == (0, pytest.approx(16 / 3))


def test_an_option_is_its_id(user: User) -> None:
    early = renamed(item("Skill", (None, None), ("5", "Design"), "customfield_10200"), at="02-02T08:00:00")
    file = user.write("issues.jsonl", jsonl(issue(1, customfield_10200={"id": "5", "value": "Craft"}, more=early)))
    assert units(user, file, "{fields: {customfield_10200: [Craft]}}")["taught"] == pytest.approx(16 / 3)


def test_a_project_is_its_id_after_its_key_was_renamed(user: User) -> None:
    moved = renamed(
        item("project", ("9", "Operations"), ("77", "Growth"), "project"),
        item("Key", (None, "OPS-7"), (None, "GR-1")),
        at="02-02T08:30:00",
    )
    file = user.write("issues.jsonl", jsonl(ticket(1, more=moved), ticket(2)))
    assert units(user, file)["total"] == 16
    assert units(user, file, projects="gr")["total"] == 16


def dc(number: int = 1, **fields: Any) -> Issue:
    return issue(number, cloud=False, **fields)


def late_dc(name: str, old: tuple[Any, Any], new: tuple[Any, Any]) -> tuple[Any, ...]:
    return (history(500, "02-09T09:00:00", AGENCY_KEY, item(name, old, new)),)


@pytest.mark.parametrize("points", ["customfield_10016", "Effort (SP)"])
@pytest.mark.parametrize("names", [{}, {"names": {"customfield_10016": "Effort (SP)"}}])
def test_points_are_those_of_the_done_moment_under_any_name_of_the_field(
    user: User, points: str, names: dict[str, Any]
) -> None:
    grown = dc(1, labels=["design"], customfield_10016=13.0, more=late_dc("Effort (SP)", (None, "8"), (None, "13")))
    file = user.write("issues.jsonl", jsonl(grown | names, dc(2, labels=["design"])))
    assert units(user, file, cloud=False, points=points)["total"] == 16


def test_a_field_without_id_that_was_set_late_is_late(user: User) -> None:
    late = dc(1, customfield_10200={"id": "5", "value": "Design"}, more=late_dc("Skill", (None, None), ("5", "Design")))
    shown = units(user, user.write("i.jsonl", jsonl(late)), "{fields: {customfield_10200: [Design]}}", cloud=False)
    assert (shown["taught"], shown["done_only"]) == (0, pytest.approx(16 / 3))


def test_a_guess_at_a_fields_name_falls_where_an_issue_speaks_against_it(user: User) -> None:
    same = dc(1, labels=["design"], more=late_dc("Severity", (None, "1"), (None, "8")))
    other = dc(2, labels=["design"], more=late_dc("Severity", (None, "1"), (None, "3")))
    assert units(user, user.write("issues.jsonl", jsonl(same, other)), cloud=False)["total"] == 16


def test_the_epic_that_only_a_custom_field_holds_tags(user: User) -> None:
    set_early = (history(5, "02-02T09:30:00", AGENCY_KEY, item("Epic Link", (None, None), ("900", "GROW-900"))),)
    born = dc(1, customfield_10101="GROW-900")
    file = user.write("issues.jsonl", jsonl(born, dc(2, customfield_10101="GROW-900", more=set_early)))
    assert units(user, file, "{epics: [grow-900]}", cloud=False)["taught"] == pytest.approx(2 * 16 / 3)


@pytest.mark.parametrize("known_by", ["language", "link", "name field"])
def test_an_epic_of_data_center_is_no_ticket_in_any_language(user: User, known_by: str) -> None:
    kind = {"id": "41", "name": "Эпик" if known_by == "language" else "Großvorhaben", "subtask": False}
    epic: Issue = dc(900, labels=["design"], issuetype=kind, customfield_10103="Checkout")
    if known_by == "name field":
        epic["names"] = {"customfield_10103": "Epic Name"}
    links = (history(5, "02-02T09:30:00", AGENCY_KEY, item("Epic Link", (None, None), ("900", "GROW-900"))),)
    linked = dc(1, labels=["design"], more=links if known_by == "link" else ())
    assert units(user, user.write("one.jsonl", jsonl(epic, linked)), cloud=False)["total"] == 8


def test_who_is_mentioned_by_user_name_is_asked_and_erased(user: User) -> None:
    asked = {
        "id": "1", "author": person(AGENCY_KEY), "created": "2026-02-02T10:00:00.000+0100",
        "body": "[~ines] which of the two variants of the page is the second one?",
    }  # fmt: skip
    answer = asked | {
        "id": "2", "author": person(INHOUSE_KEY), "created": "2026-02-02T11:00:00.000+0100",
        "body": "It is the one with the larger button, as we agreed before",
    }  # fmt: skip
    file = user.write("i.jsonl", jsonl(dc(1, labels=["design"], comment={"total": 2, "comments": [asked, answer]})))
    units(user, file, cloud=False)
    span = ("--from", "2026-01-05", "--to", "2026-04-01", "--as-of", "2026-06-30T00:00:00Z")
    parts = {part["key"]: part for dimension in user.report(*span)["dimensions"] for part in dimension["components"]}
    assert (parts["questions_answered"]["x"], parts["questions_answered"]["n"]) == (1, 1)
    user.run("person", "erase", INHOUSE_KEY, "--site", SITE)
    user.run("import", file, "--site", SITE)
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"], read_only=True)
    with engine.connect() as connection:
        rows = [*connection.execute(select(comment.c.mentions)), *connection.execute(select(account.c.user_name))]
    engine.dispose()
    assert not any(text in ("ines", INHOUSE_KEY) for row in rows for text in row)
