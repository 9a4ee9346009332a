"""Explanations of a gatekeeper's own figures: how early they were brought in, and what passed at first."""

from datetime import date

from msgspec.structs import replace

from mappings.formats.explain.component_basis import rule_of
from mappings.formats.explain.followable import mean_text
from mappings.formats.explain.model import Explained, Line, move_of
from mappings.formats.explain.score import (
    BASIS,
    basis_of,
    counted_lines,
    explain_component,
    scores_in,
    window_inputs,
)
from mappings.formats.export.figure import Value
from mappings.formats.export.numbers import plain
from mappings.formats.report.source import ReportSource
from mappings.measure.model.engagement import Engagement
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.dimensions import Component
from mappings.measure.score.window import find_component
from mappings.translation import formula_number, gettext, list_text, mark, ngettext

EARLY_RULE = mark(
    "On every finished ticket that asks for a gatekeeper, or that one had or touched, how early that was: 100 before "
    "work began, 0 at its end or never."
)
# How early, as the tab's own table calls it, and what a row adds.
EARLY_COLUMNS = mark("Early"), mark("Adds")
EARLY_MOVE = mark("Being brought in before work begins.")
PASS_RULE = mark("Of the tickets sent to %(status)s, those that did not come back the first time.")
PASSES = mark("Passed: it is moved on, for example to %(onward)s. Moved to %(back)s, it counts as come back.")
# So many statuses of work are named.
BACK = 3
# What happened on the day of a line.
FINISHED_ON, SENT_ON = mark("finished %(day)s"), mark("sent %(day)s")


def statuses_text(agreed: Engagement) -> str:
    """Return the statuses of a gatekeeper by their names."""
    return ", ".join(agreed.workflow.gatekeeper) or gettext("a gatekeeper’s status")


def passes_text(agreed: Engagement) -> str:
    """Return which first move out of a gatekeeper's status passes, and which comes back (measurement (h), D5)."""
    onward = [*agreed.workflow.review[:1], *agreed.workflow.done[:1]]
    return gettext(PASSES, onward=list_text(onward, "or"), back=back_text(agreed))


def back_text(agreed: Engagement) -> str:
    """Return the statuses by which a ticket comes back; those to do have no names in the file."""
    return list_text([*agreed.workflow.active[:BACK], gettext("a to-do status")], "or")


def explain_early(review: ReportSource, path: str) -> Explained:
    """Explain how early gatekeepers were brought in, as the score has it: of the score nothing else is told."""
    component = find_component(scores_in(review).now, "earliness")
    explained = explain_component(review, path, "earliness")
    return replace(
        explained,
        title=gettext("How early"),
        rule=gettext(EARLY_RULE),
        formula=_early_formula(review, component),
        inputs=(
            (gettext(BASIS), _early_basis(component, review.rules)),
            *window_inputs(review, scores_in(review).window),
        ),
        moves=(gettext(EARLY_MOVE),),
        columns=EARLY_COLUMNS,
        day_words=FINISHED_ON,
    )


def _early_basis(component: Component, rules: Ruleset) -> str:
    if not component.n:
        return gettext("no ticket")
    mean = mean_text(component, rules)
    return ngettext("%(num)s ticket, %(mean)s", "%(num)s tickets, %(mean)s on average", int(component.n), mean=mean)


def _early_formula(review: ReportSource, component: Component) -> str:
    rules, x, n = review.rules, formula_number(100 * component.x, ".6g"), formula_number(plain(component.n))
    m, start = formula_number(rules.prior_weight, "g"), formula_number(100 * rules.prior, "g")
    return f"({x} + {m} × {start}) / ({n} + {m})"


def explain_first_pass(review: ReportSource, path: str) -> Explained:
    """Explain how many submissions passed at first, as they were counted."""
    component = find_component(scores_in(review).now, "first_pass")
    lines, number = counted_lines(review, "first_pass")
    return replace(
        explain_component(review, path, "first_pass"),
        title=gettext("Passed at first"),
        rule=f"{gettext(PASS_RULE, status=statuses_text(review.engagement))} {passes_text(review.engagement)}",
        value=Value(basis_of(component, review.rules), component.x, unit=SUBMISSIONS) if component.n else NOTHING,
        formula="",
        inputs=window_inputs(review, scores_in(review).window),
        unit=SUBMISSIONS,
        number=number,
        lines=tuple(sorted(map(_passed_line, lines), key=lambda line: line.day or date.min)),
        moves=(move_of(rule_of("first_pass"), review),),
        order=mark("the newest sent first"),
        day_words=SENT_ON,
    )


def _passed_line(line: Line) -> Line:
    """Return a line that says whether its ticket passed, in place of how much of it did, which is all or nothing."""
    if not line.issue_id:
        return line
    return replace(line, weight=None, weight_unit="", why=gettext("passed") if line.weight else gettext("came back"))


SUBMISSIONS = mark("submissions")
NOTHING = Value("–", unit=SUBMISSIONS)
