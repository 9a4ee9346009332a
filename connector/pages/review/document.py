"""The review as a document: one template for the page, for paper and for PDF, with all figures taken from the pack."""

from collections.abc import Mapping
from datetime import date
from functools import lru_cache
from typing import Any

import msgspec
from jinja2 import ChoiceLoader, Environment, PackageLoader
from markupsafe import Markup

from connector.pages.labels import RUNG_NAMES, rung_meanings, taught_meaning
from connector.pages.project.charts import LITTLE
from connector.pages.project.coverage import HOLDERS
from connector.pages.project.score_text import owners_of
from connector.pages.review import program, tables, texts
from connector.pages.review.score_parts import no_window_text, score_parts, window_text
from connector.pages.review.weeks_chart import weeks_chart
from connector.pages.terms import (
    COVERAGE_NAMES,
    NOTHING_BEFORE,
    RUNG_WORDS,
    first_holder_text,
)
from connector.text import count, day, days, full_day, page_number, percent, unit_name, whole
from connector.web.language import add_translation
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.score.composite import Score
from mappings.measure.score.dimensions import Component, Dimension
from mappings.measure.score.window import Scored
from mappings.translation import gettext

Pack = Mapping[str, Any]
# What a component has where it is not published: nothing of it is printed.
NOT_PUBLISHED = {"value": 0.0, "low": 0.0, "high": 0.0}
SHORT = 12


@lru_cache(maxsize=1)
def document_environment() -> Environment:
    # The review of the program is made of the same parts.
    packages = ("connector.pages.review", "connector.pages.program", "connector.pages.program_review")
    loader = ChoiceLoader([PackageLoader(name, "templates") for name in packages])
    environment = Environment(loader=loader, autoescape=True, trim_blocks=True, lstrip_blocks=True)
    environment.filters |= {"percent": percent, "number": page_number, "whole": whole, "iso_day": _iso_day}
    environment.globals |= {"count": count, "HOLDERS": HOLDERS, "KIND_NAMES": tables.KIND_NAMES, "TERMS": tables.TERMS}
    environment.globals |= {"RUNG_NAMES": RUNG_NAMES, "due_text": tables.due_text, "stands_text": tables.stands_text}
    environment.globals |= {"LITTLE": LITTLE, "WORDS": tables.WORDS, "NOTHING_BEFORE": NOTHING_BEFORE}
    environment.globals |= {
        "RUNG_WORDS": RUNG_WORDS,
        "COVERAGE_NAMES": COVERAGE_NAMES,
        "OWNER_NAMES": tables.OWNER_NAMES,
    }
    add_translation(environment)
    return environment


def _iso_day(text: str) -> str:
    return full_day(date.fromisoformat(text[:10]))


def render_document(pack: Pack, rules: Ruleset) -> Markup:
    """Return the review as an `article` element."""
    return Markup(document_environment().get_template("review/document.html").render(document_values(pack, rules)))  # noqa: S704 the template escapes


def render_file(pack: Pack, rules: Ruleset, *, style: str, size: str = "A4") -> str:
    """Return the review as a whole HTML file that needs no other; `size` is that of its paper, A4 or letter."""
    values = document_values(pack, rules)
    return document_environment().get_template("review/file.html").render(style=style, size=size, **values)


