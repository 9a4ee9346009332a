"""An issue of which a read says what is stored is not measured, and no figure differs from measuring it."""

from collections.abc import Collection, Iterator, Sequence
from random import Random
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import Connection

from mappings.events.rest import read_issue
from mappings.events.types import Account, Comment, IssueRead
from mappings.measure.score.opportunities import measure_with_opportunities
from mappings.records.facts.rest_reads import save_issues_read
from tests.jira.dump import issue_lines
from tests.webhooks.site import KEYS, MINUTE, SiteTenant, add_site_tenant, open_site_tenants, small
from webhooks import measure as measuring
from webhooks import rest_intake
from webhooks.generations import measure_pending

EDITS = st.lists(st.tuples(st.integers(0, 1 << 32), st.integers(0, 12)), min_size=1, max_size=2)
"""Reads of the whole site, one after the other: what draws the edits of each, and how many issues it edits."""


@pytest.fixture
def imported(migrated_url: str) -> Iterator[SiteTenant]:
    with open_site_tenants(migrated_url, now=small().story.end + 5 * MINUTE) as [site_tenant]:
        site_tenant.agree(*small().engagements())
        site_tenant.save(whole_site(site_tenant))
        yield site_tenant


def whole_site(site_tenant: SiteTenant) -> list[IssueRead]:
    return [read_issue(line.encode(), site_tenant.digest()) for line in issue_lines(small().site)]


@pytest.fixture
def measured(monkeypatch: pytest.MonkeyPatch) -> list[int]:
    """The issues that are measured from now on, for each engagement."""
    issue_ids: list[int] = []

    def note(prepared: Any, ticket: Any) -> Any:
        issue_ids.append(ticket.issue.issue_id)
        return measure_with_opportunities(prepared, ticket)

    monkeypatch.setattr(measuring, "measure_with_opportunities", note)
    return issue_ids


def is_silent(read: IssueRead) -> bool:
    return not any(comment.mentions for comment in read.comments)


def test_a_second_read_of_the_same_measures_nothing(imported: SiteTenant, measured: list[int]) -> None:
    before = imported.all_figures()
    imported.now += MINUTE
    imported.save([read for read in whole_site(imported) if is_silent(read)])
    assert (measured, imported.all_figures()) == ([], before)


def test_what_failed_is_tried_again_though_nothing_changed(
    imported: SiteTenant, measured: list[int], monkeypatch: pytest.MonkeyPatch
) -> None:
    measured_ids = {int(row[0]) for row in imported.figures(KEYS[0])["measured"]}
    read = next(read for read in whole_site(imported) if is_silent(read) and read.issue.issue_id in measured_ids)
    with monkeypatch.context() as patch:
        patch.setattr(measuring, "measure_with_opportunities", lambda *_: 1 / 0)
        imported.save([replace(read, issue=replace(read.issue, summary="Renamed"))])
    imported.save([replace(read, issue=replace(read.issue, summary="Renamed"))])
    assert set(measured) == {read.issue.issue_id}


def test_a_read_that_changes_nothing_but_an_account_measures_anew(imported: SiteTenant) -> None:
    before = imported.all_figures()
    read = next(read for read in whole_site(imported) if is_silent(read) and read.issue.assignee)
    imported.save([replace(read, accounts=(Account(read.issue.assignee or "", "app"),))])
    measure_pending(imported.engine, imported.tenant_id, imported.now)
    assert imported.all_figures() != before


def edited(read: IssueRead, rng: Random) -> IssueRead:
    """A read that says something else than the site did: of the issue, or of one of its parts."""
    kind = rng.choice(["summary", "assignee", "labels", "changes", "worklogs", "comments", "links"])
    if kind in {"summary", "assignee"}:
        return replace(read, issue=replace(read.issue, **{kind: rng.choice(["ann", "bob", "Other"])}))
    if kind == "labels":
        return replace(read, issue=replace(read.issue, labels=(*read.issue.labels, "incident", "mapped")))
    parts = list(getattr(read, kind))
    if parts:
        gone = parts.pop(rng.randrange(len(parts)))
        if isinstance(gone, Comment) and rng.random() < 0.5:
            parts.append(replace(gone, length=1, updated=gone.updated + 1))
    return replace(read, **{kind: tuple(parts)})


def save_edited(site_tenant: SiteTenant, edits: Sequence[tuple[int, int]]) -> dict[str, Any]:
    """Read the site several times, each time with other edits in it; return the figures."""
    site_tenant.agree(*small().engagements())
    site_tenant.save(whole_site(site_tenant))
    for seed, number in edits:
        rng, reads = Random(seed), whole_site(site_tenant)
        site_tenant.now += MINUTE
        places = set(rng.sample(range(len(reads)), number))
        site_tenant.save([edited(read, rng) if place in places else read for place, read in enumerate(reads)])
    return {key: site_tenant.figures(key) for key in KEYS}


def all_read(connection: Connection, tenant_id: int, reads: Sequence[IssueRead], started: int) -> Collection[int]:
    """Save reads, and have every one of them measured."""
    save_issues_read(connection, tenant_id, reads, started)
    named = {issue_id for read in reads for issue_id in (read.issue.issue_id, read.issue.parent_id)}
    return {issue_id for issue_id in named if issue_id}


def test_figures_are_those_of_measuring_all_that_is_read(imported: SiteTenant, monkeypatch: pytest.MonkeyPatch) -> None:
    @settings(
        max_examples=4, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )  # fmt: skip
    @given(EDITS)
    def agrees(edits: Sequence[tuple[int, int]]) -> None:
        figures = save_edited(add_site_tenant(imported.engine, imported.now), edits)
        with monkeypatch.context() as patch:
            patch.setattr(rest_intake, "save_issues_read", all_read)
            assert save_edited(add_site_tenant(imported.engine, imported.now), edits) == figures

    agrees()
