"""What changed between two frozen quarters, in the words of the change test."""

from collections.abc import Mapping
from typing import Any, Literal, TypeAlias

from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.statistics import half_width, wilson
from mappings.measure.score.composite import compare
from mappings.measure.score.window import Verdict, verdict_of

Keys = dict[str, Any]
# A count needs no test, and is compared only where both quarters are whole.
Word: TypeAlias = Verdict | Literal["counted", "not whole"]
# Below so many a rate says too little to be compared, as in the funnel (docs/measurement.md (e3)).
LEAST = 4
HOLDERS: Mapping[str, int] = {"not covered": 0, "single holder": 1, "covered": 2}


def share_verdict(before: Mapping[str, Any], now: Mapping[str, Any], rules: Ruleset) -> Verdict | None:
    """Return how the taught share changed, from the intervals of both; None where one is not published."""
    if not (before["published"] and now["published"]):
        return None
    return verdict_of(compare(_estimate(before, rules), _estimate(now, rules), rules))


def _estimate(share: Mapping[str, Any], rules: Ruleset) -> tuple[float, float]:
    return interval_estimate(share["value"], share["low"], share["high"], rules)


def interval_estimate(value: float, low: float, high: float, rules: Ruleset = DEFAULT) -> tuple[float, float]:
    """Return a share and its standard error as Wilson's interval has it: it is not nothing at 0 and 100 %."""
    return value, (high - low) / 2 / half_width(rules.interval)


def rate_verdict(before: tuple[int, int], now: tuple[int, int]) -> Verdict | None:
    """Return how a rate of (x, n) changed; None where one of them has an n of fewer than `LEAST`."""
    if min(before[1], now[1]) < LEAST:
        return None
    then, today = (interval_estimate(x / n, *wilson(x, n)) for x, n in (before, now))
    return verdict_of(compare(then, today))


def exit_verdict(before: Mapping[str, Any], now: Mapping[str, Any], figure: str) -> Verdict | None:
    """Return how exit coverage changed: only where an objective gained or lost a holder, never by demand alone."""
    values = before["exit_coverage"][figure], now["exit_coverage"][figure]
    return coverage_verdict(values[0], values[1], _holders(before), _holders(now))


def _holders(report: Mapping[str, Any]) -> dict[str, int]:
    return {row["key"]: HOLDERS[row["coverage"]] for row in report["objectives"]}


def coverage_verdict(
    before: float | None, now: float | None, then: Mapping[str, int], today: Mapping[str, int]
) -> Verdict | None:
    """Return how a share of exit coverage changed; `then` and `today` are the holders of each objective.

    Where these were not recorded the shares alone tell.
    """
    if before is None or now is None:
        return None
    steps = [today[key] - then[key] for key in then.keys() & today.keys()] if then and today else [-1, 1]
    if now > before and any(step > 0 for step in steps):
        return "up"
    return "down" if now < before and any(step < 0 for step in steps) else "no clear change"


def changes_since(
    before: Mapping[str, Any], now: Mapping[str, Any], rules: Ruleset, *, whole: bool = True
) -> list[Keys]:
    """Return the figures of two reports side by side. Both must be cut to what the reader may see.

    `whole`: the engagement neither began nor ended within one of the two quarters.
    """
    counted: Word = "counted" if whole else "not whole"
    change = share_verdict(before["taught_share"], now["taught_share"], rules)
    rows: list[tuple[str, Any, Any, Word | None]] = [
        ("taught_share", *_values(before, now, "taught_share", "value"), change),
        *(("units." + key, *_values(before, now, "units", key), counted) for key in ("agency", "handed_over")),
    ]
    if "exit_coverage" in before and "exit_coverage" in now:
        rows += [
            (f"exit_coverage.{key}", *_values(before, now, "exit_coverage", key), exit_verdict(before, now, key))
            for key in ("two_holders", "one_holder")
        ]
    if "program" in before and "program" in now:
        rows += _program_rows(before["program"], now["program"], counted)
    return [{"key": key, "before": then, "now": today, "verdict": verdict} for key, then, today, verdict in rows]


def _program_rows(
    before: Mapping[str, Any], now: Mapping[str, Any], counted: Word
) -> list[tuple[str, Any, Any, Word | None]]:
    then, today = before["experiments"], now["experiments"]
    won, led = (
        rate_verdict((then[name], then["decided"]), (today[name], today["decided"])) for name in ("won", "led_inhouse")
    )
    return [
        ("program.experiments.decided", then["decided"], today["decided"], counted),
        ("program.experiments.win_rate", then["win_rate"]["value"], today["win_rate"]["value"], won),
        ("program.experiments.led_inhouse", then["led_inhouse"], today["led_inhouse"], led),
        ("program.proposals.adopted", before["proposals"]["adopted"], now["proposals"]["adopted"], counted),
    ]


def _values(before: Mapping[str, Any], now: Mapping[str, Any], section: str, name: str) -> tuple[Any, Any]:
    return before[section][name], now[section][name]
