"""Figures of the program that a process keeps: those made anew, whatever changed, and each site has its own."""

from collections.abc import Callable
from datetime import date
from typing import Any

import pytest

from connector.figures.prepared import select_all_prepared
from connector.figures.program.cache import Basis, Kept, ProgramCache
from connector.figures.program.computed import select_program
from connector.figures.program.engagement import ProgramEngagement, ProgramSelection
from connector.pages.program.periods import quarter_period, quarters_until
from mappings.records.agreement.engagements import select_engagements
from mappings.records.figures.figure_tokens import select_figure_tokens
from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, AGENCY_MEMBER, BOLT, DAY, LEAD, PageClient, go_on
from tests.pages.cost.test_statements import statements
from tests.pages.program.test_program import ADMIN, content
from tests.pages.together.test_together import ACTION, act, file, hidden

HOUR = DAY // 24
QUARTERS = tuple(
    (each.first, each.last) for each in quarters_until(quarter_period(date(2026, 10, 1), date(2026, 10, 2)))
)
# What rests on none of an engagement's own sums and rows.
KEPT_OUT = {
    "day_sum",
    "opportunity_sum",
    "opportunity",
    "people_week",
    "pulse",
    "feedback",
    "definition_edit",
    "json_each",
}


def made(page_client: PageClient, cache: ProgramCache, at: int | None = None, only: str = "") -> dict[str, Any]:
    """Return the program as of an instant, by engagement."""
    story_site, app = page_client.story_site, page_client.story_site.container
    now = story_site.clock.now() if at is None else at
    selection = ProgramSelection(story_site.tenant_id, QUARTERS, now, app.engine, app.reader, cache)
    with app.reader.connect() as connection:
        stored = [item for item in select_engagements(connection, story_site.tenant_id) if only in item.engagement.key]
        return {item.engagement.key: plain(item) for item in select_program(connection, stored, selection)}


def plain(item: ProgramEngagement) -> tuple[Any, ...]:
    # All but the windows of the score, which say when it was asked for.
    own = item.scores
    return item.stored, item.quarters, own and (own.now, own.before, own.change, own.window.end), item.again


def test_what_is_kept_is_what_is_made_anew_at_any_time(program: PageClient) -> None:
    cache, start = ProgramCache(), program.story_site.story.end - 20 * DAY
    seen = set()
    for hours in range(0, 12 * 24, 7):
        figures, anew = (made(program, own, start + hours * HOUR) for own in (cache, ProgramCache()))
        assert figures == anew
        seen.add(str(anew))
    # Time alone changes figures: weeks begin, and outcomes become known.
    assert len(seen) > 1


def test_each_engagement_alone_has_the_figures_that_it_has_beside_others(program: PageClient) -> None:
    together, alone = made(program, ProgramCache()), {}
    for key in (ACME, BOLT):
        alone |= made(program, ProgramCache(), only=key)
    # All but what it shares with those before it.
    assert {key: own[:-1] for key, own in alone.items()} == {key: own[:-1] for key, own in together.items()}
    assert [own[-1] for own in alone.values()] == [(), ()]


def test_a_second_look_reads_no_figures(program: PageClient) -> None:
    content(program, ADMIN)
    with statements(program.story_site.container.reader) as tables:
        content(program, ADMIN)
    assert KEPT_OUT & tables.keys() == set()
    assert tables["figure_token"] == 1


def finish_ticket(page_client: PageClient) -> None:
    # Within the quarters that are asked for, however far other tests moved the clock.
    by, at = account_of(AGENCY_MEMBER), page_client.story_site.story.end
    page_client.story_site.site.create_issue("GROW", "Task", "One more", by=by, at=at, status="Done")
    go_on(page_client, 0.1)


def file_feedback(page_client: PageClient) -> None:
    assert file(page_client, AGENCY_MEMBER, "reviews").status_code == 200


def answer_feedback(page_client: PageClient) -> None:
    assert act(page_client, LEAD, "tie", number="1", action=ACTION).status_code == 200


def give_pulse(page_client: PageClient) -> None:
    quarter = hidden(page_client, LEAD, "quarter")
    assert act(page_client, LEAD, "pulse", quarter=quarter, answer="4").status_code == 200


Change = Callable[[PageClient], None]
CHANGES: tuple[Change, ...] = (finish_ticket, file_feedback, answer_feedback, give_pulse)
# What has to be there before a change; the tests of a site run in any order.
NEEDED: dict[Change, Change] = {answer_feedback: file_feedback}


@pytest.mark.parametrize("change", CHANGES)
def test_each_change_is_seen_at_once(change: Change, lively: PageClient) -> None:
    if change in NEEDED:
        NEEDED[change](lively)
    cache = ProgramCache()
    before, known = made(lively, cache), tokens(lively)
    change(lively)
    after = made(lively, cache)
    assert after == made(lively, ProgramCache())
    assert after != before or change is not finish_ticket
    assert tokens(lively)[ACME] != known[ACME]


def tokens(page_client: PageClient) -> dict[str, str]:
    with page_client.story_site.container.reader.connect() as connection:
        return select_figure_tokens(connection, page_client.story_site.tenant_id)


@pytest.fixture
def basis(program: PageClient) -> Basis:
    with program.story_site.container.reader.connect() as connection:
        stored = select_engagements(connection, program.story_site.tenant_id)[0]
        rules = select_all_prepared(connection, program.story_site.tenant_id, [stored])[0]
    return Basis(stored, rules, "token")


def test_each_site_and_choice_of_quarters_has_its_own(basis: Basis) -> None:
    cache, keys = ProgramCache(), [(1, ACME, QUARTERS), (2, ACME, QUARTERS), (1, ACME, QUARTERS[1:])]
    for number, key in enumerate(keys):
        cache.keep(key, Kept(basis, 10, 20, number))
        assert cache.find(dict.fromkeys(keys, basis), 10) == {keys[n]: n for n in range(number + 1)}


def test_it_holds_until_its_time_and_on_its_basis_alone(basis: Basis) -> None:
    cache, key = ProgramCache(), (1, ACME, QUARTERS)
    cache.keep(key, Kept(basis, 10, 20, "figures"))
    assert [bool(cache.find({key: basis}, at)) for at in (9, 10, 19, 20)] == [False, True, True, False]
    assert cache.find({key: Basis(basis.stored, basis.rules, "other")}, 15) == {}


def test_it_keeps_so_many_and_no_more(basis: Basis, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("connector.figures.program.cache.MOST", 5)
    cache, keys = ProgramCache(), [(1, f"{ACME}-{number}", QUARTERS) for number in range(9)]
    for key in keys:
        cache.keep(key, Kept(basis, 10, 20, "figures"))
    assert list(cache.find(dict.fromkeys(keys, basis), 15)) == keys[4:]
