"""My ladder: one's own rungs and consents, and what leads and mentors sign; loaded after the project page."""

from collections.abc import Callable
from typing import Any, TypeAlias

from flask import Blueprint, Response, render_template, request
from sqlalchemy import Connection

from connector.actions import sign_offs
from connector.actions.actor import Actor
from connector.actions.errors import ActionRefused
from connector.actions.policy import OWN_LADDER, SIGN, Permission
from connector.auth.access import EngagementView
from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.act import Notice, may_act, perform, require_may, sees_own_ladder
from connector.pages.learning import consents, own_evidence, rungs, undoable
from connector.pages.learning import content as contents
from connector.pages.learning import export as files
from connector.pages.learning import sign_offs as signatures
from connector.pages.learning.acceptances import with_moves
from connector.pages.learning.inputs import read_issue, read_kind, read_pair, read_rung, read_value
from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.selected_steps import select_steps
from connector.pages.learning.sign_offs import Pair, pair_of
from connector.pages.visibility import account, find_standing_view, find_view, refuse, select_open_projects
from connector.web.file_stream import stream_file
from connector.web.gate import CONTEXT, SHARED, Rule
from mappings.translation import gettext, in_english, mark

blueprint = Blueprint("learning", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "learning.show": SHARED,
    "learning.veto": CONTEXT,
    "learning.undo": CONTEXT,
    "learning.explain": CONTEXT,
    "learning.undo_explain": CONTEXT,
    "learning.consent": CONTEXT,
    "learning.withdraw": CONTEXT,
    "learning.learners": CONTEXT,
    "learning.sign": CONTEXT,
    "learning.revoke": CONTEXT,
    "learning.accept": CONTEXT,
    "learning.undo_accept": CONTEXT,
    "learning.decline": CONTEXT,
    "learning.undo_decline": CONTEXT,
    "learning.export": CONTEXT,
}

Action: TypeAlias = Callable[[Actor], Notice]


@blueprint.get("/pages/learning")
def show() -> str:
    return _content(Notice(), (request.args.get("objective", ""), request.args.get("learner", "")))


@blueprint.get("/pages/learning/export")
@in_english
def export() -> Response:
    """Return one's own rows as a file: the caller's, whatever else is asked for, and by no link."""
    form = files.FORMS.get(read_value("format")) or refuse(404, gettext("There is no such format. Choose json or csv."))
    # Tickets are named as far as Jira lets the caller browse them, so nothing is given while it does not answer.
    try:
        with container().reader.connect() as connection:
            # One's own rows are one's own, also where Jira lets one browse the project no more.
            view = _require_measured(find_standing_view(connection)).as_shown
            require_may(view, OWN_LADDER)
            context = rungs.select_context(connection, view)
            ladder_export = files.select_export(context)
            # Before the first byte: later Jira is asked of secured tickets and of those of other projects alone.
            select_open_projects(connection, view)
        day = context.prepared.calendar.day(context.now)
        head = {"account": context.account, "engagement": view.engagement.key, "day": str(day)}
        blocks = stream_file(form.write(head, files.rows_of(ladder_export)), form.unfinished())
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    answer = Response(blocks, mimetype=form.mimetype)
    answer.headers["Content-Disposition"] = f"attachment; filename={view.engagement.key}-my-ladder.{form.ending}"
    return answer


@blueprint.post("/pages/learning/veto")
def veto() -> str:
    objective = read_value("objective")

    def act(actor: Actor) -> Notice:
        sign_offs.veto(actor, objective)
        return undoable.lowered_notice(actor.stored.engagement, (objective, actor.account))

    return _act_as(OWN_LADDER, act)


@blueprint.post("/pages/learning/undo")
def undo() -> str:
    objective, learner = read_value("objective"), read_value("learner") or account()
    own = learner == account()

    def act(actor: Actor) -> Notice:
        if not own:
            require_signable(actor, (objective, learner))
        sign_offs.undo_sign_off(actor, (objective, learner))
        return Notice(gettext("Undone."), near=undoable.own_near(objective) if own else "sign")

    return _act_as(OWN_LADDER if own else SIGN, act)


@blueprint.post("/pages/learning/explain")
def explain() -> str:
    issue, objective = read_issue(), read_value("objective")

    def act(actor: Actor) -> Notice:
        sign_offs.give_teach_back(actor, issue, objective)
        undo = own_evidence.undo_address(actor.key, issue, objective)
        return Notice(consents.explained_text(actor), undo, own_evidence.near_of(issue, objective))

    return _act_as(OWN_LADDER, act)


@blueprint.post("/pages/learning/undo-explain")
def undo_explain() -> str:
    issue, objective = read_issue(), read_value("objective")

    def act(actor: Actor) -> Notice:
        sign_offs.undo_teach_back(actor, issue, objective)
        return Notice(gettext("Undone."), near=own_evidence.near_of(issue, objective))

    return _act_as(OWN_LADDER, act)


@blueprint.post("/pages/learning/consent")
def consent() -> str:
    kind = read_kind()

    def act(actor: Actor) -> Notice:
        sign_offs.agree_to(actor, kind)
        return Notice(gettext("Saved. You can switch it off at any time."), near="consent")

    return _act_as(OWN_LADDER, act)


