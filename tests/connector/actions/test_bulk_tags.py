"""Tagging in bulk: a process that dies half way costs nothing, and no question is asked once for each ticket."""

from collections.abc import Iterator

import pytest
from sqlalchemy import event

from connector.actions import bulk_tags
from connector.actions.bulk_tags import NOBODY, select_matches, tag_all, undo
from mappings.records.agreement.bulk_tags import BulkTag
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from tests.jira.story.people import account_of
from tests.webhooks.site import Ground, ground_of, small
from webhooks.generations import measure_pending

KEY, OBJECTIVE, LEAD = "growth-acme", "interviews", account_of("Maren Vogt")
MINUTE = 60_000_000


class Killed(BaseException):
    """The process is gone."""


@pytest.fixture
def ground(migrated_url: str) -> Iterator[Ground]:
    story = small()
    with ground_of(migrated_url, now=story.story.end) as [ground]:
        ground.read_all(story.site)
        ground.agree(*story.engagements())
        yield ground


def matches_in(ground: Ground) -> bulk_tags.Matches:
    with ground.engine.connect() as connection:
        stored = agreed(ground)
        ids = [row[0] for row in ground.rows("SELECT issue_id FROM issue WHERE tenant_id = :t")]
        return select_matches(connection, ground.tenant_id, stored, objective=OBJECTIVE, issue_ids=ids)


def agreed(ground: Ground) -> StoredEngagement:
    with ground.engine.connect() as connection:
        stored = select_engagement(connection, ground.tenant_id, KEY)
    assert stored is not None
    return stored


def tag(ground: Ground, by: str = LEAD) -> BulkTag:
    before = matches_in(ground)
    act = BulkTag(0, KEY, OBJECTIVE, "project = GROW", ground.now + MINUTE, by)
    return tag_all(ground.engine, ground.tenant_id, act, (*before.early, *before.late))


def figures(ground: Ground) -> object:
    waits = ground.rows("SELECT issue_id, objective FROM open_ticket WHERE tenant_id = :t AND engagement = :k", k=KEY)
    marked = ground.rows("SELECT issue_id FROM mirror WHERE tenant_id = :t AND marked_at IS NOT NULL")
    return ground.figures(KEY), sorted(waits), sorted(marked)


def kill(monkeypatch: pytest.MonkeyPatch, after: int) -> None:
    """Let the process die once it has measured so many lumps."""
    real, left = bulk_tags.measure_issues, iter(range(after))

    def measure(*words: object) -> None:
        if next(left, None) is None:
            raise Killed
        real(*words)

    monkeypatch.setattr(bulk_tags, "CHUNK", 7)
    monkeypatch.setattr(bulk_tags, "measure_issues", measure)


@pytest.mark.parametrize("lumps", [0, 2])
def test_a_process_that_dies_before_it_measured_leaves_nothing_old(
    ground: Ground, monkeypatch: pytest.MonkeyPatch, lumps: int
) -> None:
    untouched = figures(ground)
    with monkeypatch.context() as patch:
        kill(patch, lumps)
        with pytest.raises(Killed):
            tag(ground)
    ground.now += MINUTE
    measure_pending(ground.engine, ground.tenant_id, ground.now)
    tagged = figures(ground)
    with monkeypatch.context() as patch:
        kill(patch, lumps)
        with pytest.raises(Killed):
            undo(ground.engine, ground.tenant_id, 1, ground.now)
    measure_pending(ground.engine, ground.tenant_id, ground.now)
    assert figures(ground)[0] == untouched[0]
    ground.now -= MINUTE
    tag(ground)
    assert figures(ground) == tagged
    assert tagged[0] != untouched[0]


def test_until_it_is_measured_the_period_is_not_said_to_be_settled(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    kill(monkeypatch, 0)
    with pytest.raises(Killed):
        tag(ground)
    waits = {row[0] for row in ground.rows("SELECT issue_id FROM measured WHERE tenant_id = :t AND failed = 'tagged'")}
    tags = {row[0] for row in ground.rows("SELECT issue_id FROM tag WHERE tenant_id = :t AND engagement = :k", k=KEY)}
    assert waits == tags != set()


def test_in_nobodys_name_what_was_finished_since_the_preview_is_left_out(ground: Ground) -> None:
    late = set(matches_in(ground).late)
    tagged = tag(ground, NOBODY)
    tags = {row[0] for row in ground.rows("SELECT issue_id FROM tag WHERE tenant_id = :t AND engagement = :k", k=KEY)}
    assert tags.isdisjoint(late)
    assert (tagged.by, bool(tags), bool(late)) == (NOBODY, True, True)


def test_the_lane_is_held_for_the_same_number_of_questions_however_many_tickets(
    ground: Ground, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bulk_tags, "measure_issues", lambda *_: None)
    late = matches_in(ground).late
    assert len(late) > 20
    assert questions(ground, late[:2]) == questions(ground, late[2:])


def questions(ground: Ground, ids: tuple[int, ...]) -> int:
    """How often the database is asked while issues are tagged."""
    rows: list[str] = []

    def listen(*words: str) -> None:
        rows.append(words[2])

    event.listen(ground.engine, "before_cursor_execute", listen)
    tag_all(ground.engine, ground.tenant_id, BulkTag(0, KEY, OBJECTIVE, "x", ground.now, LEAD), ids)
    event.remove(ground.engine, "before_cursor_execute", listen)
    return len(rows)
