"""What the sections of a draft show: fields with what is wrong at each, people, statuses and objectives."""

from collections.abc import Mapping
from typing import Any

from msgspec import Struct

from connector.actions.draft_fields import read_fields
from connector.actions.draft_roles import people_of
from connector.actions.engagement_setup import SavedFields
from connector.container import container
from connector.pages.labels import RUNG_NAMES
from connector.pages.rule_texts import read_field_names
from connector.pages.settings.words import field_name, value_text
from connector.pages.setup.access import DraftView
from connector.pages.setup.agreement import ReadDraft, agreement_of, state_of, undecided, wants_of
from connector.pages.setup.histories import reading_of
from connector.pages.setup.people_rows import people_of_page, sponsor_options
from connector.pages.setup.read_words import signal_texts
from connector.pages.setup.words import (
    CATEGORIES,
    MODELS,
    SIDE_CHOICES,
    SIDE_NAMES,
    SIGNALS,
    STATUS_ROLES,
    TITLES,
    day_names,
    rules_of,
)
from connector.pages.sides_today import sponsors_of
from connector.pages.terms import RUNG_WORDS
from connector.pages.visibility import account, fetch_display_names
from connector.text import ago
from connector.web.gate import caller
from mappings.events.pseudonyms import is_erased
from mappings.events.times import SECOND
from mappings.formats.engagement_file.draft_sections import FieldProblem, read_with_problems, slug
from mappings.formats.engagement_file.objective_library import read_library
from mappings.formats.engagement_file.schema import DAYS
from mappings.measure.model.engagement import Engagement
from mappings.records.agreement.drafts import Draft
from mappings.records.agreement.engagements import select_engagements
from mappings.translation import gettext

Values = dict[str, Any]
Names = Mapping[str, str]


class Outcome(Struct, frozen=True):
    """What came of the last change of a section, what was typed in fields that were not saved, and a notice.

    `undo` is the act on objectives that undoes it, with the fields of its form.
    """

    section: str = ""
    saved: SavedFields = SavedFields()
    typed: Mapping[str, str] = {}
    notice: str = ""
    undo: tuple[str, tuple[tuple[str, str], ...]] | None = None


def page_values(view: DraftView, outcome: Outcome) -> Values:
    """Return what all sections show, and what stands around them."""
    draft, names = view.draft, names_of(view)
    engagement, problems = _read_named(draft, names)
    with container().reader.connect() as connection:
        engagements = select_engagements(connection, caller().tenant_id)
    sponsors = sponsors_of(engagements)
    people = people_of_page(view, names, engagements)
    waiting = len(undecided(draft, sponsors))
    read = ReadDraft(engagement, problems, tuple(wants_of(draft, waiting)), waiting)
    return {
        "view": view,
        "draft": draft,
        "query": view.query,
        "names": names,
        "outcome": outcome,
        "problems": problems,
        "engagement": engagement,
        "people": people,
        "agreement": {} if view.stored else agreement_of(view, names, engagements, read),
        "toc": {section: state_of(draft, section, read) for section in TITLES},
        "lead_options": _lead_options(draft, names) | {"sponsor": sponsor_options(draft, people, names)},
        **_section_values(view, names, outcome),
        **_words(),
    }


def _section_values(view: DraftView, names: Names, outcome: Outcome) -> Values:
    """Return what is filled in, section by section, and what Jira was read for."""
    draft = view.draft
    return {
        "fields": {section: _fields(draft, section, outcome, names) for section in TITLES},
        "signals": signal_texts(draft),
        "statuses": _statuses(draft),
        "objectives": _objectives(draft),
        # Whom the in-house side enrols is not the agency's business while nothing is agreed.
        "learners": {} if view.side == "agency" else _learners(draft, names),
        "library": read_library(),
        "made_key": _made_key(draft),
        **reading_of(draft),
    }


def _words() -> Values:
    """Return the tables that the sections take their words and choices from."""
    return {
        "SIGNALS": SIGNALS,
        "rungs": list(RUNG_NAMES.items()),
        "RUNG_WORDS": RUNG_WORDS,
        "DAY_NAMES": day_names,
        "DAYS": DAYS,
        "TITLES": TITLES,
        "SIDE_NAMES": SIDE_NAMES,
        "SIDE_CHOICES": SIDE_CHOICES,
        "STATUS_ROLES": STATUS_ROLES,
        "MODELS": MODELS,
    }


def names_of(view: DraftView) -> dict[str, str]:
    """Return people's names as Jira has them now; without any they are numbered, since ids are never shown."""
    proposed = view.draft.bodies["people"].get("proposed", {})
    agreed = [person.account for person in view.stored.engagement.people] if view.stored else []
    people = [person["account"] for person in people_of(view.draft)]
    accounts = dict.fromkeys([*proposed, *people, *agreed, account()])
    shown = [each for each in accounts if not is_erased(each)]
    names = fetch_display_names(shown) if view.names_people else {}
    return {
        each: names.get(each, gettext("Person %(number)s", number=number)) for number, each in enumerate(shown, start=1)
    }


