"""The demo: one line when it is ready, the way back to where it was, and a clean end."""

import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor, wait
from contextlib import closing
from pathlib import Path

import pytest
import requests
from click.testing import CliRunner

from connector.cli import main as teachback
from connector.container import now
from connector.jobs.runner import JobRunner
from mappings.records.facts.issues import count_issues
from mappings.records.figures.snapshots import select_snapshots
from mappings.records.operations.issue_properties import Choice, save_choice
from mappings.records.sql.scope import AgreementScope
from tests.jira.apps.forge_host import SHELL
from tests.jira.demo.demo import Demo, main, open_demo
from tests.jira.demo.jobs import jobs_of
from tests.jira.dump import issue_lines
from tests.jira.story.objectives import AGENCIES
from tests.jira.story.people import account_of

TICKETS = 30
DAY = 86_400_000_000
TO_THE_END = "from pathlib import Path; from tests.jira.demo.demo import main; main(0, folder=Path({!r}), tickets={})"


def dump(demo: Demo) -> str:
    """The site as REST gives it, under whatever address it has today."""
    return "\n".join(issue_lines(demo.site)).replace(demo.site.base_url, "")


def visit(demo: Demo, path: str, **form: str) -> None:
    cookies = {"person": account_of("Aylin Kessler")}
    answer = requests.post(f"{demo.stack.host_url}{path}", data=form, cookies=cookies, timeout=20)
    assert answer.status_code == 200


def known_issues(demo: Demo) -> int:
    with demo.stack.container.reader.connect() as connection:
        return count_issues(connection, demo.stack.tenant_id)


def parents(demo: Demo) -> int:
    return sum(not demo.site.issue_types[issue.type_id].subtask for issue in demo.site.issues.values())


@pytest.fixture(scope="module")
def told_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """What a demo that was told once left behind."""
    folder = tmp_path_factory.mktemp("demo")
    with open_demo(0, folder, tickets=TICKETS) as demo:
        assert known_issues(demo) == parents(demo)
    return folder


@pytest.fixture
def folder(told_folder: Path, tmp_path: Path) -> Path:
    """The same for one test: a demo starts again in it."""
    return shutil.copytree(told_folder, tmp_path / "demo")


def test_it_starts_again_where_it_was_and_goes_on(folder: Path) -> None:
    with open_demo(0, folder, tickets=TICKETS) as demo:
        for _ in range(15):
            demo.work()
        visit(demo, "/browse/GROW-2/comment", text="Shall we look at it together?")
        demo.work()
        visit(demo, "/jira/projects/GROW/create", summary="A visitor's own ticket", type="Task")
        demo.stack.settle()
        before = dump(demo)
    with open_demo(0, folder, tickets=TICKETS) as again:
        assert dump(again) == before
        visit(again, "/jira/projects/GROW/create", summary="Another one", type="Task")
        again.stack.settle()
        assert known_issues(again) == parents(again)


def test_a_taken_port_is_said_in_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(SystemExit) as ended:
        main(taken.getsockname()[1], folder=tmp_path, tickets=TICKETS)
    captured = capsys.readouterr()
    assert (ended.value.code, captured.out) == (1, "")
    assert captured.err.startswith("Port ")
    assert captured.err.count("\n") == 1


def mirrored(demo: Demo) -> int:
    return sum("teachback" in issue.properties for issue in demo.site.issues.values())


def run(demo: Demo, name: str) -> None:
    shop = JobRunner(demo.stack.container, jobs_of(demo.turn, demo.site.now))
    shop.insert_missing()
    while (done := shop.run_now(demo.stack.tenant_id, name)) is not None and done.outcome == "more to do":
        pass
    assert done is not None
    assert done.outcome == "done"


def test_what_a_job_wrote_on_the_site_is_written_again_on_the_one_that_is_played_again(folder: Path) -> None:
    with open_demo(0, folder, tickets=TICKETS) as demo:
        with demo.stack.container.engine.begin() as connection:
            save_choice(connection, demo.stack.tenant_id, Choice("GROW", objectives=True), now())
        run(demo, "mirror")
        before = mirrored(demo)
        assert before > 0
    with open_demo(0, folder, tickets=TICKETS) as again:
        assert mirrored(again) == 0
        run(again, "mirror")
        assert mirrored(again) == before


