"""Whether an open ticket lifts its reader: the same in its panel, in the list of open tickets and on Learning."""

import re
from collections.abc import Iterator
from html import unescape

import pytest

from connector.figures import open_previews
from connector.figures.own_steps import OwnStep
from connector.pages.learning.next_steps import NextSteps
from connector.pages.tickets import open_tickets, own_lifts
from mappings.formats.engagement_file.reader import read_engagement
from mappings.records.facts.issues import IssueLabel
from tests.jira.story.people import GROWTH, account_of
from tests.jira.story.story import FULL, engagement_file
from tests.jira.story_site import open_story_site
from tests.pages.conftest import ACME, LEAD, MEMBER, PageClient
from tests.pages.html_reader import text_of
from tests.pages.tickets.test_open_list import answered, rows

# What a panel says where it hangs on whom the reader mentors.
LEFT = "enrolled colleague needs it: leave the driving to them"
ASK = "; your lead knows who that is"
FIRST_RUNG = "Exposed, when you take part in a ticket"
MENTORED = "For your rung it counts only if they are at assisted or above."


@pytest.fixture(scope="module")
def busy(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """The whole story: in a short one nobody has both an agency's ticket to learn on and others to drive alone."""
    folder = tmp_path_factory.mktemp("busy")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=FULL) as story_site:
        story_site.tell()
        story_site.agree(ACME)
        yield PageClient(story_site)


def enrolled(page_client: PageClient) -> list[str]:
    agreed = read_engagement(engagement_file(page_client.story_site.story, ACME))
    learners = {account for objective in agreed.objectives for account in objective.learners}
    return [name for name in GROWTH if account_of(name) in learners]


def objectives(page_client: PageClient) -> list[str]:
    return [item.key for item in read_engagement(engagement_file(page_client.story_site.story, ACME)).objectives]


def open_rows(page_client: PageClient, who: str) -> dict[str, str]:
    """What the list says of each open ticket: by objective none is on a second page."""
    pages = [rows(answered(page_client, who, objective=key)) for key in objectives(page_client)]
    return {key: because for page in pages for key, _, _, because in page}


def lifts_of(page_client: PageClient, who: str) -> dict[str, str]:
    pages = [rows(answered(page_client, who, objective=key, mine="lifts")) for key in objectives(page_client)]
    return {key: because for page in pages for key, _, _, because in page}


def panel_of(page_client: PageClient, who: str, key: str) -> str:
    issue_id = page_client.story_site.site.issue(key).id
    return text_of(page_client.follow(who, f"/pages/panel/content?issue={issue_id}").text)


def begun_by(page_client: PageClient, who: str, panel: str) -> list[str]:
    """The objectives on which the reader of a panel has no rung, and for which they are not enrolled."""
    agreed = read_engagement(engagement_file(page_client.story_site.story, ACME))
    names = [item.name for item in agreed.objectives if account_of(who) not in item.learners]
    return [name for name in names if re.search(rf"Your rung on {name}; (?:(?!Your rung on).)*{FIRST_RUNG}", panel)]


def test_what_a_panel_says_to_lift_is_what_the_list_lifts(busy: PageClient) -> None:
    """Of each open ticket, for everybody of the team: by driving, by shadowing and by mentoring.

    A first rung on an objective for which one is not enrolled is told by the panel alone.
    """
    mentored, left, own, first = 0, set[str](), set[str](), set[str]()
    for who in GROWTH:
        listed, lifting = open_rows(busy, who), lifts_of(busy, who)
        # Nobody is lifted by what another does.
        others = re.findall(
            "counts as taught once (?:somebody|an) [^;]*; ([^;]*it would bring)", " ".join(lifting.values())
        )
        own |= set(others)
        panels = {key: panel_of(busy, who, key) for key in listed}
        rungs = {key: set(re.findall(r"It would bring you to (\w+)\.", panel)) for key, panel in panels.items()}
        for key, panel in panels.items():
            rungs[key] |= {"teaches"} if MENTORED in panel else set()
            if key not in lifting and begun_by(busy, who, panel):
                first |= rungs.pop(key, set())
        assert lifting.keys() == {key for key, to in rungs.items() if to}, who
        # Each row says to which, alike in the list of all.
        to_rungs = {key: set(re.findall(r"(?:would bring you|and) to (\w+)", text)) for key, text in lifting.items()}
        assert to_rungs == {key: rungs[key] for key in lifting}, who
        # Leads look for somebody else to give a ticket to, unless they ask.
        assert who == LEAD or {key: listed[key] for key in lifting} == lifting, who
        mentored += sum(to == {"teaches"} for to in rungs.values())
        # Who drives instead is said alike, on Learning, too.
        leave = LEFT if who == LEAD else LEFT + ASK
        leaves = {key for key, text in lifting.items() if f"; an {leave}" in text}
        assert leaves == {key for key in lifting if f"An {leave}." in panels[key]}, who
        assert leaves == {key for key in lifting if LEFT in panels[key]}, who
        learning = busy.follow(who, f"/pages/learning?engagement={ACME}").text
        named = re.findall(r'(?s)>(GROW-\d+)</a>(?:(?!</p>).)*?class="note">([^<]*counts as teaches[^<]*)<', learning)
        assert all((key in leaves) is text.endswith(leave) for key, text in named), who
        left |= leaves
    assert mentored
    assert "exposed" in first
    assert left
    assert {"if you do, it would bring", "if you shadow it, it would bring"} <= own
    assert "it would bring" not in own


