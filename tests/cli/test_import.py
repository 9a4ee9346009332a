"""`import`: nothing lost, nothing counted twice, whatever the file is like and wherever it was stopped."""

import gc
import gzip
import json
import threading
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from connector.commands.errors import CommandError
from connector.commands.site import import_file
from connector.commands.site.import_file import IssueLines
from mappings.records.facts.issues import count_issues
from mappings.records.operations.progress import select_all_progress
from mappings.records.operations.tenants import select_tenants
from mappings.records.sql.engine import StoreError, open_engine
from tests.cli.conftest import APPLY, SITE, User, agreement, dump
from webhooks.rest_intake import save_while_reading


def lines(count: int) -> list[str]:
    return dump().splitlines()[:count]


def known(user: User) -> int:
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"], read_only=True)
    with engine.connect() as connection:
        total = sum(count_issues(connection, tenant.tenant_id) for tenant in select_tenants(connection))
    engine.dispose()
    return total


def tasks(rows: list[str]) -> int:
    """Sub-tasks count for their parents."""
    return sum(not json.loads(line)["fields"]["issuetype"]["subtask"] for line in rows)


@pytest.mark.parametrize("name", ["issues.jsonl", "issues.jsonl.gz", "packed-by-another-name"])
def test_a_file_is_read_whole_packed_or_not(user: User, name: str) -> None:
    path = Path(user.write(name, "\n".join(lines(30))))
    if name == "packed-by-another-name":
        path.write_bytes(gzip.compress(path.read_bytes()))
    assert user.run("import", str(path), "--site", SITE).out.startswith("30 issues in ")
    assert known(user) == tasks(lines(30))


def test_the_collector_does_not_walk_over_what_an_import_begins_with(user: User) -> None:
    gc.unfreeze()
    assert user.run("import", user.write("issues.jsonl", "\n".join(lines(2))), "--site", SITE).out
    assert gc.get_freeze_count()


def test_the_same_file_twice_is_the_same_as_once(new_user: User) -> None:
    path = new_user.write("issues.jsonl", dump())
    new_user.write("acme.yaml", agreement())
    new_user.run(*APPLY, "acme.yaml", "--site", SITE)
    new_user.run("import", path, "--site", SITE)
    once = new_user.report("--from", "2026-01-01", "--to", "2027-01-01", "--as-of", "2026-12-01T00:00:00Z")
    new_user.run("import", path, "--site", SITE)
    assert new_user.report("--from", "2026-01-01", "--to", "2027-01-01", "--as-of", "2026-12-01T00:00:00Z") == once


def test_bad_lines_are_named_and_cost_no_neighbour(user: User) -> None:
    good = lines(4)
    odd = json.loads(good[2])
    odd["fields"]["comment"] = {"total": 1, "comments": [{"id": "1", "created": "never"}]}
    bad = [good[0], "{", "", good[1], "null", '{"id": "x", "key": "A-1", "fields": {}}', json.dumps(odd), good[3]]
    result = user.run("import", user.write("issues.jsonl", "\n".join(bad)), "--site", SITE, status=1)
    named = [line for line in result.err.splitlines() if line.startswith("line ")]
    assert [line.split(":")[0] for line in named] == ["line 2", "line 5", "line 6", "line 7"]
    assert "fields.comment.comments[0]" in named[-1]
    assert "that were refused: 3" in result.err
    assert "1 parts of issues were left out" in result.err
    assert result.out.startswith("4 issues in ")


def test_a_file_without_a_single_issue_is_wrong_input(user: User) -> None:
    result = user.run("import", user.write("issues.jsonl", "no\nissue\n"), "--site", SITE, status=2)
    assert "holds no issue that can be read" in result.err


@pytest.mark.parametrize("text", ["", "\n \n"])
def test_an_empty_file_is_wrong_input(user: User, text: str) -> None:
    result = user.run("import", user.write("issues.jsonl", text), "--site", SITE, status=2)
    assert result.err.splitlines()[-1].endswith(
        "holds no issue that can be read: write one issue of Jira's REST API a line"
    )


def test_refused_lines_are_counted_by_reason(user: User) -> None:
    text = "\n".join([*["{"] * 30, '{"id": "x", "key": "A-1", "fields": {}}', lines(1)[0]])
    result = user.run("import", user.write("issues.jsonl", text), "--site", SITE, status=1)
    assert "that were refused: 31 (30 not JSON, or cut off; 1 " in result.err.splitlines()[-1]
    assert sum(line.startswith("line ") for line in result.err.splitlines()) == 20


def test_a_status_is_named_by_the_import_that_brings_it(user: User) -> None:
    issue = json.loads(lines(1)[0])
    issue["fields"]["status"] = {"id": "77", "name": "Cooking"}
    assert "status 77" in user.run("import", user.write("a.jsonl", json.dumps(issue)), "--site", SITE).err
    assert "status 77" not in user.run("import", user.write("b.jsonl", "{"), "--site", SITE, status=2).err


