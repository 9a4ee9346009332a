"""One's own rows as a file: all that the ladder rests on, for oneself, and nobody else in it whoever asks how."""

import csv
import io
import json
from collections.abc import Iterator
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from connector.pages import visibility
from connector.pages.learning.rung_names import NAMES
from connector.web import file_stream, wsgi_bridge
from mappings.records.agreement.engagements import select_engagements
from mappings.records.figures import evidence_pages
from mappings.records.figures.evidence_pages import EvidencePlace
from mappings.records.sql.scope import Scope
from tests.jira.story.people import account_of
from tests.jira.story_site import APP_URL, StorySite
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
    SHUT_OUT,
    STRANGER,
    PageClient,
    copy_of,
)
from tests.pages.learning.test_ladder import HELPED, act, row, sign
from tests.pages.learning.test_ladder import ladder as ladder_of
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_matrix import name_all, visitor
from tests.webhooks.whole_evidence import select_known

PLACE = f"/pages/learning/export?engagement={ACME}&format="
TEAM = (LEAD, LEARNER, MEMBER, HELPED)


def taken(page_client: PageClient, who: str, more: str = "") -> dict[str, Any]:
    answer = page_client.follow(who, f"{PLACE}json{more}")
    assert (answer.status_code, answer.mimetype) == (200, "application/json")
    return json.loads(answer.text)


def rows(page_client: PageClient, who: str, what: str) -> list[dict[str, str]]:
    return [row for row in taken(page_client, who)["rows"] if row["what"] == what]


@pytest.fixture(scope="module")
def acted(story_site: StorySite, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[PageClient, int]]:
    """A copy of the story with two people of whom something of every kind is held, and when they had done it."""
    with copy_of(story_site, tmp_path_factory.mktemp("acted")) as page_client:
        name_all(page_client.story_site)
        for who in (LEARNER, HELPED):
            press_panel(page_client, LEAD, "role", "t0110", role="shadow", account=account_of(who))
            key = "tracking" if who == LEARNER else "ab-design"
            assert sign(page_client, LEAD, "2", who, key, reason=f"Seen with {account_of(who)}").status_code == 200
            assert act(page_client, who, "veto", objective=key).status_code == 200
            assert act(page_client, who, "consent", kind="distribution").status_code == 200
            page_client.story_site.clock.at += 1
        answer = act(page_client, LEARNER, "explain", issue=str(issue_of(page_client, "GROW-98")), objective="tracking")
        assert answer.status_code == 200
        yield page_client, page_client.story_site.clock.now()


@pytest.fixture
def busy(acted: tuple[PageClient, int]) -> Iterator[PageClient]:
    """The same at that time; it is only read."""
    page_client, page_client.story_site.clock.at = acted
    yield page_client
    page_client.story_site.clock.at = page_client.story_site.story.end


def issue_of(page_client: PageClient, key: str) -> int:
    return next(issue.id for issue in page_client.story_site.site.issues.values() if issue.key == key)


def test_the_file_has_all_that_the_ladder_rests_on(busy: PageClient) -> None:
    whole = taken(busy, LEARNER)
    assert (whole["format"], whole["account"], whole["engagement"]) == ("teachback-own/1", account_of(LEARNER), ACME)
    kinds = {line["what"] for line in whole["rows"]}
    assert kinds == {"side", "rung", "evidence", "role", "signature", "teach-back", "consent"}
    for line in rows(busy, LEARNER, "rung"):
        assert row(ladder_of(busy, LEARNER), line["objective"])[1] == line["value"]
    assert [line["value"] for line in rows(busy, LEARNER, "signature")] == ["signed Shadowed", "not yet"]
    assert [line["by"] for line in rows(busy, LEARNER, "signature")] == ["inhouse", "me"]
    # Codes stay as they are; beside them stand the words of the pages.
    assert rows(busy, LEARNER, "signature")[1]["words"] == "lowered by you"
    assert {(line["value"], line["words"]) for line in rows(busy, LEARNER, "role")} == {("shadow", "Shadows")}
    assert rows(busy, LEARNER, "teach-back")[0]["ticket"] == "GROW-98"
    assert [line["value"] for line in rows(busy, LEARNER, "consent")] == ["named", "distribution"]


