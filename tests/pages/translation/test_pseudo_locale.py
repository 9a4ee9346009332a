"""Every page of the story in a made-up language: what is neither bracketed nor data was forgotten."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl, urlsplit

import pytest
import yaml
from werkzeug.exceptions import HTTPException
from werkzeug.test import TestResponse

from mappings import translation
from mappings.formats.engagement_file.objective_library import read_library
from tests.jira.story.people import account_of
from tests.jira.story.story import engagement_file
from tests.jira.story_site import APP_URL
from tests.pages.conftest import ACME, AGENCY_LEAD, BOLT, GATEKEEPER, LEAD, LEARNER, STRANGER, PageClient, administering
from tests.pages.crawl import crawl
from tests.pages.setup.fields import address as setup_address
from tests.pages.setup.settings_pages import command
from tests.pages.translation.pseudo_locale import Outside, PseudoTranslations, outside

MONTHS = "Januar|Februar|März|April|Mai|Juni|Juli|August|September|Oktober|November|Dezember"
DAYS = "Mo|Di|Mi|Do|Fr|Sa|So"
SHORT_MONTHS = "Jan|Feb|Mär|Apr|Jun|Jul|Aug|Sep|Sept|Okt|Nov|Dez"
# What is the same in every language: dates, quarters, formats of files, units, names of our own.
OURS = "CSV|JSON|PDF|HTML|YAML|Teachback|Jira|default"
# What lists and rules have of Babel and of Jira: "and", and fields and links that begin with a small letter.
JIRAS = "und|oder|customfield_[0-9]+|description|implements|Story point estimate"
COMMON = re.compile(rf"\b(?:{MONTHS}|{SHORT_MONTHS}|{DAYS}|{OURS}|{JIRAS}|Q[1-4]|h|sha256:\w+)\b")
# What the engagement file names, not what it says by a word of its own, such as "hours".
NAME = re.compile(r"[A-Z -]")
WORD = re.compile(r"[^\W\d_]{2,}")


@pytest.fixture
def reader(frozen: PageClient, monkeypatch: pytest.MonkeyPatch) -> Iterator[PageClient]:
    made_up = PseudoTranslations()
    monkeypatch.setattr(translation, "load_catalog", lambda _: made_up)
    with administering(frozen, STRANGER):
        yield frozen


@pytest.mark.parametrize("who", [LEAD, AGENCY_LEAD, LEARNER, GATEKEEPER, STRANGER])
def test_every_text_of_a_page_is_translated(reader: PageClient, who: str) -> None:
    assert_translated(reader, walk(reader, who))


def test_every_text_of_a_draft_is_translated(
    apart: PageClient, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A change of what is agreed, a new set-up, and fields that are refused."""
    command(apart, tmp_path, "engagement", "keep", ACME, "--in", "pages")
    made_up = PseudoTranslations()
    monkeypatch.setattr(translation, "load_catalog", lambda _: made_up)
    begun = {
        address: ask(apart, LEAD, address, method="POST")
        for address in (f"/pages/settings/begin?engagement={ACME}&project.key=GROW", setup_address("begin"))
    }
    begun |= {
        address: ask(apart, LEAD, address, method="POST", data={f"f.{field}": "?", f"was.{field}": shown})
        for section, field, shown in (
            ("basics", "starts", "2026-01-05"),
            ("people", f"from {account_of(LEARNER)}", ""),
            ("workflow", "days", "mon tue wed thu fri"),
        )
        for address in [setup_address("change", draft="1", section=section)]
    }
    assert {address: answer.status_code for address, answer in begun.items()} == dict.fromkeys(begun, 200)
    assert_translated(apart, begun)


