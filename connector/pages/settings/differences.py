"""What a change of an engagement changes, in words: each field with what it was and what it would be."""

from collections.abc import Iterable, Mapping
from collections.abc import Set as AbstractSet
from typing import Any

from msgspec import Struct
from msgspec.structs import replace

from connector.actions.draft_fields import read_fields
from connector.actions.settings.parts import agency_accounts, agency_can_answer
from connector.pages.rule_texts import read_field_names
from connector.pages.settings.words import FIELD_NAMES, MORE_NAMES, value_text
from connector.pages.setup.access import DraftView
from connector.pages.setup.words import SIDE_CHOICES, SIGNALS, TITLES, rules_text
from connector.pages.terms import RUNG_WORDS
from connector.text import written_day
from mappings.events.types import Instant
from mappings.formats.engagement_file.difference import engagement_difference
from mappings.formats.engagement_file.draft_sections import SECTIONS, bodies_of, read_draft
from mappings.formats.engagement_file.errors import EngagementError
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.drafts import Draft, accounts_in
from mappings.translation import ENGLISH, current_locale, gettext

Names = Mapping[str, str]
Bodies = Mapping[str, Mapping[str, Any]]
# Which of these somebody goes to is told to no agency.
ELSEWHERE = frozenset({"other", "none"})
PARTS_OF_FILE: Mapping[str, str] = {"review": "incidents"}
"""Where the file has what the form has apart."""


class ChangeLine(Struct, frozen=True):
    """A field that a change changes. `is_own`: the in-house side decides it alone.

    `field` is its name in its section's form, `subject` the person or the objective that it is about.
    """

    section: str
    title: str
    before: str
    after: str
    is_own: bool
    field: str = ""
    subject: str = ""


def change_lines(view: DraftView, names: Names, now: Instant) -> list[ChangeLine]:
    """Return what the draft of a change changes, section by section."""
    assert view.stored is not None
    agreed, draft = view.stored.engagement, view.draft
    before = bodies_of(agreed)
    lines = [line for section in TITLES for line in _section_lines(section, before, draft.bodies, names)]
    lines += _rule_lines(before["objectives"], draft.bodies["objectives"])
    lines += [line for line in _other_lines(agreed, draft, names) if not _is_shown(line, lines)]
    both, can_answer = agency_accounts(agreed, draft, now), agency_can_answer(agreed, now)
    lines = [replace(line, is_own=_is_own(line, both, can_answer=can_answer)) for line in lines]
    if view.side != "agency":
        return lines
    # What the in-house side plans with its people, and another agency's people, are not the agency's business.
    return [_for_agency(line) for line in lines if not _is_about_others(line, before, draft.bodies)]


def _is_own(line: ChangeLine, both: AbstractSet[str], *, can_answer: bool) -> bool:
    if line.section == "leads":
        return not (can_answer and line.field == "agency")
    return line.section == "people" and line.subject.split(" ")[0] not in both


def _for_agency(line: ChangeLine) -> ChangeLine:
    """Return a line without which other agency somebody goes to."""
    if line.section != "people" or line.field.partition(" ")[0] != "side":
        return line
    elsewhere = {SIDE_CHOICES[side] for side in ELSEWHERE}
    before, after = (gettext("no side") if text in elsewhere else text for text in (line.before, line.after))
    return replace(line, before=before, after=after)


def _section_lines(section: str, before: Bodies, after: Bodies, names: Names) -> Iterable[ChangeLine]:
    old, new = (read_fields(section, bodies.get(section, {})) for bodies in (before, after))
    objectives = _objective_names(before) | _objective_names(after)
    for field in dict.fromkeys([*old, *new]):
        texts = old.get(field, ""), new.get(field, "")
        if texts[0] != texts[1] and not _is_whole_objective(section, field, before, after):
            title = _title(section, field, names, objectives)
            was, becomes = (value_text(section, field, text, names) for text in texts)
            # From a person's second stay on its number follows the account.
            about = field.partition(" ")[2]
            subject = about.partition(" ")[0] if section == "people" else about
            yield ChangeLine(section, title, was, becomes, is_own=False, field=field, subject=subject)


def _title(section: str, field: str, names: Names, objectives: Names) -> str:
    name, _, about = field.partition(" ")
    if section == "people":
        return f"{names.get(about.partition(' ')[0], 'Somebody')}: {FIELD_NAMES[section, name]}"
    if section == "more" and name in SIGNALS:
        return f"{gettext(SIGNALS[name][0])}: {_list_name(name, about)}"
    if section == "objectives":
        return f"{objectives.get(about, about)}: {FIELD_NAMES[section, name]}"
    if name == "status":
        return gettext("Status “%(status)s” counts as", status=about)
    return FIELD_NAMES.get((section, name), name.capitalize())


def _list_name(signal: str, name: str) -> str:
    words = {key: gettext(title) for key, title in SIGNALS[signal][2]}
    return words.get(name, name) if current_locale() != ENGLISH else name.replace("_", " ")


