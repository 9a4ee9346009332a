"""The quarterly review: one set of figures on the page, on paper and in each file, and for each reader no more."""

import csv
import io
import json
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest
from babel import Locale
from msgspec.structs import replace

from connector.pages.labels import RUNG_NAMES, taught_meaning
from connector.pages.review.document import is_of_few, render_document
from connector.pages.review.pdf import MISSING
from connector.pages.review.tables import changes_table
from connector.pages.review.texts import carried_lead
from connector.text import percent
from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.report.json_report import for_agency
from mappings.formats.review.pack import SHARED
from mappings.measure.model.ruleset import DEFAULT
from mappings.records.figures.snapshots import select_body
from mappings.records.sql.scope import AgreementScope
from mappings.translation import in_locale
from tests.jira.story.story import engagement_file
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    LEARNER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.cost.test_statements import LOADED_ONCE, statements
from tests.pages.html_reader import Reader, squeeze, text_of
from tests.pages.html_reader import value as value_of
from tests.pages.review.pdf import Pdf, read_pdf, require_pdf

NUMBER = re.compile(r"\d[\d.,]*\d|\d")
Pack = dict[str, Any]


def ask(page_client: PageClient, who: str, form: str = "", engagement: str = ACME) -> bytes:
    query = f"engagement={engagement}&period=2026Q3"
    answer = page_client.follow(who, f"/pages/review/file?{query}&format={form}" if form else f"/pages/review?{query}")
    assert answer.status_code == 200, answer.text
    return answer.data


def pack_of(page_client: PageClient, who: str, engagement: str = ACME) -> Pack:
    pack: Pack = json.loads(ask(page_client, who, "json", engagement))
    return pack


def frozen_report(page_client: PageClient, engagement: str) -> dict[str, Any]:
    with page_client.story_site.container.reader.connect() as connection:
        scope = AgreementScope(connection, page_client.story_site.tenant_id, engagement)
        body = select_body(scope, "quarter", date(2026, 10, 1))
    assert body is not None
    report: dict[str, Any] = json.loads(body)
    return report


def numbers(text: str) -> Counter[str]:
    return Counter(NUMBER.findall(text))


@pytest.mark.parametrize(("who", "engagement"), [(LEAD, ACME), (LEAD, BOLT), (AGENCY_LEAD, ACME)])
def test_a_pack_has_the_figures_of_the_frozen_report_and_parts_that_add_up(
    frozen: PageClient, who: str, engagement: str
) -> None:
    report, pack = frozen_report(frozen, engagement), pack_of(frozen, who, engagement)
    seen = for_agency(report) if who == AGENCY_LEAD else report
    for key in set(SHARED) - {"objectives"}:
        assert pack[key] == seen[key], key
    for row, expected in zip(pack["objectives"], seen["objectives"], strict=True):
        assert {key: row[key] for key in expected} == expected
    kinds = set(pack["units"]) & set(pack["by_week"][0])
    assert {"taught", "done_only", "handed_over", "inhouse_own", "total", "gatekeeper"} <= kinds
    for spans in ("by_week", "by_month"):
        for kind in kinds:
            assert sum(row[kind] for row in pack[spans]) == pytest.approx(pack["units"][kind], abs=1e-6), (spans, kind)
    for kind in ("agency", "taught"):
        assert sum(row[kind] for row in pack["by_objective"]) == pytest.approx(pack["units"][kind], abs=1e-6)


def test_the_objectives_stand_in_the_engagements_order_in_every_table(frozen: PageClient) -> None:
    engagement = read_engagement(engagement_file(frozen.story_site.story, ACME))
    agreed = [objective.key for objective in engagement.objectives]
    assert agreed != sorted(agreed)
    pack = pack_of(frozen, LEAD, ACME)
    assert [row["key"] for row in pack["objectives"]] == agreed
    listed = [row["key"] for row in pack["by_objective"]]
    assert listed == [key for key in (*agreed, "without_objective") if key in listed]


