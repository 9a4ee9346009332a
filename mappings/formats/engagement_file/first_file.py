"""A first engagement file for a site, made of what was read: correct as it is, with each open decision marked TODO."""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date
from typing import Any

from msgspec import Struct

from mappings.events.control_characters import ControlCharacterError, refuse_control_characters
from mappings.formats.engagement_file.account_list import SeenPerson, comment_text, in_flow, people_lines
from mappings.formats.engagement_file.proposed_side import TODO

MOST_NAMED = 15
"""Words of a kind that a comment lists."""
MOST_OBJECTIVES = 3

_ROLES: Sequence[tuple[str, re.Pattern[str]]] = (
    ("gatekeeper", re.compile(r"legal|compliance|privacy|security|regulatory")),
    ("paused_on_client", re.compile(r"(wait|pending|blocked|hold|feedback).*(client|customer|business|stakeholder)")),
    ("paused_on_agency", re.compile(r"(wait|pending|blocked|hold).*(agency|supplier|partner)")),
    ("review", re.compile(r"review|approv|\bqa\b|\bqc\b|test")),
)
"""What the name of a status says of it; the first that matches decides."""
_LISTS = ("active", "review", "paused_on_client", "paused_on_agency", "gatekeeper", "done")
_SIGNALS: Sequence[tuple[str, str, re.Pattern[str]]] = (
    ("proposals", "labels", re.compile(r"proposals?")),
    ("incidents", "types", re.compile(r"incident")),
    ("review", "labels", re.compile(r"post-?mortems?|incident-reviews?")),
    ("gatekeeper", "labels", re.compile(r"needs-(legal|review|compliance|privacy)")),
    ("experiments", "types", re.compile(r"experiment")),
)


class StatusUse(Struct, frozen=True):
    """A status: Jira's category of it ("" where it is not known), and how many issues are in it now."""

    name: str
    category: str
    issues: int


class PointsField(Struct, frozen=True):
    """The field of story points: its id, its name, and on which share of the issues it stands."""

    field: str
    name: str
    share: float


class FirstFile(Struct, frozen=True):
    """What a first file is made of. Words are ordered by how many issues carry them; `lead` leads the project."""

    site: str
    projects: tuple[str, ...]
    project_names: tuple[str, ...]
    zone: str
    starts: date
    agency: str
    people: tuple[SeenPerson, ...]
    statuses: tuple[StatusUse, ...]
    points: PointsField | None = None
    lead: str = ""
    labels: Mapping[str, int] = {}
    components: Mapping[str, int] = {}
    types: Mapping[str, int] = {}

    @property
    def key(self) -> str:
        return f"{slug(self.projects[0])}-{self.agency}"[:64].strip("-")


def slug(text: str) -> str:
    """Return a text as a key of the file: lower case letters, digits and hyphens."""
    return re.sub(r"[^a-z0-9]+", "-", text.lower()).strip("-")[:60] or "objective"


def write_first_file(first: FirstFile) -> str:
    """Return the file with its comments."""
    parts = (_head(first), _people(first), _leads(first), _workflow(first), _units(first), _objectives(first))
    return "\n".join([*(line for part in parts for line in part), *_signals(first), "ruleset: default", ""])


def _head(first: FirstFile) -> Iterator[str]:
    yield f"# An engagement file for {first.site}, written from what was read. It is correct as it is: lint takes it."
    yield "# Read it from top to bottom and change what is wrong; every open decision is marked TODO."
    yield "# Every key is explained in docs/engagement.md."
    yield ""
    yield "engagement:"
    yield f"  key: {in_flow(first.key)}"
    team = comment_text(first.project_names[0]) or first.projects[0]
    yield f"  name: {in_flow(f'{team} and {first.agency.capitalize()}')}"
    yield f"  timezone: {in_flow(first.zone)}  # days and business hours are counted here"
    yield f"  starts: {first.starts}  # the first day of the agency's work; nothing before it counts"
    yield f"  projects: {in_flow(list(first.projects))}"
    yield "  # model: full_service, hybrid, embedded or insourced"
    yield "agency:"
    yield f"  key: {in_flow(first.agency)}"
    yield f"  name: {in_flow(first.agency.capitalize())}"
    yield ""


def _people(first: FirstFile) -> Iterator[str]:
    yield "# Who works for whom. A line without from counts from the engagement's start. Add to for the last day,"
    yield "# and a second line for somebody who changed sides. Work of people who are not listed is of an unknown side."
    without = sum(person.proposed is None and not person.lines and person.kind != "app" for person in first.people)
    if without:
        yield f"# {TODO}: {without} have no side. Set agency, inhouse, gatekeeper or none, and remove the # in front."
    yield from people_lines(first.people).splitlines()
    yield ""


def _leads(first: FirstFile) -> Iterator[str]:
    yield "# Who agrees to objectives and rules for each side, and signs off."
    if any(person.account == first.lead and _side(person) == "inhouse" for person in first.people):
        leads = in_flow({"inhouse": [first.lead]})
        yield f"leads: {leads}  # the project's lead in Jira. {TODO}: add agency: [account]"
    else:
        yield f"# {TODO}: leads: {{inhouse: [account], agency: [account]}}"
    yield ""


