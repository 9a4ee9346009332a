"""A dump of the stand-in holds every issue whole, in either shape of REST."""

import gzip
import json
from pathlib import Path

import pytest

from tests.jira.apps.rest_client import Visitor
from tests.jira.dump import issue_lines, write_dump
from tests.jira.small_site import BEGAN, SECOND, sample


def test_each_line_is_an_issue_as_rest_returns_it() -> None:
    made = sample()
    dumped = json.loads(next(issue_lines(made.site)))
    answered = Visitor(made.site).get(f"3/issue/{made.issue}?expand=changelog")
    for page in (dumped["fields"]["worklog"], answered["fields"]["worklog"]):
        del page["maxResults"]
    assert dumped == answered


def test_a_dump_cuts_neither_changelog_nor_worklogs() -> None:
    made = sample()
    made.site.changelog_limit = 1
    for n in range(30):
        made.site.add_worklog(made.issue, by="bo", at=BEGAN + n * SECOND, started=BEGAN, seconds=60)
    dumped = json.loads(next(issue_lines(made.site)))
    assert len(dumped["changelog"]["histories"]) == dumped["changelog"]["total"] == 35
    assert len(dumped["fields"]["worklog"]["worklogs"]) == 31


@pytest.mark.parametrize("version", [2, 3])
def test_a_file_is_written_plain_or_packed(tmp_path: Path, version: int) -> None:
    made = sample()
    assert write_dump(made.site, tmp_path / "plain.jsonl", version=version) == 3
    write_dump(made.site, tmp_path / "packed.jsonl.gz", version=version)
    plain = (tmp_path / "plain.jsonl").read_bytes()
    assert gzip.decompress((tmp_path / "packed.jsonl.gz").read_bytes()) == plain
    assert isinstance(json.loads(plain.splitlines()[0])["fields"]["description"], str) is (version == 2)


def test_what_is_in_the_trash_is_not_dumped() -> None:
    made = sample()
    made.site.trash_project("GROW", by="ada", at=made.site.now())
    assert list(issue_lines(made.site)) == []
