"""What settles things where they are listed in Waiting for you: one table of acts, each with its undo for a minute."""

from collections.abc import Callable, Mapping

from flask import request
from msgspec import Struct

from connector.actions import disputes, feedback, selected_tickets, sign_offs
from connector.actions.actor import Actor
from connector.actions.policy import ACT_ON_FEEDBACK, LEAD, SIGN, TAG, Permission
from connector.actions.rulesets import undo_approval
from connector.actions.selected_tickets import Tagged
from connector.actions.settings.change import agree_to_parts, undo_agreement
from connector.auth.access import EngagementView
from connector.container import container
from connector.pages.act import perform, perform_setup
from connector.pages.labels import objective_name
from connector.pages.learning import content as learning
from connector.pages.learning.inputs import read_issue, read_pair, read_rung, read_value
from connector.pages.learning.rung_names import WORDS
from connector.pages.learning.undoable import ACCEPTED, DECLINED
from connector.pages.learning.views import require_signable
from connector.pages.objectives.several import confirm_waiting, confirmed_text
from connector.pages.settings.access import require_settings_view
from connector.pages.settings.views import BECAME
from connector.pages.tickets.done_text import confirmed_text as tickets_confirmed_text
from connector.pages.tickets.selection import read_selected, require_all_browsable
from connector.pages.tickets.views import select_readable
from connector.pages.together.inputs import read_number, read_quarter
from connector.pages.together.views import approve_for_side
from connector.pages.visibility import refuse
from connector.web.gate import caller
from mappings.measure.model.quarters import quarter_name
from mappings.records.agreement.drafts import select_change
from mappings.translation import gettext, mark

WAITS_NO_MORE = mark("This waits no more. Load the page again.")


class Done(Struct, frozen=True):
    """What was done, in words; `undo` is what its undo is sent, None where it cannot be undone."""

    text: str
    undo: Mapping[str, object] | None = None


class ListAct(Struct, frozen=True):
    """An act of the list. Both read the form and ask Jira before they take the database's writer."""

    permission: Permission
    perform: Callable[[EngagementView], Done]
    undo: Callable[[EngagementView], None] | None = None


def sign(view: EngagementView) -> Done:
    pair, rung = read_pair(), read_rung()
    name = learning.pair_name(view, pair)

    def act(actor: Actor) -> None:
        require_signable(actor, pair)
        sign_offs.attest(actor, pair, rung)

    perform(view, act)
    text = gettext(learning.SIGNED, name=name, rung=WORDS[rung])
    return Done(text, {"objective": pair[0], "learner": pair[1]})


def undo_signing(view: EngagementView) -> None:
    pair = read_pair()

    def act(actor: Actor) -> None:
        require_signable(actor, pair)
        sign_offs.undo_sign_off(actor, pair)

    perform(view, act)


def accept(view: EngagementView) -> Done:
    return _answer(view, sign_offs.accept_teach_back, ACCEPTED)


def undo_accepting(view: EngagementView) -> None:
    issue_id, pair = read_issue(), read_pair()
    perform(view, lambda actor: sign_offs.undo_acceptance(actor, issue_id, pair))


def decline(view: EngagementView) -> Done:
    return _answer(view, sign_offs.decline_teach_back, DECLINED)


def undo_declining(view: EngagementView) -> None:
    issue_id, pair = read_issue(), read_pair()
    perform(view, lambda actor: sign_offs.undo_decline(actor, issue_id, pair))


def _answer(view: EngagementView, answer: sign_offs.TeachBackAct, done: str) -> Done:
    """Answer a teach-back; what is sent along undoes it."""
    issue_id, pair = read_issue(), read_pair()
    name = learning.pair_name(view, pair)

    def act(actor: Actor) -> None:
        require_signable(actor, pair)
        answer(actor, issue_id, pair)

    perform(view, act)
    return Done(gettext(done, name=name), {"issue": issue_id, "objective": pair[0], "learner": pair[1]})


def agree(view: EngagementView) -> Done:
    objective = read_value("objective")
    perform(view, lambda actor: feedback.confirm_agreement(actor, objective))
    name = objective_name(view.engagement, objective)
    return Done(gettext("Confirmed for your side: %(name)s.", name=name), {"objective": objective})


def undo_agreeing(view: EngagementView) -> None:
    objective = read_value("objective")
    perform(view, lambda actor: feedback.undo_agreement(actor, objective))


def agree_to_all(view: EngagementView) -> Done:
    """Confirm those of the objectives that were shown which still wait."""
    shown = request.form.getlist("objective")
    keys = perform(view, lambda actor: confirm_waiting(actor, shown))
    return Done(confirmed_text(len(keys)), {"objective": keys})


def undo_agreeing_to_all(view: EngagementView) -> None:
    keys = request.args.getlist("objective") or refuse(422, gettext("There is nothing to undo."))

    def act(actor: Actor) -> None:
        for key in keys:
            feedback.undo_agreement(actor, key)

    perform(view, act)