def _objective_names(bodies: Bodies) -> dict[str, str]:
    return {each["key"]: each["name"] for each in bodies["objectives"].get("objectives", ())}


def _is_whole_objective(section: str, field: str, before: Bodies, after: Bodies) -> bool:
    key = field.partition(" ")[2]
    return section == "objectives" and (key in _objective_names(before)) != (key in _objective_names(after))


def _rule_lines(before: Mapping[str, Any], after: Mapping[str, Any]) -> Iterable[ChangeLine]:
    old, new = ({each["key"]: each for each in body.get("objectives", ())} for body in (before, after))
    fields = read_field_names(each.get("mapping", {}) for each in (*old.values(), *new.values()))
    for key in dict.fromkeys([*old, *new]):
        title, was, becomes = _rule_change(old.get(key), new.get(key), fields)
        if was != becomes:
            yield ChangeLine("objectives", title, was, becomes, is_own=False, subject=key)


def _rule_change(old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, fields: Names) -> tuple[str, str, str]:
    if old is None or new is None:
        name = (new or old or {})["name"]
        title = gettext("New objective %(objective)s", objective=name)
        if new is None:
            title = gettext("Objective %(objective)s taken out", objective=name)
        return title, _objective_text(old, fields), _objective_text(new, fields)
    was, becomes = (rules_text(each.get("mapping", {}), fields) for each in (old, new))
    return gettext("%(objective)s: its tickets", objective=new["name"]), was, becomes


def _objective_text(objective: Mapping[str, Any] | None, fields: Names) -> str:
    if objective is None:
        return ""
    target = objective.get("target", {})
    places = {"people": target.get("people", 1), "rung": RUNG_WORDS[target.get("rung", "independent")]}
    reach = gettext("%(people)s to reach %(rung)s", **places)
    if target.get("by"):
        reach = gettext("%(people)s to reach %(rung)s by %(day)s", **places, day=written_day(str(target["by"])))
    return f"{reach}; {rules_text(objective.get('mapping', {}), fields)}"


def _other_lines(agreed: Engagement, draft: Draft, names: Names) -> Iterable[ChangeLine]:
    """Give a line for everything that differs in the file, shown by a field of the form or not."""
    try:
        changes = engagement_difference(agreed, read_draft(draft.bodies))
    except EngagementError:
        return
    accounts = {account for each in agreed.objectives for account in each.learners}
    accounts |= {account for body in draft.bodies.values() for account in accounts_in(body)}
    for change in changes:
        section, field, subject = _place(change.name)
        name = (names.get(subject) or gettext("Somebody")) if section == "people" and subject else subject or field
        title = f"{TITLES.get(section) or MORE_NAMES.get(section, section.capitalize())}: {name}"
        was, becomes = (_without_accounts(text or "", accounts, names) for text in (change.before, change.after))
        yield ChangeLine(section, title, was, becomes, is_own=False, field=field, subject=subject)


def _place(name: str) -> tuple[str, str, str]:
    """Return the section of a field of the file, its name there, and the person or objective that it is about."""
    if name.startswith("person "):
        return "people", "", name.removeprefix("person ").rpartition(" from ")[0]
    if name.startswith("objective "):
        return "objectives", "", name.removeprefix("objective ")
    top, _, field = name.partition(".")
    section = next((section for section, owned in SECTIONS.items() if top in owned), top)
    return (section if section in TITLES else top), field or top, ""


def _is_shown(other: ChangeLine, lines: Iterable[ChangeLine]) -> bool:
    """Tell whether a difference of the file stands in a line of the form already."""
    beside = [line for line in lines if line.section == other.section]
    if other.subject:
        return any(line.subject == other.subject for line in beside)
    # A status, and each list of a signal, is a field of its own in the form.
    parts = {line.field.partition(" ")[0] for line in beside}
    named = {PARTS_OF_FILE.get(part, part) for part in parts}
    return not named.isdisjoint({other.field, "agency", "status"})


def _without_accounts(text: str, accounts: Iterable[str], names: Names) -> str:
    for account in accounts:
        text = text.replace(account, names.get(account) or gettext("somebody"))
    return text


def _is_about_others(line: ChangeLine, before: Bodies, after: Bodies) -> bool:
    if line.section != "people":
        return False
    # Rules by Jira group are about people of every side.
    if not line.subject:
        return True
    fields = [read_fields("people", bodies["people"]) for bodies in (before, after)]
    name, _, stay = line.field.partition(" ")
    named = {
        text
        for texts in fields
        for field, text in texts.items()
        # From a person's second stay on a number follows the account; a line of the file is about all of them.
        if field == f"side {stay}" or (not stay and field.split(" ")[:2] == ["side", line.subject])
    }
    # Who leaves for another agency is the agency's to agree to, but where to is not its business.
    return "agency" not in named or (bool(named & ELSEWHERE) and name != "side")
