"""What a list of open tickets without an objective is looked through for: what an objective's learner still needs."""

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass

from connector.figures.alone_steps import Way
from connector.figures.teaching import select_teaching, select_ways
from connector.pages.prepared import prepared_of
from connector.pages.project.tickets_missing import way_text
from connector.pages.rule_texts import select_rule_names, shown_rule_text
from connector.pages.tickets.filters import NO_OBJECTIVE
from connector.pages.tickets.finished import ListContext
from connector.pages.visibility import visible_tickets
from connector.text import count
from connector.web.gate import caller
from mappings.records.facts.issues import select_labels
from mappings.translation import gettext

# A word that so many of the titles have, or a tenth of them, is rare.
FEW, TENTH = 2, 10


@dataclass(frozen=True)
class Aim:
    """The objective that led here: what is said of it, and which open tickets come first.

    `is_alone`: what its nearest learner lacks is driven without the agency, as far as the reader is told of it.
    """

    text: str = ""
    name: str = ""
    is_alone: bool = False

    def words_in(self, titles: Mapping[int, str]) -> dict[int, int]:
        """Return by ticket how many words of the objective's name its title has, short words aside.

        One alone is enough where few of these titles have it, or none of the others is in fewer: many have *page*.
        """
        own = _words(self.name)
        shared = {issue_id: own & _words(title) for issue_id, title in titles.items()} if own else {}
        times = Counter(word for words in shared.values() for word in words)
        few = max(FEW, len(titles) // TENTH, min(times.values(), default=0))
        rare = {word for word, number in times.items() if number <= few}
        return {each: len(words) for each, words in shared.items() if len(words) > 1 or words & rare}


NO_AIM = Aim()


def select_aim(context: ListContext) -> Aim:
    view, key = context.view, context.filters.aim
    objective = next((item for item in view.engagement.objectives if item.key == key), None)
    if objective is None or context.filters.objective != NO_OBJECTIVE:
        return NO_AIM
    concerned = shown_rule_text(objective.mapping, select_rule_names(context.connection, [objective.mapping]))
    concerns = gettext("%(objective)s concerns %(tickets)s.", objective=objective.name, tickets=concerned)
    way = _select_way(context)
    lacks = _lacks_text(context, objective.name, way) if way else ""
    text = " ".join(filter(None, [concerns if concerned else "", lacks]))
    is_alone = _leads_alone(context) if way is None else "independent" in way.tickets
    return Aim(text, objective.name, is_alone)


def _words(text: str) -> set[str]:
    return {word.casefold() for word in re.findall(r"\w{4,}", text)}


def _select_way(context: ListContext) -> Way | None:
    """Return what the nearest learner lacks of the objective; None for nothing, or where it is not told."""
    view = context.view
    # It takes counts of people to tell.
    if "cells" not in view.sees:
        return None
    prepared = prepared_of(context.connection, view)
    ways = select_ways(context.connection, caller().tenant_id, view.stored, prepared, now=context.now)
    return ways.get(context.filters.aim)


def _leads_alone(context: ListContext) -> bool:
    """Tell whether what led here says that the objective needs a ticket to drive alone, as Overview tells everybody."""
    view = context.view
    if "cells" in view.sees:
        return False
    prepared = prepared_of(context.connection, view)
    teaching = select_teaching(context.connection, caller().tenant_id, view.stored, prepared, now=context.now)
    aim = context.filters.aim
    ids = {each.issue_id for each in teaching.openings if each.part == "alone" and each.objective == aim}
    seen, _ = visible_tickets(view, select_labels(context.connection, caller().tenant_id, ids))
    return bool(ids & seen)


def _lacks_text(context: ListContext, name: str, way: Way) -> str:
    places = {"objective": name, "tickets": way_text(way)}
    if [*way.tickets] != ["independent"] or way.tickets["independent"] < 2:
        return gettext("For %(objective)s the nearest learner still needs %(tickets)s.", **places)
    prepared = prepared_of(context.connection, context.view)
    apart = count(prepared.rules_of(context.filters.aim).span_days, "day")
    return gettext(
        "For %(objective)s the nearest learner still needs %(tickets)s, the first and the last %(days)s apart.",
        days=apart,
        **places,
    )
