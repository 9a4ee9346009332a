"""Dates of what is being agreed, and of what is refused, in the reader's language."""

import re

import pytest

from tests.jira.story.people import account_of
from tests.pages.conftest import ACME, LEAD, MEMBER, PageClient
from tests.pages.setup.settings_pages import begin, send
from tests.pages.translation.test_dates import visible, wrong_dates
from tests.pages.translation.test_pseudo_locale import ask

# How a field of several days is typed.
TYPED = re.compile(r"(?:such as|wie) 2026-12-25")


@pytest.mark.parametrize("language", ["en", "de"])
def test_a_date_of_a_change_or_a_refusal_is_written_as_the_reader_writes_it(
    setup_client: PageClient, language: str
) -> None:
    number, account = begin(setup_client), account_of(MEMBER)
    fields = {
        "basics": {"ends": "2030-03-31"},
        "objectives": {"by ab-design": "2030-02-28"},
        "people": {f"to {account}": "2030-01-31"},
    }
    for section, texts in fields.items():
        send(setup_client, number, section, {name: ("", text) for name, text in texts.items()})
    form = {f"stay-side {account}": "agency", f"stay-from {account}": "2029-01-31", f"stay-team {account}": ""}
    draft = f"project.key=GROW&draft={number}"
    answers = [
        ask(setup_client, LEAD, f"/pages/settings?engagement={ACME}&project.key=GROW", language),
        ask(setup_client, LEAD, f"/pages/setup/draft?{draft}", language),
        ask(setup_client, LEAD, f"/pages/setup/stay?{draft}&account={account}", language, method="POST", data=form),
        *(
            ask(
                setup_client, LEAD, f"/pages/settings/end?engagement={ACME}", language, method="POST", data={"day": day}
            )
            for day in ("2020-01-01", "2030-01-31")
        ),
        ask(setup_client, LEAD, f"/pages/settings?engagement={ACME}&project.key=GROW", language),
    ]
    assert [answer.status_code for answer in answers] == [200, 200, 200, 422, 200, 200]
    assert [dates for answer in answers for dates in wrong_dates(TYPED.sub("", visible(answer.text)), language)] == []
    assert ("31. Jan. 2030" if language == "de" else "31 Jan 2030") in visible(answers[0].text)
