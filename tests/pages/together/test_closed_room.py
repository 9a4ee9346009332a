"""The closed room: read and resolved by the leads of both sides, and by nobody else; no word of it leaves it."""

import logging
import sqlite3
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest
from werkzeug.test import TestResponse

from mappings.records.agreement.closed_room import RoomSize, select_room_sizes
from mappings.records.agreement.joint_statements import select_published_statement
from mappings.records.privacy.export import select_account_data
from mappings.records.sql.backup import save_backup
from mappings.records.sql.database_copy import copy_database
from mappings.records.sql.scope import AgreementScope
from mappings.records.tables import room_key
from tests.database_search import file_traces, traces
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    BOLT,
    GATEKEEPER,
    LEAD,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    STRANGER,
    PageClient,
)
from tests.pages.overview.test_waiting import undo

PLACE = f"/pages/together?engagement={ACME}"
SUBJECT, NOTE, ANSWER, WORDING = "Zephyrine reviews", "Zephyrine note on July", "Zephyrine answer", "Zephyrine wording"
WORD, QUARTER = "Zephyrine", "2026-10-01"


def act(page_client: PageClient, who: str, name: str, **form: str) -> TestResponse:
    return page_client.press(who, f"/pages/together/room/{name}?engagement={ACME}", **form)


def page(page_client: PageClient, who: str) -> str:
    return page_client.read(page_client.follow(who, PLACE)).text


def write(page_client: PageClient) -> str:
    """A thread of both leads and a wording; the thread's number."""
    assert "Sent, to the leads alone." in act(page_client, AGENCY_LEAD, "start", subject=SUBJECT, words=NOTE).text
    with page_client.story_site.container.reader.connect() as connection:
        (number,) = connection.exec_driver_sql("SELECT room_thread_id FROM room_thread").scalars()
    assert act(page_client, LEAD, "answer", thread=str(number), words=ANSWER).status_code == 200
    assert act(page_client, LEAD, "word", quarter=QUARTER, version="0", words=WORDING).status_code == 200
    return str(number)


def published(page_client: PageClient) -> str | None:
    with page_client.story_site.container.reader.connect() as connection:
        scope = AgreementScope(connection, page_client.story_site.tenant_id, ACME)
        statement = select_published_statement(scope, date.fromisoformat(QUARTER))
    return statement and statement.text


def test_both_leads_read_and_resolve_and_nobody_else_reads(apart: PageClient) -> None:
    thread = write(apart)
    for who in (LEAD, AGENCY_LEAD):
        answer = apart.follow(who, PLACE)
        assert answer.headers["Cache-Control"] == "no-store"
        assert all(text in answer.text for text in (SUBJECT, NOTE, ANSWER, WORDING))
    for who in (MEMBER, LEARNER, AGENCY_MEMBER, GATEKEEPER, OTHER_LEAD, STRANGER):
        assert WORD not in apart.follow(who, PLACE).text
        assert act(apart, who, "answer", thread=thread, words="mine").status_code in {403, 404}
    assert WORD not in apart.follow(OTHER_LEAD, PLACE.replace(ACME, BOLT)).text
    act(apart, LEAD, "resolve", thread=thread)
    assert "Resolved for In-house" in page(apart, AGENCY_LEAD)
    act(apart, AGENCY_LEAD, "resolve", thread=thread)
    assert "2 notes, resolved by both" in page(apart, LEAD)
    assert sizes(apart) == []
    # Whoever writes again opens it again, until that is taken back.
    since = apart.story_site.clock.now()
    apart.story_site.clock.at += 1_000_000
    written = act(apart, AGENCY_LEAD, "answer", thread=thread, words="One more")
    assert sizes(apart) == [RoomSize(ACME, 1, since)]
    assert "resolved by both" not in page(apart, LEAD)
    assert "Taken back." in apart.press(AGENCY_LEAD, undo(written.text)).text
    assert sizes(apart) == []
    assert "2 notes, resolved by both" in page(apart, LEAD)


def sizes(page_client: PageClient) -> list[RoomSize]:
    with page_client.story_site.container.reader.connect() as connection:
        return select_room_sizes(connection, page_client.story_site.tenant_id)


def test_an_undo_in_the_room_takes_back_what_one_did_oneself_alone(apart: PageClient) -> None:
    """It took off what the other side, or another lead of one's own, had said before."""
    thread = write(apart)
    act(apart, LEAD, "resolve", thread=thread)
    resolved = act(apart, AGENCY_LEAD, "resolve", thread=thread)
    assert "Undone." in apart.press(AGENCY_LEAD, undo(resolved.text)).text
    assert "Resolved for In-house" in page(apart, AGENCY_LEAD)
    for name, form in (("resolve", {"thread": thread}), ("sign", {"quarter": QUARTER, "version": "1"})):
        act(apart, LEAD, name, **form)
        assert "data-undo" not in act(apart, LEAD, name, **form).text, name


def test_a_note_is_taken_back_within_a_minute_by_its_writer(apart: PageClient) -> None:
    act(apart, LEAD, "start", subject=SUBJECT, words=NOTE)
    with apart.story_site.container.reader.connect() as connection:
        (number,) = connection.exec_driver_sql("SELECT room_note_id FROM room_note").scalars()
    assert act(apart, AGENCY_LEAD, "undo-note", note=str(number)).status_code == 422
    apart.story_site.clock.at += 61_000_000
    assert act(apart, LEAD, "undo-note", note=str(number)).status_code == 422
    apart.story_site.clock.at -= 61_000_000
    assert "Taken back." in act(apart, LEAD, "undo-note", note=str(number)).text
    assert WORD not in page(apart, LEAD)


