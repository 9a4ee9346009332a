"""The program as recorded: the frozen figures to the digit, whatever came in since, and what was not recorded."""

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date
from types import SimpleNamespace
from typing import Any

import pytest
from msgspec.structs import replace
from sqlalchemy import text

from connector.pages.program import restated
from connector.pages.program.counts import NOT_ADDED_UP
from connector.pages.program.drawer import FIGURES
from connector.pages.program_review.bounds import MOST
from mappings.measure.model.ruleset import DEFAULT, hash_of
from mappings.records.agreement.rulesets import insert_ruleset, select_rules_by_hash
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, BOLT, LEAD, MEMBER, PageClient, administering
from tests.pages.cost.test_statements import statements
from tests.pages.html_reader import Reader, squeeze, text_of
from tests.pages.program.conftest import MANY
from tests.pages.program.test_program import ADMIN, SPONSOR, content, name_sponsor
from tests.pages.program.test_program_review import show

RECORDED = {"period": "2026Q3", "figures": "recorded"}
# What a recorded row says besides its figures.
STAMPS = ("frozen", "ruleset", "ruleset_hash", "report_hash")


def download(page_client: PageClient, **query: str) -> dict[str, Any]:
    answer = page_client.story_site.ask(account_of(ADMIN), "/pages/program/download", format="json", **query)
    whole: dict[str, Any] = json.loads(answer.text)
    return whole


def figures_of(whole: dict[str, Any], quarter: str) -> list[dict[str, Any]]:
    return [
        {name: value for name, value in row.items() if name not in STAMPS}
        for row in whole["rows"]
        if row["quarter"] == quarter
    ]


def test_the_page_names_instant_and_rules_and_what_was_not_recorded(recorded: PageClient) -> None:
    page = Reader(content(recorded, ADMIN, **RECORDED)).text
    assert "As recorded, frozen 20 Nov 2026" in page
    assert page.count("default, sha256:") == 2
    earlier = Reader(content(recorded, ADMIN, period="2026Q2", figures="recorded")).text
    assert "Not recorded, and in no sum: Growth and Bolt." in earlier
    assert "Growth and Bolt Not recorded: no figures were frozen" in earlier
    # The quarter that runs is not offered.
    assert "Q4 2026" not in page
    sponsor = Reader(content(recorded, SPONSOR, **RECORDED)).text
    assert "Bolt" not in sponsor


def test_what_was_not_recorded_is_named_with_the_job_that_records_it(recorded: PageClient) -> None:
    # Somebody who has not read the review yet.
    with administering(recorded, MEMBER):
        assert "not recorded by" not in Reader(content(recorded, MEMBER)).text
        with without_snapshot(recorded, BOLT, "2026-07-01"):
            page, review = Reader(content(recorded, MEMBER)).text, Reader(show(recorded, MEMBER)).text
    assert re.search(r"have been frozen since \d+ \w+ · not recorded by the job “Weekly record”: Growth and Bolt", page)
    # The cover does not let one engagement pass for the program.
    assert "1 Jul to 30 Sep 2026 · 1 of 2 engagements recorded" in review
    assert "engagements recorded" not in Reader(show(recorded, ADMIN)).text


@contextmanager
def without_snapshot(page_client: PageClient, key: str, first: str) -> Iterator[None]:
    """Let the quarter of an engagement not have been frozen."""
    engine = page_client.story_site.container.engine
    move = text("UPDATE snapshot SET kind = :to WHERE engagement = :key AND kind = :of AND first_day = :first")
    for of, to in (("quarter", "hidden"), ("hidden", "quarter")):
        with engine.begin() as connection:
            connection.execute(move, {"key": key, "first": first, "of": of, "to": to})
        if to == "hidden":
            yield


