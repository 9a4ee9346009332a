"""Waiting for you: what waits is settled where it is listed, the counts follow, and each act is undone for a minute."""

import re
from datetime import date
from html import unescape

import pytest
from msgspec.structs import replace

from connector.pages.project.waiting_acts import ACTS
from tests.pages.conftest import ACME, AGENCY_LEAD, AGENCY_MEMBER, BOLT, LEAD, LEARNER, MEMBER, OTHER_LEAD, PageClient
from tests.pages.html_reader import text_of
from tests.pages.learning.test_ladder import HELPED, button, ladder
from tests.pages.learning.test_ladder import sign as sign_at_ladder
from tests.pages.overview.test_nearest import agreed
from tests.pages.overview.test_overview import counts, entries, overview
from tests.pages.panel.test_panel import KEY, done_ticket
from tests.pages.panel.test_panel import press as press_panel
from tests.pages.test_disputes import file as file_dispute
from tests.pages.test_matrix import name_all
from tests.pages.test_permissions import INSIDE, OUTSIDE, ask
from tests.pages.test_small_groups import agree
from tests.pages.together.test_together import file, propose


def test_what_is_to_be_confirmed_says_its_target_and_leads_to_its_definition(page_client: PageClient) -> None:
    """The same on the Overview and on Agency, and for each side."""
    for who, page in (
        (LEAD, overview(page_client, LEAD)),
        (AGENCY_LEAD, page_client.follow(AGENCY_LEAD, f"/pages/agency?engagement={ACME}").text),
    ):
        [source] = [part for name, part in entries(page) if name.startswith("Confirm Design an A/B test")]
        assert "Confirm Design an A/B test 3 people independent by 20 Nov 2026 · " in text_of(source)
        named = re.search(r'data-goes-to="opened" hx-get="([^"]*)"[^>]*>Design an A/B test</a>', source)
        assert named
        assert '<h2 id="opened"' in page_client.objectives(who, objective="ab-design").text
        assert "objective=ab-design" in named[1]


def undo(text: str) -> str:
    [address] = re.findall(r'data-undo hx-post="([^"]*)"', text)
    return unescape(address)


def sent(source: str) -> dict[str, str]:
    """What a form sends that nobody types."""
    return {unescape(n): unescape(v) for n, v in re.findall(r'type="hidden" name="([^"]*)" value="([^"]*)"', source)}


def settle(page_client: PageClient, page: str, label: str, who: str = LEAD, **typed: str) -> tuple[str, str]:
    """Press what begins so, answer its question; return the question and the page that came."""
    [source] = [part for name, part in entries(page) if name.startswith(label)]
    asked = re.search(r'data-opens.*?hx-get="([^"]*)"', source)
    form = page_client.follow(who, unescape(asked[1])).text if asked else source
    match = re.search(r'(?s)<form[^>]* hx-post="([^"]*)".*?</form>', form)
    assert match, form
    answer = page_client.press(who, unescape(match[1]), **sent(match[0]), **typed)
    assert answer.status_code == 200, answer.text
    return form, answer.text


def wait_for_all(page_client: PageClient) -> None:
    """Everything that can wait for the in-house lead waits, each by the act of the other person."""
    name_all(page_client.story_site)
    issue = page_client.story_site.ids["t0110"]
    page_client.press(
        AGENCY_LEAD, f"/pages/dispute/file?engagement={ACME}&issue={issue}", objective="", reason="Half was ours"
    )
    press_panel(page_client, AGENCY_LEAD, "tag", done_ticket(page_client), objective=KEY)
    page_client.press(LEARNER, button(ladder(page_client, LEARNER), "I explained it back: GROW-98"))
    sign_at_ladder(page_client, AGENCY_LEAD, "4")
    file(page_client, AGENCY_LEAD, "reviews")
    propose(page_client)


# By the act: how its button's name begins, what its question says, what is typed, and the notice.
EACH = {
    "sign": (f"Sign {HELPED} as independent", "", {}, f"Signed: {HELPED}"),
    "accept": ("Answer: Teach-back of GROW-98", "it counts as shadowed on", {}, f"Accepted: {LEARNER}"),
    "agree": ("Confirm Design an A/B test", "", {}, "Confirmed for your side"),
    "confirm": ("Confirm: 1 late tag", "Confirming ", {}, "1 late tag confirmed on GROW-"),
    "answer": ("Answer: Dispute of", "Taught share without it", {"words": "Ours", "verdict": "keep"}, "Answered: "),
    "tie": ("Answer: 1 piece of feedback", "Reviews of copy", {"action": "A second reviewer"}, "Saved. The agency"),
    "pulse": ("Answer: Q3 2026: how well did", "Until 31 Dec 2026. The ", {"answer": "4"}, "Saved: 4 of 5"),
    "approve": ("Compare: A change of rules", "is proposed", {}, "Approved for your side"),
}  # fmt: skip


