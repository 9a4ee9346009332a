"""What a choice about a status does to last month's tickets, and the self-test of Get started."""

import re

import pytest

from connector.pages.setup import effects
from mappings.events.times import HOUR
from mappings.records.operations.sync_listings import select_listings
from tests.pages.conftest import LEAD, PageClient
from tests.pages.setup.fields import address, send_fields


def work_of(page_client: PageClient) -> tuple[int, str]:
    text = page_client.read(page_client.follow(LEAD, address("effect"))).text
    hours = re.search(r"([\d,]+) hours of work", text)
    return (whole(hours[1]) if hours else 0), text


def whole(text: str) -> int:
    return int(text.replace(",", ""))


def test_a_status_that_counts_as_work_adds_its_hours_at_once(ready: PageClient) -> None:
    before, text = work_of(ready)
    assert before > 0
    waiting = whole(re.search(r"Waiting for agency Waits for the agency ([\d,]+)", text)[1])
    page = send_fields(ready, "workflow", {"status Waiting for agency": ("paused_on_agency", "active")}).text
    assert "/pages/setup/effect" in page
    after, text = work_of(ready)
    assert f"Waiting for agency Work {waiting:,}" in text
    assert abs(after - before - waiting) <= 3
    send_fields(ready, "workflow", {"status In Progress": ("active", "")})
    assert work_of(ready)[0] == after, "Jira's category counts it as work, too"


def test_the_hours_of_work_are_those_of_its_statuses_and_of_its_sides(ready: PageClient) -> None:
    total, text = work_of(ready)
    assert total == sum(map(whole, re.findall(r" Work ([\d,]+)", text)))
    sides = re.search(r"choices: ([\d,]+) by the agency, ([\d,]+) in-house, ([\d,]+) by others", text)
    assert sides is not None
    assert total == sum(map(whole, sides.groups()))


def test_hours_have_a_comma_at_the_thousands(ready: PageClient, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(effects, "HOUR", HOUR // 1000)
    _, text = work_of(ready)
    assert re.search(r"[\d,]+,\d{3} hours of work", text), text
    assert re.search(r" Work [\d,]+,\d{3} ", text), text
    assert not re.search(r"\d{4}", text), text


def test_the_self_test_has_a_remedy_for_what_is_wrong(fresh: PageClient) -> None:
    test = "/pages/setup/self-test?project.key=GROW"
    with fresh.story_site.container.reader.connect() as connection:
        assert select_listings(connection, fresh.story_site.tenant_id) == []
    text = fresh.read(fresh.follow(LEAD, test)).text
    assert "lets us read GROW" in text
    assert "nothing of GROW was read yet. Begin an engagement: from then on it is read." in text
    assert "no engagement is agreed on yet. Begin one" in text
    assert fresh.press(LEAD, address("begin")).status_code == 200
    text = fresh.read(fresh.follow(LEAD, test)).text
    assert "nothing of GROW was read yet. It is read in the background" in text
    fresh.story_site.agree("growth-acme")
    assert "Growth and Acme is measured" in fresh.read(fresh.follow(LEAD, test)).text
