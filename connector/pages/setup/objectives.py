"""What a form of the section Objectives does: each act, from the fields that it sends, with the words of its answer."""

import json
from collections.abc import Callable, Mapping, Sequence

from flask import request
from msgspec import Struct

from connector.actions import draft_objectives
from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused
from mappings.translation import gettext, ngettext


class Done(Struct, frozen=True):
    """The words of an answer, and what undoes it: the act and the fields of its form."""

    words: str
    undo: str = ""
    fields: tuple[tuple[str, str], ...] = ()


ObjectiveAct = Callable[[SetupActor, int], Done]


def _value(name: str) -> str:
    return str(request.values.get(name, ""))


def _added(keys: Sequence[str]) -> Done:
    if not keys:
        return Done(gettext("It is there already."))
    return Done(_added_text(len(keys)), "takeback", tuple(("key", key) for key in keys))


def _added_text(objectives: int) -> str:
    return ngettext("%(num)s objective added.", "%(num)s objectives added.", objectives)


def _add_from_library(actor: SetupActor, number: int) -> Done:
    picked = set(request.form.getlist("pick"))
    if not picked:
        raise ActionRefused(gettext("Tick at least one objective first."))
    return _added(draft_objectives.add_from_library(actor, number, picked))


def _add_written(actor: SetupActor, number: int) -> Done:
    return _added(draft_objectives.write_objective(actor, number, _value("text")))


def _add_from_csv(actor: SetupActor, number: int) -> Done:
    return _added(draft_objectives.add_from_csv(actor, number, _value("text")))


def _remove(actor: SetupActor, number: int) -> Done:
    removed = draft_objectives.remove_objective(actor, number, _value("key"))
    return Done(
        gettext("%(objective)s removed.", objective=removed["name"]), "putback", (("objective", json.dumps(removed)),)
    )


def _take_back(actor: SetupActor, number: int) -> Done:
    taken = draft_objectives.take_back_objectives(actor, number, request.form.getlist("key"))
    text = ngettext("Undone: %(num)s objective removed.", "Undone: %(num)s objectives removed.", taken)
    return Done(text)


def _put_back(actor: SetupActor, number: int) -> Done:
    name = draft_objectives.put_back_objective(actor, number, _value("objective"))
    return Done(gettext("Undone: %(objective)s is there again.", objective=name))


def _map(actor: SetupActor, number: int) -> Done:
    draft_objectives.add_rule(actor, number, _value("key"), kind=_value("kind"), text=_value("text"))
    return Done(gettext("Saved."))


def _unmap(actor: SetupActor, number: int) -> Done:
    draft_objectives.remove_rule(actor, number, _value("key"), kind=_value("kind"), text=_value("text"))
    return Done(gettext("Saved."))


OBJECTIVE_ACTS: Mapping[str, ObjectiveAct] = {
    "library": _add_from_library,
    "write": _add_written,
    "csv": _add_from_csv,
    "remove": _remove,
    "takeback": _take_back,
    "putback": _put_back,
    "map": _map,
    "unmap": _unmap,
}
