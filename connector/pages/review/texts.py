"""The sentences of the review, and the names of what it does not show."""

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from connector.pages.labels import COMPONENT_NAMES
from connector.pages.project.coverage import carried_sentence, numeral
from connector.pages.review.tables import shown_months
from connector.pages.terms import part_text
from connector.text import amount as amount_text
from connector.text import day, month_name, number, percent
from mappings.formats.review.suppressed import FEW_OPPORTUNITIES, FEW_PEOPLE, FEW_TICKETS, NO_DEMAND
from mappings.measure.model.quarters import quarter_name, quarter_start
from mappings.measure.model.ticket import BILLION
from mappings.measure.period.rounding import shown
from mappings.translation import Texts, decimal_text, gettext, list_text, mark, mark_plural, ngettext

Pack = Mapping[str, Any]
# Objectives named in a sentence.
LISTED = 3
SINCE: Mapping[str, str] = {
    "up": mark("up from %(before)s in %(quarter)s"),
    "down": mark("down from %(before)s in %(quarter)s"),
    "no clear change": mark("no clear change from %(before)s in %(quarter)s"),
}
# The figures that the first sentence of the changes names, and what it says of each.
SUMMED_UP = ("taught_share", "exit_coverage.two_holders")
ONE_HOLDER = "exit_coverage.one_holder"
WENT: Mapping[tuple[str, str], str] = {
    ("taught_share", "up"): mark("the taught share went up"),
    ("taught_share", "down"): mark("the taught share went down"),
    ("exit_coverage.two_holders", "up"): mark("exit coverage with two holders went up"),
    ("exit_coverage.two_holders", "down"): mark("exit coverage with two holders went down"),
    ("exit_coverage.one_holder", "up"): mark("exit coverage with at least one holder went up"),
    ("exit_coverage.one_holder", "down"): mark("exit coverage with at least one holder went down"),
}


def last_day(pack: Pack) -> date:
    return date.fromisoformat(pack["to"]) - timedelta(days=1)


def measured_text(pack: Pack) -> str:
    """Return from which day a quarter is measured in which the engagement began; "" for one throughout."""
    begins = date.fromisoformat(pack["from"])
    if begins == quarter_start(begins) or pack["quarter"] != quarter_name(begins):
        return ""
    return gettext("Measured from %(day)s, when the engagement began.", day=day(begins))


def amount_of(pack: Pack, amount: float) -> str:
    return amount_text(round(amount * BILLION), pack["units"]["by"])


def taught_of(pack: Pack) -> str:
    units = pack["units"]
    return part_text(round(units["taught"] * BILLION), round(units["agency"] * BILLION), units["by"])


def opening(pack: Pack) -> str:
    """Return the review in sentences: what was delivered and taught, what was handed over, what would be left."""
    units, agency = pack["units"], pack["engagement"]["agency"]
    sentences = [_delivered(pack)]
    if shown(units["handed_over"]):
        handed = amount_of(pack, units["handed_over"])
        sentences.append(gettext("In-house people did %(amount)s alone after being taught.", amount=handed))
    if "objectives" in pack:
        states = [row["coverage"] for row in pack["objectives"]]
        when = gettext("If %(agency)s left, as of %(day)s", agency=agency, day=day(last_day(pack)))
        sentences.append(carried_sentence(states, when))
    return " ".join(sentence for sentence in sentences if sentence)


def _delivered(pack: Pack) -> str:
    share, units = pack["taught_share"], pack["units"]
    places = {"agency": pack["engagement"]["agency"], "delivered": amount_of(pack, units["agency"])}
    if not share["published"]:
        return ngettext(
            "%(agency)s delivered %(delivered)s; %(num)s ticket are too few for a taught share.",
            "%(agency)s delivered %(delivered)s; %(num)s tickets are too few for a taught share.",
            share["n"],
            **places,
        )
    places |= {"taught": number(units["taught"]), "share": percent(share["value"])}
    changed = _since(pack)
    if not changed:
        return gettext(
            "%(agency)s delivered %(delivered)s and taught through %(taught)s of them (%(share)s).", **places
        )
    return gettext(
        "%(agency)s delivered %(delivered)s and taught through %(taught)s of them (%(share)s), %(change)s.",
        **places,
        change=changed,
    )