def test_a_statement_is_for_the_review_while_both_signed_its_wording(apart: PageClient) -> None:
    write(apart)
    assert act(apart, LEAD, "sign", quarter=QUARTER, version="1").status_code == 200
    assert published(apart) is None
    assert "the joint statement for Q4 2026" in page(apart, AGENCY_LEAD)
    # A wording that somebody did not read is neither signed nor replaced.
    for name, form in (("sign", {}), ("word", {"words": "Mine"})):
        assert "was changed meanwhile" in act(apart, AGENCY_LEAD, name, quarter=QUARTER, version="0", **form).text
    assert "Both sides signed" in act(apart, AGENCY_LEAD, "sign", quarter=QUARTER, version="1").text
    assert published(apart) == WORDING
    act(apart, AGENCY_LEAD, "word", quarter=QUARTER, version="1", words=f"{WORDING}, changed")
    assert published(apart) is None
    assert "not signed yet" in page(apart, LEAD)
    for who in (LEAD, AGENCY_LEAD):
        act(apart, who, "sign", quarter=QUARTER, version="2")
    act(apart, LEAD, "unsign", quarter=QUARTER)
    assert published(apart) is None
    assert act(apart, LEAD, "word", quarter="2026-01-01", version="0", words="Old").status_code == 422


def test_a_wording_that_nobody_signed_is_removed_and_another_proposed(apart: PageClient) -> None:
    write(apart)
    assert "Remove this wording?" in page(apart, AGENCY_LEAD)
    assert "was changed meanwhile" in act(apart, LEAD, "remove", quarter=QUARTER, version="0").text
    act(apart, AGENCY_LEAD, "sign", quarter=QUARTER, version="1")
    assert "Remove this wording?" not in page(apart, LEAD)
    assert "A side has signed this wording." in act(apart, LEAD, "remove", quarter=QUARTER, version="1").text
    act(apart, AGENCY_LEAD, "unsign", quarter=QUARTER)
    assert "Removed." in act(apart, LEAD, "remove", quarter=QUARTER, version="1").text
    for who in (LEAD, AGENCY_LEAD):
        assert WORDING not in page(apart, who)
        assert "No wording yet." in page(apart, who)
        assert "There is no wording" in act(apart, who, "sign", quarter=QUARTER, version="2").text
    # A page that still shows the removed one signs none that was proposed since.
    assert "Saved." in act(apart, AGENCY_LEAD, "word", quarter=QUARTER, version="2", words="Another").text
    assert "was changed meanwhile" in act(apart, LEAD, "sign", quarter=QUARTER, version="1").text
    assert "Another" in page(apart, LEAD)


def test_no_word_leaves_the_room(apart: PageClient, tmp_path: Path, caplog: pytest.LogCaptureFixture) -> None:
    container, tenant_id = apart.story_site.container, apart.story_site.tenant_id
    with caplog.at_level(logging.DEBUG):
        write(apart)
        act(apart, LEAD, "answer", thread="x", words=f"{WORD} that is refused")
    assert WORD not in caplog.text
    assert traces(container.engine, container.vault, WORD) == []
    save_backup(container.reader, tmp_path / "backup.db", lambda *_: None)
    copy_database(container.reader, f"sqlite:///{tmp_path / 'moved.db'}", lambda *_: None)
    assert file_traces(container.engine, WORD) == []
    for name in ("backup.db", "moved.db"):
        assert WORD.encode() not in (tmp_path / name).read_bytes()
    with closing(sqlite3.connect(tmp_path / "backup.db")) as backup:
        dump = "\n".join(backup.iterdump())
    assert "room_note" in dump
    assert WORD not in dump
    with container.reader.connect() as connection:
        for who in (LEAD, AGENCY_LEAD):
            assert WORD not in str(select_account_data(connection, tenant_id, account_of(who), container.vault))
    apart.story_site.site.admins.add(account_of(STRANGER))
    try:
        shown = apart.read(apart.follow(STRANGER, "/pages/admin/content")).text
    finally:
        apart.story_site.site.admins.discard(account_of(STRANGER))
    assert "1 open note, the oldest from just now" in shown
    assert WORD not in shown
    for address in (f"/pages/learning/export?engagement={ACME}&format=json", f"/pages/learning?engagement={ACME}"):
        assert WORD not in apart.follow(LEAD, address).text
    assert WORD not in apart.content(LEAD).text


def test_a_lost_key_loses_the_notes_and_unsigned_wordings_and_nothing_else(apart: PageClient) -> None:
    write(apart)
    for who in (LEAD, AGENCY_LEAD):
        act(apart, who, "sign", quarter=QUARTER, version="1")
    assert act(apart, LEAD, "restart").status_code == 422
    with apart.story_site.container.engine.begin() as connection:
        connection.execute(room_key.delete())
    shown = page(apart, LEAD)
    assert "their key is lost" in shown
    assert WORDING in shown
    assert NOTE not in shown
    assert "Start the room again first" in act(apart, LEAD, "start", subject="S", words="W").text
    assert "can be used again" in act(apart, LEAD, "restart").text
    assert "Sent" in act(apart, LEAD, "start", subject="S", words="W").text
    assert published(apart) == WORDING
