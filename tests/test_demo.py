"""The demo: one line when it is ready, the way back to where it was, and a clean end."""

import signal
import socket
import subprocess
import sys
from pathlib import Path

import pytest
import requests

from mappings.records.issues import count_issues
from tests.jira.demo import Demo, main, open_demo
from tests.jira.dump import issue_lines
from tests.jira.story_cast import account_of

TICKETS = 30
TO_THE_END = "from pathlib import Path; from tests.jira.demo import main; main(0, folder=Path({!r}), tickets={})"


def dump(demo: Demo) -> str:
    """The site as REST gives it, under whatever address it has today."""
    return "\n".join(issue_lines(demo.site)).replace(demo.site.base_url, "")


def visit(demo: Demo, path: str, **form: str) -> None:
    cookies = {"person": account_of("Aylin Kessler")}
    answer = requests.post(f"{demo.stack.host_url}{path}", data=form, cookies=cookies, timeout=20)
    assert answer.status_code == 200


def known_issues(demo: Demo) -> int:
    with demo.stack.house.reader.connect() as connection:
        return count_issues(connection, demo.stack.tenant_id)


def parents(demo: Demo) -> int:
    return sum(not demo.site.issue_types[issue.type_id].subtask for issue in demo.site.issues.values())


def test_it_starts_again_where_it_was_and_goes_on(tmp_path: Path) -> None:
    with open_demo(0, tmp_path, tickets=TICKETS) as demo:
        for _ in range(15):
            demo.work()
        visit(demo, "/browse/GROW-2/comment", text="Shall we look at it together?")
        demo.work()
        visit(demo, "/jira/projects/GROW/create", summary="A visitor's own ticket", type="Task")
        demo.stack.settle()
        before = dump(demo)
    with open_demo(0, tmp_path, tickets=TICKETS) as again:
        assert dump(again) == before
        visit(again, "/jira/projects/GROW/create", summary="Another one", type="Task")
        again.stack.settle()
        assert known_issues(again) == parents(again)


def test_one_that_was_not_told_to_the_end_begins_anew_and_hears_of_what_visitors_do(tmp_path: Path) -> None:
    (tmp_path / "teachback.db").write_text("half a database")
    with open_demo(0, tmp_path, tickets=TICKETS) as demo:
        told = known_issues(demo)
        visit(demo, "/jira/projects/GROW/create", summary="New", type="Task", points="3")
        demo.stack.settle()
        assert (told + 1, known_issues(demo)) == (parents(demo), parents(demo))


def test_a_taken_port_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ended:
        main(taken.getsockname()[1], folder=tmp_path, tickets=TICKETS)
    said = capsys.readouterr()
    assert (ended.value.code, said.out) == (1, "")
    assert said.err.startswith("Port ")
    assert said.err.count("\n") == 1


def test_it_says_one_line_and_ends_cleanly(tmp_path: Path) -> None:
    command = [sys.executable, "-c", TO_THE_END.format(str(tmp_path), TICKETS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        ready = running.stdout.readline()
        assert ready.startswith("Open http://127.0.0.1:")
        assert requests.get(ready.split()[1], timeout=20).status_code == 200
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=20)
    assert (running.returncode, rest) == (0, "")
