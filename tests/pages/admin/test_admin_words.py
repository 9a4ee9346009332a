"""The words of the administrators' page: the sentence by rule, how far it is, what went wrong and what to do."""

import ast
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connector.jobs.registry import JOBS
from connector.pages.admin.audit import ACTS
from connector.pages.admin.backfill import histories_of, news_of, sentence_of
from connector.pages.admin.job_errors import read_error
from connector.pages.admin.jobs import TITLES, JobLine, well_text
from connector.pages.admin.maintenance import budget_of
from connector.text import ahead
from mappings.records.operations.jira_quota import RetryAfter, Spent
from mappings.records.operations.sync_listings import Listing

NOW = 1_790_000_000_000_000
MINUTE = 60_000_000
LIVE = "; live events count already."
# What writes an act to the audit, and what hands the name of one on.
WRITERS = {"Act", "audit", "_audit", "_finish", "_save", "save_body"}
# About learning, single tickets and what one side thinks: by what their names begin with.
ABOUT_PEOPLE = (
    "ask ", "closed room: ", "consent ", "definition ", "dispute ", "feedback ", "joint statement ", "late objective",
    "panel ", "pulse ", "reply ", "sign-off ", "teach-back ", "tickets tagged", "tickets untagged",
)  # fmt: skip
FIELDS_OF_DRAFTS = {
    "draft changed", "draft filled", "group rule removed", "group rule set", "mapping added", "mapping removed",
    "objective added", "objective removed",
}  # fmt: skip


def news(*listings: Listing, waiting: int = 0) -> str:
    names = {listing.project: "" for listing in listings} | {f"W{number}": "" for number in range(waiting)}
    histories = histories_of(names, {(listing.kind, listing.project): listing for listing in listings}, None, NOW)
    return sentence_of(histories).replace("\N{NO-BREAK SPACE}", " ")


def a(project: str, state: str = "done", done: int = 0, total: int = 0, minutes: int = 0) -> Listing:
    return Listing("history", project, state, done=done, total=total, started=NOW - minutes * MINUTE)  # type: ignore[arg-type]  # a row's word


@pytest.mark.parametrize(
    ("message", "is_said"),
    [
        (news(a("A", "running", 63, 100, 7)), "0 of 1 project; A is 63 % read, about 4 minutes left"),
        (news(a("A", "running", 99, 100, 7)), "0 of 1 project; A is 99 % read, less than a minute left"),
        (news(a("A", "running", 10, 100, 60)), "0 of 1 project; A is 10 % read, about 9 hours left"),
        (news(a("A"), a("B", "running")), "1 of 2 projects; B is being counted"),
        (news(a("A", "paused", 1, 5)), "0 of 1 project; A is paused at 20 %"),
        (news(a("A", "cancelled", 1, 4)), "0 of 1 project; A is cancelled at 25 %"),
        (news(a("A", "hidden"), a("B", "archived")), "0 of 2 projects; A cannot be seen; B is archived"),
        (news(a("A", "checking", 4, 4), waiting=1), "0 of 2 projects; A is being checked; 1 project waits for a turn"),
        (news(*(a(key, "archived") for key in "ABCDE")).rpartition("is archived; ")[2], "2 others below"),
    ],
)  # fmt: skip
def test_the_sentence_is_made_by_rule(message: str, is_said: str) -> None:
    assert message.removeprefix("History is in for ") == is_said + LIVE


def test_the_sentence_is_short_where_all_is_in_or_there_is_nothing() -> None:
    assert news() == "No engagement names a project yet, so there is no history to read."
    assert news(a("A")) == "History is in for the one project; what happens in Jira counts as it happens."
    assert news(a("A"), a("B")).startswith("History is in for both projects; ")
    assert news(a("A"), a("B"), a("C")).startswith("History is in for all 3 projects; ")


def test_whoever_listens_hears_of_each_tenth_alone() -> None:
    def heard(done: int) -> str:
        return news_of(histories_of({"A": ""}, {("history", "A"): a("A", "running", done, 100, 7)}, None, NOW))

    assert heard(61) == heard(69) != heard(70)
    assert heard(69).replace("\N{NO-BREAK SPACE}", " ") == "A being read, past 60 %"