def _since(pack: Pack) -> str:
    for compared in pack["compared"]:
        row = compared["figures"][0]
        if compared["key"] == "last_quarter" and row["verdict"]:
            before = percent(row["before"])
            return gettext(SINCE[row["verdict"]], before=before, quarter=compared["quarter"])
    return ""


def taught_lead(pack: Pack) -> str:
    """Return each month's taught work beside what was only done."""
    agency = pack["engagement"]["agency"]
    months = [
        (month, printed)
        for month, printed in zip(pack["by_month"], shown_months(pack), strict=True)
        if month["taught"] + month["done_only"] > 0
    ]
    if not months:
        return gettext("%(agency)s finished nothing in these weeks.", agency=agency)
    first, *rest = (_month_places(pack, *month) for month in months)
    parts = [
        gettext("%(amount)s in %(month)s (%(done)s done only)", **first),
        *(gettext("%(taught)s in %(month)s (%(done)s)", **month) for month in rest),
    ]
    return gettext("%(agency)s taught through %(months)s.", agency=agency, months=list_text(parts))


def _month_places(pack: Pack, month: Mapping[str, Any], printed: Mapping[str, Decimal]) -> dict[str, str]:
    # The same numbers as in the table beside it.
    return {
        "month": month_name(date.fromisoformat(month["from"])),
        "amount": amount_of(pack, float(printed["taught"])),
        "taught": decimal_text(printed["taught"]),
        "done": decimal_text(printed["done_only"]),
    }


# How far objectives are carried: a sentence of those named, and one of all where they are too many to name.
CARRIED: Mapping[str, tuple[str, str]] = {
    "covered": (
        mark("At least two people can do %(objectives)s without %(agency)s."),
        mark("At least two people can do any of the objectives without %(agency)s."),
    ),
    "single holder": (
        mark("One person alone can do %(objectives)s."),
        mark("Each of the objectives can be done by one person only."),
    ),
    "not covered": (
        mark("Nobody can do %(objectives)s alone yet."),
        mark("Nobody can do any of the objectives alone yet."),
    ),
}


def carried_lead(pack: Pack) -> str:
    """Return which objectives two people, one, or nobody can do alone."""
    texts = [text for state in CARRIED if (text := _carried_text(pack, state))]
    return " ".join(texts) or gettext("No objective is agreed yet.")


def _carried_text(pack: Pack, state: str) -> str:
    names = [gettext("“%(name)s”", name=row["name"]) for row in pack["objectives"] if row["coverage"] == state]
    if not names:
        return ""
    named, whole = CARRIED[state]
    agency = pack["engagement"]["agency"]
    if len(names) <= LISTED:
        return gettext(named, objectives=list_text(names), agency=agency)
    if len(names) == len(pack["objectives"]):
        return gettext(whole, agency=agency)
    return gettext(named, objectives=gettext("%(number)s objectives", number=numeral(len(names))), agency=agency)


def sides_lead(pack: Pack) -> str:
    parts = components_of(pack)
    texts = [
        (parts["taught_through"], mark("%(agency)s taught on %(x)s of the %(n)s tickets that had a learner.")),
        (parts["questions_answered"], mark("The in-house team answered %(x)s of %(n)s questions in time.")),
        (pack["learners_offered"], mark("A learner was enrolled for the objectives of %(x)s of %(n)s tickets.")),
    ]
    agency = pack["engagement"]["agency"]
    known = [
        gettext(text, agency=agency, x=number(part["x"]), n=number(part["n"])) for part, text in texts if part["n"]
    ]
    return " ".join(known) or gettext("Nothing was counted yet on either side.")


def gatekeepers_lead(pack: Pack) -> str:
    parts = components_of(pack)
    early, crisis = int(parts["earliness"]["n"]), int(parts["crisis"]["n"])
    met = gettext("No ticket met a gatekeeper.")
    if early:
        met = ngettext(
            "Gatekeepers were needed or met on %(num)s ticket.",
            "Gatekeepers were needed or met on %(num)s tickets.",
            early,
        )
    incidents = gettext("There was no incident.")
    if crisis:
        incidents = ngettext(
            "%(num)s incident ended in the year before.", "%(num)s incidents ended in the year before.", crisis
        )
    return f"{met} {incidents}"


