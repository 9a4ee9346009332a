"""The objectives of a draft: written, taken from the library or from CSV, and tied to tickets."""

import csv
import io
import json
from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from copy import deepcopy
from typing import Any, Final

from connector.actions.draft_fields import with_field
from connector.actions.engagement_setup import SetupActor, open_draft, save_body
from connector.actions.errors import ActionRefused
from mappings.formats.engagement_file.draft_sections import refusals_of
from mappings.formats.engagement_file.first_file import slug
from mappings.formats.engagement_file.objective_library import read_library
from mappings.records.agreement.drafts import Draft
from mappings.translation import gettext

Objective = dict[str, Any]

MOST = 200
LONGEST_NAME = 200
KINDS: Final[Mapping[str, str]] = {
    "label": "labels",
    "component": "components",
    "type": "types",
    "epic": "epics",
    "field": "fields",
}
"""The kinds of rules that tie tickets to an objective, as a form has them, and their keys in the file."""
COLUMNS = ("name", "people", "rung", "by", "labels")


def write_objective(actor: SetupActor, number: int, name: str) -> tuple[str, ...]:
    """Add an objective by its name; return its key, and nothing where it is there already."""
    return _add(actor, open_draft(actor, number, "objectives"), [{"name": name, "mapping": {}}])


def add_from_library(actor: SetupActor, number: int, keys: AbstractSet[str]) -> tuple[str, ...]:
    """Add objectives of the library, named in the language of who adds them; return the keys of those added."""
    picked = [each for trade in read_library() for each in trade.objectives if each.key in keys]
    # The key is the same in every language: so it tells that an objective is there under another name.
    made = [{"key": each.key, "name": gettext(each.name), "mapping": {"labels": [each.label]}} for each in picked]
    return _add(actor, open_draft(actor, number, "objectives"), made)


def add_from_csv(actor: SetupActor, number: int, text: str) -> tuple[str, ...]:
    """Add the objectives of a CSV text with a line of headings; return their keys.

    Raises ActionRefused with line and column.
    """
    draft = open_draft(actor, number, "objectives")
    made = [_read_row(draft, row, line) for line, row in enumerate(_read_rows(text), start=2)]
    return _add(actor, draft, made)


def _read_rows(text: str) -> list[dict[str, str]]:
    head = text.strip().partition("\n")[0]
    reader = csv.DictReader(io.StringIO(text.strip()), delimiter=";" if ";" in head else ",")
    columns = [column.strip().lower() for column in reader.fieldnames or ()]
    unknown = [column for column in columns if column not in COLUMNS]
    if "name" not in columns or unknown:
        wrong = gettext("%(column)s is none", column=repr(unknown[0])) if unknown else gettext("name is missing")
        raise ActionRefused(
            gettext("The first line names the columns %(columns)s; %(wrong)s.", columns=", ".join(COLUMNS), wrong=wrong)
        )
    reader.fieldnames = columns
    return [{key: (value or "").strip() for key, value in row.items() if key in COLUMNS} for row in reader]


def _read_row(draft: Draft, row: Mapping[str, str], line: int) -> Objective:
    name = row.get("name", "")
    if not name:
        raise ActionRefused(gettext("Line %(line)s: name is empty. Write one, or delete the line.", line=line))
    labels = row.get("labels", "").split()
    body: dict[str, Any] = {"objectives": [{"key": "row", "name": name, "mapping": {"labels": labels or ["-"]}}]}
    for column in ("people", "rung", "by"):
        if row.get(column):
            body = with_field("objectives", body, f"{column} row", row[column].lower())
    problems = refusals_of({"objectives": body, "people": draft.bodies["people"]})
    for problem in problems:
        raise ActionRefused(
            gettext(
                "Line %(line)s: %(field)s %(what)s; %(hint)s.",
                line=line,
                field=problem.field.split(" ")[0],
                what=problem.what,
                hint=problem.hint,
            )
        )
    objective: Objective = {name: field for name, field in body["objectives"][0].items() if name != "key"}
    return objective | {"mapping": {"labels": labels} if labels else {}}


def _add(actor: SetupActor, draft: Draft, made: list[Objective]) -> tuple[str, ...]:
    body = deepcopy(draft.bodies["objectives"])
    objectives: list[Objective] = list(body.get("objectives", ()))
    names = {objective["name"].casefold() for objective in objectives}
    keys = {objective["key"] for objective in objectives}
    fresh: list[Objective] = []
    for objective in made:
        name = objective["name"].strip()
        if not name or len(name) > LONGEST_NAME:
            raise ActionRefused(
                gettext("The name of an objective has 1 to %(longest)s characters.", longest=LONGEST_NAME)
            )
        if name.casefold() not in names and objective.get("key") not in keys:
            names.add(name.casefold())
            key = objective.get("key") or _free_key(name, [*objectives, *fresh])
            fresh.append({**objective, "name": name, "key": key})
    if len(objectives) + len(fresh) > MOST:
        raise ActionRefused(gettext("An engagement has at most %(number)s objectives.", number=MOST))
    if fresh:
        _save(actor, draft, [*objectives, *fresh], "objective added", ", ".join(each["key"] for each in fresh))
    return tuple(each["key"] for each in fresh)


