"""Dates as the reader writes them, on every page of the story: none as a machine does, and none in another language."""

import re
from collections.abc import Iterator
from datetime import date

import pytest
from babel import Locale
from jinja2 import Environment

from connector.web.language import add_translation
from mappings.translation import in_locale
from tests.pages.conftest import AGENCY_LEAD, GATEKEEPER, LEAD, LEARNER, STRANGER, PageClient, administering
from tests.pages.html_reader import text_of
from tests.pages.translation.test_pseudo_locale import data_of, walk

MACHINE_DATE = re.compile(r"\b\d{4}-\d{2}-\d{2}\b|\b\d{4}-\d{2}\b(?!-)|\b\d{2}:\d{2}:\d{2}\b")
# Months and weekdays that another language does not write like this.
SHORT = "Jan|Feb|Mar|May|Jun|Jul|Sep|Oct|Dec"
LONG = "January|February|March|May|June|July|October|December|Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday"
ENGLISH_DATE = re.compile(
    rf"\b\d{{1,2}} (?:{SHORT})\b(?!\.)|\b(?:Mar|May|Oct|Dec) \d|\b(?:{LONG})\b|\b(?:mon|tue|wed|thu|fri|sat|sun)\b"
)
# A month that is shortened brings a full stop: at the end of a sentence it is the sentence's, too.
TWO_STOPS = re.compile(r"\w\.\.(?!\.)")
# What people write into or copy out of a page.
CODE = re.compile(r"<(code|pre|textarea|option|style)\b.*?</\1>", re.DOTALL)
READ = re.compile(r'(?:title|aria-label|placeholder|alt|data-label|aria-valuetext)="([^"]*)"')


@pytest.fixture
def reader(frozen: PageClient) -> Iterator[PageClient]:
    with administering(frozen, STRANGER):
        yield frozen


@pytest.mark.parametrize("language", ["en", "de"])
@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, LEARNER, GATEKEEPER, STRANGER])
def test_a_date_is_written_as_the_reader_writes_it(reader: PageClient, who: str, language: str) -> None:
    data = data_of(reader)
    wrong = {
        address: dates
        for address, answer in walk(reader, who, language).items()
        if (dates := wrong_dates(data.sub("", visible(answer.text)), language))
    }
    assert wrong == {}


def test_a_wrong_date_is_seen() -> None:
    for text in ("until 2026-05-21", "<p title='2026-05'>", "am 21 May", "Montag, mon", "21 Oct 2026", "am 20. Nov.."):
        assert wrong_dates(text, "de"), text
    for text in ("21. Mai 2026", "Mo", "1. Sept. 2026", "Juli 2026"):
        assert not wrong_dates(text, "de"), text


# A template's own messages, with a date and with a place that holds HTML.
MESSAGES = (
    '{{ _("until %(day)s", day=day) }}',
    '{{ _("%(link)s until %(day)s", link=link, day=day) }}',
    '{{ pgettext("x", "until %(day)s", day=day) }}',
    "{% trans day=day %}<b>until</b> {{ day }}{% endtrans %}",
    "{% trans num=2, day=day %}{{ num }} until {{ day }}{% pluralize %}{{ num }} until {{ day }}{% endtrans %}",
    '{{ ngettext("%(num)s until %(day)s", "%(num)s until %(day)s", 2, day=day) }}',
    '{{ npgettext("x", "%(num)s until %(day)s", "%(num)s until %(day)s", 2, day=day) }}',
)


@pytest.mark.parametrize("source", MESSAGES)
def test_a_date_in_a_message_of_a_template_is_written_by_the_locale_too(source: str) -> None:
    environment = Environment(autoescape=True)
    add_translation(environment)
    template = environment.from_string('{% set link %}<a href="#x">X</a>{% endset %}' + source)
    for language, written in (("en", "until 21 May 2026"), ("de", "until 21. Mai 2026")):
        with in_locale(Locale(language)):
            assert written in text_of(template.render(day=date(2026, 5, 21)))


@pytest.mark.parametrize("source", MESSAGES)
def test_a_sentence_that_ends_with_a_shortened_month_has_one_full_stop(source: str) -> None:
    environment = Environment(autoescape=True)
    add_translation(environment)
    sentence = source.replace("%(day)s", "%(day)s.").replace("{{ day }}", "{{ day }}.")
    template = environment.from_string("{% set link %}<b>X</b>{% endset %}" + sentence)
    with in_locale(Locale("de")):
        shown = text_of(template.render(day="20. Nov."))
    assert shown.endswith("20. Nov.")
    assert not shown.endswith("..")


def wrong_dates(shown: str, language: str) -> list[str]:
    patterns = [MACHINE_DATE, TWO_STOPS] if language == "en" else [MACHINE_DATE, TWO_STOPS, ENGLISH_DATE]
    return [around(shown, match) for pattern in patterns for match in pattern.finditer(shown)]


def visible(source: str) -> str:
    source = CODE.sub(" ", source)
    return " | ".join([text_of(source), *READ.findall(source)])


def around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 40) : match.end() + 20]
