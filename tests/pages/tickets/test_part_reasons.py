"""Why a ticket counts in a part of the score as it does: a line in its evidence, opened from the part's drawer."""

import copy
import html
import re
from collections import Counter
from collections.abc import Iterator
from fractions import Fraction

import pytest

from connector.figures.prepared import select_prepared
from mappings.formats.explain.index import figures_of
from mappings.formats.explain.reason_kinds import Kind, counts_text, kinds_of, most_missed_text
from mappings.formats.explain.reason_texts import CHECK_NAMES, reason_text
from mappings.measure.model.ticket import Ticket
from mappings.measure.score.embedding import Checked
from mappings.measure.score.opportunities import measure_with_opportunities, on_grid
from mappings.measure.score.reasons import REASONS, reasons_of
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_newest_ids, select_tickets
from mappings.records.sql.scope import AgreementScope
from tests.measure.builders import Story, at, lens_of
from tests.measure.clauses.test_clauses_client import asked
from tests.measure.clauses.test_clauses_joint import INCIDENTS, incident
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, LEAD, OTHER_LEAD, PageClient
from tests.pages.html_reader import squeeze
from tests.pages.test_score import stored_of
from tests.pages.test_works_council import COUNCIL, rule
from webhooks.annotations import with_annotations

QUARTER = "from=2026-07-01&to=2026-09-30"
LINE = re.compile(r'<p class="rule">([^<]*? of 100: [^<]*)</p>')
ROW = re.compile(r'<tr><th scope="row">(?:(?!</tr>).)*?hx-get="(/pages/evidence[^"]*)"(?:(?!</tr>).)*?</tr>', re.DOTALL)
WEIGHT = re.compile(r'<td class="num">([\d.]+ of 100)</td>')
# Components of which no reason is asked: each opportunity counts in full, or no figure lists its tickets as it.
PLAIN = {"learners_offered", "met", "agency_done", "proposals", "active"}
EXPERIMENTS = {"experiment_inconclusive", "experiment_lost", "experiment_won"}


def measured(page_client: PageClient, key: str) -> Iterator[tuple[PreparedEngagement, Ticket]]:
    """The tickets of an engagement of the story as they are measured."""
    story_site, stored = page_client.story_site, stored_of(page_client, key)
    with story_site.container.reader.connect() as connection:
        prepared = select_prepared(connection, story_site.tenant_id, stored)
        ids = select_newest_ids(connection, story_site.tenant_id, stored.engagement.projects, 1000)
        tickets = select_tickets(connection, story_site.tenant_id, ids)
        annotated = with_annotations(AgreementScope(connection, story_site.tenant_id, key), tickets)
    for ticket in annotated.values():
        yield prepared, ticket


@pytest.mark.parametrize("key", [ACME, BOLT])
def test_each_opportunity_has_a_reason_whose_x_is_its_own(page_client: PageClient, key: str) -> None:
    counted = Counter[str]()
    for prepared, ticket in measured(page_client, key):
        rows = measure_with_opportunities(prepared, ticket)[1]
        assert {row.component for row in rows} <= {*REASONS, *PLAIN, *EXPERIMENTS}
        for component in REASONS:
            pairs = reasons_of(prepared, ticket, component)
            assert [on_grid(row) for row, _ in pairs] == [row for row in rows if row.component == component]
            assert [reason.x for _, reason in pairs] == [row.x for row, _ in pairs]
            assert all(reason_text(prepared, reason) for _, reason in pairs)
            counted[component] += len(pairs)
    assert not [component for component in REASONS if key == ACME and not counted[component]]


@pytest.mark.parametrize("key", [ACME, BOLT])
def test_the_checks_that_are_listed_as_passed_are_those_that_count(page_client: PageClient, key: str) -> None:
    names = {text: number for number, text in CHECK_NAMES.items()}
    for prepared, ticket in measured(page_client, key):
        for row, reason in reasons_of(prepared, ticket, "workflow_checks"):
            assert isinstance(reason, Checked)
            listed = dict(part.split(": ") for part in reason_text(prepared, reason).split("; "))
            numbers = {part: [names[name] for name in text.split(", ")] for part, text in listed.items()}
            passed, missed = (len(numbers.get(part, ())) for part in ("passed", "missed"))
            assert row.x == Fraction(passed, passed + missed)


def rows_of(page_client: PageClient, who: str, key: str, path: str) -> list[tuple[str, str]]:
    """The address of the evidence and the weight of each ticket in a part's drawer."""
    drawer = page_client.follow(who, f"/pages/figure?engagement={key}&figure={path}&{QUARTER}&all=1").text
    return [(html.unescape(row[1]), WEIGHT.findall(row[0])[0]) for row in ROW.finditer(drawer)]


def lines_at(page_client: PageClient, who: str, address: str) -> list[str]:
    answer = page_client.follow(who, address)
    assert answer.status_code == 200, address
    return [squeeze(html.unescape(line)) for line in LINE.findall(answer.text)]


