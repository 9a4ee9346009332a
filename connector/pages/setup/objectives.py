"""What a form of the section Objectives does: each act, from the fields that it sends, with the words of its answer."""

from collections.abc import Callable, Mapping

from flask import request

from connector.actions import draft_objectives
from connector.actions.engagement_setup import SetupActor
from connector.text import count
from mappings.formats.engagement_file.objective_library import read_library

ObjectiveAct = Callable[[SetupActor, int], str]


def _value(name: str) -> str:
    return str(request.values.get(name, ""))


def _added(number: int) -> str:
    return f"{count(number, 'objective')} added." if number else "It is there already."


def _add_from_library(actor: SetupActor, number: int) -> str:
    picked = set(request.form.getlist("pick"))
    objectives = [each for trade in read_library() for each in trade.objectives if each.key in picked]
    return _added(draft_objectives.add_objectives(actor, number, [(each.name, each.label) for each in objectives]))


def _add_written(actor: SetupActor, number: int) -> str:
    return _added(draft_objectives.add_objectives(actor, number, [(_value("text"), "")]))


def _add_from_csv(actor: SetupActor, number: int) -> str:
    return _added(draft_objectives.add_from_csv(actor, number, _value("text")))


def _remove(actor: SetupActor, number: int) -> str:
    return f"{draft_objectives.remove_objective(actor, number, _value('key'))} removed."


def _map(actor: SetupActor, number: int) -> str:
    draft_objectives.add_rule(actor, number, _value("key"), kind=_value("kind"), text=_value("text"))
    return "Saved."


def _unmap(actor: SetupActor, number: int) -> str:
    draft_objectives.remove_rule(actor, number, _value("key"), kind=_value("kind"), text=_value("text"))
    return "Saved."


OBJECTIVE_ACTS: Mapping[str, ObjectiveAct] = {
    "library": _add_from_library,
    "write": _add_written,
    "csv": _add_from_csv,
    "remove": _remove,
    "map": _map,
    "unmap": _unmap,
}