def test_the_star_of_a_week_is_explained_where_one_stands_and_nowhere_else(
    frozen: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    with_stars = ask(frozen, LEAD).decode()
    # It stands below its week, in a row of its own.
    assert re.search(
        r'x="([\d.]+)%" y="217" text-anchor="middle">\d+</text><text x="\1%" y="231" [^>]*>\*</text>', with_stars
    )
    assert "* fewer than 5 points of Acme Experiments: little evidence." in Reader(with_stars).text
    monkeypatch.setattr("connector.pages.review.weeks_chart.LITTLE", 0)
    without = ask(frozen, LEAD).decode()
    assert "*</text>" not in without
    assert "Week of the year." in Reader(without).text
    assert "points of Acme Experiments: little evidence" not in Reader(without).text


def test_who_reads_coverage_alone_reads_of_no_counts_by_rung(frozen: PageClient) -> None:
    counted = "people by the highest rung they stand on"
    for who, counts in ((LEAD, True), (LEARNER, False), (AGENCY_MEMBER, False)):
        chapter = ask(frozen, who).decode().partition("review-carried-title")[2].partition("</section>\n\n")[0]
        assert (counted in chapter) is counts, who
        assert ("Counts by rung are for the leads; here you read coverage." in chapter) is not counts, who
        # A rung that nothing in the chapter names is not explained.
        terms = re.findall(r"<dt>(\w+)</dt>", chapter.partition('<dl class="terms">')[2].partition("</dl>")[0])
        assert terms == ([*map(str, RUNG_NAMES.values())] if counts else ["Independent"]), who


def test_each_file_is_offered_under_its_address(frozen: PageClient) -> None:
    page = frozen.follow(LEAD, f"/pages/review?engagement={ACME}&period=2026Q3").text.replace("&amp;", "&")
    offered = re.findall(r'data-save="([^"]+)" data-name="([^"]+)"', page)
    assert [name.rpartition(".")[2] for _, name in offered if not name.endswith("pdf")] == ["html", "csv", "json"]
    for address, name in offered:
        assert name.startswith("growth-acme-review-2026Q3.")
        if not name.endswith("pdf"):
            assert frozen.follow(LEAD, address).headers["Content-Disposition"] == f"attachment; filename={name}"


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, AGENCY_MEMBER])
def test_page_paper_and_files_hold_the_same_numbers(frozen: PageClient, who: str) -> None:
    pack, page, paper = pack_of(frozen, who), ask(frozen, who).decode(), ask(frozen, who, "html").decode()
    document = Reader(page[page.index("<article") :])
    assert document.text == Reader(paper[paper.index("<article") :].partition("</main>")[0]).text
    # The CSV has each value of the JSON once, as it stands there.
    lines = list(csv.DictReader(io.StringIO(ask(frozen, who, "csv").decode("utf-8-sig"))))
    values = {(line["section"], line["figure"]): line["value"] for line in lines}
    assert len(values) == len(lines)
    for section in ("units", "taught_share", "exit_coverage", *(("score",) if "score" in pack else ())):
        for name, value in pack[section].items():
            if isinstance(value, float):
                assert values[section, name] == repr(value), (section, name)
    for week in pack["by_week"]:
        assert values["by_week", f"{week['key']}.taught"] == repr(week["taught"])
    # The page of the project prints the same, as nothing came in since.
    project = Reader(frozen.content(who, engagement=ACME, period="2026Q3").text).text
    share = squeeze(percent(pack["taught_share"]["value"]))
    for text in (f"{share}", f"{squeeze(percent(pack['exit_coverage']['two_holders']))}"):
        assert text in document.text
        assert text in project


@pytest.mark.parametrize(("engagement", "is_off"), [(ACME, False), (BOLT, True)])
def test_the_paper_says_where_what_it_prints_does_not_add_up(frozen: PageClient, engagement: str, is_off: bool) -> None:
    page = ask(frozen, LEAD, engagement=engagement).decode()
    months, objectives = (table.rows for table in Reader(page).tables[:2])
    parts = [[value_of(cell.replace("–", "0")) for cell in row[1:]] for row in months[1:]]
    sums = [*parts, *zip(*parts, strict=True)]
    by_month = any(sum(cells[:-1]) != cells[-1] for cells in sums)
    columns = [[value_of(row[place]) for row in objectives[1:]] for place in (2, 3)]
    by_objective = any(sum(cells[:-1]) != cells[-1] for cells in columns)
    assert page.count("Each amount is rounded on its own: added up, the parts") == by_month + by_objective
    assert by_month == is_off


