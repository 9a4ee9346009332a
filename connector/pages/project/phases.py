"""What changed in the agreement while work was delivered: lines of the chart, and words of its table."""

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connector.pages.program.texts import MODEL_NAMES
from connector.pages.project.charts import Bar, Chart
from connector.text import day
from mappings.formats.report.source import calendar_of
from mappings.measure.model.engagement import Engagement
from mappings.measure.period.ruleset_approval import Proposal
from mappings.records.operations.audit import Act
from mappings.translation import gettext


@dataclass(frozen=True)
class Phase:
    """A day on which something of the agreement changed: where it lies in percent, and what changed in words."""

    x: float
    text: str


@dataclass(frozen=True)
class AgreementChanges:
    """The versions of the rules, and the changes of the model, newest first."""

    proposals: Sequence[Proposal] = ()
    models: Sequence[Act] = ()


def phases_of(chart: Chart, changes: Mapping[date, Sequence[str]]) -> list[Phase]:
    """Return the days with a change that the chart holds, oldest first."""
    placed = [(bar, on) for on in sorted(changes) if (bar := _bar_of(chart.bars, on))]
    return [Phase(_place(chart, bar, on), _named(on, changes[on])) for bar, on in placed]


def words_by_span(chart: Chart, changes: Mapping[date, Sequence[str]]) -> list[list[str]]:
    """Return what changed in each span of the chart in words, a line for each day."""
    of_spans = [[on for on in sorted(changes) if bar.span.first <= on <= bar.span.last] for bar in chart.bars]
    return [[_named(on, changes[on]) for on in days] for days in of_spans]


def changes_between(engagement: Engagement, agreed: AgreementChanges, first: date, last: date) -> dict[date, list[str]]:
    """Return what changed after the first day, by day: rules, the model, and who belongs to the two sides."""
    # A quarter that begins changes nothing: the period's own mark says where it lies.
    changes: defaultdict[date, list[str]] = defaultdict(list)
    for proposal in agreed.proposals:
        if proposal.applies_from:
            changes[proposal.applies_from].append(gettext("version %(num)s of the rules applies", num=proposal.version))
    for act in reversed(agreed.models):
        changes[calendar_of(engagement).day(act.at)].append(_model_text(act))
    for on in sorted(set(_days_of_people(engagement))):
        changes[on].append(gettext("the people of the two sides changed"))
    return {on: texts for on, texts in changes.items() if first < on <= last}


def _model_text(act: Act) -> str:
    before, after = (MODEL_NAMES[model] for model in (act.before, act.after))
    if act.before is None:
        return gettext("the model became %(model)s", model=after)
    if act.after is None:
        return gettext("the model %(model)s was taken out", model=before)
    return gettext("the model changed from %(before)s to %(after)s", before=before, after=after)


def _days_of_people(engagement: Engagement) -> Iterator[date]:
    # Other agencies and gatekeepers are no part of this agreement, and an agency does not read of them.
    calendar = calendar_of(engagement)
    for person in engagement.people:
        if person.side == "inhouse" or (person.side == "agency" and person.org == engagement.agency):
            yield calendar.day(person.start)
            if person.end is not None:
                yield calendar.day(person.end)


def _bar_of(bars: Sequence[Bar], on: date) -> Bar | None:
    return next((bar for bar in bars if bar.span.first <= on <= bar.span.last), None)


def _place(chart: Chart, bar: Bar, on: date) -> float:
    length = (bar.span.last - bar.span.first) / timedelta(days=1) + 1
    return round(bar.slot + chart.slot * ((on - bar.span.first) / timedelta(days=1)) / length, 3)


def _named(on: date, texts: Sequence[str]) -> str:
    return gettext("%(day)s: %(changes)s", day=day(on), changes=", ".join(texts))
