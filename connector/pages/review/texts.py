"""The sentences of the review, and the names of what it does not show."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from connector.pages.labels import COMPONENT_NAMES
from connector.pages.project.coverage import carried_sentence
from connector.pages.review.tables import UNIT_WORDS
from connector.text import count, day, number, percent
from mappings.formats.review.suppressed import FEW_OPPORTUNITIES, FEW_PEOPLE, FEW_TICKETS, NO_DEMAND
from mappings.measure.period.rounding import shown

Pack = Mapping[str, Any]
# Objectives named in a sentence.
LISTED = 3


def last_day(pack: Pack) -> date:
    return date.fromisoformat(pack["to"]) - timedelta(days=1)


def unit_of(pack: Pack, amount: float) -> str:
    words = UNIT_WORDS[pack["units"]["by"]]
    return words[:-1] if abs(shown(amount)) == 1 else words


def opening(pack: Pack) -> str:
    """Return the review in sentences: what was delivered and taught, what was handed over, what would be left."""
    units, agency = pack["units"], pack["engagement"]["agency"]
    sentences = [f"{agency} delivered {number(units['agency'])} {unit_of(pack, units['agency'])}{_taught(pack)}."]
    if shown(units["handed_over"]):
        handed = f"{number(units['handed_over'])} {unit_of(pack, units['handed_over'])}"
        sentences.append(f"In-house people did {handed} alone after being taught.")
    if "objectives" in pack:
        states = [row["coverage"] for row in pack["objectives"]]
        when = f"Had {agency} left on {day(last_day(pack))}"
        sentences.append(carried_sentence(states, when))
    return " ".join(sentence for sentence in sentences if sentence)


def _taught(pack: Pack) -> str:
    share = pack["taught_share"]
    if not share["published"]:
        return f"; {count(share['n'], 'ticket')} are too few for a taught share"
    text = f" and taught through {number(pack['units']['taught'])} of them ({percent(share['value'])})"
    return text + _since(pack)


def _since(pack: Pack) -> str:
    for compared in pack["compared"]:
        row = compared["figures"][0]
        if compared["key"] == "last_quarter" and row["verdict"]:
            before = f"{percent(row['before'])} in {compared['quarter']}"
            changed = row["verdict"] in {"up", "down"}
            return f", {row['verdict']} from {before}" if changed else f", no clear change from {before}"
    return ""


def taught_lead(pack: Pack) -> str:
    """Return the first and the last month's taught work beside what was only done."""
    agency = pack["engagement"]["agency"]
    months = [month for month in pack["by_month"] if month["taught"] + month["done_only"] > 0]
    if not months:
        return f"{agency} finished nothing in these weeks."
    texts = [
        f"in {date.fromisoformat(month['from']):%B} {_more_or_less(month)}, {number(month['taught'])} "
        f"{unit_of(pack, month['taught'])} against {number(month['done_only'])}"
        for month in ([months[0], months[-1]] if len(months) > 1 else months)
    ]
    sentence = "; ".join(texts)
    return f"{agency} taught {sentence} done only."


def _more_or_less(month: Mapping[str, Any]) -> str:
    if shown(month["taught"]) == shown(month["done_only"]):
        return "as much as it only did"
    return "more than it only did" if month["taught"] > month["done_only"] else "less than it only did"


def carried_lead(pack: Pack) -> str:
    """Return which objectives two people, one, or nobody can do alone."""
    names = {state: _names(pack, state) for state in ("covered", "single holder", "not covered")}
    texts = [
        names["covered"] and f"At least two people can do {names['covered']} without {pack['engagement']['agency']}.",
        names["single holder"] and f"One person alone can do {names['single holder']}.",
        names["not covered"] and f"Nobody can do {names['not covered']} alone yet.",
    ]
    return " ".join(text for text in texts if text) or "No objective is agreed yet."


def _names(pack: Pack, state: str) -> str:
    names = [f"“{row['name']}”" for row in pack["objectives"] if row["coverage"] == state]
    # A long list stands in the table.
    if len(names) > LISTED:
        return f"{len(names)} objectives" if len(names) < len(pack["objectives"]) else "any of the objectives"
    return " and ".join([", ".join(names[:-1]), names[-1]]) if len(names) > 1 else "".join(names)


