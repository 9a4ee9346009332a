"""A draft's page and its sections, as who may change it or leads in it sees them."""

from collections.abc import Collection, Mapping
from typing import Any
from urllib.parse import urlencode

from flask import render_template, request, url_for

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
    return values | {"change": change, "way_back": way_back(view), "state": _state(view), "address": _address(view)}


def _state(view: DraftView) -> str:
    """Return what a platform keeps in its own address, so that the same draft opens again."""
    back = request.args.get("back")
    return urlencode({"draft": view.draft.number, **({"back": back} if back else {})})


def _address(view: DraftView) -> str:
    """Return the page that opens the draft again; "" by an administrator's link, whose page has none."""
    if view.may_put_in_force:
        return ""
    place: dict[str, Any] = {"project.key": view.project}
    if request.args.get("from") == "admin":
        place = {"whole": 1, "from": "admin"}
    return url_for("admin.content" if "from" in place else "project.content", **place)


def render_section(number: int, outcome: Outcome, others: Collection[str] = ()) -> str:
    """Give a section anew, with what stands around it and the others that changed with it."""
    named = {*others, "leads", *FOLLOWING.get(outcome.section, ())} - {outcome.section}
    return render_template(
        "setup/changed.html",
        section=outcome.section,
        others=[section for section in TITLES if section in named],
        **_values(read_draft_view(number), outcome),
    )
