"""The experiments of the program's engagements by quarter, ticket by ticket, so that none counts twice in a sum."""

from collections.abc import Mapping, Sequence

from mappings.measure.model.opportunity import Window
from mappings.measure.score.experiments import COMPONENTS
from mappings.measure.score.program_counts import Decided
from mappings.records.figures.component_rows import ComponentRow, select_component_rows
from mappings.records.sql.scope import SiteScope

_OUTCOMES = {component: outcome for outcome, component in COMPONENTS.items()}


def select_decided(site: SiteScope, windows: Mapping[str, Sequence[Window]]) -> dict[str, list[tuple[Decided, ...]]]:
    """Return the experiments that were decided in each window of each engagement, with one statement for all."""
    edges = [edge for own in windows.values() for window in own for edge in (window.start, window.end)]
    rows = select_component_rows(site, tuple(_OUTCOMES), min(edges), max(edges))
    return {key: [_decided(rows.get(key, ()), window) for window in own] for key, own in windows.items()}


def _decided(rows: Sequence[ComponentRow], window: Window) -> tuple[Decided, ...]:
    # An experiment is known at once, so that it does not matter as of when.
    return tuple(
        Decided(row.issue_id, _OUTCOMES[row.component], led_inhouse=row.x > 0)
        for row in rows
        if window.start <= row.at < window.end and (row.gone is None or row.gone >= window.end)
    )
