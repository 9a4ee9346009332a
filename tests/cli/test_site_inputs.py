"""Files as real sites write them: encodings, versions, ends of the calendar, renamed and nameless things."""

from pathlib import Path
from typing import Any

import pytest

from tests.cli.conftest import SITE, User
from tests.cli.jira_export import AGENCY, Issue, agreement, history, issue, item, jsonl

LABELLED = "{labels: [design]}"


def units(user: User, file: str, mapping: str = LABELLED, *, status: int = 0, **options: Any) -> Any:
    """Return the units of a report after a file was imported and an agreement applied."""
    user.run("import", file, "--site", SITE, status=status)
    user.run("engagement", "apply", user.write("acme.yaml", agreement(mapping, **options)), "--site", SITE)
    return user.report("--from", "2026-01-05", "--to", "2026-12-31", "--as-of", "2026-12-31T00:00:00Z")["units"]


def ticket(number: int = 1, **fields: Any) -> Issue:
    return issue(number, labels=["design"], **fields)


def test_a_byte_order_mark_is_no_part_of_the_first_line(user: User) -> None:
    path = Path(user.write("issues.jsonl", ""))
    path.write_bytes(b"\xef\xbb\xbf" + jsonl(ticket(1), ticket(2)).encode())
    assert units(user, str(path))["total"] == 16


@pytest.mark.parametrize(
    ("encoding", "told"), [("utf-16", "line 1: UTF-16, not UTF-8"), ("latin-1", "line 1: not UTF-8")]
)
def test_another_encoding_is_refused_by_its_name(user: User, encoding: str, told: str) -> None:
    path = Path(user.write("issues.jsonl", ""))
    text = jsonl(ticket(1, summary="Prüfung")).replace("\\u00fc", "ü")
    path.write_bytes(text.encode(encoding))
    assert told in user.run("import", str(path), "--site", SITE, status=2).err


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
    for one in between:
        one["changelog"] = {"total": 0, "histories": []}
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
    found = units(user, user.write("issues.jsonl", jsonl(ticket(1, more=reviewed))), review=f'"{typed}"')
    assert found["agency"] == pytest.approx(8 * 8 / 14)