@pytest.mark.parametrize("engagement", [ACME, BOLT])
def test_a_count_among_the_changes_says_by_how_much_and_a_share_why_it_says_nothing(
    frozen: PageClient, engagement: str
) -> None:
    tables = Reader(ask(frozen, LEAD, engagement=engagement).decode()).tables
    changes = next(item.rows for item in tables if item.rows[0][-1] == "Change")
    counts = [row for row in changes if row[0].startswith(("Delivered", "Handed", "Experiments decided", "Proposals"))]
    assert len(counts) == 4
    # Both engagements began within Q2: what was counted until its end is of fewer days.
    assert {change for *_, change in counts} == {"not compared: a quarter is not whole"}
    pack = pack_of(frozen, LEAD, engagement)
    (compared,) = pack["compared"]
    whole = [row | {"verdict": "counted"} if row["verdict"] == "not whole" else row for row in compared["figures"]]
    for name, (before, now, change) in changes_table(compared | {"figures": whole}, pack):
        if name in {count[0] for count in counts}:
            step = value_of(now) - value_of(before)
            expected = f"{float(abs(step)):g} {'more' if step > 0 else 'fewer'}" if step else "the same"
            assert change == expected, name
    for row in changes[1:]:
        assert ("–" in row[1:3]) <= (row[3] == "too little evidence to compare"), row
    assert "not comparable" not in Reader(ask(frozen, LEAD, engagement=engagement).decode()).text


def test_experiments_of_a_quarter_in_which_none_was_decided_are_empty_alike(frozen: PageClient) -> None:
    """Those won read "–", and those led in-house "0 of 0"."""
    pack = pack_of(frozen, LEAD, ACME)
    (compared,) = pack["compared"]
    nothing = {"decided": 0, "win_rate": None, "led_inhouse": 0}
    figures = [
        row | {"now": nothing[row["key"].rpartition(".")[2]]}
        for row in compared["figures"]
        if row["key"].startswith("program.experiments.")
    ]
    rows = {name: now for name, (_, now, _) in changes_table(compared | {"figures": figures}, pack)}
    assert rows == {"Experiments decided": "0", "Experiments won": "–", "Experiments led in-house": "–"}


def test_a_first_holder_is_the_change_of_exit_coverage(frozen: PageClient) -> None:
    """Nobody carried an objective alone in the quarter before; the share with two holders stayed 0 %."""
    text = Reader(ask(frozen, LEAD, engagement=BOLT).decode()).text
    assert re.search(r"up ?, with at least one: \d+.%, was 0.% in Q2 2026", text), text
    assert "xit coverage with at least one holder went up" in text


CARRIED_TEXTS = {
    ("en", 5): "At least two people can do any of the objectives without Acme Experiments.",
    ("en", 4): "At least two people can do four objectives without Acme Experiments. One person alone can do “",
    ("en", 0): "Each of the objectives can be done by one person only.",
    ("de", 5): "Mindestens zwei Personen können jedes der Lernziele ohne Acme Experiments weiterführen.",
    (
        "de",
        4,
    ): "Mindestens zwei Personen können 4 Lernziele ohne Acme Experiments weiterführen. Nur eine Person kann „",
    ("de", 0): "Jedes der Lernziele kann nur eine Person allein weiterführen.",
}


@pytest.mark.parametrize(("language", "covered"), CARRIED_TEXTS)
def test_the_objectives_carried_are_named_or_counted_in_words(frozen: PageClient, language: str, covered: int) -> None:
    pack = pack_of(frozen, LEAD)
    states = ["covered"] * covered + ["single holder"] * (5 - covered)
    rows = [row | {"coverage": state} for row, state in zip(pack["objectives"], states, strict=True)]
    with in_locale(Locale(language)):
        assert carried_lead({**pack, "objectives": rows}).startswith(CARRIED_TEXTS[language, covered])


