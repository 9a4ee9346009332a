"""People seen on a site, as lines for an engagement file."""

from collections.abc import Iterable, Mapping
from typing import Any

import yaml
from msgspec import Struct

BOT = "app"


class SeenPerson(Struct, frozen=True):
    """An account: its kind, whether it is open, on how many tickets it left something, and where it stands already.

    `line` is what an engagement file of the site says of it now (side, team or agency, from, to), {} for nothing.
    """

    account: str
    kind: str
    active: bool
    tickets: int
    line: Mapping[str, Any]


def people_lines(people: Iterable[SeenPerson]) -> str:
    """Return the `people` of an engagement file, most tickets first: a proposed side and why, for somebody to check.

    Jira does not say who is of the agency, so whoever stands nowhere yet is proposed in-house. Bots count nowhere:
    their lines are comments.
    """
    ordered = sorted(people, key=lambda one: (-one.tickets, one.account))
    return "\n".join(["people:", *map(_line, ordered)]) + "\n"


def _line(one: SeenPerson) -> str:
    values = {"account": one.account, "side": "inhouse", **one.line}
    flow = yaml.safe_dump(values, default_flow_style=True, sort_keys=False, allow_unicode=True, width=10_000).strip()
    lead = "  # - " if one.kind == BOT else "  - "
    return f"{lead}{flow}  # {', '.join(_remarks(one))}"


def _remarks(one: SeenPerson) -> list[str]:
    remarks = [f"{one.tickets} ticket{'' if one.tickets == 1 else 's'}"]
    if one.kind == BOT:
        remarks.append("a bot, counts nowhere")
    elif one.line:
        remarks.append("as it stands")
    else:
        remarks.append("proposed: check the side and add from")
    return remarks if one.active else [*remarks, "closed account"]
