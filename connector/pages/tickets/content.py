"""The values of the Tickets tab's template: the period in a sentence, the filters, and the list that is asked for."""

from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import replace
from typing import Any, TypeAlias

from flask import request, url_for

from connector.actions.policy import TAG
from connector.figures.marks import select_disputed
from connector.pages.act import Notice, may_act, sees_own_ladder
from connector.pages.agency_part import ask_first_text
from connector.pages.drawer.evidence import naming_for
from connector.pages.ticket_parts import parts_of, printed
from connector.pages.ticket_text import Naming
from connector.pages.tickets.aim import select_aim
from connector.pages.tickets.disputed import dispute_rows
from connector.pages.tickets.export import export_name
from connector.pages.tickets.filters import NO_OBJECTIVE, SHOWS, Filters, Show, place_text
from connector.pages.tickets.finished import ListContext, select_finished
from connector.pages.tickets.listed_text import late_text, list_all_text, listed_text
from connector.pages.tickets.open_leads import MOST_COUNTED, advice_text, count_most, none_tagged_text, open_lead
from connector.pages.tickets.open_tickets import OpenList, is_own_alone, select_open
from connector.pages.tickets.rows import Whole, table_of
from connector.text import KIND_NAMES, KIND_WORDS, capital, signed, unit_name, up_to
from connector.web.gate import caller, tenant
from mappings.formats.export.numbers import amount_text, units_of
from mappings.measure.model.ticket import UNTAGGED, DaySums
from mappings.measure.period.figures import Figures, figures
from mappings.measure.period.rounding import adds_up
from mappings.records.figures.day_sums import select_sums
from mappings.translation import decimal_text, gettext, integer_text, ngettext

NO_NOTICE = Notice()
# The names of figures that buckets open into, where they are not their own.
FIGURES = {"own": "inhouse_own"}
# The buckets that an agency's own work is in.
OF_AGENCY = ("taught", "done_only")
# A bucket, its amount in words, and where that opens.
PartText: TypeAlias = tuple[str, str, str]


def tickets_values(context: ListContext, notice: Notice = NO_NOTICE, chosen: Collection[int] = ()) -> dict[str, Any]:
    """Return the template's values; `chosen` are the tickets that stay selected after something was done to them."""
    filters, engagement = context.filters, context.view.engagement
    without = filters.show == "open" and filters.objective == NO_OBJECTIVE
    period_figures = select_figures(context)
    disputed = select_disputed(context.scope.agreement, context.now)
    open_number = count_most(context)
    open_now = up_to(open_number, MOST_COUNTED)
    counts = {"finished": period_figures.sums.tickets, "open": open_now, "disputed": len(disputed)}
    objectives = [(item.key, item.name) for item in engagement.objectives]
    values: dict[str, Any] = {
        "filters": filters,
        "place": place_text(filters.before),
        "shows": [(show, name, counts[show], _show_url(context, show)) for show, name in SHOWS.items()],
        # Open tickets without an objective are a choice where they are listed.
        "current": "" if without else filters.show,
        "without": without,
        "open_now": open_now,
        "objectives": [("", gettext("All objectives")), *objectives, (NO_OBJECTIVE, gettext("Without objective"))],
        "kinds": [("", gettext("Counts as anything")), *((kind, KIND_NAMES[kind]) for kind in context.kinds)],
        "address": list_url(context, Filters(filters.show)),
        # A link for a role names nobody whose tickets could be listed.
        "is_person": bool(caller().account),
        "acts": may_act(context.view, TAG),
        "notice": notice,
        "chosen": frozenset(chosen),
        "period_name": context.period.name,
        "unit": unit_name(engagement.units.by, 0),
        "engagement": engagement.key,
        "site": tenant().display_url,
        # An agency reads of its own open tickets without an objective, and of nobody's.
        "own_alone": context.view.agency,
        "agency": engagement.agency_name,
        "engagement_name": engagement.name,
        **_sentence(context, period_figures),
    }
    values |= LISTS[filters.show](context, period_figures)
    if without:
        place = list_url(context, replace(filters, before=None))
        values["shows"].append(("", gettext("Open, without an objective"), values["untagged_number"], place))
    return values | (
        _lead_values(context, values["open"], (open_number, values["wanted_number"])) if "open" in values else {}
    )


def select_figures(context: ListContext) -> Figures:
    first, last = context.period.first, context.period.last
    rows = select_sums(context.scope, first, last).get("", ())
    return figures(rows, first, last, context.view.stored.rules)


