"""The sample data: who may load and read it, what marks it everywhere, and that nothing of it stays."""

from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
from sqlalchemy import Engine, select
from werkzeug.test import TestResponse

from connector.jobs.privacy import purge_uninstalled
from connector.jobs.runner import JobRunner
from connector.sample.people import LEAD as SAMPLE_LEAD
from connector.sample.people import PEOPLE
from mappings.records.operations.audit import select_acts_named
from mappings.records.operations.tenants import select_sample_id, select_tenants
from mappings.records.tables import audit, metadata
from tests.jira.story.people import account_of
from tests.jira.story_site import open_story_site
from tests.pages.conftest import AGENCY_LEAD, LEAD, MEMBER, STRANGER, PageClient
from tests.pages.crawl import crawl
from webhooks.generations import measure_pending

PAGE = "/pages/project/content?sample=1&project.key=GROW"
MOST_OF_A_KIND = 3
ACTS = ("sample data loaded", "sample data removed")


def act(page_client: PageClient, name: str, who: str = LEAD) -> TestResponse:
    return page_client.press(who, f"/pages/setup/sample/{name}?project.key=GROW")


def rows_of(engine: Engine) -> dict[str, Counter[tuple[object, ...]]]:
    """Every row of every table but the audit's."""
    with engine.connect() as connection:
        return {
            table.name: Counter(tuple(map(repr, row)) for row in connection.execute(select(table)))
            for table in metadata.sorted_tables
            if table is not audit
        }


def load_and_measure(page_client: PageClient) -> int:
    assert "The sample data is loaded." in act(page_client, "load").text
    container = page_client.story_site.container
    with container.reader.connect() as connection:
        sample_id = select_sample_id(connection, page_client.story_site.tenant_id)
    assert sample_id is not None
    measure_pending(container.engine, sample_id, page_client.story_site.clock.now())
    return sample_id


def test_sample_data_leaves_no_row_behind(migrated_url: str) -> None:
    with open_story_site(migrated_url, tickets=2) as story_site:
        page_client, container = PageClient(story_site), story_site.container
        runner = JobRunner(container)
        runner.insert_missing()
        before, written = rows_of(container.reader), len(story_site.site.events)
        sample_id = load_and_measure(page_client)
        runner.insert_missing()
        for name in ("weekly-people", "snapshots", "retention"):
            runner.run_now(sample_id, name)
        assert page_client.follow(LEAD, PAGE).status_code == 200
        assert len(rows_of(container.reader)["issue"]) > 100
        assert "The sample data is removed." in act(page_client, "remove").text
        assert rows_of(container.reader) == before
        assert len(story_site.site.events) == written
        with container.reader.connect() as connection:
            acts = select_acts_named(connection, story_site.tenant_id, ACTS, 10)
        assert [(each.act, each.account) for each in acts] == [(name, account_of(LEAD)) for name in reversed(ACTS)]


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[PageClient]:
    """A site with little of its own and the sample data, measured."""
    folder: Path = tmp_path_factory.mktemp("sample")
    with open_story_site(f"sqlite:///{folder / 'teachback.db'}", tickets=2) as story_site:
        page_client = PageClient(story_site)
        load_and_measure(page_client)
        yield page_client


def test_each_page_and_export_of_the_sample_says_so(loaded: PageClient) -> None:
    counts: Counter[str] = Counter()

    def skip(address: str) -> bool:
        parts = urlsplit(address)
        kind = f"{parts.path} {parse_qs(parts.query).get('figure')} {parse_qs(parts.query).get('format')}"
        counts[kind] += 1
        return counts[kind] > MOST_OF_A_KIND or "/setup/" in address

    answers = crawl(lambda address: loaded.follow(LEAD, address), [PAGE], skip=skip)
    assert len(answers) > 20
    for address, answer in answers.items():
        assert answer.status_code == 200, (address, answer.text)
        assert "sample=1" in address
        # The fragments of a page stand on it; whole pages and files go further.
        if '<main class="page' in answer.text or "format=" in address:
            assert "sample data" in answer.text.lower() or "sample-data" in answer.text, address
        assert 'href="/browse' not in answer.text
        assert "/browse/" not in answer.text


def test_the_sample_has_figures_and_names(loaded: PageClient) -> None:
    page = loaded.read(loaded.follow(LEAD, PAGE)).text
    assert "Beacon delivered" in page
    assert "taught through" in page
    assert "80 % interval" in page or "interval" in page


@pytest.mark.parametrize("who", [MEMBER, AGENCY_LEAD, STRANGER])
def test_who_may_not_set_up_reads_no_sample(loaded: PageClient, who: str) -> None:
    assert loaded.follow(who, PAGE).status_code == 404
    assert act(loaded, "remove", who).status_code == 403


def test_the_sample_is_read_only_and_holds_nothing_real(loaded: PageClient) -> None:
    for address in (
        "/pages/objectives/confirm",
        "/pages/setup/begin",
        "/pages/setup/sample/load",
        "/pages/together/pulse",
    ):
        answer = loaded.press(LEAD, f"{address}?sample=1&project.key=GROW&engagement=sample-data")
        assert (answer.status_code, answer.text) == (403, "The sample data can be read, not changed.")
    page = loaded.follow(LEAD, PAGE).text
    assert "hx-post" not in page.replace('hx-post="/pages/setup/sample/remove', "")
    assert SAMPLE_LEAD not in page
    assert not any(name in page for name in (LEAD, MEMBER, AGENCY_LEAD))


def test_sample_data_is_loaded_once_and_known_as_such(loaded: PageClient) -> None:
    assert act(loaded, "load").status_code == 422
    with loaded.story_site.container.reader.connect() as connection:
        assert sum(tenant.has_jira for tenant in select_tenants(connection)) == 1
    assert all(person.account.startswith("sample-") for person in PEOPLE)


def test_a_site_that_leaves_takes_its_sample_along(tmp_path: Path) -> None:
    with open_story_site(f"sqlite:///{tmp_path / 'teachback.db'}", tickets=2) as story_site:
        act(PageClient(story_site), "load")
        story_site.connected.uninstall()
        story_site.clock.at = story_site.clock.now() + 31 * 86_400_000_000
        purge_uninstalled(story_site.container, 0, story_site.clock.now())
        with story_site.container.reader.connect() as connection:
            assert select_tenants(connection) == []
