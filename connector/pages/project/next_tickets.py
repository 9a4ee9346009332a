"""Open tickets that could teach: a part of the project page that loads after it, since each open ticket is read."""

import dataclasses
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from flask import Blueprint, render_template, request
from msgspec.structs import replace
from sqlalchemy import Connection

from connector.actions.policy import FILE_FEEDBACK
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.teaching import Teaching, select_teaching
from connector.jira.client import JiraError
from connector.pages.act import may_act
from connector.pages.prepared import prepared_of
from connector.pages.project.coverage import numeral
from connector.pages.project.held_tickets import comment_notes, held_of
from connector.pages.project.opening_gap import Gap, gap_of, own_gap, untagged_gap
from connector.pages.step_text import hours_text, rule_places
from connector.pages.tabs import frame_address
from connector.pages.visibility import browsable, fetch_names, require_view
from connector.text import EVIDENCE_NAMES
from connector.web.gate import SHARED, Rule, caller, tenant
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.people.teaching_opportunities import Part, TeachingOpportunity
from mappings.records.facts.issues import IssueLabel, select_labels
from mappings.translation import gettext, list_text, mark, ngettext

blueprint = Blueprint("next_tickets", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {"next_tickets.show": SHARED}

SHOWN = 6
# How many the Overview has room for.
NEAREST = 3
# What somebody does: driving is another thing for who is named for it already.
Act: TypeAlias = Part | Literal["named_driver"]
# After "If" and with it: other languages put the verb elsewhere in each.
DOES: Mapping[Act, str] = {
    "shadow": mark("shadows"),
    "driver": mark("drives %(learner)s of it%(hours)s, named under Drives"),
    "named_driver": mark("drives %(learner)s of it%(hours)s, already named under Drives"),
    "alone": mark("drives %(driver)s of it without the agency"),
}
MOVES: Mapping[Act, str] = {
    "shadow": mark("if %(who)s shadows: %(rung)s"),
    "driver": mark("if %(who)s drives %(learner)s of it%(hours)s, named under Drives: %(rung)s"),
    "named_driver": mark("if %(who)s drives %(learner)s of it%(hours)s, already named under Drives: %(rung)s"),
    "alone": mark("if %(who)s drives %(driver)s of it without the agency: %(rung)s"),
}


@dataclass(frozen=True)
class Pips:
    """How far a ticket brings somebody to a rung: "one of two" in words, and a circle for each ticket it takes."""

    text: str
    circles: tuple[str, ...]


@dataclass(frozen=True)
class Next:
    key: str
    summary: str
    objective: str
    who: str
    act: Act
    rung: str
    pips: Pips | None
    is_assigned: bool
    rules: Ruleset
    work: int
    missing: int = 0
    instead: str = ""

    @property
    def does(self) -> str:
        return gettext(DOES[self.act], **self._places)

    @property
    def is_alone(self) -> bool:
        """Whether it helps without the agency alone: it is no ticket to teach on."""
        return self.act == "alone"

    @property
    def move(self) -> str:
        """Who would do what, and the rung it leads to."""
        text = gettext(MOVES[self.act], who=self.who, rung=self.rung, **self._places)
        return f"{text}, {self.pips.text}" if self.pips else text

    @property
    def is_last(self) -> bool:
        """Whether it is the last ticket that the rung takes."""
        return self.pips is None or "later" not in self.pips.circles

    @property
    def alternative(self) -> str:
        return gettext("or %(ticket)s: one of the two is enough", ticket=self.instead) if self.instead else ""

    @property
    def lacks(self) -> str:
        """Say that the open tickets are too few for the rung, where that is known."""
        if not self.missing:
            return ""
        return ngettext(
            "%(num)s more is missing: too few open tickets of this objective can be driven without the agency. "
            "Tag one, or ask for one.",
            "%(num)s more are missing: too few open tickets of this objective can be driven without the agency. "
            "Tag one, or ask for one.",
            self.missing,
        )

    @property
    def _places(self) -> dict[str, object]:
        return rule_places(self.rules) | {"hours": hours_text(self.work)}


@blueprint.get("/pages/next")
def show() -> str:
    app, who = container(), caller()
    with app.reader.connect() as connection:
        view = require_view(connection).as_shown
        teaching = _select(connection, view, viewer=who.account or "")
        opportunities, held = teaching.openings, teaching.gap.held if teaching.gap and view.agency else ()
        notes = comment_notes(prepared_of(connection, view), held, app.clock()) if held else {}
        ids = {opportunity.issue_id for opportunity in opportunities}
        labels = select_labels(connection, who.tenant_id, ids | notes.keys())
    try:
        seen = browsable(app, labels.values())
    except JiraError:
        return render_template("project/next_tickets.html", away=True)
    taught = any(opportunity.part != "alone" for opportunity in opportunities)
    browsed = [opportunity for opportunity in opportunities if opportunity.issue_id in seen]
    helped = {opportunity.objective for opportunity in browsed}
    gap = Gap() if taught else gap_of(view, teaching, request.args.get("period", ""), helped)
    hidden = len({opportunity.issue_id for opportunity in opportunities} - seen)
    rows = rows_of(view, browsed, labels)
    rows.sort(key=lambda row: not row.is_assigned)
    shows_all = bool(request.args.get("all"))
    rows = with_instead(rows)
    shown = SHOWN if shows_all else NEAREST
    all_address = "" if shows_all else frame_address("objectives", view.engagement, request.args.get("period", ""))
    besides = ngettext(
        "%(num)s ticket besides, which you may not browse.",
        "%(num)s tickets besides, which you may not browse.",
        hidden,
    )
    return render_template(
        "project/next_tickets.html",
        rows=rows[:shown],
        agency=view.engagement.agency_name,
        is_of_agency=bool(view.agency),
        more=len(rows) - shown,
        all_address=all_address,
        site=tenant().display_url,
        gap=gap,
        held=held_of(labels, {key: note for key, note in notes.items() if key in seen}),
        untagged=untagged_gap("", view, request.args.get("period", "")),
        own=own_gap(view, teaching, request.args.get("period", ""), request.args.get("objective", "")),
        ask_address=_ask_address(view, request.args.get("period", "")),
        hidden=besides if hidden else "",
    )


def _ask_address(view: EngagementView, period: str) -> str:
    """Return where an agency asks the in-house team for a ticket; "" for everybody else."""
    asks = view.agency and may_act(view, FILE_FEEDBACK)
    return frame_address("agency", view.engagement, period) if asks else ""


def _select(connection: Connection, view: EngagementView, *, viewer: str) -> Teaching:
    if view.stored.generation is None:
        return Teaching()
    tenant_id, now = caller().tenant_id, container().clock()
    return select_teaching(connection, tenant_id, view.stored, prepared_of(connection, view), now=now, viewer=viewer)


def rows_of(
    view: EngagementView, opportunities: Sequence[TeachingOpportunity], labels: dict[int, IssueLabel]
) -> list[Next]:
    names = {objective.key: objective.name for objective in view.engagement.objectives}
    wanted = {account for opportunity in opportunities for account in opportunity.learners if may_name(view, account)}
    people = fetch_names(container(), view, wanted)
    # One row for each ticket and objective: its first way up.
    first: dict[tuple[int, str], TeachingOpportunity] = {}
    for opportunity in opportunities:
        first.setdefault((opportunity.issue_id, opportunity.objective), opportunity)
    return [
        Next(
            labels[issue_id].key,
            labels[issue_id].summary,
            names.get(key, key),
            *_who_acts(opportunity, people),
            EVIDENCE_NAMES[opportunity.kind],
            pips_of(opportunity),
            opportunity.is_assigned,
            view.stored.rules,
            opportunity.work,
            opportunity.missing,
        )
        for (issue_id, key), opportunity in first.items()
    ]


def with_instead(rows: Sequence[Next]) -> list[Next]:
    """Return the rows, each with the ticket above it that leads the same person to the same rung by itself."""
    first, following = dict[tuple[str, str, str], str](), list[Next]()
    for row in rows:
        key = (row.objective, row.rung, row.who)
        # Of somebody who is not named it is not known that they are the same.
        known = row.is_last and row.who != gettext("a learner")
        following.append(dataclasses.replace(row, instead=first.get(key, "")) if known else row)
        if known:
            first.setdefault(key, row.key)
    return following


def _who_acts(opportunity: TeachingOpportunity, people: dict[str, str]) -> tuple[str, Act]:
    """Return who would do what. Where somebody is named for it already, it is for them."""
    named = tuple(account for account in opportunity.named if people.get(account))
    if named:
        return learners_text(replace(opportunity, learners=named), people), "named_driver"
    return learners_text(opportunity, people), opportunity.part


def may_name(view: EngagementView, account: str) -> bool:
    # Leads read the names of those who agreed to it, everybody their own.
    return "names" in view.sees or account == caller().account


def learners_text(opportunity: TeachingOpportunity, people: dict[str, str]) -> str:
    named = [people[account] for account in opportunity.learners if people.get(account)]
    # Any of them would do.
    return list_text(sorted(named), "or") or gettext("a learner")


def pips_of(opportunity: TeachingOpportunity) -> Pips | None:
    """Return how far the ticket brings somebody, None where one ticket is all it takes."""
    nth, needed = opportunity.nth, opportunity.needed
    if needed < 2:
        return None
    circles = ("had",) * (nth - 1) + ("would",) + ("later",) * (needed - nth)
    return Pips(gettext("%(nth)s of %(needed)s", nth=numeral(nth), needed=numeral(needed)), circles)
