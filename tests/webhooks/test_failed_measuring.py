"""Facts and figures fail apart: a figure that cannot be made costs no fact, is marked, and is tried again."""

import json
from typing import Any

import pytest

from tests.webhooks.site import VAULT, FiguresOf, SiteTenant, fill_drained, small
from tests.webhooks.test_drain import done_ticket, issue_of
from webhooks import measure as measuring
from webhooks.generations import retry_failed
from webhooks.worker import RETRY, step


def marked(site_tenant: SiteTenant) -> list[tuple[Any, ...]]:
    """The (issue, reason, tries) of what could not be measured, in every generation that is kept up to date."""
    query = "SELECT DISTINCT issue_id, failed, attempts FROM measured WHERE failed IS NOT NULL AND tenant_id = :t"
    return site_tenant.rows(query)


@pytest.fixture
def broken(site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch, figures_of: FiguresOf) -> int:
    """An issue that cannot be measured until the patch is undone; `site_tenant` holds all figures but its."""
    issue_id, measure = done_ticket(figures_of(fill_drained)), measuring.measure_with_opportunities

    def fail(prepared: Any, ticket: Any) -> Any:
        if ticket.issue.issue_id == issue_id:
            raise ZeroDivisionError
        return measure(prepared, ticket)

    monkeypatch.setattr(measuring, "measure_with_opportunities", fail)
    site_tenant.keep(small().bodies())
    site_tenant.drain()
    return issue_id


def test_facts_commit_although_a_figure_fails(
    site_tenant: SiteTenant, other: SiteTenant, broken: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.undo()
    other.keep(raw for raw in small().bodies() if issue_of(json.loads(raw)) == broken)
    other.drain()
    assert site_tenant.letters() == []
    assert len(site_tenant.tickets(broken)[broken].changes) == len(other.tickets(broken)[broken].changes) > 0
    [(issue_id, reason, tries)] = marked(site_tenant)
    assert (issue_id, reason) == (broken, "ZeroDivisionError")
    assert tries >= 1


def test_what_failed_is_tried_again_after_a_while_and_each_try_counts(site_tenant: SiteTenant, broken: int) -> None:
    [(_, _, tries)] = marked(site_tenant)
    assert not step(site_tenant.engine, VAULT, lambda: site_tenant.now + RETRY)
    assert step(site_tenant.engine, VAULT, lambda: site_tenant.now + RETRY + 1)
    assert marked(site_tenant) == [(broken, "ZeroDivisionError", tries + 1)]


def test_once_it_can_be_measured_the_figures_are_whole(
    site_tenant: SiteTenant, broken: int, monkeypatch: pytest.MonkeyPatch, figures_of: FiguresOf
) -> None:
    assert site_tenant.all_figures() != figures_of(fill_drained)
    monkeypatch.undo()
    assert retry_failed(site_tenant.engine, site_tenant.tenant_id, site_tenant.now) == 1
    assert site_tenant.all_figures() == figures_of(fill_drained)


def test_figures_that_cannot_be_written_cost_their_issue_alone(
    site_tenant: SiteTenant, monkeypatch: pytest.MonkeyPatch, figures_of: FiguresOf
) -> None:
    issue_id, save = done_ticket(figures_of(fill_drained)), measuring.save_evidence

    def fail(*given: Any) -> None:
        if issue_id in given[-1]:
            raise ZeroDivisionError
        save(*given)

    monkeypatch.setattr(measuring, "save_evidence", fail)
    site_tenant.keep(small().bodies())
    assert site_tenant.drain() == 0
    assert [row[0] for row in marked(site_tenant)] == [issue_id]
    monkeypatch.undo()
    retry_failed(site_tenant.engine, site_tenant.tenant_id, site_tenant.now)
    assert site_tenant.all_figures() == figures_of(fill_drained)
