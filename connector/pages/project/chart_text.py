"""The texts of the picture of what was delivered, by week or by month."""

from collections.abc import Mapping
from typing import NamedTuple

from connector.pages.project import charts
from connector.text import days, percent
from mappings.translation import gettext, mark


class ByTexts(NamedTuple):
    """The texts of the picture by week or by month."""

    chart: str
    share: str
    none: str
    little: str
    span: str


BY_TEXTS: Mapping[str, ByTexts] = {
    "week": ByTexts(
        mark("%(units)s delivered by week, %(days)s"),
        mark("Above, the taught share of the trailing four weeks goes from %(first)s to %(last)s."),
        mark("Above, the taught share of the trailing four weeks is not shown, as no agency work was finished."),
        mark("Little evidence in week %(spans)s."),
        mark("Week %(name)s, %(days)s"),
    ),
    "month": ByTexts(
        mark("%(units)s delivered by month, %(days)s"),
        mark("Above, the taught share of the trailing four months goes from %(first)s to %(last)s."),
        mark("Above, the taught share of the trailing four months is not shown, as no agency work was finished."),
        mark("Little evidence in month %(spans)s."),
        mark("%(name)s, %(days)s"),
    ),
}


def describe(by: str, chart: charts.Chart) -> str:
    """Return a description of the chart, for those who cannot see it."""
    shares = [bar.share for bar in chart.bars if bar.share is not None]
    little = [bar.span.name for bar in chart.bars if bar.span.little]
    texts = BY_TEXTS[by]
    line = gettext(texts.none)
    if shares:
        line = gettext(texts.share, first=percent(shares[0]), last=percent(shares[-1]))
    lines = [line, gettext("Below, stacked bars of what was delivered, by bucket.")]
    lines += [gettext(texts.little, spans=", ".join(little))] if little else []
    return " ".join([*lines, gettext("Every value stands in the table that follows.")])


def span_names(by: str, chart: charts.Chart) -> list[str]:
    name = BY_TEXTS[by].span
    return [gettext(name, name=bar.span.name, days=days(bar.span.first, bar.span.last)) for bar in chart.bars]
