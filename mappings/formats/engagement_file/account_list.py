"""People seen on a site, as lines for an engagement file."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from typing import Any

import yaml
from msgspec import Struct

from mappings.events.names import clean_text
from mappings.formats.engagement_file.proposed_side import TODO, ProposedSide

BOT = "app"


class SeenPerson(Struct, frozen=True):
    """An account: its kind, whether it is open, on how many tickets it left something, from when until when.

    `name` is what Jira calls the person now. `lines` are what an engagement file of the site says already, one for each
    stay (side, team or agency, from, to); `proposed` is the side that something speaks for.
    """

    account: str
    kind: str
    active: bool
    tickets: int
    lines: tuple[Mapping[str, Any], ...] = ()
    first: date | None = None
    last: date | None = None
    name: str = ""
    proposed: ProposedSide | None = None


def people_lines(people: Iterable[SeenPerson]) -> str:
    """Return the `people` of an engagement file, most tickets first, each with its name and its reason as a comment.

    Who has no side that anything speaks for, and bots, which count nowhere, are comments: the file is correct as it is.
    """
    ordered = sorted(people, key=lambda person: (person.kind == BOT, -person.tickets, person.account))
    lines = [line for person in ordered for line in _lines(person)]
    # YAML takes a list of comments alone for nothing.
    head = "people:" if any(line.startswith("  -") for line in lines) else "people: []"
    return "\n".join([head, *lines]) + "\n"


def _lines(person: SeenPerson) -> Iterator[str]:
    for stay in person.lines or (_proposed(person.proposed),):
        values = {"account": person.account, **stay}
        lead = "  # - " if values["side"] == TODO or person.kind == BOT else "  - "
        yield f"{lead}{in_flow(values)}  # {', '.join(filter(None, _remarks(person)))}"


def undecided_line(person: SeenPerson, starts: date) -> str:
    """Return the line of somebody without a side in a file as Teachback writes it: refused until a side is written.

    Who came after the engagement's start (`starts`) has the first day that is known of them, or a comment that none is.
    """
    values: dict[str, Any] = {"account": person.account, "side": TODO}
    if person.first is not None and person.first > starts:
        values["from"] = person.first
    values |= {"name": comment_text(person.name)} if person.name else {}
    proposed = person.proposed
    reason = f"{_side_words(proposed)} ({comment_text(proposed.reason)})" if proposed else ""
    unknown = "" if person.first else "first day not known: add from, where they came after the start"
    remarks = "; ".join(filter(None, (reason, unknown)))
    return f"- {in_flow(values)}{f'  # {remarks}' if remarks else ''}"


def _side_words(proposed: ProposedSide) -> str:
    return f"{proposed.side}, agency: {proposed.agency}" if proposed.agency else proposed.side


def in_flow(values: Any) -> str:
    """Return values as YAML in one line."""
    text: str = yaml.safe_dump(values, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000)
    return text.removesuffix("...\n").strip()


def comment_text(text: str) -> str:
    """Return a text as it can stand in a comment: a line break in a name would end the comment."""
    return " ".join("".join(sign if sign.isprintable() else " " for sign in clean_text(text)).split())


def _proposed(proposed: ProposedSide | None) -> dict[str, str]:
    if proposed is None:
        return {"side": TODO}
    named = {"side": proposed.side, "agency": proposed.agency, "team": proposed.team}
    return {key: text for key, text in named.items() if text}


def _remarks(person: SeenPerson) -> list[str]:
    span = f"{person.first} to {person.last}" if person.first and person.last else ""
    tickets = f"{person.tickets} ticket{'' if person.tickets == 1 else 's'}"
    return [comment_text(person.name), tickets, span, _reason(person), "" if person.active else "closed account"]


def _reason(person: SeenPerson) -> str:
    if person.kind == BOT:
        return "a bot, counts nowhere"
    if person.lines:
        return "as it stands"
    if person.proposed is None:
        return "no side known: set it, and remove the # in front"
    return f"proposed by {comment_text(person.proposed.reason)}"
