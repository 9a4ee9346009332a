"""The drawer of a figure with many tickets: the latest of them, one row for the others, and the same sums."""

import pytest

from connector.pages.drawer import source
from tests.pages.conftest import ACME, LEAD, PageClient

QUARTER = "from=2026-07-01&to=2026-09-30"
FIGURES = (
    "taught_share", "units.total", "units.agency", "units.inhouse_own", "units.handed_over", "units.rest",
    "units.tickets", "units.total&objective=ab-design", "dimensions.teaching.taught_through",
    "dimensions.embedding.workflow_checks", "dimensions.reciprocity.brief_stable",
)  # fmt: skip
EARLIER = "All that was before these"


@pytest.mark.parametrize("figure", FIGURES)
def test_a_long_list_has_the_latest_and_one_row_for_the_others(
    page_client: PageClient, figure: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = f"/pages/figure?engagement={ACME}&figure={figure}&{QUARTER}&all=1"
    whole = page_client.read(page_client.follow(LEAD, address))
    monkeypatch.setattr(source, "LATEST", 5)
    latest = page_client.read(page_client.follow(LEAD, address))
    names = [row[0] for row in latest.tables[0].rows]
    assert any(EARLIER in name for name in names)
    assert not any(EARLIER in row[0] for row in whole.tables[0].rows)
    assert latest.tables[0].rows[-1] == whole.tables[0].rows[-1], "the sum is that of all tickets"
    assert len(names) < len(whole.tables[0].rows)
    listed = [row[0] for row in whole.tables[0].rows]
    assert [name for name in names if EARLIER not in name and name not in listed] == []