def before_answer(page: str, start: int) -> str:
    """The list of what waits up to an answer in it."""
    return page[page.index('<section class="waiting"') : start]


def test_each_kind_is_settled_in_the_list_and_undone_there(apart: PageClient) -> None:
    wait_for_all(apart)
    page = overview(apart, LEAD)
    for name, source in entries(page):
        [word] = re.findall(r">([^<>]+)</(?:button|a)>\s*(?:</form>|</li>|<div class=\"question)", source)
        # The name of a button has its word, once.
        assert name.casefold().count(word.casefold()) == 1, name
    for act, (label, question, typed, notice) in EACH.items():
        before = counts(page)
        asked, after = settle(apart, page, label, **typed)
        assert question in asked, act
        # In the place of what was settled, so that nothing else comes under the pointer, and nowhere else.
        place = [name.startswith(label) for name, _ in entries(page)].index(True)
        answered = re.search(rf'<li class="answered">\s*<p class="note said" role="status"[^>]*>{notice}', after)
        assert answered, act
        assert len(entries(f"{before_answer(after, answered.start())}</ul></section>")) == place, act
        assert after.count(notice) == 1, act
        assert sum(counts(after).values()) == sum(before.values()) - 1, act
        assert sum(counts(after).values()) == len(entries(after)), act
        undone = apart.press(LEAD, undo(after))
        assert (undone.status_code, ">Undone." in undone.text, counts(undone.text)) == (200, True, before), act
        # Once is enough: what was undone is undone no second time.
        assert apart.press(LEAD, undo(after)).status_code == 422, act
        page = undone.text


def test_each_question_is_found_by_the_selector_that_its_button_names(apart: PageClient) -> None:
    """An account id has a colon, with which no name of an element can be looked for as it is."""
    wait_for_all(apart)
    targets = re.findall(r'hx-target="(#waits[^" ]*)', overview(apart, LEAD))
    assert any("accept" in target for target in targets)
    assert [target for target in targets if not re.fullmatch(r"#[\w-]+", target)] == []


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_all_objectives_are_confirmed_at_once_after_they_were_shown(apart: PageClient, who: str) -> None:
    """The same on the Overview and, of the agency's lead, on Agency."""
    place = f"/pages/agency?engagement={ACME}" if who == AGENCY_LEAD else ""
    page = apart.follow(who, place).text if place else overview(apart, who)
    waits = [label for label, _ in entries(page) if label.startswith("Confirm ")]
    opens = re.search(r'id="waits-all"[^>]* hx-get="([^"]*)"[^>]*>Confirm all (\d+) objectives<', page)
    assert opens
    assert len(waits) == int(opens[2]) > 1
    # Directly above the first of them.
    between = re.findall(r'aria-label="([^"]*)"', page[: opens.start()])
    assert not {*waits} & {*between}
    assert re.search(r'aria-label="([^"]*)"', page[opens.end() :])[1] == waits[0]  # type: ignore[index]
    asked = apart.follow(who, unescape(opens[1])).text
    assert [f"Confirm {name}" for name in re.findall(r"<li>([^<]*)<span", asked)] == waits
    # Said above the list, and not again.
    assert "An objective counts for Written together" not in asked
    keys = re.findall(r'name="objective" value="([^"]*)"', asked)
    address = unescape(re.findall(r'<form[^>]* hx-post="([^"]*)"', asked)[0])
    # What was not shown is not confirmed.
    assert apart.press(who, address).status_code == 422
    first = apart.press(who, address, objective=keys[0])
    assert "Confirmed for your side: 1 objective." in text_of(first.text)
    answer = apart.press(who, address, objective=keys)
    assert f"Confirmed for your side: {len(keys) - 1} objectives." in text_of(answer.text)
    assert "waits-all" not in answer.text
    undone = apart.press(who, undo(answer.text))
    assert (undone.status_code, ">Undone." in undone.text) == (200, True)
    left = [label for label, _ in entries(undone.text) if label.startswith("Confirm ")]
    assert left == waits[1:]
    assert apart.press(who, undo(answer.text)).status_code == 422
    # They are the leads' alone.
    assert apart.press(MEMBER, address, objective=keys).status_code in {403, 404}


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD])
def test_many_objectives_to_be_confirmed_are_folded_under_their_one_button(apart: PageClient, who: str) -> None:
    place = f"/pages/agency?engagement={ACME}" if who == AGENCY_LEAD else ""
    page = apart.follow(who, place).text if place else overview(apart, who)
    for settled in range(2):
        listed = [label for label, _ in entries(page)]
        fold = re.search(r'(?s)<li class="of-all">.*?<details [^>]*id="waits-each"([^>]*)>(.*?)</details>', page)
        assert fold
        folded = re.findall(r'aria-label="(Confirm [^"]*)"', fold[2])
        assert folded == [unescape(label) for label in listed if label.startswith("Confirm ")]
        # Closed until somebody opens it, and open with the answer in it.
        assert (" open" in fold[1], "Confirmed for your side" in fold[2]) == (settled > 0, settled > 0)
        if len(folded) < 3:
            break
        _, page = settle(apart, page, folded[0], who)