def test_the_appendix_has_the_parts_of_both_sides_and_they_add_up_as_printed(frozen: PageClient) -> None:
    page = Reader(ask(frozen, LEAD, "html").decode())
    head, *rows, foot = next(table.rows for table in page.tables if "Adds" in table.rows[0])
    assert head[0] == "Part"
    owners = page.text.split("A1 Score")[0]
    assert all(row[0] in owners for row in rows)
    assert sum(1 for row in rows if row[1] == "agency") > 1
    for column, whole in ((3, foot[1]), (6, foot[4])):
        assert sum(value_of(row[column]) for row in rows if row[column] != "–") == value_of(whole)


TAUGHT = (
    "Taught shadowed: agencies did 50 % or more of the work, and a role with a trace, comments of 40 characters on "
    "2 days, 30 minutes logged or 10 % of the work; or a teach-back that was accepted. Assisted: 50 % or more of the "
    "work with help of an agency, as the named driver 30 % Window"
)


@pytest.mark.parametrize(("who", "parts"), [(LEAD, 5), (AGENCY_MEMBER, 4)])
def test_the_appendix_counts_from_one_and_explains_what_is_shown(frozen: PageClient, who: str, parts: int) -> None:
    page = ask(frozen, who).decode()
    assert re.findall(r"<h3>A(\d) ", page) == [str(number) for number in range(1, parts + 1)]
    text = Reader(page[page.index("<article") :]).text
    assert ("Integration" in text) is (parts == 5)
    # What is decided of few is said as a count, as in the row below it.
    assert re.search(r"Experiments won \S+ \d+ of \d+ ", squeeze(text))


def test_the_rules_of_the_appendix_name_every_way_to_be_taught(frozen: PageClient) -> None:
    """It had no logged time and no role, and 30 % as if it held for whoever does so much."""
    text = squeeze(text_of(ask(frozen, LEAD).decode()).replace("\N{NO-BREAK SPACE}", " "))
    assert TAUGHT in text
    others = taught_meaning(replace(DEFAULT, helps=150, shadow_days=3, trace_seconds=2700, learner_drives=400))
    assert "on 3 days, 45 minutes logged or 15" in others
    assert "as the named driver 40" in others


def test_a_review_that_was_frozen_before_all_was_known_says_so_of_that_day(frozen: PageClient) -> None:
    pack = {**pack_of(frozen, LEAD), "complete": False}
    for frozen_at, words in (
        ("2026-10-01T00:00:00Z", "as of 30 Sep; frozen on 1 Oct 2026"),
        (None, "not complete: evidence can still change"),
    ):
        assert words in Reader(render_document({**pack, "frozen": frozen_at}, DEFAULT)).text


def test_the_paper_fills_a_dot_for_each_holder_and_leaves_the_others_free(frozen: PageClient) -> None:
    free = {"covered": 0, "single holder": 1, "not covered": 2}
    expected = sum(free[row["coverage"]] for row in pack_of(frozen, LEAD)["objectives"])
    assert ask(frozen, LEAD).decode().count('<circle class="free"') == expected > 0


def test_the_pdf_is_tagged_and_prints_each_number_of_the_page(frozen: PageClient) -> None:
    require_pdf()
    pdf = read_pdf(ask(frozen, LEAD, "pdf"))
    assert pdf.is_tagged
    assert pdf.says_ua
    assert 5 <= len(pdf.pages) <= 12
    # A short chapter follows the one before it on its page.
    assert [page for page in pdf.pages if "experiments were decided" in page and "Gatekeepers were" in page]
    page = ask(frozen, LEAD).decode()
    missing = numbers(squeeze(Reader(page[page.index("<article") :]).text)) - numbers(squeeze(" ".join(pdf.pages)))
    assert not missing
    assert_tags_are_those_of(page, pdf)


def assert_tags_are_those_of(page: str, pdf: Pdf) -> None:
    """A screen reader finds each heading and row of the page in the PDF, and a text for each picture."""
    article = page[page.index("<article") : page.index("</article>")]
    for tag in ("h1", "h2", "h3", "tr", "th", "td"):
        assert pdf.tags[tag.upper()] >= len(re.findall(rf"<{tag}\b", article)) > 0, tag
    assert pdf.alone == 0