@pytest.mark.parametrize(
    ("stored", "words", "has_hint"),
    [
        ("put off: answered 429 (jira-quota-tenant-based)", "Jira asked to wait", False),
        ("put off: no points left for this hour (budget)", "Jira’s limits are kept: it has to wait", False),
        ("JiraError: answered 403", "Jira refused to answer (403)", True),
        ("JiraError: the tenant is not installed", "The app is no longer installed on the site", True),
        ("JiraError: answered 502", "Jira has a fault of its own (502)", False),
        ("JiraError: no answer: ConnectTimeout", "Jira did not answer", True),
        ("JiraError: answered a page", "Jira’s answer could not be used: answered a page", True),
        ("StoreError: database is locked", "The database was busy or away", True),
        ("KeyError", "It failed with an unexpected error (KeyError)", True),
        ("", "It failed", True),
    ],
)
def test_what_went_wrong_is_said_with_what_to_do(stored: str, words: str, has_hint: bool) -> None:
    message, hint = read_error(stored)
    assert (message, bool(hint)) == (words, has_hint)


def test_every_job_of_a_site_has_words() -> None:
    assert {name for name, job in JOBS.items() if job.per != "installation"} <= set(TITLES)


def test_the_points_are_told_where_the_site_is_alone_and_else_in_steps() -> None:
    spent = Spent(1, people=1_000, work=5_000)
    halts = [RetryAfter(1, "", NOW + 4 * MINUTE, "jira-quota-tenant-based")]
    alone, among = (budget_of(spent, 65_000, halts, NOW, alone=is_alone) for is_alone in (True, False))
    assert alone.text.startswith(
        "6,000 of 65,000 that Jira allows: 1,000 for people’s pages, 5,000 in the background, which takes"
    )
    assert (alone.share, among.share, "6,000" in among.text) == (9, 10, False)
    assert alone.halts == (
        "Jira does not want to be asked for everything (“jira-quota-tenant-based”); it goes on in 4 minutes.",
    )


@pytest.mark.parametrize(
    ("seconds", "message"),
    [(-5, "now"), (0, "now"), (1, "within a minute"), (60, "in 1 minute"), (7_200, "in 2 hours"), (90_000, "in 1 day")],
)
def test_what_is_to_come_is_said_as_far_off(seconds: float, message: str) -> None:
    assert ahead(seconds) == message


def test_a_job_that_was_paused_in_its_place_is_counted_apart() -> None:
    line = JobLine(
        "mirror", "", "", "now", "now", "OK", runs=False, paused=False, error=None, failed=False, has_run=True
    )
    assert well_text([line, line]) == "2 jobs without an error"
    assert well_text([line, line, replace(line, paused=True)]) == "2 jobs without an error, 1 paused"


def written_acts() -> Iterator[str]:
    for floor in ("connector", "mappings"):
        for path in Path(__file__).resolve().parents[3].joinpath(floor).rglob("*.py"):
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
                yield from acts_in(node)


def acts_in(node: ast.AST) -> Iterator[str]:
    """The names in an `act = …`, and in what a call that writes an act is given."""
    if isinstance(node, ast.Assign) and ast.unparse(node.targets[0]).strip("()").split(",")[0] == "act":
        values = [node.value]
    elif isinstance(node, ast.Call) and ast.unparse(node.func) in WRITERS:
        values = [*node.args, *(keyword.value for keyword in node.keywords)]
    else:
        return
    for value in values:
        yield from names_in(value)


def names_in(value: ast.expr) -> Iterator[str]:
    """The names that an expression may be; no part of a longer text, which is what the act is about."""
    if isinstance(value, ast.IfExp | ast.Tuple):
        for part in (value.body, value.orelse) if isinstance(value, ast.IfExp) else value.elts:
            yield from names_in(part)
    elif isinstance(value, ast.Constant) and isinstance(value.value, str) and " " in value.value:
        yield value.value


def test_each_act_that_is_written_is_listed_or_left_out_by_name() -> None:
    written = set(written_acts())
    assert {"draft agreed", "draft declined", "engagement ended", "objective added", "panel tag"} <= written
    assert {act for act in written - ACTS.keys() - FIELDS_OF_DRAFTS if not act.startswith(ABOUT_PEOPLE)} == set()
