"""The settings of an engagement, as its page sends them, and the command that takes one over from its file."""

import re
from pathlib import Path
from urllib.parse import urlencode

from werkzeug.test import TestResponse

from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.drafts import Draft, select_change
from mappings.records.agreement.engagements import StoredEngagement, select_engagement
from mappings.records.operations.tenants import select_tenants
from tests.cli.conftest import User
from tests.pages.conftest import ACME, LEAD, PageClient

PROJECT_ADMIN = "Priya Raman"
OBJECTIVE = "ab-design"


def command(page_client: PageClient, folder: Path, *words: str) -> str:
    settings = page_client.story_site.container.settings
    environ = {"TEACHBACK_DATABASE_URL": settings.database_url, "TEACHBACK_SECRET_KEYS": settings.secret_keys[0]}
    environ["TEACHBACK_BASE_URL"] = "https://teachback.example"
    return User(folder, environ).run(*words, "--site", site_of(page_client)).out


def site_of(page_client: PageClient) -> str:
    with page_client.story_site.container.reader.connect() as connection:
        tenants = select_tenants(connection)
    return next(tenant.site for tenant in tenants if tenant.tenant_id == page_client.story_site.tenant_id)


def address(name: str = "", **query: str) -> str:
    path = f"/pages/settings/{name}".rstrip("/")
    return f"{path}?{urlencode({'engagement': ACME, 'project.key': 'GROW', **query})}"


def stored_of(page_client: PageClient) -> StoredEngagement:
    with page_client.story_site.container.reader.connect() as connection:
        stored = select_engagement(connection, page_client.story_site.tenant_id, ACME)
    assert stored is not None
    return stored


def agreed_of(page_client: PageClient) -> Engagement:
    return stored_of(page_client).engagement


def change_of(page_client: PageClient) -> Draft | None:
    with page_client.story_site.container.reader.connect() as connection:
        return select_change(connection, page_client.story_site.tenant_id, ACME)


def begin(page_client: PageClient, who: str = LEAD) -> str:
    assert page_client.press(who, address("begin")).status_code == 200
    draft = change_of(page_client)
    assert draft is not None
    return str(draft.number)


def send(
    page_client: PageClient, number: str, section: str, texts: dict[str, tuple[str, str]], who: str = LEAD
) -> TestResponse:
    """Send fields of a section, each with what the page showed and what was typed."""
    form = {f"f.{name}": after for name, (_, after) in texts.items()}
    form |= {f"was.{name}": before for name, (before, _) in texts.items()}
    query = urlencode({"project.key": "GROW", "draft": number, "section": section})
    return page_client.press(who, f"/pages/setup/change?{query}", **form)


def set_people(page_client: PageClient, number: str, people: str, who: str = LEAD) -> TestResponse:
    """Set how many people an objective is to reach."""
    objective = next(each for each in agreed_of(page_client).objectives if each.key == OBJECTIVE)
    return send(page_client, number, "objectives", {f"people {OBJECTIVE}": (str(objective.people), people)}, who)


def agree(page_client: PageClient, who: str) -> TestResponse:
    draft = change_of(page_client)
    assert draft is not None
    return page_client.press(who, address("agree", draft=str(draft.number)), **hashes(page_client, who))


def hashes(page_client: PageClient, who: str) -> dict[str, str]:
    """Return what the page sends to agree to each section that waits for somebody."""
    return dict(re.findall(r'name="(hash\.[a-z]+)" value="([^"]+)"', page_client.follow(who, address()).text))