def list_url(context: ListContext, filters: Filters, endpoint: str = "tickets.content", **more: Any) -> str:
    """Return the address of a list; the period and the project come along."""
    query: dict[str, Any] = {"project.key": request.args.get("project.key", "")}
    query |= {"engagement": context.view.engagement.key, "period": context.period.key, **filters.query}
    query |= {"before": place_text(filters.before)} if filters.before else {}
    return url_for(endpoint, **query, **more)


def naming_of(context: ListContext) -> Naming:
    return naming_for(context.view, context.now)


def _show_url(context: ListContext, show: Show) -> str:
    filters = replace(context.filters, show=show, before=None, disputed=False, untaught="", lifts=False, towards=False)
    if show == "open" and filters.objective == NO_OBJECTIVE:
        filters = replace(filters, objective="")
    return list_url(context, filters)


def _sentence(context: ListContext, period_figures: Figures) -> dict[str, Any]:
    sums, by = period_figures.sums, context.view.engagement.units.by
    parts = {kind: part for kind, part in parts_of(sums, context.kinds).items() if part}
    positive = sum(part for part in parts.values() if part > 0)
    texts = [
        (kind, f"{signed(decimal_text(amount))} {KIND_WORDS[kind]}", _figure_url(context, kind))
        for kind, amount in printed(parts).items()
    ]
    return {
        "tickets": sums.tickets,
        "finished_url": _figure_url(context, "tickets"),
        "total": amount_text(period_figures.total, by),
        "parts": texts,
        "theirs": _theirs(context, sums, texts),
        "total_url": _figure_url(context, "total"),
        "is_off": _is_off(context, sums),
        "bars": _bars({kind: part for kind, part in parts.items() if part > 0}, positive),
    }


def _is_off(context: ListContext, sums: DaySums) -> bool:
    """Return whether amounts of the sentence, each rounded alone, add up to another sum than it says."""
    wholes = [parts_of(sums, context.kinds), *([parts_of(sums, OF_AGENCY)] if context.view.agency else [])]
    return not all(adds_up([units_of(part) for part in parts.values()]) for parts in wholes)


def _theirs(context: ListContext, sums: DaySums, texts: Sequence[PartText]) -> dict[str, Any] | None:
    """Return what an agency's viewer reads first: the agency's own tickets, and apart from them the `rest`."""
    if not context.view.agency or sums.n <= 0:
        return None
    return {
        "tickets": integer_text(sums.n),
        "total": amount_text(sums.agency, context.view.engagement.units.by),
        "url": _figure_url(context, "agency"),
        "parts": [text for text in texts if text[0] in OF_AGENCY],
        "rest": [text for text in texts if text[0] not in OF_AGENCY],
    }


def _figure_url(context: ListContext, kind: str) -> str:
    period: dict[str, Any] = {"from": str(context.period.first), "to": str(context.period.last)}
    return url_for("figures.show", engagement=context.view.engagement.key, figure=FIGURES.get(kind, kind), **period)


def _bars(parts: Mapping[str, int], whole: int) -> list[tuple[str, float, float]]:
    bars, x = [], 0.0
    for kind, part in parts.items():
        width = 100 * part / whole
        # A quarter of a per cent parts two bars.
        bars.append((kind, round(x, 2), round(max(0.0, width - 0.25), 2)))
        x += width
    return bars


def _finished_values(context: ListContext, period_figures: Figures) -> dict[str, Any]:
    tickets, filters = select_finished(context), context.filters
    whole = Whole(period_figures.sums.tickets, period_figures.total)
    return {
        "table": table_of(context, tickets, naming_of(context), whole),
        "listed": listed_text(context, tickets, whole),
        "late_note": late_text(context.view.stored.rules),
        "all_text": list_all_text(whole.tickets),
        "address_all": list_url(context, Filters(by_agency=filters.by_agency)),
        "reason": tickets.reason(len(tickets.hidden)),
        "older": list_url(context, replace(filters, before=tickets.next)) if tickets.next else "",
        "newest": list_url(context, replace(filters, before=None)) if filters.before else "",
        "address_own": list_url(context, replace(filters, own=True, before=None)),
        "cut": tickets.cut,
        "selection": list_url(context, filters, "selected.bar"),
        "dispute": list_url(context, filters, "listed_disputes.ask"),
        "file": list_url(context, replace(filters, before=None), "tickets.export"),
        "file_name": export_name(context),
    }


