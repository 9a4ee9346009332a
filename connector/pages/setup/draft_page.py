"""A draft's page and its sections, as who may change it or leads in it sees them."""

from collections.abc import Collection, Mapping
from typing import Any

from flask import render_template

from connector.pages.settings.change import change_values
from connector.pages.setup.access import DraftView, read_draft_view, way_back
from connector.pages.setup.read_sections import read_sections
from connector.pages.setup.sections import Outcome, page_values
from connector.pages.setup.words import TITLES

# Whom an objective or a lead may be chosen from follows from the people; a sponsor needs no side among them.
FOLLOWING: Mapping[str, tuple[str, ...]] = {"people": ("objectives",), "leads": ("people",)}


def render_draft(view: DraftView, notice: str = "", another: str = "") -> str:
    """Return a draft to who may change it or leads in it; `another` is the address that begins one more."""
    values = _values(view, Outcome(notice=notice))
    if view.stored is not None:
        return render_template("settings/draft.html", another=another, **values)
    if view.may_set_up:
        return render_template("setup/draft.html", another=another, **values)
    agreed = values["engagement"]
    folds = read_sections(view, agreed, values["names"]) if agreed else []
    return render_template("setup/read.html", folds=folds, **values)


def _values(view: DraftView, outcome: Outcome) -> dict[str, Any]:
    values = page_values(view, outcome)
    change = change_values(view, values["names"], values["problems"]) if view.stored else None
    return values | {"change": change, "way_back": way_back(view)}


def render_section(number: int, outcome: Outcome, others: Collection[str] = ()) -> str:
    """Give a section anew, with what stands around it and the others that changed with it."""
    named = {*others, "leads", *FOLLOWING.get(outcome.section, ())} - {outcome.section}
    return render_template(
        "setup/changed.html",
        section=outcome.section,
        others=[section for section in TITLES if section in named],
        **_values(read_draft_view(number), outcome),
    )