@pytest.mark.parametrize(("who", "key"), [(LEAD, ACME), (AGENCY_LEAD, ACME), (OTHER_LEAD, BOLT)])
def test_the_evidence_opened_from_a_part_says_why_it_counts_as_the_row_says(
    page_client: PageClient, who: str, key: str
) -> None:
    names = {person.name for person in page_client.story_site.story.people}
    paths = [path for path in figures_of(stored_of(page_client, key).engagement) if path.rpartition(".")[2] in REASONS]
    opened = 0
    for path in paths:
        for address, weight in rows_of(page_client, who, key, path):
            lines = lines_at(page_client, who, address)
            assert any(f", {weight}: " in line for line in lines), (address, weight, lines)
            assert not [name for name in names for line in lines if name in line]
            opened += 1
    assert opened > 20


def test_a_ticket_that_somebody_shadowed_who_is_not_enrolled_says_so(page_client: PageClient) -> None:
    """It counted as taught in the evidence, and "0 of 100" in the part, and nothing said why."""
    rows = rows_of(page_client, LEAD, ACME, "dimensions.teaching.taught_through")
    lines = {line for address, _ in rows for line in lines_at(page_client, LEAD, address)}
    assert lines == {
        "Learners taught, 0 of 100: no in-house person took part in the work.",
        "Learners taught, 0 of 100: in-house people were only exposed to it.",
        "Learners taught, 0 of 100: enrolled learners were only exposed to it.",
        "Learners taught, 0 of 100: shadowed, but by nobody enrolled for its objective.",
        "Learners taught, 100 of 100: an enrolled learner shadowed it.",
    }


def test_evidence_that_is_opened_elsewhere_says_nothing_of_a_part(page_client: PageClient) -> None:
    address = rows_of(page_client, LEAD, ACME, "dimensions.teaching.taught_through")[0][0]
    assert lines_at(page_client, LEAD, address.partition("&figure")[0]) == []
    assert lines_at(page_client, LEAD, re.sub(r"day=[\d-]+", "day=x", address)) == []
    assert lines_at(page_client, LEAD, re.sub(r"day=[\d-]+", "day=2020-01-01", address)) == []


def test_who_may_not_open_a_part_reads_no_reason_of_it(page_client: PageClient) -> None:
    path = "dimensions.teaching.taught_through"
    address = rows_of(page_client, LEAD, ACME, path)[0][0]
    assert page_client.follow(AGENCY_MEMBER, address.partition("&figure")[0]).status_code == 200
    for who, status in ((LEAD, 200), (AGENCY_MEMBER, 404)):
        assert page_client.follow(who, address).status_code == status
        assert page_client.follow(who, f"/pages/figure?engagement={ACME}&figure={path}&{QUARTER}").status_code == status


def test_in_works_council_mode_a_latency_has_no_reason_and_a_check_has_one(apart: PageClient) -> None:
    paths = ("crisis.crisis", "reciprocity.questions_answered", "embedding.workflow_checks")
    addresses = [rows_of(apart, LEAD, ACME, f"dimensions.{path}")[0][0] for path in paths]
    assert all(lines_at(apart, LEAD, address) for address in addresses)
    rule(apart, COUNCIL)
    assert [len(lines_at(apart, LEAD, address)) for address in addresses] == [0, 0, 1]


def text_of(story: Story, component: str, prepared: PreparedEngagement, *, untold: tuple[int, ...] = ()) -> list[str]:
    pairs = reasons_of(prepared, story.ticket(), component)
    return [reason_text(prepared, reason, untold=untold) for _, reason in pairs]


@pytest.mark.parametrize(
    ("when", "text"),
    [
        (
            "2026-03-03 10:00",
            "first touched in-house after 3 business hours (3 Mar 2026, by a comment), limit 16; still in review",
        ),
        (
            "2026-03-04 15:00",
            "first touched in-house after 16 business hours (4 Mar 2026, by a comment), limit 16; still in review",
        ),
        (
            "2026-03-04 15:01",
            "first touched in-house after 16.1 business hours (4 Mar 2026, by a comment), limit 16; still in review",
        ),
        (
            "2026-03-05 12:00",
            "first touched in-house after 21 business hours (5 Mar 2026, by a comment), limit 16; still in review",
        ),
    ],
)
def test_how_long_a_review_waited_is_told_in_business_hours_as_the_rule_counts(when: str, text: str) -> None:
    assert text_of(asked().say("ben", when, 2), "reviews_in_time", lens_of()) == [text]


def test_what_comes_after_the_last_business_hour_of_the_limit_reads_as_late() -> None:
    story = Story(assignee="ann", creator="ann").move("In Progress", "2026-03-02 09:00", "ann")
    story.move("In Review", "2026-03-02 17:00", "ann").say("ben", "2026-03-04 18:00", 2)
    assert text_of(story, "reviews_in_time", lens_of()) == [
        "first touched in-house later than 16 business hours (4 Mar 2026, by a comment); still in review"
    ]
    assert text_of(asked(), "reviews_in_time", lens_of()) == ["not answered, limit 16 business hours"]


