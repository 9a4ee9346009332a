"""My ladder: one's own rungs and consents, and for leads and mentors what they sign; loaded after the project page."""

from collections.abc import Callable
from typing import Any, Literal, TypeAlias
from urllib.parse import urlencode

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection

from connector.actions import feedback, sign_offs
from connector.actions.actor import ActionRefused, Actor
from connector.auth.access import EngagementView
from connector.container import container
from connector.figures.scores import select_lens
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import Deed, perform
from connector.pages.ladder import export as takeaway
from connector.pages.ladder import rungs
from connector.pages.ladder import sign_offs as signatures
from connector.pages.ladder.sign_offs import LEADS, SIGNERS, Pair, pair_of
from connector.pages.project.next_tickets import read_seat
from connector.pages.visibility import account, browsable, fetch_names, refuse
from connector.text import count
from connector.web.gate import CONTEXT, SHARED, Rule, caller, link, tenant
from mappings.measure.model.statements import ConsentKind
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.records.facts.issues import select_labels

blueprint = Blueprint("ladder", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "ladder.show": SHARED,
    "ladder.veto": CONTEXT,
    "ladder.explain": CONTEXT,
    "ladder.consent": CONTEXT,
    "ladder.withdraw": CONTEXT,
    "ladder.sign": CONTEXT,
    "ladder.revoke": CONTEXT,
    "ladder.accept": CONTEXT,
    "ladder.agree": CONTEXT,
    "ladder.export": CONTEXT,
}


Part: TypeAlias = Literal["own", "signing", "leading"]

NO_PLACE: dict[Part, str] = {
    "own": "Only somebody in-house has a ladder of their own here.",
    "signing": "Only somebody of the agency, or an in-house lead, can sign for a learner.",
    "leading": "Only a lead of one of the two sides can do that.",
}


def address_of(view: EngagementView) -> str:
    """Return where the fragment is for a caller who has a part in it, '' for others."""
    open_to = any(has_part(view, part) for part in NO_PLACE) and view.stored.generation is not None
    return f"/pages/ladder?{urlencode({'engagement': view.engagement.key})}" if open_to else ""


def has_part(view: EngagementView, part: Part) -> bool:
    """Tell whether the caller has a part: their own row, signing, leading. A signed link shows the own row alone."""
    if part == "own":
        return "own_row" in view.sees and caller().account is not None
    roles = {"signing": SIGNERS, "leading": LEADS}[part]
    return link() is None and bool(roles & view.roles)


@blueprint.get("/pages/ladder")
def show() -> str:
    """Show one's own ladder, and what one may sign."""
    return _content("")


