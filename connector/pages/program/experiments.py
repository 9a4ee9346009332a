"""The experiments of the program in words: how many were won, of what, and those of each engagement."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from connector.figures.program.engagement import ProgramEngagement
from connector.pages.program import charts
from connector.pages.program.counts import NOT_ADDED_UP, counted, unsummed_names
from connector.pages.program.texts import NAMED, rate_moved
from connector.pages.terms import NO_QUARTER, NOT_COMPARABLE
from connector.text import THIN, full_day, percent
from mappings.measure.model.statistics import wilson
from mappings.measure.score.experiments import OUTCOMES
from mappings.measure.score.program_counts import Experiments
from mappings.translation import gettext, list_text


@dataclass(frozen=True)
class ExperimentFacts:
    """Experiments of a quarter in words; `rate` is "" where none was decided, `led_before` where none was before.

    `own` is None where the quarter has none that were counted or recorded.
    """

    own: Experiments | None
    rate: str
    interval: str
    moved: str
    led_before: str
    before: str


def experiment_facts(
    now: Experiments | None, before: Experiments | None, quarter_before: str, absence: str = NO_QUARTER
) -> ExperimentFacts:
    """Return the share of decided experiments that were won, with Wilson's interval, and how it changed.

    Each is None where no engagement has that quarter; `absence` says why there is none before.
    """
    led_before = ""
    if before is not None and before.decided:
        led_before = gettext("%(part)s of %(whole)s", part=before.led_inhouse, whole=before.decided)
    if now is None or not now.decided:
        return ExperimentFacts(now, "", "", "", led_before, quarter_before)
    low, high = wilson(now.won, now.decided)
    interval = f"{percent(low).split(THIN)[0]}–{percent(high)}"
    moved = experiments_moved("won", now, before, absence)
    return ExperimentFacts(now, percent(now.won / now.decided), interval, moved, led_before, quarter_before)


def experiment_picture(
    engagements: Sequence[ProgramEngagement],
    names: Sequence[str],
    experiments: Sequence[Experiments | None],
    since: int,
) -> dict[str, Any]:
    """Return the bars of the quarters from `since` on, whether the last has a sum, and why one of them has none."""
    unsummed = unsummed_names(engagements, names)
    bars, scale = charts.experiment_bars(list(zip(names, experiments, strict=True))[since:], unsummed)
    return {
        "bars": bars,
        "scale": scale,
        "has_experiment_sum": names[-1] not in unsummed,
        "not_added_up": gettext(NOT_ADDED_UP) if unsummed else "",
    }


def experiments_scope(engagements: Sequence[ProgramEngagement]) -> str:
    """Return which experiments are counted: those of the engagements' projects since they began, and how they ended."""
    return f"{_where_text(engagements)} {_resolutions_text(engagements)}".strip()


def _where_text(engagements: Sequence[ProgramEngagement]) -> str:
    projects = sorted({key for item in engagements for key in item.engagement.projects})
    if len(projects) > NAMED:
        return gettext(
            "Experiments in the projects of these engagements since each began, whoever did them; whose they were is "
            "not told."
        )
    where = list_text(projects)
    if len(engagements) == 1:
        since = full_day(engagements[0].engagement.starts)
        return gettext(
            "Experiments in %(projects)s since %(day)s, whoever did them; whose they were is not told.",
            projects=where,
            day=since,
        )
    return gettext(
        "Experiments in %(projects)s since an engagement began there, whoever did them; whose they were is not told.",
        projects=where,
    )


def _resolutions_text(engagements: Sequence[ProgramEngagement]) -> str:
    """Return which resolutions say how an experiment ended: what has another one is in no number."""
    rules = [item.engagement.signals.experiments for item in engagements]
    # Resolutions that differ in case alone count as the same one.
    names = {name.casefold(): name for rule in rules for outcome in OUTCOMES for name in rule.get(outcome, ())}
    if not names:
        return ""
    if len(names) > NAMED:
        return gettext("Only those count that finished with a resolution that says how they ended.")
    resolutions = list_text([*names.values()], "or")
    return gettext("Only those count that finished with the resolution %(resolutions)s.", resolutions=resolutions)


@dataclass(frozen=True)
class ExperimentRow:
    """An engagement's experiments of the quarter; `own` is None where these were not recorded."""

    name: str
    own: Experiments | None


def experiment_rows(engagements: Sequence[ProgramEngagement]) -> list[ExperimentRow]:
    known = [(item.engagement.name, counted(item, -1)) for item in engagements]
    return [ExperimentRow(name, None if quarter is None else quarter.experiments) for name, quarter in known]


def experiments_moved(name: str, now: Experiments | None, before: Experiments | None, absence: str = NO_QUARTER) -> str:
    """Return how the share of decided experiments that `name` counts changed, in words; `absence`: none before."""
    earlier = None if before is None else (getattr(before, name), before.decided)
    return NOT_COMPARABLE if now is None else rate_moved((getattr(now, name), now.decided), earlier, absence)