def _side(person: SeenPerson) -> str:
    if person.lines:
        return str(person.lines[-1].get("side"))
    return person.proposed.side if person.proposed else ""


def propose_role(status: StatusUse) -> str:
    """Return the list of `workflow` that a status belongs to, "" for none: then its category counts."""
    if status.category == "done":
        return "done"
    named = next((role for role, pattern in _ROLES if pattern.search(status.name.lower())), "")
    return named or ("active" if status.category == "indeterminate" else "")


def _workflow(first: FirstFile) -> Iterator[str]:
    lists: dict[str, list[str]] = {name: [] for name in _LISTS}
    others: list[str] = []
    # Projects with workflows of their own have statuses of one name: a file names each once.
    by_name = {status.name.strip().casefold(): status for status in reversed(first.statuses) if is_word(status.name)}
    for status in reversed(by_name.values()):
        role = propose_role(status)
        (lists[role] if role else others).append(status.name)
    yield "# What the statuses mean. In active statuses somebody works on the ticket. A status in no list counts by"
    yield "# its category in Jira: to do, in progress or done."
    yield "workflow:"
    for name, statuses in lists.items():
        if statuses:
            yield f"  {name}: {in_flow(statuses)}"
        elif name in {"active", "done"}:
            yield f"  {name}: [{TODO} {name}]  # no status of this kind was found"
    if others:
        yield f"  # in no list: {_listed(dict.fromkeys(others, 0))}"
    yield '  business_hours: {days: [mon, tue, wed, thu, fri], from: "09:00", to: "17:00", holidays: []}'
    yield ""


def _units(first: FirstFile) -> Iterator[str]:
    yield "# What a finished ticket counts: count (1 each), story_points with their field, or hours."
    if first.points is None:
        yield "units: {by: count}  # no field of story points was found"
    else:
        points = first.points
        remark = f"{comment_text(points.name)}, on {points.share:.0%} of the issues"
        yield f"units: {in_flow({'by': 'story_points', 'field': points.field})}  # {remark}"
    yield ""


def _objectives(first: FirstFile) -> Iterator[str]:
    yield "# What is to be learned, and by what its tickets are known: labels, components, types, epics or fields."
    for kind, words in (("Components", first.components), ("Labels", first.labels), ("Issue types", first.types)):
        if words:
            yield f"# {kind}: {_listed(words)}"
    examples = [*candidates(first)]
    if not examples:
        yield f"# {TODO}: no label and no component was found; tag tickets with a label, and name it in a mapping."
        yield "objectives: []"
    else:
        yield f"# {TODO}: these are examples from the words of most issues. Name what your team wants to learn."
        yield "objectives:"
    for kind, word in examples:
        yield f"  - key: {in_flow(slug(word))}"
        yield f"    name: {in_flow(word)}"
        yield "    target: {people: 2, rung: independent}  # add by: 2026-12-31, the day by which it is to be reached"
        yield f"    mapping: {in_flow({kind: [word]})}"
    yield ""


def candidates(first: FirstFile) -> Iterator[tuple[str, str]]:
    """Give the words of most issues that may stand for something to learn: components, else labels."""
    taken: set[str] = set()
    kind, words = ("components", first.components) if first.components else ("labels", first.labels)
    for word in filter(is_word, words):
        if slug(word) not in taken and len(taken) < MOST_OBJECTIVES:
            taken.add(slug(word))
            yield kind, word


def propose_signals(first: FirstFile) -> dict[str, dict[str, Any]]:
    """Return, by signal, the words that tell its tickets by the names which many sites have."""
    words_by_signal: dict[str, dict[str, Any]] = {}
    for signal, kind, pattern in _SIGNALS:
        words = [word for word in filter(is_word, getattr(first, kind)) if pattern.fullmatch(word.lower())]
        if words:
            words_by_signal[signal] = {kind: words}
    review = words_by_signal.pop("review", None)
    # A review looks back on an incident: without any there is none.
    if review and "incidents" in words_by_signal:
        words_by_signal["incidents"]["review"] = review
    return words_by_signal


def _signals(first: FirstFile) -> Iterator[str]:
    yield "# How special tickets are known. Each feeds a dimension of the integration score; each may be left out."
    words_by_signal = propose_signals(first)
    if not words_by_signal:
        yield "# signals: {proposals: {labels: [proposal]}, incidents: {types: [Incident]}}"
    else:
        yield "signals:"
    for signal, words_by_kind in words_by_signal.items():
        yield f"  {signal}: {in_flow(words_by_kind)}"
    yield ""


def is_word(text: str) -> bool:
    """Tell whether a text can stand in an engagement file."""
    try:
        refuse_control_characters(text)
    except ControlCharacterError:
        return False
    return bool(text.strip())


def _listed(words: Mapping[str, int]) -> str:
    named = [comment_text(f"{word} ({count})" if count else word) for word, count in words.items()]
    more = len(named) - MOST_NAMED
    return ", ".join(named[:MOST_NAMED]) + (f" and {more} more" if more > 0 else "")


def order_words(words: Mapping[str, int]) -> dict[str, int]:
    """Return the words that some issue carries now, those of most issues first."""
    carried: Iterable[str] = (word for word, count in words.items() if count)
    return {word: words[word] for word in sorted(carried, key=lambda word: (-words[word], word))}