def test_whoever_answers_a_dispute_reads_what_its_ticket_would_count_as(apart: PageClient) -> None:
    file_dispute(apart, AGENCY_LEAD)
    [source] = [part for name, part in entries(overview(apart, LEAD)) if name.startswith("Answer: Dispute of")]
    [address] = re.findall(r'hx-get="([^"]*/waiting/answer[^"]*)"', source)
    asked = text_of(apart.follow(LEAD, unescape(address)).text)
    assert re.search(r"Once mended in the ticket\s*Done only[ \d.]+ taught share (\d+.% to|stays) \d+.%", asked)
    assert "depends on the split" not in asked


def test_what_changes_no_figure_yet_comes_last_and_says_so(page_client: PageClient) -> None:
    """Of three objectives none counts for Written together: four are needed."""
    for who, engagement, lacks in ((OTHER_LEAD, BOLT, True), (AGENCY_LEAD, ACME, False)):
        listed = entries(page_client.content(who, engagement=engagement, tab="overview").text)
        is_idle = [lacks and label.startswith("Confirm ") for label, _ in listed]
        assert any(is_idle) is lacks
        assert is_idle == sorted(is_idle)
        assert [label for label, _ in listed if label.startswith("Confirm ")]


def test_after_a_minute_nothing_is_undone(apart: PageClient) -> None:
    _, page = settle(apart, overview(apart, LEAD), EACH["agree"][0])
    apart.story_site.clock.at += 61_000_000
    assert apart.press(LEAD, undo(page)).status_code == 422


def test_what_waits_no_more_or_is_anothers_is_not_settled(apart: PageClient) -> None:
    wait_for_all(apart)
    issue = str(apart.story_site.ids["t0110"])
    place = f"?engagement={ACME}&project.key=GROW&tab=overview"
    for who, act, status in (
        (MEMBER, "answer", 403),
        (LEAD, "nothing", 404),
        (LEAD, "pulse", 404),
        (LEAD, "sign", 404),
    ):
        assert apart.follow(who, f"/pages/waiting/{act}{place}&issue={issue}&dispute=1").status_code == status, act
    # Nor is anything answered about a ticket that one may not browse.
    unseen = {"issue": "1", "dispute": "1", "words": "No", "verdict": "keep"}
    assert apart.press(LEAD, f"/pages/waiting/answer{place}", **unseen).status_code == 404


def test_each_act_of_the_list_is_for_the_roles_of_its_permission(page_client: PageClient) -> None:
    for name, act in ACTS.items():
        for address in (f"/pages/waiting/{name}", f"/pages/waiting/{name}/undo"):
            for who, roles in INSIDE.items():
                if not act.permission.roles & roles:
                    assert ask(page_client, who, address) == (403, act.permission.refusal), (who, address)
            assert {ask(page_client, who, address)[0] for who in OUTSIDE} == {404}, address


NOTHING = "Nothing waits for your signature, confirmation or answer."
PULSE_NEXT = f"{NOTHING} Next: the pulse of Q4 2026, from 4 Dec 2026 on."


def test_where_nothing_waits_it_says_what_comes_next(apart: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """Objectives that are due today are told elsewhere; what a lead alone is asked for is told to leads."""
    agency = f"/pages/agency?engagement={ACME}"
    assert "Next:" not in text_of(apart.follow(AGENCY_MEMBER, agency).text)
    monkeypatch.setattr("connector.pages.waiting.kinds.KINDS", ())
    assert re.findall(rf"{NOTHING}[^.]*\.", text_of(overview(apart, LEAD))) == [PULSE_NEXT]
    first, *others = agreed(apart).objectives
    agree(apart, replace(agreed(apart), objectives=(replace(first, by=date(2026, 12, 1)), *others)))
    due = f"Next: {first.name} is due on 1 Dec 2026."
    assert f"{NOTHING} {due}" in text_of(overview(apart, LEAD))
    assert f"confirmation or answer. {due}" in text_of(apart.follow(AGENCY_MEMBER, agency).text)
