"""The chapter *Program* of a review: experiments, departments, and the changes that the agency started."""

from collections.abc import Mapping, Sequence
from typing import Any

from connector.text import percent
from mappings.formats.review.changes import rate_verdict
from mappings.translation import Texts, gettext, mark, ngettext

Pack = Mapping[str, Any]
NONE = "–"
# What is told of a department, by its state; "" where it takes no part.
DEPARTMENT_WORDS: Mapping[str, str] = Texts(
    {"yes": mark("yes"), "not yet": mark("not yet"), "few": mark("too few people: not told"), "": NONE}
)


def program_lead(pack: Pack) -> str:
    """Return how many experiments were decided, and what the agency proposed."""
    experiments, proposals = pack["program"]["experiments"], pack["program"]["proposals"]
    decided = gettext("No experiment was decided.")
    if experiments["decided"]:
        decided = ngettext(
            "%(num)s experiment was decided; the in-house team led %(led)s.",
            "%(num)s experiments were decided; the in-house team led %(led)s of them.",
            experiments["decided"],
            led=experiments["led_inhouse"],
        )
    agency = pack["engagement"]["agency"]
    return f"{decided} {proposed_text(agency, proposals['made'], proposals['adopted'])}"


def proposed_text(agency: str, made: int, adopted: int) -> str:
    """Return what an agency proposed, or all where `agency` is "", and how many were adopted, each with its number."""
    if not made and not adopted:
        return _nothing_proposed(agency)
    proposed = ngettext("Agencies made %(num)s proposal;", "Agencies made %(num)s proposals;", made)
    if agency:
        proposed = ngettext(
            "%(agency)s made %(num)s proposal;", "%(agency)s made %(num)s proposals;", made, agency=agency
        )
    taken = (
        ngettext("%(num)s was adopted.", "%(num)s were adopted.", adopted) if adopted else gettext("none was adopted.")
    )
    return f"{proposed} {taken}"


def _nothing_proposed(agency: str) -> str:
    if agency:
        return gettext("%(agency)s made no proposal, and none was adopted.", agency=agency)
    return gettext("Agencies made no proposal, and none was adopted.")


def program_quarters(pack: Pack) -> list[tuple[str, Mapping[str, Any]]]:
    """Return the program's figures of the quarter before, where it has them, and of this one."""
    before = [
        (item["quarter"], item["program"])
        for item in pack["compared"]
        if item["key"] == "last_quarter" and "program" in item
    ]
    return [*before, (pack["quarter"], pack["program"])]


def won_text(quarters: Sequence[tuple[str, Mapping[str, Any]]]) -> str:
    """Return the share of decided experiments that were won, with its interval and how it changed."""
    name, now = quarters[-1][0], quarters[-1][1]["experiments"]
    rate = now["win_rate"]
    if rate["value"] is None:
        return ""
    places = {"quarter": name, "share": percent(rate["value"]), "low": percent(rate["low"])[:-2]}
    text = gettext(
        "Won in %(quarter)s: %(share)s of those decided (%(low)s–%(high)s, 80 %% interval)",
        **places,
        high=percent(rate["high"]),
    )
    if len(quarters) < 2:
        return f"{text}."
    before = quarters[-2][1]["experiments"]
    verdict = rate_verdict((before["won"], before["decided"]), (now["won"], now["decided"]))
    return f"{text}: {gettext(verdict)}." if verdict else f"{text}."


def department_rows(quarters: Sequence[tuple[str, Mapping[str, Any]]]) -> list[tuple[str, tuple[str, ...]]]:
    """Return the departments by name with their state in each quarter."""
    states = [{row["key"]: row["assisted"] for row in program.get("departments", ())} for _, program in quarters]
    names = sorted({name for of_quarter in states for name in of_quarter}, key=str.casefold)
    return [
        (
            name or gettext("No team named"),
            tuple(DEPARTMENT_WORDS[of_quarter.get(name, "")] for of_quarter in states),
        )
        for name in names
    ]
