"""Dates as the reader writes them, on every page of the story: none as a machine does, and none in another language."""

import re
from collections.abc import Iterator

import pytest

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
    for text in ("until 2026-05-21", "<p title='2026-05'>", "am 21 May", "Montag, mon", "21 Oct 2026"):
        assert wrong_dates(text, "de"), text
    for text in ("21. Mai 2026", "Mo", "1. Sept. 2026", "Juli 2026"):
        assert not wrong_dates(text, "de"), text


def wrong_dates(shown: str, language: str) -> list[str]:
    patterns = [MACHINE_DATE] if language == "en" else [MACHINE_DATE, ENGLISH_DATE]
    return [around(shown, match) for pattern in patterns for match in pattern.finditer(shown)]


def visible(source: str) -> str:
    source = CODE.sub(" ", source)
    return " | ".join([text_of(source), *READ.findall(source)])


def around(text: str, match: re.Match[str]) -> str:
    return text[max(0, match.start() - 40) : match.end() + 20]