def test_when_a_comment_was_made_that_not_all_may_read_is_not_told() -> None:
    when = "2026-03-03 10:00"
    review = asked().say("ben", when, 2)
    within = "first touched in-house within 16 business hours; still in review"
    assert text_of(review, "reviews_in_time", lens_of(), untold=(at(when),)) == [within]
    review.move("Done", "2026-03-05 10:00", "ben")
    assert text_of(review, "reviews_in_time", lens_of(), untold=(at(when),)) == ["answered within 16 business hours"]
    touched = "2026-03-01 20:10"
    crisis = incident().say("ben", touched, 2).move("Done", "2026-03-02 16:00", "stranger")
    rules = lens_of(signals=INCIDENTS)
    end = "not there at the end; no review is linked"
    assert text_of(crisis, "crisis_inhouse", rules) == [f"there after 10 min, limit 60 min, {end}"]
    assert text_of(crisis, "crisis_inhouse", rules, untold=(at(touched),)) == [f"there within 60 min, {end}"]


def waiting() -> Story:
    """Asked by ann twice, by a move to waiting and three minutes later in a comment, and labelled by ben late."""
    story = Story(assignee="ann", creator="ann").move("In Progress", "2026-03-02 09:00", "ann")
    story.move("Waiting for client", "2026-03-02 10:46", "ann")
    story.say("ann", "2026-03-02 10:49", mentions=("ben",))
    return story.change("2026-03-03 15:46", "ben", ("labels", "", "x"))


def test_a_question_of_a_ticket_that_still_waits_is_touched_and_not_answered() -> None:
    """A label that somebody in-house set read as "answered", months before anybody did."""
    late = "first touched in-house after 13 business hours (3 Mar 2026, by a change of a field), limit 8; still waiting"
    assert text_of(waiting(), "questions_answered", lens_of()) == [
        f"asked at 10:46 by moving it to waiting: {late}",
        f"asked at 10:49 in a comment: {late}",
    ]
    kinds = [
        kinds_of(lens_of(), reason) for _, reason in reasons_of(lens_of(), waiting().ticket(), "questions_answered")
    ]
    assert counts_text(kinds, latest=False) == "touched too late, still waiting (2)"
    moved = waiting().move("In Progress", "2026-03-04 10:00", "ben")
    assert text_of(moved, "questions_answered", lens_of())[0] == (
        "asked at 10:46 by moving it to waiting: "
        "answered after 13 business hours (3 Mar 2026, by a change of a field), limit 8"
    )


def test_a_late_answer_says_when_it_came_and_by_what() -> None:
    asked_once = Story(assignee="ann", creator="ann").move("In Progress", "2026-03-02 09:00", "ann")
    asked_once.move("Waiting for client", "2026-03-02 10:00", "ann")
    texts = [
        text_of(act(copy.deepcopy(asked_once)), "questions_answered", lens_of())[0].partition(": ")[2]
        for act in (
            lambda story: story.say("ben", "2026-03-04 10:00"),
            lambda story: story.log("ben", 1, "2026-03-04 10:00"),
            lambda story: story.move("In Progress", "2026-03-04 10:00", "ben"),
            lambda story: story.move("In Progress", "2026-03-02 11:00", "ben"),
        )
    ]
    assert texts == [
        "first touched in-house after 16 business hours (4 Mar 2026, by a comment), limit 8; still waiting",
        "first touched in-house after 16 business hours (4 Mar 2026, by logged work), limit 8; still waiting",
        "answered after 16 business hours (4 Mar 2026, by a move to another status), limit 8",
        "answered after 1 business hours, limit 8",
    ]


def test_when_a_question_was_asked_that_not_all_may_read_is_not_told() -> None:
    texts = text_of(waiting(), "questions_answered", lens_of(), untold=(at("2026-03-02 10:49"),))
    assert texts[1].startswith("asked in a comment: ")


def test_of_two_reasons_as_frequent_the_one_that_loses_more_is_named() -> None:
    mild, hard = Kind("with a reason", Fraction(1, 2)), Kind("without", Fraction(1))
    expected = "Most often, on 2 of 5 proposals: without."
    rows = [[mild], [hard], [mild], [hard], [Kind("adopted", Fraction())]]
    assert most_missed_text("uptake", rows) == expected
    assert most_missed_text("uptake", [[mild], *rows]) == "Most often, on 3 of 6 proposals: with a reason."


def test_both_sides_of_an_incident_are_told_apart() -> None:
    story = incident(assignee="ann").say("ann", "2026-03-02 09:00", 2).move("Done", "2026-03-02 16:00", "stranger")
    agency = "the agency: there after 13 h, limit 60 min, there at the end"
    inhouse = "the in-house side: no touch until it was finished, not there at the end"
    texts = text_of(story, "crisis", lens_of(signals=INCIDENTS))
    assert texts == [f"{agency}; {inhouse}; no review is linked"]