def sides_lead(pack: Pack) -> str:
    parts = components_of(pack)
    agency = pack["engagement"]["agency"]
    texts = [
        (parts["taught_through"], "{agency} taught on {x} of the {n} tickets that had a learner."),
        (parts["questions_answered"], "The in-house team answered {x} of {n} questions in time."),
        (pack["learners_offered"], "A learner was there on {x} of {n} tickets."),
    ]
    known = [text.format(agency=agency, x=number(part["x"]), n=number(part["n"])) for part, text in texts if part["n"]]
    return " ".join(known) or "Nothing was counted yet on either side."


def gatekeepers_lead(pack: Pack) -> str:
    parts = components_of(pack)
    early, crisis = parts["earliness"], parts["crisis"]
    texts = [
        f"Gatekeepers were needed or met on {count(int(early['n']), 'ticket')}."
        if early["n"]
        else "No ticket met a gatekeeper.",
        f"{count(int(crisis['n']), 'incident')} ended in the year before." if crisis["n"] else "There was no incident.",
    ]
    return " ".join(texts)


def components_of(pack: Pack) -> dict[str, Mapping[str, Any]]:
    return {part["key"]: part for dimension in pack["dimensions"] for part in dimension["components"]}


def disputes_lead(pack: Pack) -> str:
    """Return how many tickets are disputed, and the taught share with and without them."""
    disputed, share = pack["marks"]["disputed_tickets"], pack["taught_share"]
    if not disputed:
        return "No ticket of these weeks was disputed when the figures were frozen."
    without = share.get("without_disputed", {})
    are = "ticket is" if disputed == 1 else "tickets are"
    text = f"{disputed:,} {are} disputed"
    if without.get("published") and share["published"]:
        text += f". Without, the taught share is {percent(without['value'])}, with {percent(share['value'])}"
    return f"{text}; no figure changes before both sides agree."


def changes_lead(pack: Pack) -> str:
    compared = next((item for item in pack["compared"] if item["key"] == "last_quarter"), None)
    if compared is None:
        return "No earlier quarter is frozen to compare with."
    names = {"taught_share": "the taught share", "exit_coverage.two_holders": "exit coverage with two holders"}
    texts = [
        f"{names[row['key']]} went {row['verdict']}"
        for row in compared["figures"]
        if row["key"] in names and row["verdict"] in {"up", "down"}
    ]
    if not texts:
        return f"No clear change since {compared['quarter']}."
    sentence = f"since {compared['quarter']} {' and '.join(texts)}."
    return sentence[0].upper() + sentence[1:]


WHY: Mapping[str, str] = {
    FEW_TICKETS: "{has} of the {needs} finished tickets needed",
    FEW_PEOPLE: "fewer than {needs} people: only who carries it is told",
    FEW_OPPORTUNITIES: "not enough evidence: {has} so far",
    NO_DEMAND: "no ticket with an objective in the 90 days before",
}


def suppressed_rows(pack: Pack) -> list[tuple[str, str]]:
    """Return the name of each figure that is not shown, and why."""
    names = {row["key"]: row["name"] for row in [*pack.get("objectives", ()), *pack["by_objective"]]}
    rows = []
    for row in pack["suppressed"]:
        has, needs = (None if value is None else number(value) for value in (row["has"], row["needs"]))
        rows.append((_figure_name(row["key"], names), WHY[row["why"]].format(has=has, needs=needs)))
    return rows


FIGURE_NAMES = {"taught_share": "Taught share", "exit_coverage": "Exit coverage", "score": "Integration"}


def _figure_name(key: str, names: Mapping[str, str]) -> str:
    if key in FIGURE_NAMES or key in COMPONENT_NAMES:
        return FIGURE_NAMES.get(key) or COMPONENT_NAMES[key]
    section, objective = key.split(".")[:2]
    what = "taught share" if section == "by_objective" else "counts by rung"
    name = names.get(objective, objective) if objective != "without_objective" else "Without objective"
    return f"{name}, {what}"
