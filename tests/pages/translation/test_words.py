"""One thing has one word in German, whichever package names it."""

import re

import pytest
from babel import Locale

from connector.pages.ticket_answers import Answered
from mappings.translation import in_locale
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
)


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