class NamedProblem(FieldProblem, frozen=True):
    """What is wrong in a draft, in words, and the part of the page in which it is put right."""

    text: str = ""
    place: str = ""


def named_problems(draft: Draft, names: Names) -> list[NamedProblem]:
    """Return what the file of a draft would be refused for, with people by name."""
    return _read_named(draft, names)[1]


def _read_named(draft: Draft, names: Names) -> tuple[Engagement | None, list[NamedProblem]]:
    """Return the engagement that a draft describes, and what its file would be refused for, read once."""
    engagement, problems = read_with_problems(draft.bodies)
    return engagement, [_named(problem, draft, names) for problem in problems]


def _named(problem: FieldProblem, draft: Draft, names: Names) -> NamedProblem:
    what = problem.what
    for account_id, name in names.items():
        what = what.replace(account_id, name)
    objectives = {each["key"]: each["name"] for each in draft.bodies["objectives"].get("objectives", ())}
    _, _, about = problem.field.partition(" ")
    known = {"objectives": objectives, "people": names}.get(problem.section, {})
    text = _problem_text(problem, known.get(about.partition(" ")[0], ""), what)
    # The form of an objective is in its card, which opens for what is linked in it.
    place = f"form-{about}" if problem.section == "objectives" and about in objectives else problem.section
    return NamedProblem(problem.section, problem.field, what, problem.hint, text, place)


def _problem_text(problem: FieldProblem, subject: str, what: str) -> str:
    """Return what is wrong, with the name of its field on the page, and of the person or objective that it is about."""
    if problem.section == "objectives" and problem.field.startswith("mapping "):
        return gettext("%(name)s has no label, component or type to know its tickets by; add one", name=subject)
    text = f"{field_name(problem.section, problem.field)} {what}"
    return f"{subject}: {text}" if subject and subject not in what else text


def _fields(draft: Draft, section: str, outcome: Outcome, names: Names) -> dict[str, Values]:
    """Return the fields of a section: the text, the one that the form sends as shown, what is wrong or in conflict."""
    fields = {field: _field(text) for field, text in read_fields(section, draft.bodies[section]).items()}
    if outcome.section != section:
        return fields
    for problem in outcome.saved.problems:
        field = fields.setdefault(problem.field, _field(""))
        text = f"{_named(problem, draft, names).what}; {problem.hint}."
        field |= {"text": outcome.typed.get(problem.field, field["text"]), "error": text[0].upper() + text[1:]}
    for conflict in outcome.saved.conflicts:
        when = ago((container().clock() - conflict.at) / SECOND)
        texts = {
            "name": field_name(section, conflict.field),
            "who": names.get(conflict.by, gettext("Somebody else")),
            "when": when,
        }
        texts |= {"yours": conflict.yours, "theirs": conflict.theirs}
        for key in ("yours", "theirs"):
            texts[f"{key}_text"] = value_text(section, conflict.field, texts[key], names)
        # A field of another id is a new one for the page: what was typed there must not be sent again as if seen.
        version = f"-{draft.sections[section].version}"
        fields.setdefault(conflict.field, _field("")).update(conflict=texts, version=version)
    return fields


def _field(text: str) -> Values:
    return {"text": text, "shown": text, "error": None, "conflict": None, "version": ""}


def _statuses(draft: Draft) -> list[Values]:
    body = draft.bodies["workflow"]
    offered = [tuple(row) for row in body.get("statuses", ())]
    names = {name for name, _, _ in offered}
    chosen = [field.removeprefix("status ") for field in read_fields("workflow", body) if field.startswith("status ")]
    rows = [*offered, *((name, "", 0) for name in chosen if name not in names)]
    return [
        {
            "name": name,
            "category": CATEGORIES.get(category, gettext("not known")),
            "is_active": category == "indeterminate",
            "tickets": tickets,
        }
        for name, category, tickets in rows
    ]


def _objectives(draft: Draft) -> list[Values]:
    objectives = draft.bodies["objectives"].get("objectives", ())
    fields = read_field_names(objective.get("mapping", {}) for objective in objectives)
    return [
        {
            "key": objective["key"],
            "name": objective["name"],
            "rules": list(rules_of(objective.get("mapping", {}), fields)),
            "target": objective.get("target", {}),
        }
        for objective in objectives
    ]


def _lead_options(draft: Draft, names: Names) -> dict[str, list[tuple[str, str]]]:
    """Return who may lead each side: its own people."""
    own = [person for person in people_of(draft) if not person.get("agency")]
    return {
        side: [
            (each["account"], names[each["account"]])
            for each in own
            if each["side"] == side and each["account"] in names
        ]
        for side in ("inhouse", "agency")
    }


def _made_key(draft: Draft) -> str:
    """Return the key that is made from the name, "" while there is none."""
    name = draft.bodies["basics"].get("engagement", {}).get("name")
    return slug(name) if name else ""


def _learners(draft: Draft, names: Names) -> dict[str, str]:
    inhouse = [person["account"] for person in people_of(draft) if person["side"] == "inhouse"]
    return {each: names[each] for each in inhouse if each in names}