def _open_values(context: ListContext, _: Figures) -> dict[str, Any]:
    filters, aim = context.filters, select_aim(context)
    tickets = select_open(context, naming_of(context), aim)
    wanted = filters.objective if filters.objective not in {"", NO_OBJECTIVE} else ""
    everybodys = replace(filters, lifts=False, towards=False, untaught="", before=None)
    return {
        "wanted_number": count_most(context, wanted) if wanted else 0,
        "untagged_number": _untagged_number(context, tickets) if filters.objective == NO_OBJECTIVE else "",
        "untagged": _own_untagged(context, tickets) if context.view.agency else _untagged_text(context),
        "advice": advice_text(context),
        "none_tagged": "" if tickets.rows else none_tagged_text(context),
        "aim": aim,
        "to_untagged": _to_untagged(context),
        "address": list_url(context, replace(everybodys, objective="", mine=False)),
        "address_without": list_url(context, replace(everybodys, objective=NO_OBJECTIVE)),
        "wanted": wanted,
        "lifts": sees_own_ladder(context.view),
        "open": tickets,
        "selection": list_url(context, filters, "selected.bar"),
        "older": list_url(context, replace(filters, before=tickets.next)) if tickets.next else "",
        "newest": list_url(context, replace(filters, before=None)) if filters.before else "",
    }


def _lead_values(context: ListContext, tickets: OpenList, numbers: tuple[int, int]) -> dict[str, Any]:
    lead = open_lead(context, tickets, *numbers)
    return {"lead": lead, "address_wider": list_url(context, lead.wider) if lead.wider else ""}


def _untagged_number(context: ListContext, tickets: OpenList) -> int | str:
    """Return how many have no objective: of an agency those it reads, "" where more follow; of its own filter none."""
    if context.filters.mine:
        return ""
    if is_own_alone(context):
        return tickets.own + tickets.free if tickets.is_whole else ""
    return up_to(count_most(context, UNTAGGED), MOST_COUNTED)


def _untagged_text(context: ListContext) -> str:
    """Return how many open tickets have no objective."""
    number = count_most(context, UNTAGGED)
    text = ngettext(
        "%(number)s open ticket has no objective of %(engagement)s, so nothing on it counts as taught.",
        "%(number)s open tickets have no objective of %(engagement)s, so nothing on them counts as taught.",
        number,
        number=up_to(number, MOST_COUNTED),
        engagement=context.view.engagement.name,
    )
    return capital(text) if number else ""


def _own_untagged(context: ListContext, tickets: OpenList) -> str:
    """Return how many of the agency's own and of nobody's have none; "" beside the list of those that have one.

    Those of others are in no count that it reads: it cannot set an objective on them.
    """
    places = {"agency": context.view.engagement.agency_name, "engagement": context.view.engagement.name}
    if not is_own_alone(context):
        return ""
    if not tickets.is_whole:
        return gettext(
            "Listed are open tickets of %(agency)s or of nobody that have no objective of %(engagement)s.", **places
        )
    own = ngettext(
        "%(num)s open ticket of %(agency)s has no objective of %(engagement)s, so nothing on it counts as taught.",
        "%(num)s open tickets of %(agency)s have no objective of %(engagement)s, so nothing on them counts as taught.",
        tickets.own,
        **places,
    )
    if not tickets.own:
        own = gettext("No open ticket of %(agency)s is without an objective of %(engagement)s.", **places)
    if not tickets.free:
        return own
    free = _free_text(tickets)
    if not may_act(context.view, TAG):
        return f"{own} {free}"
    return f"{own} {free} {ask_first_text()}"


def _free_text(tickets: OpenList) -> str:
    """Return how many are nobody's, and how many of these are no tickets to ask for as long as nobody decided them."""
    free = ngettext("%(num)s is nobody’s so far.", "%(num)s are nobody’s so far.", tickets.free)
    if not tickets.undecided:
        return free
    if tickets.undecided == tickets.free:
        all_of = ngettext(
            "It is a proposal without a decision.", "All of them are proposals without a decision.", tickets.free
        )
        return f"{free} {all_of}"
    some = ngettext(
        "%(num)s of them is a proposal without a decision.",
        "%(num)s of them are proposals without a decision.",
        tickets.undecided,
    )
    return f"{free} {some}"


def _to_untagged(context: ListContext) -> str:
    if not context.view.agency:
        return gettext("List those without")
    agency = context.view.engagement.agency_name
    return gettext("List open tickets of %(agency)s or of nobody that have no objective", agency=agency)


def _disputed_values(context: ListContext, _: Figures) -> dict[str, Any]:
    return {"disputes": dispute_rows(context)}


LISTS: Mapping[Show, Callable[[ListContext, Figures], dict[str, Any]]] = {
    "finished": _finished_values,
    "open": _open_values,
    "disputed": _disputed_values,
}