@blueprint.get("/pages/ladder/export")
def export() -> Response:
    """Give one's own rows as a file: the caller's, whatever else is asked for, and by no link."""
    form = takeaway.FORMS.get(_given("format")) or refuse(404, "No such form: json or csv.")
    who, now = account(), container().clock()
    with container().reader.connect() as connection:
        view = _read_measured(connection).as_shown
        if not has_part(view, "own"):
            refuse(403, NO_PLACE["own"])
        prepared = select_lens(connection, caller().tenant_id, view.stored)
        look = rungs.Look(connection, caller().tenant_id, view, prepared, who, now)
        found = takeaway.select_takeaway(look, rungs.select_own(look))
    try:
        rows = takeaway.rows_of(found, browsable(container(), found.labels.values()))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    head = {"account": who, "engagement": view.engagement.key, "day": str(prepared.calendar.day(now))}
    answer = Response(form.write(head, rows), mimetype=form.mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={view.engagement.key}-my-ladder.{form.ending}"
    return answer


@blueprint.post("/pages/ladder/veto")
def veto() -> str:
    """Say "not yet" of one's own rung."""
    objective = _given("objective")
    said = "Your rung went back by one. The counts of the page follow on Monday."
    return _acted("own", lambda actor: sign_offs.veto(actor, objective), said)


@blueprint.post("/pages/ladder/explain")
def explain() -> str:
    """Say that one explained back what a ticket taught."""
    issue, objective = _browsable_issue(), _given("objective")
    said = "Kept. It counts once a lead, or a mentor of the agency, accepts it: they see it if you agreed to be named."
    return _acted("own", lambda actor: sign_offs.give_teach_back(actor, issue, objective), said)


@blueprint.post("/pages/ladder/consent")
def consent() -> str:
    """Agree to be named, or to a distribution."""
    kind = _kind()
    return _acted("own", lambda actor: sign_offs.agree_to(actor, kind), "Kept. You can withdraw it at any time.")


@blueprint.post("/pages/ladder/withdraw")
def withdraw() -> str:
    """Withdraw a consent."""
    kind = _kind()
    return _acted("own", lambda actor: sign_offs.withdraw(actor, kind), "Withdrawn.")


@blueprint.post("/pages/ladder/sign")
def sign() -> str:
    """Sign that a learner stands at a rung."""
    return _signed(sign_offs.attest, "Signed.")


@blueprint.post("/pages/ladder/revoke")
def revoke() -> str:
    """Take a learner back to a lower rung."""
    return _signed(sign_offs.revoke, "Taken back.")


@blueprint.post("/pages/ladder/accept")
def accept() -> str:
    """Accept a learner's teach-back."""
    issue, pair = _browsable_issue(), pair_of(_given("pair"))

    def act(actor: Actor) -> None:
        _require_signable(actor, pair)
        sign_offs.accept_teach_back(actor, issue, pair)

    return _acted("signing", act, "Accepted.")


@blueprint.post("/pages/ladder/agree")
def agree() -> str:
    """Confirm for one's own side that it agreed to an objective."""
    objective = _given("objective")
    return _acted("leading", lambda actor: feedback.confirm_agreement(actor, objective), "Confirmed.")


def _given(name: str) -> str:
    return str(request.values.get(name, ""))


def _kind() -> ConsentKind:
    found = next((kind for kind in rungs.CONSENTS if kind == _given("kind")), None)
    return found or refuse(422, "No such consent.")


def _rung() -> int:
    said = _given("rung")
    return int(said) if said in {"1", "2", "3", "4", "5"} else refuse(422, "Choose a rung.")


def _browsable_issue() -> int:
    """Return the ticket that an act is about, which must be one that the caller may browse in Jira."""
    app, said = container(), _given("issue")
    if not said.isdecimal() or len(said) > 18:
        refuse(404, "No such ticket.")
    with app.reader.connect() as connection:
        label = select_labels(connection, caller().tenant_id, [int(said)]).get(int(said))
    try:
        if label is None or label.issue_id not in browsable(app, [label]):
            refuse(404, "No such ticket that you may browse in Jira.")
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    return label.issue_id


def _signed(sign_as: Callable[..., None], said: str) -> str:
    """Let the caller put a signature, of either kind, to a learner's rung."""
    pair, rung, reason = pair_of(_given("pair")), _rung(), _given("reason")

    def act(actor: Actor) -> None:
        _require_signable(actor, pair)
        sign_as(actor, pair, rung, reason=reason)

    return _acted("signing", act, said)


def _require_signable(actor: Actor, pair: Pair) -> None:
    view = EngagementView(actor.stored, frozenset(actor.roles))
    look = rungs.Look(actor.connection, actor.tenant_id, view, actor.prepared, actor.account, actor.now)
    if pair not in signatures.select_pairs(look):
        raise ActionRefused("Choose a learner of the list.")


def _acted(part: Part, act: Deed, said: str) -> str:
    """Let somebody say something, and show the ladder as it then is; what may not be said is answered in words."""
    with container().reader.connect() as connection:
        view = _read_measured(connection)
    if not has_part(view, part):
        refuse(403, NO_PLACE[part])
    perform(view, act)
    return _content(said)


def _read_measured(connection: Connection) -> EngagementView:
    view = read_seat(connection)
    if view.stored.generation is None:
        refuse(404, "This engagement is being measured: come back in a minute.")
    return view


def _content(said: str) -> str:
    app, who, now = container(), caller(), container().clock()
    with app.reader.connect() as connection:
        view = _read_measured(connection).as_shown
        prepared = select_lens(connection, who.tenant_id, view.stored)
        look = rungs.Look(connection, who.tenant_id, view, prepared, who.account or "", now)
        own = rungs.select_own(look) if has_part(view, "own") else None
        signed = signatures.select_signing(look) if has_part(view, "signing") else None
    if own is None and signed is None:
        refuse(404, "There is nothing of yours here.")
    seen = _seen(own, signed)
    values = {**_own(view, prepared, own, seen), **_signing(view, prepared, signed, seen)}
    frame = {"said": said, "acts": link() is None, "away": seen is None, "site": tenant().display_url}
    return render_template("ladder/page.html", key=view.engagement.key, **frame, **values)


def _seen(own: rungs.Own | None, signed: signatures.Signing | None) -> frozenset[int] | None:
    """Return the tickets that the caller may browse, None where Jira does not say."""
    labels = [*(own.labels if own else {}).values(), *(signed.labels if signed else {}).values()]
    try:
        return browsable(container(), labels)
    except JiraError:
        return None


def _own(
    view: EngagementView, prepared: PreparedEngagement, own: rungs.Own | None, seen: frozenset[int] | None
) -> dict[str, Any]:
    if own is None:
        return {"own": None}
    pieces, hidden = rungs.pieces_of(view, prepared, own, seen or frozenset())
    consents = [(kind, words, kind in own.agreed) for kind, words in rungs.CONSENTS.items()]
    unseen = count(hidden, "ticket") if hidden and seen is not None else ""
    rows = rungs.rungs_of(view, prepared, own, container().clock())
    return {"own": rows, "pieces": pieces, "hidden": unseen, "consents": consents, "rung_names": rungs.NAMES}


def _signing(
    view: EngagementView, prepared: PreparedEngagement, signed: signatures.Signing | None, seen: frozenset[int] | None
) -> dict[str, Any]:
    if signed is None:
        return {"signing": None}
    names = fetch_names(container(), view, {learner for _, learner in signed.pairs})
    found = {
        "choices": signatures.choices_of(view, signed, names),
        "waiting": signatures.waiting_of(view, prepared, signed, names),
        "told": signatures.told_of(view, signed, names, seen or frozenset()),
        "agreed": signatures.agreed_of(view, signed),
        "lead": has_part(view, "leading"),
        "named": prepared.ruleset.names,
    }
    return {"signing": found, "rung_names": rungs.NAMES}