def confirm(view: EngagementView) -> Done:
    issue_ids = _read_browsable()

    def act(actor: Actor) -> tuple[str, list[Tagged]]:
        confirmed = selected_tickets.confirm_tickets(actor, issue_ids)
        return tickets_confirmed_text(actor, confirmed), confirmed

    text, confirmed = perform(view, act)
    issues = sorted({issue_id for issue_id, _ in confirmed})
    return Done(text, {"issue": issues, "tag": [f"{issue_id}.{key}" for issue_id, key in confirmed]})


def undo_confirming(view: EngagementView) -> None:
    issue_ids, pairs = _read_browsable(), [text.partition(".") for text in request.args.getlist("tag")]
    tagged: list[Tagged] = [(int(text), key) for text, _, key in pairs if text.isdecimal() and int(text) in issue_ids]
    perform(view, lambda actor: selected_tickets.undo_confirming(actor, tagged))


def _read_browsable() -> tuple[int, ...]:
    issue_ids = read_selected()
    with select_readable() as context:
        require_all_browsable(context, issue_ids)
    return issue_ids


def answer(view: EngagementView) -> Done:
    number, words, accepted = read_number("dispute"), read_value("words"), read_value("verdict") == "accept"
    # Who may not browse the ticket answers nothing about it.
    read_issue()
    perform(view, lambda actor: disputes.answer_dispute(actor, number, accepted=accepted, words=words))
    keeping = gettext("Answered: it stays as it is. Both sides read why.")
    accepting = gettext("Accepted. Figures change once the ticket does: set its objective or role, or confirm it.")
    return Done(accepting if accepted else keeping, {"dispute": number})


def undo_answering(view: EngagementView) -> None:
    number = read_number("dispute")
    perform(view, lambda actor: disputes.undo_answer(actor, number))


def tie(view: EngagementView) -> Done:
    number, action = read_number("number"), read_value("action")
    perform(view, lambda actor: feedback.tie_action(actor, number, action))
    return Done(gettext("Saved. The agency sees it here."), {"number": number})


def undo_tying(view: EngagementView) -> None:
    number = read_number("number")
    perform(view, lambda actor: feedback.undo_action(actor, number))


def give_pulse(view: EngagementView) -> Done:
    quarter, number = read_quarter(), read_number("answer")

    def act(actor: Actor) -> bool:
        feedback.give_pulse(actor, quarter, number)
        return feedback.both_gave(actor, quarter)

    places = {"answer": number, "quarter": quarter_name(quarter)}
    # Once both can read both numbers, nothing can be undone any more.
    if perform(view, act):
        return Done(gettext("Saved: %(answer)s of 5 for %(quarter)s. Both sides gave theirs now.", **places))
    return Done(gettext("Saved: %(answer)s of 5 for %(quarter)s.", **places), {"quarter": quarter.isoformat()})


def undo_pulse(view: EngagementView) -> None:
    quarter = read_quarter()
    perform(view, lambda actor: feedback.undo_pulse(actor, quarter))


def approve(view: EngagementView) -> Done:
    version = read_number("version")
    agreed = perform(view, lambda actor: approve_for_side(actor, version))
    return Done(gettext("Approved for your side."), None if agreed else {"version": version})


def undo_approving(view: EngagementView) -> None:
    version = read_number("version")
    perform(view, lambda actor: undo_approval(actor, version))


def agree_to_change(_: EngagementView) -> Done:
    view = require_settings_view()
    hashes = {name.removeprefix("hash."): text for name, text in request.form.items() if name.startswith("hash.")}
    with container().reader.connect() as connection:
        draft = select_change(connection, caller().tenant_id, view.engagement.key)
    if draft is None:
        refuse(422, gettext(WAITS_NO_MORE))
    number = draft.number
    became = perform_setup(view.administers, lambda actor: agree_to_parts(actor, number, hashes))
    undo = {"number": number, "section": sorted(hashes)}
    return Done(BECAME[became], None if became == "changed" else undo)


def undo_change(_: EngagementView) -> None:
    view, number, sections = require_settings_view(), read_number("number"), request.args.getlist("section")
    perform_setup(view.administers, lambda actor: undo_agreement(actor, number, sections))


# In the words of a `Step`. What both sides agreed to is in force, was shown before, and is not undone.
ACTS: Mapping[str, ListAct] = {
    "sign": ListAct(SIGN, sign, undo_signing),
    "accept": ListAct(SIGN, accept, undo_accepting),
    "decline": ListAct(SIGN, decline, undo_declining),
    "agree": ListAct(LEAD, agree, undo_agreeing),
    "agree-all": ListAct(LEAD, agree_to_all, undo_agreeing_to_all),
    "confirm": ListAct(TAG, confirm, undo_confirming),
    "answer": ListAct(LEAD, answer, undo_answering),
    "tie": ListAct(ACT_ON_FEEDBACK, tie, undo_tying),
    "pulse": ListAct(LEAD, give_pulse, undo_pulse),
    "approve": ListAct(LEAD, approve, undo_approving),
    "change": ListAct(LEAD, agree_to_change, undo_change),
}