def test_without_the_extra_a_file_says_what_to_install(frozen: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "weasyprint", None)
    answer = frozen.follow(LEAD, f"/pages/review/file?engagement={ACME}&period=2026Q3&format=pdf")
    assert answer.status_code == 503
    assert answer.text.startswith(MISSING)


def test_each_reader_has_what_the_matrix_gives_and_no_more(frozen: PageClient) -> None:
    lead, agency, learner, worker = (pack_of(frozen, who) for who in (LEAD, AGENCY_LEAD, LEARNER, AGENCY_MEMBER))
    # Coverage, one chapter of people, is there for all; what people reached is for leads and administrators.
    assert [row.keys() >= {"people_at_rung", "burn_up"} for row in lead["objectives"]] == [True] * 5
    for pack in (learner, worker):
        assert all(row.keys().isdisjoint({"people_at_rung", "burn_up"}) for row in pack["objectives"])
        assert "unconfirmed_attestations" not in pack["marks"]
        assert "departments" not in pack["program"]
    assert lead["program"]["departments"] == agency["program"]["departments"] != []
    for pack, scores in ((lead, True), (agency, True), (learner, True), (worker, False)):
        assert (pack.keys() >= {"score", "dimensions", "owners"}) is scores, pack.keys()
    for pack in (agency, worker):
        assert {"other", "unknown", "conflict"}.isdisjoint(pack["units"].keys() | pack["by_week"][0].keys())
        assert "Bolt" not in json.dumps(pack)
        assert "growth-bolt" not in json.dumps(pack)
    assert "feedback" not in learner
    assert "feedback" in worker
    for who in (GATEKEEPER, STRANGER, OTHER_LEAD, "Dana Quist"):
        for address in ("/pages/review?", "/pages/review/file?format=json&"):
            answer = frozen.follow(who, f"{address}engagement={ACME}&period=2026Q3")
            assert (answer.status_code, answer.text) == (404, "No such engagement of yours."), who


def test_a_quarter_that_is_not_frozen_has_no_review(frozen: PageClient) -> None:
    for quarter in ("2026Q4", "2025Q3", "", "x"):
        address = f"engagement={ACME}&period={quarter}"
        assert "once the quarter is over" in frozen.read(frozen.follow(LEAD, f"/pages/review?{address}")).text
        answer = frozen.follow(LEAD, f"/pages/review/file?{address}&format=json")
        assert answer.status_code == 404
        assert "once the quarter is over" in answer.text


def test_a_review_loads_each_thing_once(frozen: PageClient) -> None:
    ask(frozen, LEAD)
    with statements(frozen.story_site.container.reader) as tables:
        ask(frozen, LEAD)
    assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}
    assert sum(tables.values()) <= 15, tables


def test_the_window_before_is_not_called_half_a_year_earlier(frozen: PageClient) -> None:
    """It may be younger: for a young engagement it is some weeks."""
    review = frozen.read(frozen.follow(LEAD, f"/pages/review?engagement={ACME}&period=2026Q3")).text
    assert "half a year earlier" not in review
    assert "not compared: its window reaches back to the start" in review
    # The table of quarters has no row of it, so that nothing below explains how it is compared.
    assert "is compared with the window before" not in review


def test_each_month_is_told_with_what_was_taught_and_only_done(frozen: PageClient) -> None:
    page = Reader(ask(frozen, LEAD).decode())
    months = next(item.rows for item in page.tables if item.rows[0][1:] == ["Jul", "Aug", "Sep", "Q3 2026"])
    rows = {row[0]: row[1:4] for row in months}
    months_of = (
        (text, *row)
        for text, *row in zip(("July", "August", "September"), rows["Taught"], rows["Done only"], strict=True)
    )
    first, second, third = (
        f"{taught}{' points' if month == 'July' else ''} in {month} ({done}" for month, taught, done in months_of
    )
    assert f"Acme Experiments taught through {first} done only), {second}) and {third})." in page.text