def test_learning_leads_to_what_lifts_besides_the_tickets_that_it_names(busy: PageClient) -> None:
    """Where one teaches next, mentoring is all that lifts: it is counted and listed as what one drives is."""
    words = set[str]()
    for who in enrolled(busy):
        learning = busy.follow(who, f"/pages/learning?engagement={ACME}").text
        for address, more, how in re.findall(
            r'hx-get="([^"]*)"[^>]*>and (\d+) more (lifts? you|that you could mentor)</a>', learning
        ):
            listed = rows(busy.follow(who, unescape(address).replace("/pages/project/content", "/pages/tickets")).text)
            own = [key for key, _, _, _ in listed if f">{key}</a>" not in learning]
            assert len(own) == int(more), (who, address)
            words.add(how)
            if how == "that you could mentor":
                assert all("you to teaches" in because for _, _, _, because in listed)
    assert {"lift you", "that you could mentor"} <= words


def test_a_list_of_what_leads_on_says_on_which_objectives_it_names_nothing(busy: PageClient) -> None:
    """Panels said that a ticket would bring the reader to exposed, and the list that none would bring a rung."""
    names = [item.name for item in read_engagement(engagement_file(busy.story_site.story, ACME)).objectives]
    leads = set[str]()
    for who in GROWTH:
        learning = busy.follow(who, f"/pages/learning?engagement={ACME}").text
        ladder = {text_of(heading) for heading in re.findall(r"<h3[^>]*>(.*?)</h3>", learning)}
        for mine in ("lifts", "towards"):
            listed = text_of(answered(busy, who, mine=mine))
            note = re.search(r"On ([^:]*) you have no rung yet: what would bring you to exposed there is not", listed)
            unranked = {name for name in names if note and name in note[1]}
            assert unranked == set(names) - ladder, (who, mine)
            leads.add(listed.split(" open tickets")[0])
    assert any(lead.startswith("0 of ") for lead in leads)


def test_a_ticket_that_counts_towards_a_rung_says_so_in_its_row_its_panel_and_on_learning(busy: PageClient) -> None:
    """One of several that the next rung takes lifts nobody at once: *Lifts me* has none of them."""
    more_of, seconds = 0, 0
    for who in GROWTH:
        listed, lifting = open_rows(busy, who), lifts_of(busy, who)
        words = {
            key: re.findall(r"one of the \d tickets that \w+ takes(?:, and [^;]* takes)?", listed[key])
            for key in listed
        }
        counting = {key: each[0] for key, each in words.items() if each}
        assert not counting.keys() & lifting.keys()
        for key, text in counting.items():
            assert f"It is {text}; your rung stays " in panel_of(busy, who, key), (who, key)
        learning = busy.follow(who, f"/pages/learning?engagement={ACME}").text
        for part in re.findall(r'(?s)<div class="next-step">.*?</div>', learning):
            named = re.findall(r">(GROW-\d+)</a>", part)
            of_several = re.findall(r"it is (one of the [^;]*); your rung stays", part)
            seconds += len(of_several) == 2
            for address, more in re.findall(r'hx-get="([^"]*)"[^>]*>and (\d+) more that counts? towards it<', part):
                answer = busy.follow(who, unescape(address).replace("/pages/project/content", "/pages/tickets")).text
                of_objective = rows(answer)
                assert '<option value="towards" selected>Counts towards my rung</option>' in answer
                lead = rf"{len(of_objective)} of \d+ open tickets with an objective are listed: each counts towards"
                assert re.search(lead, text_of(answer)), answer
                # The list has these alone.
                assert all("one of the" in because for _, _, _, because in of_objective), (who, address)
                assert len([key for key, _, _, _ in of_objective if key not in named]) == int(more), (who, address)
                more_of += 1
    assert more_of
    assert seconds


