"""The experiments that several engagements of the program have, by ticket, so that none counts twice in a sum."""

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from datetime import date

from mappings.measure.model.engagement import Engagement
from mappings.measure.model.opportunity import Window
from mappings.measure.score.experiments import COMPONENTS
from mappings.measure.score.program_counts import Decided, Experiments, count_again
from mappings.records.figures.component_rows import ComponentRow, select_component_rows
from mappings.records.sql.scope import SiteScope

_OUTCOMES = {component: outcome for outcome, component in COMPONENTS.items()}
# The quarters of an engagement as windows, None where it does not run.
Windows = Sequence[Window | None]


def may_share(agreed: Mapping[str, Engagement], first: date, last: date) -> frozenset[str]:
    """Return the engagements that may have finished a ticket of another one in these days, by their keys.

    Those are of one project. What is opened again after an engagement's end stays finished there, and may be finished
    in any other's project then.
    """
    ends = (own.ends for own in agreed.values())
    if len(agreed) > 1 and any(end is not None and first <= end <= last for end in ends):
        return frozenset(agreed)
    shared = shared_projects(agreed.values())
    return frozenset(key for key, own in agreed.items() if not shared.isdisjoint(own.projects))


def shared_projects(agreed: Iterable[Engagement]) -> frozenset[str]:
    """Return the projects that more than one of the engagements cover."""
    covered = Counter(project for own in agreed for project in set(own.projects))
    return frozenset(project for project, number in covered.items() if number > 1)


def select_again(site: SiteScope, windows: Mapping[str, Windows]) -> dict[str, tuple[Experiments, ...]]:
    """Return by engagement and quarter what its experiments add that the engagements before it have."""
    edges = [edge for own in windows.values() for window in own if window for edge in (window.start, window.end)]
    if not edges:
        return {}
    rows = select_component_rows(site, tuple(_OUTCOMES), min(edges), max(edges))
    decided = {key: [_decided(rows.get(key, ()), window) for window in own] for key, own in windows.items()}
    by_quarter = [count_again(quarter) for quarter in zip(*decided.values(), strict=True)]
    return dict(zip(windows, zip(*by_quarter, strict=True), strict=True))


def _decided(rows: Sequence[ComponentRow], window: Window | None) -> tuple[Decided, ...]:
    if window is None:
        return ()
    # An experiment is known at once, so that it does not matter as of when.
    return tuple(
        Decided(row.issue_id, _OUTCOMES[row.component], led_inhouse=row.x > 0)
        for row in rows
        if window.start <= row.at < window.end and (row.gone is None or row.gone >= window.end)
    )