def test_a_rung_has_the_day_on_which_it_began(busy: PageClient) -> None:
    whole = taken(busy, LEARNER)
    today = whole["day"]
    rungs = {line["objective"]: line for line in rows(busy, LEARNER, "rung")}
    stated = {line["since"] for line in rows(busy, LEARNER, "signature")}
    seen = {(line["objective"], line["since"]) for line in rows(busy, LEARNER, "evidence")}
    assert rungs
    for name, line in rungs.items():
        # By a ticket or by what was signed, and never the day on which the file is made.
        assert ((name, line["since"]) in seen or line["since"] in stated) is (line["value"] != "None yet"), line
    begun = {line["since"] for line in rungs.values()}
    assert len(begun) > 1
    assert begun != {today}


def test_both_forms_hold_the_same_rows(busy: PageClient) -> None:
    answer = busy.follow(LEARNER, f"{PLACE}csv")
    assert answer.headers["Content-Disposition"] == f"attachment; filename={ACME}-my-ladder.csv"
    assert answer.mimetype == "text/csv"
    table = csv.DictReader(io.StringIO(answer.get_data().decode("utf-8-sig")))
    assert list(table) == taken(busy, LEARNER)["rows"]


@pytest.mark.parametrize("who", TEAM)
def test_nobody_else_is_in_it(busy: PageClient, who: str) -> None:
    for form in ("json", "csv"):
        text = busy.follow(who, f"{PLACE}{form}").text
        others = [person.name for person in busy.story_site.story.people if person.name != who]
        assert [name for name in others if name in text or account_of(name) in text] == []


@pytest.mark.parametrize("more", ["&account={}", "&who={}", "&learner={}", "&pair=tracking%20{}", "#{}"])
def test_whoever_asks_for_another_gets_their_own(busy: PageClient, more: str) -> None:
    assert taken(busy, MEMBER, more.format(account_of(LEARNER))) == taken(busy, MEMBER)
    assert taken(busy, MEMBER)["account"] == account_of(MEMBER)


@pytest.mark.parametrize("who", [AGENCY_LEAD, AGENCY_MEMBER])
def test_the_agency_has_no_ladder_to_take_away(busy: PageClient, who: str) -> None:
    assert busy.follow(who, f"{PLACE}json").status_code == 403


@pytest.mark.parametrize("who", [STRANGER, GATEKEEPER, OTHER_LEAD])
def test_outside_of_the_engagement_there_is_nothing(busy: PageClient, who: str) -> None:
    assert busy.follow(who, f"{PLACE}json").status_code == 404


@pytest.mark.parametrize("account", [None, account_of(LEARNER), account_of(LEAD)])
def test_no_link_gives_a_file_not_even_ones_own(busy: PageClient, account: str | None) -> None:
    matrix_caller = visitor(busy.story_site, account=account, role=None if account else "inhouse_lead", tickets=True)
    assert matrix_caller.get(f"{PLACE}json").status_code == 401
    assert "data-save" not in matrix_caller.get(f"/pages/learning?engagement={ACME}").text


def test_without_a_token_there_is_no_file(busy: PageClient) -> None:
    browser = Client(busy.story_site.app)
    for headers in ({}, {"Authorization": "JWT e30.e30.e30"}, {"Authorization": "Bearer x"}):
        assert browser.get(f"{PLACE}json", base_url=APP_URL, headers=headers).status_code == 401


@pytest.mark.parametrize("address", [f"{PLACE}xml", f"{PLACE}", f"/pages/learning/export?engagement={ACME}"])
def test_an_unknown_form_is_not_found(page_client: PageClient, address: str) -> None:
    assert page_client.follow(LEARNER, address).status_code == 404


def test_tickets_that_one_may_not_browse_have_no_key(busy: PageClient) -> None:
    assert "GROW-" in json.dumps(taken(busy, LEARNER))
    assert rows(busy, SHUT_OUT, "evidence")
    assert "GROW-" not in json.dumps(taken(busy, SHUT_OUT))
    # Nor is the day of one given by the rung that it began.
    reached = [line for line in rows(busy, SHUT_OUT, "rung") if line["value"] != "None yet"]
    assert reached
    assert {line["since"] for line in reached} == {""}


def test_where_jira_is_away_no_file_is_made(apart: PageClient) -> None:
    assert apart.follow(LEARNER, f"{PLACE}json").status_code == 200
    apart.story_site.site.faults.fail("permissions", status=403, times=10_000)
    apart.story_site.clock.at += 3600 * 1_000_000
    answer: TestResponse = apart.follow(LEARNER, f"{PLACE}json")
    assert answer.status_code == 503