def components_of(pack: Pack) -> dict[str, Mapping[str, Any]]:
    return {part["key"]: part for dimension in pack["dimensions"] for part in dimension["components"]}


# The taught share with and without the disputed tickets, and where both print alike.
DISPUTED = mark_plural(
    "%(num)s ticket is disputed. Without, the taught share is %(without)s, with %(share)s; "
    "no figure changes before both sides agree.",
    "%(num)s tickets are disputed. Without, the taught share is %(without)s, with %(share)s; "
    "no figure changes before both sides agree.",
)
DISPUTED_ALIKE = mark_plural(
    "%(num)s ticket is disputed. Without, the taught share stays %(share)s; no figure changes before both sides agree.",
    "%(num)s tickets are disputed. Without, the taught share stays %(share)s; no figure changes before both sides "
    "agree.",
)


def disputes_lead(pack: Pack) -> str:
    """Return how many tickets are disputed, and the taught share with and without them."""
    disputed, share = pack["marks"]["disputed_tickets"], pack["taught_share"]
    if not disputed:
        return gettext("No ticket of these weeks was disputed when the figures were frozen.")
    without = share.get("without_disputed", {})
    if not (without.get("published") and share["published"]):
        return ngettext(
            "%(num)s ticket is disputed; no figure changes before both sides agree.",
            "%(num)s tickets are disputed; no figure changes before both sides agree.",
            disputed,
        )
    places = {"without": percent(without["value"]), "share": percent(share["value"])}
    forms = DISPUTED_ALIKE if places["without"] == places["share"] else DISPUTED
    return ngettext(*forms, disputed, **places)


def changes_lead(pack: Pack) -> str:
    compared = next((item for item in pack["compared"] if item["key"] == "last_quarter"), None)
    if compared is None:
        return gettext("No earlier quarter is frozen to compare with.")
    verdicts = {row["key"]: row["verdict"] for row in compared["figures"]}
    taught, two_holders = SUMMED_UP
    # That of first holders is told where nothing else of exit coverage changed.
    coverage = two_holders if (two_holders, verdicts.get(two_holders)) in WENT else ONE_HOLDER
    changes = [gettext(WENT[key, verdicts[key]]) for key in (taught, coverage) if (key, verdicts.get(key)) in WENT]
    if not changes:
        return gettext("No clear change since %(quarter)s.", quarter=compared["quarter"])
    sentence = gettext("since %(quarter)s %(changes)s.", quarter=compared["quarter"], changes=list_text(changes))
    return sentence[0].upper() + sentence[1:]


WHY: Mapping[str, str] = {
    FEW_TICKETS: mark("%(has)s of the %(needs)s finished tickets needed"),
    FEW_PEOPLE: mark("fewer than %(needs)s people: only who carries it is told"),
    FEW_OPPORTUNITIES: mark("not enough evidence: %(has)s so far"),
    NO_DEMAND: mark("no ticket with an objective in the 90 days before"),
}


def suppressed_rows(pack: Pack) -> list[tuple[str, str]]:
    """Return the name of each figure that is not shown, and why."""
    names = {row["key"]: row["name"] for row in [*pack.get("objectives", ()), *pack["by_objective"]]}
    rows = []
    for row in pack["suppressed"]:
        has, needs = (None if value is None else number(value) for value in (row["has"], row["needs"]))
        rows.append((_figure_name(row["key"], names), gettext(WHY[row["why"]], has=has, needs=needs)))
    return rows


FIGURE_NAMES: Mapping[str, str] = Texts(
    {"taught_share": mark("Taught share"), "exit_coverage": mark("Exit coverage"), "score": mark("Integration")}
)


def _figure_name(key: str, names: Mapping[str, str]) -> str:
    if key in FIGURE_NAMES or key in COMPONENT_NAMES:
        return FIGURE_NAMES.get(key) or COMPONENT_NAMES[key]
    section, objective = key.split(".")[:2]
    name = names.get(objective, objective) if objective != "without_objective" else gettext("Without objective")
    if section == "by_objective":
        return gettext("%(objective)s, taught share", objective=name)
    return gettext("%(objective)s, counts by rung", objective=name)
