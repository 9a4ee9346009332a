"""What a change of an engagement changes, in words: each field with what it was and what it would be."""

from collections.abc import Iterable, Mapping
from typing import Any

from msgspec import Struct

from connector.actions.draft_fields import read_fields
from connector.actions.settings.change import OWN_SECTIONS
from connector.pages.settings.words import FIELD_NAMES, MORE_NAMES, value_text
from connector.pages.setup.access import DraftView
from connector.pages.setup.sections import rules_text
from connector.pages.setup.words import TITLES
from mappings.formats.engagement_file.difference import engagement_difference
from mappings.formats.engagement_file.draft_sections import SECTIONS, bodies_of, read_draft
from mappings.formats.engagement_file.errors import EngagementError
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.drafts import Draft

Names = Mapping[str, str]
Bodies = Mapping[str, Mapping[str, Any]]
OTHER = "other"


class ChangeLine(Struct, frozen=True):
    """A field that a change changes. `is_own`: one side decides it alone; `field` is its name in its section's form."""

    section: str
    title: str
    before: str
    after: str
    is_own: bool
    field: str = ""


def change_lines(view: DraftView, names: Names) -> list[ChangeLine]:
    """Return what the draft of a change changes, section by section."""
    assert view.stored is not None
    agreed, draft = view.stored.engagement, view.draft
    before = bodies_of(agreed)
    lines = [line for section in TITLES for line in _section_lines(section, before, draft.bodies, names)]
    lines += _rule_lines(before["objectives"], draft.bodies["objectives"])
    lines += _more_lines(agreed, draft)
    # Nothing of another agency's people is the agency's business.
    return [line for line in lines if not (view.side == "agency" and _is_of_others(line, before, draft.bodies))]


def _section_lines(section: str, before: Bodies, after: Bodies, names: Names) -> Iterable[ChangeLine]:
    old, new = (read_fields(section, bodies.get(section, {})) for bodies in (before, after))
    objectives = _objective_names(before) | _objective_names(after)
    is_own = section in OWN_SECTIONS
    for field in dict.fromkeys([*old, *new]):
        texts = old.get(field, ""), new.get(field, "")
        if texts[0] != texts[1] and not _is_whole_objective(section, field, before, after):
            title = _title(section, field, names, objectives)
            was, becomes = (value_text(section, field, text, names) for text in texts)
            yield ChangeLine(section, title, was, becomes, is_own, field)


def _title(section: str, field: str, names: Names, objectives: Names) -> str:
    name, _, about = field.partition(" ")
    if section == "people":
        return f"{names.get(about, 'Somebody')}: {FIELD_NAMES[section, name]}"
    if section == "objectives":
        return f"{objectives.get(about, about)}: {FIELD_NAMES[section, name]}"
    if name == "status":
        return f"Status “{about}” counts as"
    return FIELD_NAMES.get((section, name), name.capitalize())


def _objective_names(bodies: Bodies) -> dict[str, str]:
    return {each["key"]: each["name"] for each in bodies["objectives"].get("objectives", ())}


def _is_whole_objective(section: str, field: str, before: Bodies, after: Bodies) -> bool:
    key = field.partition(" ")[2]
    return section == "objectives" and (key in _objective_names(before)) != (key in _objective_names(after))


def _rule_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[ChangeLine]:
    old, new = ({each["key"]: each for each in body.get("objectives", ())} for body in (before, after))
    for key in dict.fromkeys([*old, *new]):
        name = (new.get(key) or old[key])["name"]
        if key not in old:
            yield ChangeLine("objectives", f"New objective {name}", "", _objective_text(new[key]), is_own=False)
        elif key not in new:
            yield ChangeLine("objectives", f"Objective {name} taken out", _objective_text(old[key]), "", is_own=False)
        else:
            was, becomes = (rules_text(each.get("mapping", {})) for each in (old[key], new[key]))
            if was != becomes:
                yield ChangeLine("objectives", f"{name}: its tickets", was, becomes, is_own=False)


def _objective_text(objective: Mapping[str, Any]) -> str:
    target = objective.get("target", {})
    by = f" by {target['by']}" if target.get("by") else ""
    reach = f"{target.get('people', 1)} to reach {target.get('rung', 'independent')}{by}"
    return f"{reach}; {rules_text(objective.get('mapping', {}))}"


def _more_lines(agreed: Engagement, draft: Draft) -> Iterable[ChangeLine]:
    """Give what differs in parts that no section of the form shows."""
    shown = {key for section in TITLES for key in SECTIONS[section]}
    try:
        changes = engagement_difference(agreed, read_draft(draft.bodies))
    except EngagementError:
        return
    for change in changes:
        key = change.name.split(".")[0].split(" ")[0]
        if key not in shown and key not in {"person", "objective"}:
            title = MORE_NAMES.get(key, key.capitalize())
            yield ChangeLine("more", f"{title}: {change.name}", change.before or "", change.after or "", is_own=False)


def _is_of_others(line: ChangeLine, before: Bodies, after: Bodies) -> bool:
    account = line.field.partition(" ")[2]
    if line.section != "people":
        return False
    return any(read_fields("people", bodies["people"]).get(f"side {account}") == OTHER for bodies in (before, after))