def test_a_packed_file_that_breaks_off_keeps_what_came_before(user: User) -> None:
    whole = gzip.compress("\n".join(lines(300)).encode())
    path = Path(user.write("issues.jsonl.gz", ""))
    path.write_bytes(whole[: len(whole) * 2 // 3])
    result = user.run("import", str(path), "--site", SITE, status=1)
    assert "is damaged after line" in result.err
    assert known(user) > 100


def test_a_stopped_import_goes_on_where_it_was(user: User, monkeypatch: pytest.MonkeyPatch) -> None:
    path = user.write("issues.jsonl", "\n".join(lines(90)))
    monkeypatch.setattr(import_file, "BATCH", 20)
    seen: list[int] = []
    save = import_file.save_reads

    def save_two(engine, tenant_id, reads, **times):
        if len(seen) == 2:
            raise KeyboardInterrupt
        seen.append(len(reads))
        save(engine, tenant_id, reads, **times)

    monkeypatch.setattr(import_file, "save_reads", save_two)
    result = user.run("import", path, "--site", SITE, status=130)
    assert "stopped after line 40: the same command continues from there" in result.err
    monkeypatch.setattr(import_file, "save_reads", save)
    again = user.run("import", path, "--site", SITE)
    assert "continuing after line 40" in again.err
    assert again.out.startswith("50 issues in ")
    assert known(user) == tasks(lines(90))


def test_a_batch_is_saved_while_the_next_is_read_and_what_was_read_before_an_error_is_saved() -> None:
    began, saved = threading.Event(), []

    def read() -> Iterator[int]:
        yield 1
        assert began.wait(30), "the first batch is not being saved while the second is read"
        yield 2
        raise CommandError("damaged", "fetch it again", 1)

    def save(batch: int) -> None:
        began.set()
        saved.append(batch)

    with pytest.raises(CommandError, match="damaged"):
        save_while_reading(read(), save)
    assert saved == [1, 2]

    def refuse(batch: int) -> None:
        saved.append(batch)
        raise StoreError("full", "make room")

    with pytest.raises(StoreError, match="full"):
        save_while_reading(iter((3, 4, 5)), refuse)
    assert saved == [1, 2, 3]


def test_progress_is_kept_while_it_runs_and_gone_when_it_is_through(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(import_file, "BATCH", 20)
    shares: list[float] = []
    note = import_file.FileImport._save_progress

    def look(self):
        note(self)
        with self.context.reader.connect() as connection:
            (all_progress,) = select_all_progress(connection, self.tenant_id)
        shares.append(all_progress.done / all_progress.total)

    monkeypatch.setattr(import_file.FileImport, "_save_progress", look)
    user.run("import", user.write("issues.jsonl", "\n".join(lines(90))), "--site", SITE)
    assert shares == sorted(shares)
    assert (len(shares), shares[-1]) == (5, 1.0)
    engine = open_engine(user.environ["TEACHBACK_DATABASE_URL"], read_only=True)
    with engine.connect() as connection:
        assert select_all_progress(connection, 1) == []
    engine.dispose()


def test_another_file_of_the_same_name_begins_at_its_start(tmp_path: Path) -> None:
    path = tmp_path / "issues.jsonl"
    path.write_text("a\n")
    first = IssueLines(path).fingerprint
    path.write_text("b\n")
    assert IssueLines(path).fingerprint != first


def test_a_line_longer_than_any_issue_is_refused_and_the_next_is_read(
    user: User, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("connector.commands.site.import_file.MAX_LINE_BYTES", 40_000)
    giant = json.dumps({"id": "1", "text": "x" * 100_000})
    path = user.write("issues.jsonl", "\n".join([lines(1)[0], giant, lines(2)[1]]))
    result = user.run("import", path, "--site", SITE, status=1)
    assert "line 2: longer than a line may be" in result.err
    assert result.out.startswith("2 issues")


def test_statuses_whose_meaning_nothing_gives_are_listed(user: User) -> None:
    record = json.loads(lines(1)[0])
    record["fields"]["status"] = {"id": "77", "name": "Cooking"}
    result = user.run("import", user.write("issues.jsonl", json.dumps(record)), "--site", SITE)
    assert "status 77 (cooking): neither active nor done: name it in an engagement's workflow" in result.err


def test_it_works_on_postgresql_too(user_of: Callable[[str], User], database_url: str) -> None:
    user = user_of(database_url)
    user.run("import", user.write("issues.jsonl", "\n".join(lines(30))), "--site", SITE)
    assert known(user) == tasks(lines(30))