def test_no_job_steps_while_something_happens_and_what_is_to_come_is_not_frozen(folder: Path) -> None:
    with open_demo(0, folder, tickets=TICKETS) as demo:
        container, tenant_id, later = demo.stack.container, demo.stack.tenant_id, demo.story.end + 8 * DAY
        freeze = jobs_of(demo.turn, lambda: later)["snapshots"].step
        with ThreadPoolExecutor(1) as pool:
            with demo.turn:
                step = pool.submit(freeze, container, tenant_id, now())
                assert wait([step], timeout=0.5).not_done == {step}
            step.result(timeout=60)
        with container.reader.connect() as connection:
            frozen = [
                snapshot
                for key in AGENCIES
                for snapshot in select_snapshots(AgreementScope(connection, tenant_id, key))
            ]
        assert frozen
        assert max(snapshot.as_of for snapshot in frozen) <= later < now()


def jobs_through(folder: Path) -> int:
    """How many histories are in, by the database of a demo that runs."""
    with closing(sqlite3.connect(f"file:{folder / 'teachback.db'}?mode=ro", uri=True)) as database:
        (count,) = database.execute("SELECT count(*) FROM sync WHERE kind = 'history' AND state = 'done'").fetchone()
    return int(count)


def test_it_says_one_line_runs_its_jobs_and_ends_cleanly(folder: Path) -> None:
    command = [sys.executable, "-c", TO_THE_END.format(str(folder), TICKETS)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as running:
        assert running.stdout
        ready = running.stdout.readline()
        assert ready.startswith("Open http://127.0.0.1:")
        assert requests.get(ready.split()[1], timeout=20).status_code == 200
        until = time.monotonic() + 60
        while jobs_through(folder) < len(AGENCIES):
            assert time.monotonic() < until
            time.sleep(0.2)
        running.send_signal(signal.SIGINT)
        rest, _ = running.communicate(timeout=20)
    assert (running.returncode, rest) == (0, "")


@pytest.mark.parametrize("platform", ["cloud", "data center"])
def test_its_hints_lead_the_direct_way(
    tmp_path: Path, folder: Path, platform: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    own = tmp_path / "own"
    own.mkdir()
    monkeypatch.chdir(own)
    with open_demo(0, folder, tickets=TICKETS) as demo:
        hints = [*demo.hints()]
        assert hints[0].startswith("Time runs fast here: a working day takes about 20 s")
        exports, command = hints[2:4] if platform == "cloud" else hints[5:7]
        settings = dict(word.partition("=")[::2] for word in exports.split() if "=" in word)
        run_command = CliRunner(env=settings).invoke(teachback, command.split()[1:])
        assert run_command.exit_code == 0, run_command.stderr
        site = command.split()[3]
        first = CliRunner(env=settings).invoke(teachback, ["engagement", "init", "--site", site, "--project", "GROW"])
    assert first.exit_code == 0, first.stderr
    assert "key: grow-acme" in first.stdout


@pytest.mark.skipif(not SHELL.is_dir(), reason="the Forge shell is not built: make .forge/static/shell/shell.js")
def test_as_a_forge_app_it_begins_anew_where_it_was_half_told_and_starts_again(tmp_path: Path) -> None:
    (tmp_path / "teachback.db").write_text("half a database")
    for _ in range(2):
        with open_demo(0, tmp_path, tickets=TICKETS, forge=True) as demo:
            assert known_issues(demo) == parents(demo)
            visit(demo, "/browse/GROW-2/comment", text="Seen by Forge alone.")
            demo.stack.settle()
            assert demo.stack.host.forge is not None
            project = demo.site.project("GROW")
            asked = {
                "module": "teachback-project",
                "context": {"project.id": str(project.id), "project.key": "GROW"},
                "name": "invoke",
                "payload": {"path": "/forge/ui", "body": PAGE},
            }
            answer = requests.post(f"{demo.stack.host_url}/host/forge", json=asked, timeout=20).json()
            assert answer["payload"]["body"]["status"] == 200
            assert "Knowledge transfer" in answer["payload"]["body"]["body"]


PAGE = {"address": "/pages/project?project.key=GROW", "method": "GET", "form": "", "locale": "en-US", "headers": {}}