@blueprint.post("/pages/learning/withdraw")
def withdraw() -> str:
    kind = read_kind()

    def act(actor: Actor) -> Notice:
        sign_offs.withdraw(actor, kind)
        return Notice(gettext("Switched off."), near="consent")

    return _act_as(OWN_LADDER, act)


@blueprint.get("/pages/learning/learners")
def learners() -> str:
    view = _view_for(SIGN)
    return render_template("learning/learners.html", learners=contents.learners_of(view, read_value("objective")))


@blueprint.post("/pages/learning/sign")
def sign() -> str:
    return _signed(sign_offs.attest, contents.SIGNED)


@blueprint.post("/pages/learning/revoke")
def revoke() -> str:
    return _signed(sign_offs.revoke, mark("Lowered: %(name)s, %(rung)s."))


@blueprint.post("/pages/learning/accept")
def accept() -> str:
    return _answered(sign_offs.accept_teach_back, accepts=True)


@blueprint.post("/pages/learning/undo-accept")
def undo_accept() -> str:
    return _unanswered(sign_offs.undo_acceptance)


@blueprint.post("/pages/learning/decline")
def decline() -> str:
    """Answer a teach-back with "not yet"."""
    return _answered(sign_offs.decline_teach_back, accepts=False)


@blueprint.post("/pages/learning/undo-decline")
def undo_decline() -> str:
    return _unanswered(sign_offs.undo_decline)


def _answered(answer: sign_offs.TeachBackAct, *, accepts: bool) -> str:
    """Answer a teach-back, and say what was done with the way back."""
    issue, pair, view = read_issue(), pair_of(read_value("pair")), _view_for(SIGN)
    name = contents.pair_name(view, pair)

    def act(actor: Actor) -> Notice:
        require_signable(actor, pair)
        answer(actor, issue, pair)
        return undoable.answered_notice(actor.key, (issue, pair), name, accepts=accepts)

    return _content(perform(view, act))


def _unanswered(undo: sign_offs.TeachBackAct) -> str:
    issue, pair = read_issue(), read_pair()

    def act(actor: Actor) -> Notice:
        undo(actor, issue, pair)
        return Notice(gettext("Undone."), near="waiting")

    return _act_as(SIGN, act)


def _signed(sign_as: Callable[..., None], done: str) -> str:
    # Names are fetched from Jira before the database's one writer is taken.
    pair, rung, reason, view = read_pair(), read_rung(), read_value("reason"), _view_for(SIGN)
    name = contents.pair_name(view, pair)

    def act(actor: Actor) -> Notice:
        require_signable(actor, pair)
        sign_as(actor, pair, rung, reason=reason)
        text = gettext(done, name=name, rung=WORDS[rung])
        return Notice(text, undoable.undo_sign_address(actor.key, pair), "sign")

    return _content(perform(view, act), (pair[0], ""))


def require_signable(actor: Actor, pair: Pair) -> None:
    """Refuse unless the actor may sign for the learner on the objective at this moment. Raises ActionRefused."""
    view = EngagementView(actor.stored, frozenset(actor.roles))
    # The roles are those of this moment, under the tenant's lock: the list on the page may be older.
    context = rungs.LadderContext(actor.connection, actor.tenant_id, view, actor.prepared, actor.account, actor.now)
    if pair not in signatures.select_pairs(context):
        raise ActionRefused(
            gettext("You cannot sign for this person on this objective. Choose a learner from the list.")
        )


def _act_as(permission: Permission, act: Action) -> str:
    return _content(perform(_view_for(permission), act))


def _view_for(permission: Permission) -> EngagementView:
    with container().reader.connect() as connection:
        view = _read_measured(connection)
    require_may(view, permission)
    return view


def _read_measured(connection: Connection) -> EngagementView:
    return _require_measured(find_view(connection))


def _require_measured(view: EngagementView | None) -> EngagementView:
    if view is None or "drilldown" not in view.sees:
        refuse(404, gettext("No such engagement of yours."))
    if view.stored.generation is None:
        refuse(404, empty_states.unmeasured_text(view.engagement.name))
    return view


def _select_signing(context: rungs.LadderContext) -> signatures.Signing:
    return signatures.with_answered(context, with_moves(context, signatures.select_signing(context)))


def _content(notice: Notice, chosen: Pair = ("", "")) -> str:
    """Return the ladder; `chosen` is what the sign-off form opens with, "" for what is to be chosen."""
    with container().reader.connect() as connection:
        view = _read_measured(connection).as_shown
        context = rungs.select_context(connection, view)
        own = own_evidence.select_own(context) if sees_own_ladder(view) else None
        signing = _select_signing(context) if may_act(view, SIGN) else None
        rows = rungs.rungs_of(context, own.views) if own is not None else []
        steps = select_steps(context, rows)
    if own is None and signing is None:
        refuse(404, gettext("You have no ladder here and nobody to sign for."))
    ladder = contents.Ladder(own, rows, steps) if own is not None else None
    values: dict[str, Any] = contents.values_of(context, ladder, signing, chosen=chosen)
    return render_template("learning/page.html", key=view.engagement.key, notice=notice, **values)
