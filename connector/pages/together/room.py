"""The closed room's routes: notes and statements travel in forms alone, never in an address."""

from dataclasses import replace
from datetime import date

from flask import Blueprint, request, url_for

from connector.actions import closed_room as room
from connector.actions.actor import Actor
from connector.actions.policy import CLOSED_ROOM
from connector.container import container
from connector.pages.act import Notice, undoing
from connector.pages.together.content import Action, perform_action
from connector.pages.together.inputs import read_number, read_quarter
from connector.pages.together.undoable import resolved_notice, written_notice
from connector.web.gate import CONTEXT, Rule
from mappings.measure.model.quarters import quarter_name
from mappings.translation import gettext

blueprint = Blueprint("room", __name__, template_folder="templates")
ROUTES: dict[str, Rule] = {
    "room.start": CONTEXT,
    "room.answer": CONTEXT,
    "room.undo_note": CONTEXT,
    "room.resolve": CONTEXT,
    "room.undo_resolve": CONTEXT,
    "room.reopen": CONTEXT,
    "room.word": CONTEXT,
    "room.remove": CONTEXT,
    "room.sign": CONTEXT,
    "room.unsign": CONTEXT,
    "room.restart": CONTEXT,
}


@blueprint.post("/pages/together/room/start")
def start() -> str:
    subject, text = _words("subject"), _words("words")

    def act(actor: Actor) -> Notice:
        note = room.start_thread(actor, container().vault, subject, text)
        return written_notice(actor.key, note)

    return _perform(act)


@blueprint.post("/pages/together/room/answer")
def answer() -> str:
    thread, text = read_number("thread"), _words("words")

    def act(actor: Actor) -> Notice:
        return written_notice(actor.key, room.add_note(actor, container().vault, thread, text))

    return _perform(act)


@blueprint.post("/pages/together/room/undo-note")
def undo_note() -> str:
    note = read_number("note")

    def act(actor: Actor) -> Notice:
        room.undo_note(actor, note)
        return Notice(gettext("Taken back."), near="room")

    return _perform(act)


@blueprint.post("/pages/together/room/resolve")
def resolve() -> str:
    thread = read_number("thread")

    def act(actor: Actor) -> Notice:
        is_new = room.resolve_thread(actor, thread)
        notice = resolved_notice(actor.key, thread)
        return notice if is_new else replace(notice, undo="")

    return _perform(act)


@blueprint.post("/pages/together/room/undo-resolve")
def undo_resolve() -> str:
    return _perform(undoing(room.undo_resolving, read_number("thread"), "room"))


@blueprint.post("/pages/together/room/reopen")
def reopen() -> str:
    thread = read_number("thread")

    def act(actor: Actor) -> Notice:
        room.reopen_thread(actor, thread)
        return Notice(gettext("Open again."), near="room")

    return _perform(act)


@blueprint.post("/pages/together/room/word")
def word() -> str:
    quarter, version, text = read_quarter(), read_number("version"), _words("words")

    def act(actor: Actor) -> Notice:
        room.word_statement(actor, container().vault, quarter, text, version=version)
        return Notice(gettext("Saved. Both sides sign this wording, or change it."), near="statement")

    return _perform(act)


@blueprint.post("/pages/together/room/remove")
def remove() -> str:
    quarter, version = read_quarter(), read_number("version")

    def act(actor: Actor) -> Notice:
        room.remove_wording(actor, container().vault, quarter, version=version)
        return Notice(gettext("Removed. Both sides can propose another wording."), near="statement")

    return _perform(act)


@blueprint.post("/pages/together/room/sign")
def sign() -> str:
    quarter, version = read_quarter(), read_number("version")

    def act(actor: Actor) -> Notice:
        both, is_new = room.sign_statement(actor, container().vault, quarter, version=version)
        text = gettext("Signed.")
        if both:
            name = quarter_name(quarter)
            text = gettext("Signed. Both sides signed: it is printed in the review of %(quarter)s.", quarter=name)
        return Notice(text, _unsign_url(actor, quarter) if is_new else "", "statement")

    return _perform(act)


def _unsign_url(actor: Actor, quarter: date) -> str:
    return url_for("room.unsign", engagement=actor.key, quarter=quarter.isoformat())


@blueprint.post("/pages/together/room/unsign")
def unsign() -> str:
    quarter = read_quarter()

    def act(actor: Actor) -> Notice:
        room.withdraw_signature(actor, container().vault, quarter)
        return Notice(gettext("Your side’s signature is off."), near="statement")

    return _perform(act)


@blueprint.post("/pages/together/room/restart")
def restart() -> str:
    def act(actor: Actor) -> Notice:
        room.restart_room(actor, container().vault)
        return Notice(gettext("The lost notes are deleted. The room can be used again."), near="room")

    return _perform(act)


def _words(name: str) -> str:
    # Of the form alone: an address may be logged on the way.
    return str(request.form.get(name, ""))


def _perform(act: Action) -> str:
    return perform_action(CLOSED_ROOM, act)