def test_the_other_engagements_rows_are_in_its_own_file(busy: PageClient) -> None:
    own_rows = taken(busy, LEARNER)["rows"]
    there = json.loads(busy.follow(LEAD, PLACE.replace(ACME, BOLT) + "json").text)
    assert there["engagement"] == BOLT
    assert not any(row in own_rows for row in there["rows"] if row["what"] in {"signature", "consent", "role"})


# -- piece by piece ----------------------------------------------------------------------------------------------------


@pytest.fixture
def in_pieces(monkeypatch: pytest.MonkeyPatch) -> None:
    """Pages of two rows, each line a block of its own."""
    monkeypatch.setattr(evidence_pages, "PAGE_ROWS", 2)
    monkeypatch.setattr(file_stream, "BLOCK", 1)
    monkeypatch.setattr(wsgi_bridge, "BLOCK", 1)


def pieces_of(page_client: PageClient, who: str, form: str) -> Iterator[bytes]:
    """The file as the application gives it to its server, not more of it than is taken."""
    client, token = Client(page_client.story_site.app), page_client.story_site.connected.context_token(account_of(who))
    answer = client.get(f"{PLACE}{form}", base_url=APP_URL, headers={"Authorization": f"JWT {token}"}, buffered=False)
    assert answer.status_code == 200
    return iter(answer.response)


def stored_rows(page_client: PageClient, who: str) -> list[tuple[str, str, str]]:
    """One's own evidence by one question: objective, ticket and rung."""
    story_site, account = page_client.story_site, account_of(who)
    keys = {issue.id: issue.key for issue in story_site.site.issues.values()}
    with story_site.container.reader.connect() as connection:
        stored = select_engagements(connection, story_site.tenant_id)
        view = next(item for item in stored if item.engagement.key == ACME)
        names = {objective.key: objective.name for objective in view.engagement.objectives}
        pairs = {(key, account) for key in names}
        scope = Scope(connection, story_site.tenant_id, ACME, view.generation or 0)
        known = select_known(scope, pairs=pairs, as_of=story_site.clock.now())
    return [
        (names[key], keys[issue], NAMES[row.kind]) for (key, _) in sorted(known) for issue, row in known[key, account]
    ]


@pytest.mark.parametrize("form", ["json", "csv"])
@pytest.mark.parametrize("who", TEAM)
def test_a_file_in_pieces_is_the_file_at_once(
    busy: PageClient, who: str, form: str, request: pytest.FixtureRequest
) -> None:
    whole = busy.follow(who, f"{PLACE}{form}").get_data()
    evidence = [(row["objective"], row["ticket"], row["value"]) for row in rows(busy, who, "evidence")]
    request.getfixturevalue("in_pieces")
    assert busy.follow(who, f"{PLACE}{form}").get_data() == b"".join(pieces_of(busy, who, form)) == whole
    assert evidence == stored_rows(busy, who)
    assert len(evidence) > 2


@pytest.mark.usefixtures("in_pieces")
def test_a_page_of_evidence_is_read_when_the_one_before_was_taken(
    busy: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    read, taken, select = list[int](), 0, evidence_pages.select_evidence_page

    def count(*args: Any, **options: Any) -> list[EvidencePlace]:
        page = select(*args, **options)
        read.append(len(page))
        return page

    monkeypatch.setattr(evidence_pages, "select_evidence_page", count)
    pieces = pieces_of(busy, LEARNER, "csv")
    next(pieces)
    assert read == []
    for piece in pieces:
        taken += piece.startswith(b'"evidence"')
        assert sum(read) <= taken + 2
    assert taken == sum(read) > 2 * 2


@pytest.mark.usefixtures("in_pieces")
@pytest.mark.parametrize("form", ["json", "csv"])
def test_a_file_that_jira_does_not_let_end_says_so(apart: PageClient, form: str) -> None:
    pieces = pieces_of(apart, LEARNER, form)
    begun = [next(piece for piece in pieces if b"GROW-" in piece)]
    apart.story_site.site.faults.fail("permissions", status=403, times=10_000)
    apart.story_site.clock.at += 3600 * 1_000_000
    text = b"".join([*begun, *pieces]).decode()
    assert "This file is incomplete" in text.splitlines()[-1 if form == "csv" else -2]
    assert "consent" not in text


@pytest.mark.usefixtures("in_pieces")
def test_a_file_does_not_go_on_where_its_reader_may_see_no_more(
    busy: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    pieces = pieces_of(busy, LEARNER, "csv")
    next(piece for piece in pieces if b"evidence" in piece)
    monkeypatch.setattr(visibility, "find_standing_view", lambda _: None)
    assert "This file is incomplete" in [*pieces][-1].decode()