def test_learners_progress_has_the_numbers_of_the_overview_where_the_group_is_large(
    frozen: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    steps = re.findall(r"[\d.]+ of \d+ steps to the next rung", Reader(ask(frozen, LEAD).decode()).text)
    # Beside the other parts of its side, and in the appendix.
    assert len(steps) == 2
    assert steps[0] in text_of(frozen.content(LEAD, engagement=ACME, period="2026Q3", tab="overview").text)
    monkeypatch.setattr("connector.pages.review.document.is_of_few", lambda _: True)
    assert "of 11 steps to the next rung" not in Reader(ask(frozen, LEAD).decode()).text


def test_of_too_few_people_progress_has_no_numbers(frozen: PageClient) -> None:
    pack = pack_of(frozen, LEAD)
    assert not is_of_few(pack)
    assert is_of_few({**pack, "objectives": [{**row, "suppressed": True} for row in pack["objectives"]]})
    assert is_of_few({key: value for key, value in pack.items() if key != "objectives"})


def test_how_many_of_the_agreed_people_there_are_is_told_to_whom_counts_are(frozen: PageClient) -> None:
    stands = "Not covered, 0 of 3 people there, 20 % of the way"
    assert stands in squeeze(Reader(ask(frozen, LEAD).decode()).text)
    assert "people there" not in Reader(ask(frozen, AGENCY_MEMBER).decode()).text


def test_what_was_handed_over_is_of_the_same_work_as_on_the_overview(frozen: PageClient) -> None:
    """The Overview had 129.5 of 205 points with an objective, the review 129.5 of 374.6, below the same words."""
    base = r"of ([\d.,]+) in-house points with an objective"
    overview = squeeze(Reader(frozen.content(AGENCY_MEMBER, engagement=ACME, period="2026Q3").text).text)
    cover = squeeze(Reader(ask(frozen, AGENCY_MEMBER).decode()).text)
    pack = pack_of(frozen, AGENCY_MEMBER)
    assert 0 < pack["inhouse_with_objective"] < pack["units"]["inhouse"]
    assert re.findall(base, cover) == re.findall(base, overview) != []
    assert "with or without an objective" not in cover


def test_a_quarter_in_which_the_engagement_began_is_measured_from_its_first_day(frozen: PageClient) -> None:
    """Weeks before it stood there with a star for too little evidence, beside a month without any."""
    address = f"/pages/review/file?engagement={ACME}&period=2026Q2&format="
    pack = json.loads(frozen.follow(LEAD, f"{address}json").data)
    assert [row["from"] for row in pack["by_month"]] == ["2026-05-25", "2026-06-01"]
    assert (pack["by_week"][0]["key"], pack["by_week"][0]["from"]) == ("2026-W22", "2026-05-25")
    assert "2026-W21" not in frozen.follow(LEAD, f"{address}csv").text
    measured = "Measured from 25 May, when the engagement began."
    for source in (f"{address}html", f"/pages/review?engagement={ACME}&period=2026Q2"):
        text = Reader(frozen.follow(LEAD, source).text).text
        assert measured in text
        assert "Quarterly review · 25 May to 30 Jun 2026" in text
        assert not re.search(r"\bApr\b(?! 2026)", text.partition("By month")[2].partition("By objective")[0])
    assert "Measured from" not in Reader(ask(frozen, LEAD).decode()).text
    assert pack["from"] == "2026-05-25"
    assert '"from","","2026-05-25"' in frozen.follow(LEAD, f"{address}csv").text


def test_of_which_days_the_score_is_reads_as_on_agency(frozen: PageClient) -> None:
    """Of a first quarter the review had "over the 180 days before", though the engagement began within them."""
    for period in ("2026Q2", "2026Q3"):
        review = f"/pages/review?engagement={ACME}&period={period}"
        note = re.search(
            r"intervals\. (\d+ \w+ to \d+ \w+ \d+, [^.;]*; each ticket counts the same[^.]*\.)",
            squeeze(Reader(frozen.follow(LEAD, review).text).text),
        )
        assert note
        assert note[1] in squeeze(Reader(frozen.content(LEAD, engagement=ACME, period=period).text).text)
