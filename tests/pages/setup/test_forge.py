"""The same set-up inside Forge: from Get started to the engagement that both leads agreed on."""

import re
from pathlib import Path
from urllib.parse import urlencode

from mappings.records.agreement.engagements import select_engagement
from tests.connector.platforms.forge_site import ForgeSite, forge_site
from tests.jira.story.people import account_of
from tests.jira.story_site import open_story_site
from tests.pages.conftest import AGENCY_LEAD, LEAD, MEMBER

QUERY = {"project.key": "GROW", "draft": "1"}


def press(forge: ForgeSite, who: str, name: str, form: dict[str, str] | None = None, **query: str) -> str:
    address = f"/pages/setup/{name}?{urlencode(QUERY | query)}"
    extension, fields = forge.project_extension(), urlencode(form or {})
    headers = {"content-type": "application/x-www-form-urlencoded"}
    answer = forge.forge.ui(
        account_of(who), "teachback-project", address, extension, method="POST", form=fields, headers=headers
    )
    assert answer["status"] == 200, answer
    return str(answer["body"])


def agree(forge: ForgeSite, who: str) -> str:
    page = str(forge.page(account_of(who), "/pages/setup/draft", **QUERY)["body"])
    read_hash = re.search(r'name="hash" value="([^"]+)"', page)
    assert read_hash is not None, page
    return press(forge, who, "agree", {"hash": read_hash[1]})


def test_an_engagement_is_set_up_inside_forge(tmp_path: Path) -> None:
    with open_story_site(f"sqlite:///{tmp_path / 'connect.db'}", tickets=60) as story_site:
        story_site.tell()
        with forge_site(story_site, f"sqlite:///{tmp_path / 'forge.db'}") as forge:
            project = {"project.key": "GROW"}
            assert "Begin an engagement" in forge.page(account_of(LEAD), "/pages/project", **project)["body"]
            assert "Begin" not in forge.page(account_of(MEMBER), "/pages/project", **project)["body"]
            assert "No ticket of the projects was read yet" in press(forge, LEAD, "begin")
            # The history of the project is read from the moment the draft is begun.
            forge.read("sync")
            assert "In Progress" in press(forge, LEAD, "fill")
            names = {"f.name": "Growth and Acme", "was.name": "", "f.agency": "Acme", "was.agency": ""}
            assert "Saved." in press(forge, LEAD, "change", names, section="basics")
            press(forge, LEAD, "accept")
            press(forge, LEAD, "objectives/library", {"pick": "design-an-a-b-test"})
            leads = {"f.inhouse": account_of(LEAD), "was.inhouse": "", "f.agency": account_of(AGENCY_LEAD)}
            press(forge, LEAD, "change", leads | {"was.agency": ""}, section="leads")
            assert "You agreed" in agree(forge, LEAD)
            assert "Both sides agreed" in agree(forge, AGENCY_LEAD)
            with forge.container.reader.connect() as connection:
                assert select_engagement(connection, forge.tenant_id, "growth-and-acme") is not None