def document_values(pack: Pack, rules: Ruleset) -> dict[str, Any]:
    """Return all that the document prints."""
    chart = weeks_chart(pack["by_week"])
    month_names, month_rows = tables.months_table(pack)
    scored = scored_of(pack) if "dimensions" in pack else None
    return {
        "pack": pack,
        "rules": rules,
        "rung_meanings": rung_meanings(rules),
        "taught_meaning": taught_meaning(rules),
        "agency": pack["engagement"]["agency"],
        "days": days(date.fromisoformat(pack["from"]), texts.last_day(pack)),
        "last": day(texts.last_day(pack)),
        "unit": unit_name(pack["units"]["by"], 0),
        "opening": texts.opening(pack),
        "taught_of": texts.taught_of(pack),
        "no_window": no_window_text(pack, rules),
        "window": window_text(pack, rules),
        "measured": texts.measured_text(pack),
        "chart": chart,
        "month_names": month_names,
        "month_rows": month_rows,
        "is_off_by_month": tables.is_off_by_month(pack),
        "objective_rows": tables.objectives_table(pack),
        "is_off_by_objective": tables.is_off_by_objective(pack),
        "compared": [(item, tables.changes_table(item, pack)) for item in pack["compared"]],
        "quarter_heading": tables.quarter_heading,
        "change_of": _changes(pack),
        "first_holder_text": first_holder_text,
        "suppressed": texts.suppressed_rows(pack),
        "owners": owners_of(scored, None, rules, is_of_few=is_of_few(pack)) if scored else (),
        "parts": texts.components_of(pack) if scored else {},
        "score_parts": score_parts(scored, rules, is_of_few=is_of_few(pack)) if scored else (),
        **(_program(pack) if "program" in pack else {}),
        "leads": _leads(pack),
        "chapters": _chapters(pack),
        "frozen": None if pack["frozen"] is None else _iso_day(pack["frozen"]),
        "short": lambda name: name[: len("sha256:") + SHORT] + "…",
    }


def is_of_few(pack: Pack) -> bool:
    """Tell whether too few people were in the group for a count of them, so that learners' progress has no numbers."""
    rows = pack.get("objectives", ())
    return not rows or any(row["suppressed"] for row in rows)


def _program(pack: Pack) -> dict[str, Any]:
    quarters = program.program_quarters(pack)
    return {
        "program_experiments": [(name, own["experiments"]) for name, own in quarters],
        "program_names": [name.split()[0] for name, _ in quarters],
        "program_proposals": [(name, own["proposals"]) for name, own in quarters],
        "departments": program.department_rows(quarters),
        "won": program.won_text(quarters),
    }


def _changes(pack: Pack) -> dict[str, Mapping[str, Any]]:
    # The change of each figure since the quarter before.
    return {
        row["key"]: {**row, "quarter": item["quarter"], "verdict": tables.shown_verdict(row)}
        for item in pack["compared"]
        if item["key"] == "last_quarter"
        for row in item["figures"]
    }


def scored_of(pack: Pack) -> Scored:
    """Return the score as it was measured, from the pack; what is not published is told by its counts alone."""
    dimensions = tuple(_dimension(keys) for keys in pack["dimensions"])
    score = pack["score"]
    names = ("value", "se", "low", "high", "geometric", "weight_covered", "published", "uneven", "contributions")
    beside = {"learners_offered": _component(pack["learners_offered"])}
    return Scored(dimensions, pack["owners"], Score(**{name: score[name] for name in names}), None, beside)


def _dimension(keys: Mapping[str, Any]) -> Dimension:
    names = ("key", "weight", "score", "se", "low", "high", "n", "published")
    return Dimension(**{name: keys[name] for name in names}, components=tuple(map(_component, keys["components"])))


def _component(keys: Mapping[str, Any]) -> Component:
    known = keys if keys["published"] else {**keys, **NOT_PUBLISHED}
    return msgspec.convert({**known, "se": 0.0}, Component)


def _leads(pack: Pack) -> dict[str, str]:
    leads = {
        "taught": texts.taught_lead(pack),
        "disputes": texts.disputes_lead(pack),
        "changes": texts.changes_lead(pack),
    }
    if "objectives" in pack:
        leads["carried"] = texts.carried_lead(pack)
    if "dimensions" in pack:
        leads |= {"sides": texts.sides_lead(pack), "gatekeepers": texts.gatekeepers_lead(pack)}
    if "program" in pack:
        leads["program"] = program.program_lead(pack)
    return leads


def _chapters(pack: Pack) -> list[tuple[str, str]]:
    chapters = [("taught", gettext("Taught and done"))]
    if "objectives" in pack:
        chapters.append(("carried", gettext("Objectives and exit")))
    if "dimensions" in pack:
        chapters += [("sides", gettext("Both sides")), ("gatekeepers", gettext("Gatekeepers and crises"))]
    if "program" in pack:
        chapters.append(("program", gettext("Program")))
    if "asks" in pack:
        chapters.append(("asks", gettext("Asks of each other")))
    return [
        *chapters,
        ("disputes", gettext("Disputes")),
        ("changes", gettext("Quarter against quarter")),
        ("appendix", gettext("Appendix")),
    ]