def test_dozens_that_were_not_recorded_are_counted_and_listed_where_it_is_opened(many: PageClient) -> None:
    page = content(many, ADMIN, **RECORDED)
    assert f"Not recorded, and in no sum: {MANY} engagements." in Reader(page).text
    names = [f"Growth {number:02}" for number in range(MANY)]
    assert fold(page, "not-recorded") == ("Engagements that were not recorded", names)
    # No sentence names them one after the other.
    assert "Growth 00, Growth 01" not in Reader(page).text
    # Neither does the funnel name those with too few tickets.
    now = content(many, ADMIN, period="2026Q3")
    assert f"{MANY} engagements have fewer than 4 tickets." in Reader(now).text
    assert fold(now, "few-tickets") == ("Engagements with fewer than 4 tickets", names)
    assert "Growth 00, Growth 01" not in Reader(now).text


def test_the_review_counts_dozens_that_were_not_recorded_and_names_each_in_its_appendix(many: PageClient) -> None:
    review = many.story_site.ask(account_of(ADMIN), "/pages/program/review", period="2026Q3").text
    assert f"Not recorded, and in no sum: {MANY} engagements, named in the appendix." in Reader(review).text
    assert f"{MANY} engagements not recorded: named in A1" in Reader(review).text
    assert "Growth 00, Growth 01" not in Reader(review).text
    frozen = next(table for table in Reader(review).tables if table.rows[0][1:2] == ["Frozen"])
    missing = [row[0] for row in frozen.rows if "Not recorded: no figures were frozen" in row]
    assert missing == [f"Growth {number:02}" for number in range(MANY)]


def test_a_table_of_the_review_prints_a_sheet_of_engagements_those_that_need_most_in_their_order(
    many: PageClient,
) -> None:
    # Where nothing is asked there is no table of asks.
    asking = f"/pages/review/ask?engagement={ACME}&period=2026Q3"
    assert many.press(LEAD, asking, words="Answer in a day", owner="lead", due="2026-12-31").status_code == 200
    review = Reader(many.story_site.ask(account_of(ADMIN), "/pages/program/review", period="2026Q3").text)
    tables = {table.rows[0][-1]: [row for row in table.rows[1:] if row[0] != "All"] for table in review.tables}
    heads = ("Exit coverage", "In-house", "Declined without reason, or no answer", "Ends", "Of these overdue")
    left = MANY + 2 - MOST
    for head in heads:
        names = [row[0] for row in tables[head]]
        assert len(names) == MOST, head
        assert names == sorted(names), head
    # The two that were recorded need holders; of the others nobody knows.
    assert [row[0] for row in tables["Ends"]][:2] == ["Growth 00", "Growth 01"]
    assert {"Growth and Acme", "Growth and Bolt"} <= {row[0] for row in tables["Ends"]}
    assert review.text.count(f"{left} more engagements stand in this review as CSV and JSON.") == len(heads)
    pack = json.loads(
        many.story_site.ask(account_of(ADMIN), "/pages/program/review/file", period="2026Q3", format="json").text
    )
    assert len(pack["asks"]) == MANY + 2


