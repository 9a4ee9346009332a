"""One thing has one word in German, whichever package names it."""

import re
from datetime import date

import pytest
from babel import Locale

from connector.pages.record.answers import Answered
from connector.text import short_month
from mappings.translation import in_locale
from tests.pages.conftest import ACME, LEAD, MEMBER, PageClient
from tests.pages.html_reader import text_of
from tests.pages.translation.test_pseudo_locale import ask
from tests.translations.catalogs import stored_catalogs

# What a message in English speaks of, and what it is not called in German where it speaks of that.
NOT_CALLED = (
    (r"\bpulse", r"\bPuls\b"),
    (r"\bsubmission", r"Vorlage"),
    (r"\bladder", r"\bLeiter\b"),
    (r"\bclient\b", r"Auftraggeber"),
    (r"^(?:in |still in |first touch in )?reviews?$|out of review|from review", r"Prüfung"),
    (r"\blabels?\b", r"\bLabels?\b(?!<)"),
    (r"\b(?:adopted|taken up)\b", r"[Aa]ngenommen|[Aa]ufgegriffen"),
    (r"I explained it", r"gegeben"),
    (r"\bsummary\b", r"Zusammenfassung"),
    (r"declined without a reason", r"ohne Grund"),
    (r"known (?:now|today)", r"bekannt|Wissen"),
    (r"\bas recorded", r"aufgezeichnet"),
    (r"\b(?:sign-off|taken? back|take a rung back)\b", r"Widerspruch|Veto"),
    (r"done in-house", r"getan"),
    (r"waits for in-house|waits for the in-house team", r"auf intern\b|interne Seite"),
    (r"too little evidence", r"zu wenig Belege"),
    (r"assume independent tickets", r"nehmen"),
    (r"\bwould (?:bring|lift)\b", r"brächten?|höbe"),
    (r"no clear change|a clear change", r"klaren? Änderung"),
    (r"\b(?:not told|is told)\b", r"gesagt"),
    (r"pieces? of feedback", r"Feedbacks?"),
    (
        r"counts? as (?:exposed|shadowed|assisted|independent)",
        r"als (?:kennengelernt|begleitet|mit Hilfe|selbstständig)",
    ),
    (r"named under Shadows", r"unter „Begleitet“ steht"),
    (r"quarter is not whole", r"nicht ganz"),
    (r"\breview of %\(quarter\)s", r"Bericht"),
    (r"\bsubmitted\b", r"vorgelegt"),
    (r"\bwindow\b", r"\bFensters?\b"),
    (r"\blets us\b", r"\buns\b"),
)

ISSUE = re.compile(r'id="evidence-(\d+)"')
GAVE = re.compile(r"Es brachte ([^.]*)\.")


@pytest.mark.parametrize(("english", "german"), NOT_CALLED)
def test_a_thing_has_one_word(english: str, german: str) -> None:
    texts = {
        str(message.id): " ".join([message.string] if isinstance(message.string, str) else message.string)
        for catalog in stored_catalogs("de").values()
        for message in catalog
        if message.id
        and re.search(english, " ".join([message.id] if isinstance(message.id, str) else message.id), re.IGNORECASE)
    }
    assert texts
    assert not {name: text for name, text in texts.items() if re.search(german, text)}


def test_a_field_of_jira_is_named_in_the_language() -> None:
    """The record of a ticket named it as Jira's changelog does."""
    answered = Answered(0, None, "", ("labels", "Fix Version", "Story point estimate"))
    assert answered.what == "Changed labels, fix version, Story point estimate"
    with in_locale(Locale("de")):
        assert answered.what == "Stichwörter, Lösungsversion, Story point estimate geändert"


def test_a_month_is_shortened_on_an_axis_as_in_a_date() -> None:
    with in_locale(Locale("de")):
        assert short_month(date(2026, 9, 1)) == "Sept."


def test_a_part_of_an_amount_is_in_the_dative(page_client: PageClient) -> None:
    foot = text_of(ask(page_client, LEAD, f"/pages/tickets?engagement={ACME}&period=2026Q3").text)
    assert re.search(r"Auf dieser Seite: [\d.]+ von [\d.]+ Tickets, [^.]*[\d.,]+ von [\d.,]+ Punkten", foot)


def test_what_a_ticket_gave_is_named_by_its_bucket(page_client: PageClient) -> None:
    """It read "2,3 Punkte vermittelt, 0,7 Punkte eigene"."""
    page = ask(page_client, LEAD, f"/pages/tickets?engagement={ACME}").text
    whole = [f"/pages/panel/content?issue={issue}&engagement={ACME}" for issue in ISSUE.findall(page)[:20]]
    gave = [GAVE.findall(text_of(ask(page_client, LEAD, address).text)) for address in whole]
    several = [text for texts in gave for text in texts if "als" in text]
    assert several
    assert all(
        re.search(r"Punkte? als „(?:vermittelt|eigene Arbeit|übergeben|nur erledigt)“", text) for text in several
    )


def test_an_empty_list_of_what_counts_towards_a_rung_names_the_filter_beside_it(page_client: PageClient) -> None:
    """Its reader read that nothing counts, beside a filter of tickets that reach the rung."""
    address = f"/pages/tickets?engagement={ACME}&show=open&mine=towards"
    for language, words in (("en", "those that reach it are under “Lifts me”."), ("de", "stehen unter „Bringt mich")):
        answer = ask(page_client, MEMBER, address, language)
        assert 'class="openlist' not in answer.text
        assert words in text_of(answer.text)