def test_every_text_of_the_self_test_is_translated(apart: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    """As it is, with a project that Jira does not show, and with a Jira that refuses."""
    made_up, site = PseudoTranslations(), apart.story_site.site
    monkeypatch.setattr(translation, "load_catalog", lambda _: made_up)
    test = "/pages/setup/self-test?project.key=GROW"
    answers = {"well": ask(apart, LEAD, test)}
    site.faults.fail("project/GROW", status=404, times=1)
    answers["hidden"] = ask(apart, LEAD, test)
    for status in (503, 400):
        site.faults.fail("rest/api/3/status", status=status, times=20)
        answers[f"refused with {status}"] = ask(apart, LEAD, test)
        site.faults.rules.clear()
    assert {name: answer.status_code for name, answer in answers.items()} == dict.fromkeys(answers, 200)
    assert_translated(apart, answers)


def assert_translated(page_client: PageClient, answers: dict[str, TestResponse]) -> None:
    data = data_of(page_client)
    forgotten: dict[str, set[str]] = {}
    for address, answer in answers.items():
        assert answer.status_code < 500, address
        package = package_of(page_client, address)
        for text in texts_of(answer):
            if WORD.search(COMMON.sub("", data.sub("", text))):
                forgotten.setdefault(package, set()).add(text)
    assert not forgotten, "\n".join(
        f"{package}: {text}" for package, texts in forgotten.items() for text in sorted(texts)
    )


def walk(page_client: PageClient, who: str, language: str = "de") -> dict[str, TestResponse]:
    """Follow each kind of address once: the route with the names of its parameters, the figure, and the tab."""
    kinds: set[object] = set()

    def is_known(address: str) -> bool:
        parts = urlsplit(address)
        query = dict(parse_qsl(parts.query))
        figure = re.sub(r"^objectives\.[\w-]+", "objective", query.get("figure", ""))
        kind = (parts.path, *sorted(query), figure, query.get("tab"), query.get("show"))
        # Files are English.
        skip = kind in kinds or re.search(r"/(export|file|download)$", parts.path) is not None
        kinds.add(kind)
        return skip

    begin = [f"/pages/project/content?project.key=GROW&engagement={key}" for key in (ACME, BOLT)]
    begin += [f"/pages/project/content?project.key=GROW&engagement={ACME}&tab={tab}" for tab in ("settings", "review")]
    begin += ["/pages/program/content", "/pages/admin/content", f"/pages/gadget/content?engagement={ACME}"]
    begin += [
        f"/pages/panel/content?issue={page_client.story_site.ids[ref]}&engagement={ACME}" for ref in ("t0110", "t0100")
    ]
    begin += [f"/pages/context/content?issue={page_client.story_site.ids['t0110']}"]
    return crawl(lambda address: ask(page_client, who, address, language), begin, skip=is_known)


def ask(page_client: PageClient, who: str, address: str, language: str = "de", **request: Any) -> TestResponse:
    token = page_client.story_site.connected.context_token(account_of(who))
    headers = {"Authorization": f"JWT {token}", "Accept-Language": language}
    return page_client.story_site.client.open(address, headers=headers, base_url=APP_URL, **request)


def texts_of(answer: TestResponse) -> list[str]:
    if answer.is_json:
        return [text for value in answer.get_json().values() for text in outside(str(value)) if " " in text]
    return Outside(answer.text).texts


def package_of(page_client: PageClient, address: str) -> str:
    """Return the package of pages that answers an address; what answers for no route is "web"."""
    app = page_client.story_site.app
    try:
        path = urlsplit(address).path
        methods = app.url_map.bind("app").allowed_methods(path)
        endpoint, _ = app.url_map.bind("app").match(path, method=methods[0] if methods else None)
    except HTTPException:
        return "web"
    module = app.view_functions[str(endpoint)].__module__.split(".")
    return module[2] if module[:2] == ["connector", "pages"] else "web"


def data_of(page_client: PageClient) -> re.Pattern[str]:
    """Return what comes from Jira or from what was agreed, longest first."""
    site = page_client.story_site.site
    names = {user.name for user in site.users.values()}
    for project in site.projects.values():
        names |= {project.key, project.name}
    for issue in site.issues.values():
        names |= {issue.key, issue.summary}
    for key in (ACME, BOLT):
        names |= {
            text
            for text in strings_of(yaml.safe_load(engagement_file(page_client.story_site.story, key)))
            if NAME.search(text)
        }
    # Labels by which tickets are known.
    names |= {each.label for trade in read_library() for each in trade.objectives}
    # Statuses that stand in no file; and initials, which are no part of another word.
    names |= {"Pairing", "To Do", "Closed"}
    initials = {"".join(word[0] for word in user.name.split()) for user in site.users.values()}
    parts = [re.escape(name) for name in sorted(names, key=len, reverse=True) if len(name) > 1]
    return re.compile("|".join([*parts, *(rf"\b{re.escape(name)}\b" for name in sorted(initials) if len(name) > 1)]))


def strings_of(value: Any) -> Iterator[str]:
    if isinstance(value, dict):
        for inner in value.values():
            yield from strings_of(inner)
    elif isinstance(value, list | tuple):
        for inner in value:
            yield from strings_of(inner)
    elif isinstance(value, str):
        yield " ".join(value.split())
