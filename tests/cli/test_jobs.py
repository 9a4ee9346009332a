"""`teachback jobs`: what ran, what is due, and a job by hand."""

import sqlite3
from contextlib import closing

from tests.cli.conftest import SITE, User, dump


def entered(user: User) -> User:
    user.run("import", user.write("one.jsonl", dump().splitlines()[0]), "--site", SITE)
    return user


def line_of(user: User, name: str) -> str:
    return next(line for line in user.run("jobs", "list").out.splitlines() if f"  {name}  " in line)


def test_jobs_are_listed_before_and_after_they_ran(user: User) -> None:
    assert "never ended" in line_of(entered(user), "sweep")
    result = user.run("jobs", "run", "sweep")
    assert result.out.startswith("sweep: done, 1 steps, next 20")
    assert "(all)  sweep  due 20" in line_of(user, "sweep")
    assert "never ended" not in line_of(user, "sweep")


def test_the_list_ends_with_what_jira_was_asked(user: User) -> None:
    output = entered(user).run("jobs", "list").err.splitlines()
    assert output[0].endswith("0 of them failed the last time")
    assert output[1] == "Jira this hour: 0 points for people, 0 in the background"


def test_a_paused_job_is_not_run_until_it_is_resumed(user: User) -> None:
    assert entered(user).run("jobs", "pause", "sweep").out == "sweep is paused\n"
    assert "sweep  paused" in line_of(user, "sweep")
    assert "paused" in user.run("jobs", "run", "sweep", status=1).line
    user.run("jobs", "resume", "sweep")
    assert user.run("jobs", "run", "sweep").out


def test_a_pause_is_in_the_audit_of_its_site(user: User) -> None:
    """The administrators' page says since when a job is paused; of a pause by command nothing was written down."""
    entered(user).run("jobs", "pause", "snapshots", "--site", SITE)
    user.run("jobs", "resume", "snapshots", "--site", SITE)
    user.run("jobs", "pause", "sweep")
    with closing(sqlite3.connect(user.folder / "teachback.db")) as connection:
        acts = connection.execute("SELECT act, object, account FROM audit WHERE act LIKE 'job %'").fetchall()
    assert acts == [("job paused", "snapshots", None), ("job resumed", "snapshots", None)]


def test_an_unknown_job_is_named_with_those_that_are(user: User) -> None:
    assert "sweep" in entered(user).run("jobs", "run", "sweeep", status=2).line
