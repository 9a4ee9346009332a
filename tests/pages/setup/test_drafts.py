"""Several drafts on one project: what is asked for each of them is loaded once."""

from tests.pages.conftest import LEAD, PageClient
from tests.pages.cost.test_statements import LOADED_ONCE, statements

GROW = "project.key=GROW"


def test_get_started_loads_engagements_once_for_all_drafts(apart: PageClient) -> None:
    for _ in range(3):
        assert apart.press(LEAD, f"/pages/setup/begin?{GROW}").status_code == 200
    with statements(apart.story_site.container.reader) as tables:
        page = apart.read(apart.follow(LEAD, f"/pages/setup/start?{GROW}"))
    assert page.text.count("Go on setting up") == 3
    assert {table: tables[table] for table in LOADED_ONCE if tables[table] > 1} == {}