def test_a_panel_says_of_the_readers_rung_what_overview_says_of_their_own_tickets(busy: PageClient) -> None:
    """Of what they did on one so far, too, where nothing is left to do but to finish it."""
    compared = set[str]()
    for who in enrolled(busy):
        shown = unescape(busy.follow(who, f"/pages/next?engagement={ACME}").text)
        for key, note in re.findall(
            r'(?s)<li>(?:(?!</li>).)*?>(GROW-\d+)</a>(?:(?!</li>).)*?class="note">([^<]*)', shown
        ):
            rung = re.search(r"; (?:your rung (stays)|it brings you (to)) (\w+)$", note)
            if not rung:
                continue
            words = f"Your rung stays {rung[3]}." if rung[1] else f"It would bring you to {rung[3]}."
            assert words in panel_of(busy, who, key), (who, key, note)
            compared.add(note)
    assert any("it counts as independent for you once it is done" in note for note in compared), compared


def test_what_lifts_the_reader_most_comes_first_on_as_many_pages_as_there_are(
    busy: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It stood in the middle of those that changed later."""
    compared = 0
    for who in enrolled(busy):
        whole = answered(busy, who, mine="lifts")
        keys = [key for key, *_ in rows(whole)]
        nearest = text_of(busy.follow(who, f"/pages/next?engagement={ACME}").text)
        if most := re.search(r"Lifts you most .*?(GROW-\d+)", nearest):
            assert keys[0] == most[1], who
            assert ">What lifts you most first, and what they count as so far.<" in whole
            compared += 1
        with monkeypatch.context() as patch:
            patch.setattr(open_tickets, "PAGE", 5)
            page, paged = answered(busy, who, mine="lifts"), list[str]()
            while page:
                paged += [key for key, *_ in rows(page)]
                more = re.search(r'hx-get="([^"]*)"[^>]*>More tickets<', page)
                page = busy.follow(who, unescape(more[1])).text if more else ""
        assert paged[: len(keys)] == keys
        assert len({*paged}) == len(paged)
    assert compared


def test_of_ones_own_tickets_the_assigned_come_first_as_in_the_list(busy: PageClient) -> None:
    """But for what lifts the reader, which stands before all."""
    shown = unescape(busy.follow(MEMBER, f"/pages/next?engagement={ACME}").text).partition("Yours")[2]
    notes = re.findall(r'(?s)<li>(?:(?!</li>).)*?>GROW-\d+</a>(?:(?!</li>).)*?class="note">([^<]*)', shown)
    alike = [note.startswith("assigned to you") for note in notes if "; your rung stays" in note]
    assert alike[:2] == [True, False], notes


def test_a_ticket_to_drive_for_one_objective_and_to_mentor_for_another_says_both() -> None:
    own = [OwnStep(1, "ab", "drive", 4, start="assign"), OwnStep(1, "seo", "mentor", 5)]
    labels = {1: IssueLabel(1, "GROW-1", "A ticket", None, False)}
    steps = NextSteps(own, labels, brings={"ab": {4: 4}, "seo": {5: 5}})
    assert steps.lift_text(1) == (
        "assign it to yourself and do half of it without help of an agency, and it would bring you to independent; be "
        "named under Mentors while a colleague at assisted or above does half of it without help of an agency, and it "
        "would bring you to teaches"
    )
    # What hangs on a colleague is not what lifts them most by themselves.
    step = steps.on_ticket(1)
    assert step
    assert step.part == "drive"
    assert [named for named, _ in steps.lifting({1})] == ["ab"]


def test_a_list_of_what_the_latest_alone_were_tried_for_says_so(
    busy: PageClient, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever had more than twenty open tickets of an objective took the list for all that lift them."""
    agreed = read_engagement(engagement_file(busy.story_site.story, ACME))
    names = {item.key: item.name for item in agreed.objectives}
    who, lists = enrolled(busy)[0], ({"mine": "lifts"}, {"mine": "towards"}, {"untaught": "all"})
    assert not any("were looked at" in answered(busy, who, **query) for query in lists)
    counts = {key: len(rows(answered(busy, who, objective=key))) for key in names}
    least = min(counts.values())
    more = {key for key, number in counts.items() if number > least}
    assert more < counts.keys()
    looked_at = rf"Of the open tickets with ([^.]*), only the latest {least}( of each)? were looked at\."
    for module in (open_previews, own_lifts):
        monkeypatch.setattr(module, "MAX_TICKETS", least)
    for query in lists:
        note = re.search(looked_at, text_of(answered(busy, who, **query)))
        assert note, query
        assert bool(note[2]) is (len(more) > 1)
        assert {key for key, name in names.items() if name in note[1]} == more, query
        for key, name in names.items():
            own = re.search(looked_at, text_of(answered(busy, who, objective=key, **query)))
            assert (own[1] if own else "") == (name if key in more else ""), query
    assert "were looked at" not in answered(busy, who)
