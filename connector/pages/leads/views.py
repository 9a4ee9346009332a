"""Between the two sides: rules that both agree on, the agency's feedback and what becomes of it, a pulse a quarter."""

from datetime import date
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from flask import Blueprint, render_template, request
from sqlalchemy import Connection

from connector.actions import feedback
from connector.actions.actor import ActionRefused, Actor
from connector.actions.rulesets import approve_rules
from connector.auth.access import EngagementView, Role
from connector.container import container
from connector.figures.scores import select_lens
from connector.pages.act import Deed, perform
from connector.pages.leads import texts
from connector.pages.project.next_tickets import read_seat
from connector.pages.visibility import refuse
from connector.web.gate import CONTEXT, SHARED, Rule, caller, link
from mappings.measure.model.statements import LeadSide
from mappings.measure.period.ruleset_approval import NotAgreed

blueprint = Blueprint("between", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "between.show": SHARED,
    "between.file": CONTEXT,
    "between.tie": CONTEXT,
    "between.pulse": CONTEXT,
    "between.approve": CONTEXT,
}

Part: TypeAlias = Literal["filing", "acting", "leading"]

PARTS: dict[Part, tuple[frozenset[Role], str]] = {
    "filing": (frozenset({"agency_lead", "agency_member"}), "Only somebody of the agency can file its feedback."),
    "acting": (frozenset({"inhouse_lead"}), "Only an in-house lead can say what is done about it."),
    "leading": (frozenset({"inhouse_lead", "agency_lead"}), "Only a lead of one of the two sides can do that."),
}
"""Who has which part, and what the others are told."""


def address_of(view: EngagementView) -> str:
    """Return where the fragment is for a caller who has a part in it, '' for others. By a link nobody reads it."""
    open_to = link() is None and view.stored.generation is not None and any(has_part(view, part) for part in PARTS)
    return f"/pages/between?{urlencode({'engagement': view.engagement.key})}" if open_to else ""


def has_part(view: EngagementView, part: Part) -> bool:
    """Tell whether the caller has a part."""
    return bool(PARTS[part][0] & view.roles)


@blueprint.get("/pages/between")
def show() -> str:
    """Show what the two sides have to say to each other."""
    return _content("")


@blueprint.post("/pages/between/file")
def file() -> str:
    """File feedback on the client's behaviour."""
    about, words = _given("about"), _given("words")

    def act(actor: Actor) -> None:
        feedback.file_feedback(actor, about, words)

    return _acted("filing", act, "Filed. The in-house lead sees it here.")


@blueprint.post("/pages/between/tie")
def tie() -> str:
    """Say what is done about an item of feedback."""
    number, words = _number("number"), _given("action")
    return _acted("acting", lambda actor: feedback.tie_action(actor, number, words), "Kept. The agency reads it here.")


@blueprint.post("/pages/between/pulse")
def pulse() -> str:
    """Give one's side's pulse on a quarter."""
    quarter, answer = _quarter(), _number("answer")
    return _acted("leading", lambda actor: feedback.give_pulse(actor, quarter, answer), "Given, once and for all.")


@blueprint.post("/pages/between/approve")
def approve() -> str:
    """Agree to proposed rules on behalf of the side that one leads."""
    version = _number("version")

    def act(actor: Actor) -> None:
        where = (actor.connection, actor.tenant_id, actor.stored.engagement, version)
        try:
            approve_rules(*where, account=actor.account, now=actor.now)
        except NotAgreed as refusal:
            raise ActionRefused(f"Not agreed: whoever asked {refusal}.") from refusal

    return _acted("leading", act, "Agreed for your side.")


def _given(name: str) -> str:
    return str(request.values.get(name, ""))


def _number(name: str) -> int:
    said = _given(name)
    return int(said) if said.isdecimal() and len(said) < 10 else refuse(422, f"Choose a number for {name}.")


def _quarter() -> date:
    try:
        return date.fromisoformat(_given("quarter"))
    except ValueError:
        refuse(422, "Choose a quarter.")


def _acted(part: Part, act: Deed, said: str) -> str:
    """Let somebody say something, and show the part as it then is; what may not be said is answered in words."""
    with container().reader.connect() as connection:
        view = _read_measured(connection)
    if not has_part(view, part):
        refuse(403, PARTS[part][1])
    perform(view, act)
    return _content(said)


def _read_measured(connection: Connection) -> EngagementView:
    view = read_seat(connection)
    if not address_of(view):
        refuse(404, "There is nothing of yours here.")
    return view


def _content(said: str) -> str:
    with container().reader.connect() as connection:
        view = _read_measured(connection)
        values = _values(connection, view)
    parts = {part: has_part(view, part) for part in PARTS}
    return render_template("leads/page.html", said=said, key=view.engagement.key, **parts, **values)


def _values(connection: Connection, view: EngagementView) -> dict[str, Any]:
    tenant_id, stored, now = caller().tenant_id, view.stored, container().clock()
    prepared = select_lens(connection, tenant_id, stored)
    items = texts.items_of(connection, tenant_id, stored, prepared, now=now)
    values: dict[str, Any] = {"items": items, "about": texts.ABOUT_NAMES, "agency": view.engagement.agency_name}
    if has_part(view, "leading"):
        side: LeadSide = "inhouse" if "inhouse_lead" in view.roles else "agency"
        values["rules"] = texts.rules_of(connection, tenant_id, stored, side)
        values["changes"] = texts.changes_of(connection, tenant_id, stored, prepared, now=now)
        values["beats"] = texts.beats_of(connection, tenant_id, stored, prepared, now=now, side=side)
    return values