def _free_key(name: str, objectives: Iterable[Objective]) -> str:
    taken, key = {objective["key"] for objective in objectives}, slug(name)
    return next(candidate for n in range(1, MOST + 2) if (candidate := key if n == 1 else f"{key}-{n}") not in taken)


def take_back_objectives(actor: SetupActor, number: int, keys: Iterable[str]) -> int:
    """Remove objectives that were just added, as far as they are there; return how many went."""
    draft, taken = open_draft(actor, number, "objectives"), set(keys)
    objectives = list(draft.bodies["objectives"].get("objectives", ()))
    rest = [each for each in objectives if each["key"] not in taken]
    if len(rest) == len(objectives):
        raise ActionRefused(gettext("They were removed already."))
    gone = ", ".join(sorted(taken & {each["key"] for each in objectives}))
    _save(actor, draft, rest, "objective removed", gone)
    return len(objectives) - len(rest)


def put_back_objective(actor: SetupActor, number: int, text: str) -> str:
    """Add an objective again that was just removed, as JSON; return its name. Raises ActionRefused."""
    draft = open_draft(actor, number, "objectives")
    try:
        objective = json.loads(text)
    except ValueError:
        objective = None
    if not isinstance(objective, dict) or not isinstance(objective.get("name"), str):
        raise ActionRefused(gettext("This cannot be put back. Add the objective anew."))
    objectives = list(draft.bodies["objectives"].get("objectives", ()))
    if any(each["key"] == objective.get("key") for each in objectives) or len(objectives) >= MOST:
        raise ActionRefused(gettext("It is there already."))
    body = {**draft.bodies["objectives"], "objectives": [*objectives, objective]}
    if refusals_of({**draft.bodies, "objectives": body}) - refusals_of(draft.bodies):
        raise ActionRefused(
            gettext("This cannot be put back as it was: something that it needs has changed. Add it anew.")
        )
    _save(actor, draft, body["objectives"], "objective added", str(objective["key"]))
    return str(objective["name"])


def remove_objective(actor: SetupActor, number: int, key: str) -> Objective:
    """Remove an objective; return it."""
    draft = open_draft(actor, number, "objectives")
    objectives = list(draft.bodies["objectives"].get("objectives", ()))
    removed = next((objective for objective in objectives if objective["key"] == key), None)
    if removed is None:
        raise ActionRefused(gettext("This objective was removed already."))
    _save(actor, draft, [each for each in objectives if each["key"] != key], "objective removed", key)
    return dict(removed)


def add_rule(actor: SetupActor, number: int, key: str, *, kind: str, text: str) -> None:
    """Tie the tickets with a label, component, type, epic or value of a field ("field: value") to an objective."""
    words = [part.strip() for part in text.split(":", 1)] if kind == "field" else [text.strip()]
    if kind not in KINDS or not all(words) or (kind == "field" and len(words) < 2):
        raise ActionRefused(
            gettext("Write the field and its value, such as Team: Growth.")
            if kind == "field"
            else gettext("Write a word of your tickets.")
        )
    if len(text) > LONGEST_NAME:
        raise ActionRefused(gettext("Write at most %(longest)s characters.", longest=LONGEST_NAME))
    draft = open_draft(actor, number, "objectives")
    _save(actor, draft, _with_rule(draft, key, kind, words, is_set=True), "mapping added", f"{key} {kind}: {text}")


def remove_rule(actor: SetupActor, number: int, key: str, *, kind: str, text: str) -> None:
    """Take such a rule away."""
    draft = open_draft(actor, number, "objectives")
    words = [part.strip() for part in text.split(":", 1)] if kind == "field" else [text]
    if kind not in KINDS:
        raise ActionRefused(gettext("There is no such rule."))
    _save(actor, draft, _with_rule(draft, key, kind, words, is_set=False), "mapping removed", f"{key} {kind}: {text}")


def _with_rule(draft: Draft, key: str, kind: str, words: list[str], *, is_set: bool) -> list[Objective]:
    objectives: list[Objective] = deepcopy(list(draft.bodies["objectives"].get("objectives", ())))
    objective = next((each for each in objectives if each["key"] == key), None)
    if objective is None:
        raise ActionRefused(gettext("This objective was removed meanwhile."))
    mapping = objective.setdefault("mapping", {})
    owner = mapping.setdefault("fields", {}) if kind == "field" else mapping
    name = words[0] if kind == "field" else KINDS[kind]
    texts = [text for text in owner.get(name, ()) if text != words[-1]]
    owner[name] = [*texts, words[-1]] if is_set else texts
    _drop_empty(mapping)
    return objectives


def _drop_empty(mapping: dict[str, Any]) -> None:
    fields = {name: texts for name, texts in mapping.get("fields", {}).items() if texts}
    for name in [name for name, texts in mapping.items() if not texts]:
        del mapping[name]
    mapping.pop("fields", None)
    if fields:
        mapping["fields"] = fields


def _save(actor: SetupActor, draft: Draft, objectives: list[Objective], act: str, about: str) -> None:  # noqa: PLR0917
    body = {**draft.bodies["objectives"], "objectives": objectives}
    save_body(actor, draft, "objectives", body, act=act, about=about)