def test_many_objectives_of_one_state_are_counted_in_their_cell(
    recorded: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole = Reader(content(recorded, SPONSOR, **RECORDED))
    monkeypatch.setattr("connector.pages.program.texts.NAMED", 2)
    page = content(recorded, SPONSOR, **RECORDED)
    title, rest = fold(page, "exit-1-0")
    assert title == f"{len(rest)} more"
    assert all(line.partition(" (")[0] in whole.text for line in rest)
    assert max(cell.count("<li>") for cell in re.findall(r'<ul class="names">(.*?)</ul>', page, re.DOTALL)) == 2


def fold(page: str, key: str) -> tuple[str, list[str]]:
    match = re.search(rf'<details class="data" id="{key}"><summary>(.*?)</summary>(.*?)</details>', page, re.DOTALL)
    assert match is not None
    return match[1], re.findall(r"<li>(.*?)</li>", match[2])


@pytest.mark.parametrize("figure", FIGURES)
def test_a_recorded_figure_opens_into_the_parts_that_are_known_now(recorded: PageClient, figure: str) -> None:
    """Nothing came in since, so that both add up from the same parts; reports alone tell no tickets apart."""
    now, frozen = (
        recorded.story_site.ask(
            account_of(ADMIN), "/pages/program/figure", figure=figure, **{**RECORDED, "figures": which}
        )
        for which in ("", "recorded")
    )
    assert frozen.status_code == 200
    if figure in {"experiments", "won", "led"}:
        assert NOT_ADDED_UP in frozen.text
        assert NOT_ADDED_UP not in now.text
        assert rows_of(frozen.text) == rows_of(now.text)
    else:
        assert frozen.text == now.text


def test_what_was_recorded_of_people_opens(recorded: PageClient) -> None:
    now, frozen = (
        recorded.story_site.ask(
            account_of(ADMIN), "/pages/program/figure", figure="missing", **{**RECORDED, "figures": which}
        ).text
        for which in ("", "recorded")
    )
    assert rows_of(now) == rows_of(frozen)
    asked = {"figure": "department", "department": "Growth", **RECORDED}
    department = recorded.story_site.ask(account_of(ADMIN), "/pages/program/figure", **asked)
    assert [row[-1] for row in Reader(department.text).tables[0].rows[1:]] == ["yes", "yes"]


def test_the_parts_of_a_recorded_score_are_those_of_its_report(recorded: PageClient) -> None:
    now, frozen = (
        recorded.story_site.ask(
            account_of(ADMIN),
            "/pages/program/figure",
            figure="integration",
            **{**RECORDED, "engagement": ACME, "figures": which},
        ).text
        for which in ("", "recorded")
    )
    assert rows_of(now) == rows_of(frozen)
    assert "Joint" in frozen
    # So are its days, and which of them had too little evidence.
    notes = re.findall(r'<p class="(?:rule|note)">[^<]*</p>', now)[1:]
    assert "Too little evidence yet: " in notes[0]
    assert "2026" in notes[1]
    assert re.findall(r'<p class="(?:rule|note)">[^<]*</p>', frozen)[1:] == notes


def test_recorded_experiments_of_engagements_of_one_project_are_in_no_sum(recorded: PageClient) -> None:
    """The reports of both have the experiments of one project: nobody knows how many these are together."""
    page = content(recorded, ADMIN, **RECORDED)
    experiments = Reader(page.split('id="experiments"')[1].split("</section>")[0])
    parts = [row for row in download(recorded, **RECORDED)["rows"] if row["quarter"] == "Q3 2026"]
    counts = [[row[f"experiments_{name}"] for name in ("won", "lost", "inconclusive")] for row in parts]
    own = [sum(row) for row in counts]
    assert [row[:2] for row in experiments.tables[0].rows[1:]] == [
        [row["name"], str(decided)] for row, decided in zip(parts, own, strict=True)
    ]
    assert NOT_ADDED_UP in experiments.text
    drawers = [opened(recorded, figure) for figure in ("experiments", "won", "led")]
    review = recorded.story_site.ask(account_of(ADMIN), "/pages/program/review", period="2026Q3").text
    chapter = review.split('id="review-experiments"')[1].split("</section>\n\n<section")[0]
    for shown in (experiments.text, *(Reader(drawer).text for drawer in drawers), Reader(chapter).text):
        assert NOT_ADDED_UP in shown
        assert str(sum(own)) not in re.findall(r"\d+", shown)
        assert "interval" not in shown
    assert all("<tfoot>" not in drawer for drawer in drawers)
    for table in (*Reader(page).tables, *Reader(review).tables):
        for row in table.rows:
            if row[0] in {"Experiments decided", "Of these led in-house"}:
                assert row[-2:] == ["not added up", "not comparable"]


def test_the_files_of_the_review_have_no_such_sum_either(recorded: PageClient) -> None:
    whole = json.loads(
        recorded.story_site.ask(account_of(ADMIN), "/pages/program/review/file", format="json", period="2026Q3").text
    )
    together = {row["key"]: row["experiments"] for row in whole["all"]}
    assert whole["experiments_count_once"] is False
    assert {together["Q3 2026"][name] for name in ("decided", "won", "led_inhouse")} == {None}
    # Of the second quarter one engagement alone was recorded.
    assert together["Q2 2026"]["decided"] is not None
    verdicts = {row["key"]: row["verdict"] for row in whole["changes"]}
    assert verdicts["experiments.win_rate"] == verdicts["experiments.led_inhouse"] == "not comparable"
    table = recorded.story_site.ask(account_of(ADMIN), "/pages/program/review/file", format="csv", period="2026Q3").text
    sums = [line for line in table.splitlines() if line.startswith('"all","Q3 2026.experiments.')]
    assert len(sums) == 8
    assert all(line.endswith(',""') for line in sums)


def opened(page_client: PageClient, figure: str) -> str:
    return page_client.story_site.ask(account_of(ADMIN), "/pages/program/figure", figure=figure, **RECORDED).text


def rows_of(drawer: str) -> str:
    return drawer.split("<tbody>")[1].split("</tbody>", maxsplit=1)[0]


def test_a_quarter_of_which_nothing_was_recorded_stands_nowhere(recorded: PageClient) -> None:
    """The first report is of the second quarter."""
    query = {"period": "2026Q3"}
    review = recorded.story_site.ask(account_of(SPONSOR), "/pages/program/review", **query).text
    file = recorded.story_site.ask(account_of(SPONSOR), "/pages/program/review/file", format="json", **query).text
    page = content(recorded, SPONSOR, **RECORDED)
    bars = page.split("Experiments decided, by quarter</title>")[1].split("</svg>")[0]
    # Quarters before the program began are on no page.
    assert "nothing measured or recorded" not in bars
    assert not re.search(r"Q4 2025|Q1 2026", page + review)
    assert [quarter["key"] for quarter in json.loads(file)["all"]] == ["Q2 2026", "Q3 2026"]


def test_a_department_that_is_too_small_today_is_not_told_any_more(
    recorded: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert ">yes<" in content(recorded, SPONSOR, **RECORDED)
    monkeypatch.setattr("connector.pages.program.source.strictest_k", lambda _: 10)
    page = content(recorded, SPONSOR, **RECORDED)
    assert ">yes<" not in page
    assert "not told" in page


def test_what_was_recorded_stays_and_what_is_known_now_moves(recorded_apart: PageClient) -> None:
    before, frozen = download(recorded_apart, period="2026Q3"), download(recorded_apart, **RECORDED)
    assert frozen["all"] == before["all"]
    assert figures_of(frozen, "Q3 2026") == figures_of(before, "Q3 2026")
    assert {row["name"]: row["state"] for row in frozen["rows"] if row["quarter"] == "Q2 2026"} == {
        "Growth and Acme": "measured", "Growth and Bolt": "not_recorded",
    }  # fmt: skip
    assert all(row[name] for row in frozen["rows"] if row["state"] == "measured" for name in STAMPS)
    page = content(recorded_apart, SPONSOR, **RECORDED)
    assert "When the quarter was recorded" not in content(recorded_apart, SPONSOR, period="2026Q3")
    # The agreement is corrected: one objective less is taught, also in the quarter that was.
    name_sponsor(recorded_apart, objectives=3)
    assert download(recorded_apart, period="2026Q3")["all"]["taught"] < before["all"]["taught"]
    assert download(recorded_apart, **RECORDED) == frozen
    # What is known now says what it was, as it stands under "As recorded", and there stands what it is.
    line = re.search(
        r"When the quarter was recorded: ([^.]*)\.", text_of(content(recorded_apart, SPONSOR, period="2026Q3"))
    )
    assert line is not None
    share = re.search(r"taught share of Growth and Acme was (\d+ %)", line[1])
    assert share is not None
    assert share[1] in text_of(page)
    assert "When the quarter was recorded" not in page
    # But for that line, and the name of an objective that nobody has any more.
    known = re.compile(r'<p class="note">Known now: (.*?)\.</p>')
    assert not known.search(page)
    moved = content(recorded_apart, SPONSOR, **RECORDED)
    (text,) = known.findall(moved)
    assert "taught share of Growth and Acme is " in text
    assert squeeze(known.sub("", moved)).split('id="exit"')[0] == squeeze(page).split('id="exit"')[0]


def test_earlier_rules_are_read_once_for_all_engagements(recorded: PageClient) -> None:
    story_site, earlier = (
        recorded.story_site,
        {ACME: replace(DEFAULT, window_days=170), BOLT: replace(DEFAULT, window_days=160)},
    )
    frozen_by = text("UPDATE snapshot SET ruleset_hash = :hash WHERE engagement = :key")
    with story_site.container.engine.begin() as connection:
        for key, rules in earlier.items():
            insert_ruleset(connection, story_site.tenant_id, key, rules, now=story_site.clock.now(), by=None)
            connection.execute(frozen_by, {"hash": hash_of(rules), "key": key})
        rules_by_hash = select_rules_by_hash(
            connection, story_site.tenant_id, {hash_of(rules) for rules in earlier.values()}
        )
        assert rules_by_hash == {hash_of(rules): rules for rules in earlier.values()}
        assert select_rules_by_hash(connection, story_site.tenant_id + 1, rules_by_hash.keys()) == {}
    try:
        with statements(story_site.container.reader) as tables:
            content(recorded, ADMIN, **RECORDED)
        assert tables["ruleset"] == 1
    finally:
        with story_site.container.engine.begin() as connection:
            for key, rules in earlier.items():
                connection.execute(text("DELETE FROM ruleset WHERE hash = :hash"), {"hash": hash_of(rules)})
                connection.execute(frozen_by, {"hash": hash_of(DEFAULT), "key": key})


def test_a_quarter_that_is_not_frozen_says_which_one_stands_in_its_place(recorded: PageClient) -> None:
    page = Reader(content(recorded, SPONSOR, period="2026Q4", figures="recorded")).text
    # The story's quarter ended before its history was read, and was frozen then.
    assert "As recorded, frozen 20 Nov 2026" in page
    later = "when their quarter ended, or when Teachback first read it: they never change."
    assert f"Q4 2026 is not frozen yet; this is Q3 2026. As recorded are figures that were frozen {later}" in page
    assert "is not frozen yet" not in Reader(content(recorded, SPONSOR, **RECORDED)).text


@pytest.mark.parametrize(
    ("frozen", "words"),
    [
        (date(2026, 10, 1), "about an hour after their quarter ended"),
        (date(2026, 10, 2), "when their quarter ended, or when Teachback first read it"),
    ],
)
def test_a_quarter_that_was_frozen_later_is_not_said_to_have_been_frozen_within_the_hour(
    recorded: PageClient, monkeypatch: pytest.MonkeyPatch, frozen: date, words: str
) -> None:
    monkeypatch.setattr("connector.pages.program.recorded.local_day", lambda *_: frozen)
    page = Reader(content(recorded, SPONSOR, period="2026Q4", figures="recorded")).text
    assert f"As recorded are figures that were frozen {words}: they never change." in page


def test_each_review_stays_within_reach(recorded: PageClient) -> None:
    page = content(recorded, SPONSOR)
    assert re.findall(r'hx-get="/pages/program/review\?period=(\w+)[^>]*>(Q\d \d+)<', page) == [
        ("2026Q3", "Q3 2026"),
        ("2026Q2", "Q2 2026"),
    ]


@pytest.mark.parametrize(
    ("now", "words"),
    [
        (("49", "44–54"), []),
        (("50", "44–54"), ["integration of Growth was 49 (43–54)"]),
        (("49", "43–54"), []),
    ],
)
def test_a_value_that_is_as_it_was_is_left_out(
    monkeypatch: pytest.MonkeyPatch, now: tuple[str, str], words: list[str]
) -> None:
    item: Any = SimpleNamespace(engagement=SimpleNamespace(name="Growth"), now=1, cells={"score": now})
    then: Any = SimpleNamespace(now=1, cells={"score": ("49", "43–54")})
    monkeypatch.setattr(restated, "_figures", lambda own: own.cells)
    assert list(restated._changed(item, then)) == words


def test_beside_what_was_recorded_another_interval_is_told_too(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of 49, 43–54 recorded and 49, 44–54 known now nothing said that they differ."""
    item: Any = SimpleNamespace(engagement=SimpleNamespace(name="Growth"), now=1, cells={"score": ("49", "43–54")})
    monkeypatch.setattr(restated, "_figures", lambda own: own.cells)
    for score, words in (("43–54", []), ("44–54", ["integration of Growth is 49 (44–54)"])):
        known: Any = SimpleNamespace(now=1, cells={"score": ("49", score)})
        assert list(restated._moved(item, known)) == words
