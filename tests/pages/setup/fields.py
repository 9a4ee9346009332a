"""Fields of a draft, sent as its page sends them."""

from urllib.parse import urlencode

from werkzeug.test import TestResponse

from mappings.records.agreement.drafts import Draft, select_drafts
from tests.pages.conftest import LEAD, PageClient


def address(name: str, **query: str) -> str:
    return f"/pages/setup/{name}?{urlencode({'project.key': 'GROW', 'draft': '1', **query})}"


def send(page_client: PageClient, section: str, *, who: str = LEAD, **texts: tuple[str, str]) -> TestResponse:
    return send_fields(page_client, section, texts, who)


def send_fields(
    page_client: PageClient, section: str, texts: dict[str, tuple[str, str]], who: str = LEAD
) -> TestResponse:
    """Send fields of a section, each with what the page showed and what was typed."""
    form = {f"f.{name}": after for name, (_, after) in texts.items()}
    form |= {f"was.{name}": before for name, (before, _) in texts.items()}
    return page_client.press(who, address("change", section=section), **form)


def draft_of(page_client: PageClient) -> Draft:
    with page_client.story_site.container.reader.connect() as connection:
        return select_drafts(connection, page_client.story_site.tenant_id)[0]
