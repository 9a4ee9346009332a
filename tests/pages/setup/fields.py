"""Fields of a draft, sent as its page sends them."""

from urllib.parse import urlencode

from werkzeug.test import TestResponse

from mappings.records.agreement.drafts import Draft, select_drafts
from tests.pages.conftest import LEAD, Desk


def address(name: str, **query: str) -> str:
    return f"/pages/setup/{name}?{urlencode({'project.key': 'GROW', 'draft': '1', **query})}"


def send(desk: Desk, section: str, *, who: str = LEAD, **texts: tuple[str, str]) -> TestResponse:
    return send_fields(desk, section, texts, who)


def send_fields(desk: Desk, section: str, texts: dict[str, tuple[str, str]], who: str = LEAD) -> TestResponse:
    """Send fields of a section, each with what the page showed and what was typed."""
    form = {f"f.{name}": after for name, (_, after) in texts.items()}
    form |= {f"was.{name}": before for name, (before, _) in texts.items()}
    return desk.press(who, address("change", section=section), **form)


def draft_of(desk: Desk) -> Draft:
    with desk.both.house.reader.connect() as connection:
        return select_drafts(connection, desk.both.tenant_id)[0]
