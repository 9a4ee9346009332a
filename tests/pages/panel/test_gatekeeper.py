"""A gatekeeper's own row of a ticket stands in its panel, the same as on the page Gatekeeping, and nothing else."""

import html
import re

from connector.pages.panel.gatekeeper import GatekeptPart, merge_alike
from tests.pages.conftest import ACME, BOLT, GATEKEEPER, PageClient
from tests.pages.html_reader import Reader, squeeze, text_of

ROW = re.compile(
    r'<tr><th scope="row">.*?>(GROW-\d+)</a>.*?</th><td class="span-cell">.*?</td>'
    r"<td[^>]*>([^<]*)(?:<span class=\"note\">([^<]*)</span>)?</td><td[^>]*>([^<]*)</td>"
    r"<td[^>]*>([^<]*)(?:<span class=\"note\">([^<]*)</span>)?</td></tr>",
    re.DOTALL,
)
FIGURES = ("Size", "Attribution", "Taught", "Done only", "points")


def panel_of(page_client: PageClient, issue_id: int, address: str = "panel") -> str:
    answer = page_client.follow(GATEKEEPER, f"/pages/{address}/content?issue={issue_id}")
    return html.unescape(answer.text)


def test_a_ticket_on_which_they_were_asked_says_when_how_early_and_their_answer(page_client: PageClient) -> None:
    page = html.unescape(page_client.follow(GATEKEEPER, f"/pages/gatekeeping?engagement={ACME}").text)
    rows = ROW.findall(page)
    assert rows
    for key, words, why, early, hours, note in rows:
        answer = f"{hours}; {note}" if note else hours
        issue = page_client.story_site.site.issue(key)
        for address in ("panel", "context"):
            panel = panel_of(page_client, issue.id, address)
            for name, text in (
                ("First there", words), ("Why", why), ("Your answer", answer),
                ("Early", f"{early} of 100 (100: before work starts)"),
            ):  # fmt: skip
                assert not text or f"<dt>{name}</dt><dd>{squeeze(text)}</dd>" in squeeze(panel), (key, name, panel)
            assert not any(figure in panel for figure in FIGURES), panel


def test_a_ticket_that_never_came_to_them_says_where_theirs_are(page_client: PageClient) -> None:
    page = page_client.follow(GATEKEEPER, f"/pages/gatekeeping?engagement={ACME}").text
    listed = set(re.findall(r"GROW-\d+", page))
    other = next(
        planted
        for planted in page_client.story_site.story.planted.values()
        if planted.scene == "never_begun" and planted.key.startswith("GROW") and planted.key not in listed
    )
    panel = panel_of(page_client, page_client.story_site.ids[other.ref])
    link = "Your finished tickets, and what waits for you or asks for you: Knowledge transfer of GROW"
    assert f"Nothing here is yours. {link}" in squeeze(text_of(panel))
    (link,) = Reader(panel).all("a")
    module = "com.atlassian.plugins.atlassian-connect-plugin:io.teachback.jira__teachback-project"
    state = f"tab=gatekeeping&engagement={ACME}"
    assert link["href"].endswith(f"/projects/GROW?selectedItem={module}#!{state}")
    assert (link["target"], link["data-project"], link["data-choice"]) == ("_top", "GROW", state)
    assert panel.count("<p") == 1
    assert "<dt>" not in panel


def test_a_ticket_of_two_engagements_has_its_row_once_under_both_names(page_client: PageClient) -> None:
    listed = [
        set(re.findall(r"GROW-\d+", page_client.follow(GATEKEEPER, f"/pages/gatekeeping?engagement={key}").text))
        for key in (ACME, BOLT)
    ]
    key = min(listed[0] & listed[1])
    panel = panel_of(page_client, page_client.story_site.site.issue(key).id)
    assert panel.count("<dt>First there</dt>") == 1
    assert "<h2>Growth and Acme · Growth and Bolt</h2>" in panel
    assert "GROW belongs to these engagements, so its tickets count in each." in panel


def test_rows_that_differ_stay_apart() -> None:
    parts = [GatekeptPart((name,), [("Early", early)]) for name, early in (("A", "1"), ("B", "2"), ("C", "1"))]
    assert merge_alike(parts) == [
        GatekeptPart(("A", "C"), [("Early", "1")]), GatekeptPart(("B",), [("Early", "2")]),
    ]  # fmt: skip
