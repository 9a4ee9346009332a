"""The filters of the list of tickets, as they stand in the address."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

from connector.pages.agency_part import has_part
from mappings.measure.model.ticket import Entry
from mappings.records.figures.ticket_pages import Place
from mappings.translation import Texts, mark

Show: TypeAlias = Literal["finished", "open", "disputed"]
SHOWS: Mapping[Show, str] = Texts(
    {"finished": mark("Finished"), "open": mark("Open, with an objective"), "disputed": mark("Disputed")}
)
# Which of the open tickets on which nobody could be taught: all, or those that nobody is told to drive alone.
UNTAUGHT = ("all", "others")
# Where one of these is asked for, an agency's list is no longer the one that it begins with.
CHOSEN = ("objective", "kind", "mine", "disputed", "late", "own")
# The value of the filter for who took part that asks for what lifts the viewer.
LIFTS = "lifts"
# That which asks for what counts towards a rung of the viewer that takes several tickets.
TOWARDS = "towards"
# The value of the objective's filter for tickets without any.
NO_OBJECTIVE = "-"


@dataclass(frozen=True)
class Filters:
    """Which tickets are listed, and from where; `mine` are those on which the viewer did or was given something.

    `own` are those that concern the engagement's agency: it did some of the work, or they have an objective.
    `by_agency`: an agency reads the list, which begins with what concerns it; then `own` stands in each address.
    `aim` is the objective for which open tickets without one are looked through, "" for none in particular.
    `lifts` are open tickets that bring the viewer to a higher rung; it stands in the place of `mine`,
    as `towards` does: those of which the viewer's next rung takes several.
    `untaught` are open tickets on which nobody could be taught: which of UNTAUGHT, "" for tickets of every kind.
    """

    show: Show = "finished"
    objective: str = ""
    kind: str = ""
    mine: bool = False
    lifts: bool = False
    towards: bool = False
    disputed: bool = False
    late: bool = False
    own: bool = False
    by_agency: bool = False
    untaught: str = ""
    aim: str = ""
    before: Place | None = None

    @property
    def reads_entries(self) -> bool:
        """Whether a ticket's entries decide, which the database cannot look into."""
        return bool(self.objective or self.kind or self.own or self.late)

    @property
    def any(self) -> bool:
        return bool(self.reads_entries or self.mine or self.disputed)

    @property
    def leads_on(self) -> bool:
        """Whether only what leads the viewer themselves on is asked for."""
        return self.lifts or self.towards

    @property
    def query(self) -> dict[str, Any]:
        """The filters as they stand in an address, without the place in the list."""
        named = {"show": self.show, "objective": self.objective, "kind": self.kind, "untaught": self.untaught}
        named |= {"mine": LIFTS} if self.lifts else {"mine": TOWARDS} if self.towards else {}
        named |= {"aim": self.aim} if self.objective == NO_OBJECTIVE else {}
        flags = {"mine": self.mine, "disputed": self.disputed, "late": self.late, "own": self.own}
        off = {"own": "0"} if self.by_agency and not self.own else {}
        chosen = {name: value for name, value in named.items() if value}
        return chosen | {name: "1" for name, on in flags.items() if on} | off

    def matches(self, entry: Entry, parts: Mapping[str, int], waiting: Collection[str]) -> bool:
        """Tell whether a ticket with that last entry and those parts is listed; `waiting` was set on it late."""
        if self.late and not waiting:
            return False
        # One that was tagged late counts without objective until that is confirmed: as it is counted, it is listed.
        if self.objective == NO_OBJECTIVE and entry.objectives:
            return False
        objectives = {*entry.objectives, *(waiting if self.late else ())}
        if self.objective not in {"", NO_OBJECTIVE} and self.objective not in objectives:
            return False
        if self.own and not has_part(entry):
            return False
        return not self.kind or parts.get(self.kind, 0) != 0


def all_query(*, by_agency: bool) -> dict[str, Any]:
    """Return how all finished tickets are asked for, also by an agency, whose list begins with what concerns it."""
    return Filters(by_agency=by_agency).query


def read_filters(args: Mapping[str, str], *, by_agency: bool = False) -> Filters:
    show: Show = next((show for show in SHOWS if show == args.get("show")), "finished")
    # An open ticket has no entry yet: its objective alone is chosen by. The others wait for the way back.
    flags = {name: args.get(name) == "1" for name in ("mine", "disputed", "late", "own")}
    untaught = args.get("untaught", "") if show == "open" and args.get("untaught") in UNTAUGHT else ""
    if by_agency and not any(args.get(name) for name in CHOSEN):
        flags["own"] = True
    return Filters(
        show,
        args.get("objective", ""),
        args.get("kind", ""),
        **flags,
        lifts=show == "open" and args.get("mine") == LIFTS,
        towards=show == "open" and args.get("mine") == TOWARDS,
        by_agency=by_agency,
        untaught=untaught,
        aim=args.get("aim", "") if show == "open" else "",
        before=read_place(args),
    )


def read_place(args: Mapping[str, str]) -> Place | None:
    at, _, issue_id = args.get("before", "").partition("-")
    if not (at.isdecimal() and issue_id.isdecimal() and len(at) < 19 and len(issue_id) < 19):
        return None
    return Place(int(at), int(issue_id))


def place_text(place: Place | None) -> str:
    return f"{place.at}-{place.issue_id}" if place else ""
