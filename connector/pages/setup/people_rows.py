"""The people of a draft on its page: those to decide, those who need no side, and those with one."""

from collections import defaultdict
from collections.abc import Mapping, Sequence
from datetime import date
from typing import Any

from connector.actions.draft_fields import OTHER, read_fields, stay_names
from connector.actions.draft_roles import people_of
from connector.container import container
from connector.pages.setup.access import DraftView
from connector.pages.setup.agreement import undecided, without_need
from connector.pages.setup.known_sides import fields_of_proposal, proposals_of
from connector.pages.setup.reasons import reason_text
from connector.pages.setup.sponsors import known_sponsors
from connector.pages.sides_today import sponsors_of
from connector.pages.visibility import account
from connector.text import days, up_to
from connector.web.gate import caller
from mappings.events.pseudonyms import is_erased
from mappings.records.agreement.drafts import Draft
from mappings.records.agreement.engagements import StoredEngagement, select_engagements
from mappings.records.facts.accounts import MOST_TICKETS
from mappings.translation import gettext

Values = dict[str, Any]
Names = Mapping[str, str]


def accepted_fields(view: DraftView, named: Sequence[str]) -> dict[str, dict[str, str]]:
    """Return the fields that accept what is proposed, by what names a stay: of the people named, or of all who wait.

    What contradicts itself is accepted one by one.
    """
    with container().reader.connect() as connection:
        engagements = select_engagements(connection, caller().tenant_id)
    proposed, waiting = proposals_of(view, engagements), undecided(view.draft, sponsors_of(engagements))
    sides = read_fields("people", view.draft.bodies["people"])
    accounts = named or [each for each in proposed if each in waiting and not proposed[each].get("is_contradicted")]
    chosen = [each for each in accounts if proposed.get(each, {}).get("side") and f"side {each}" not in sides]
    return dict(pair for each in chosen for pair in fields_of_proposal(each, proposed[each]))


def _sponsors(view: DraftView, engagements: Sequence[StoredEngagement]) -> Mapping[str, str]:
    """Return of whom it is known that they are a sponsor: what is known of somebody tells who they are."""
    return known_sponsors(engagements) if view.tells_of_others else {}


def people_of_page(view: DraftView, names: Names, engagements: Sequence[StoredEngagement]) -> Values:
    """Return rows of people, `undecided`, `needless` and `decided`, and how many `proposals` are accepted at once."""
    draft, proposed = view.draft, proposals_of(view, engagements)
    sponsors, needless = _sponsors(view, engagements), without_need(draft, sponsors_of(engagements))
    named = {person["account"] for person in people_of(draft)}
    sides = {person["account"] for person in people_of(draft) if person["side"] != "none"}
    # Whoever is meant to be on no side waits for none.
    needless = (needless | named) - sides
    seen = [each for each in dict.fromkeys([*proposed, *named, account()]) if not is_erased(each)]
    stays = defaultdict(list)
    for name in stay_names(people_of(draft)):
        stays[name.partition(" ")[0]].append(name)
    nothing = gettext("Nothing speaks for a side.")
    people = [
        {"why": sponsors.get(each, nothing), "stays": stays[each]} | _person(each, proposed.get(each), names)
        for each in seen
    ]
    rows = sorted(people, key=lambda row: str(row["name"]).casefold())
    to_decide = [row for row in rows if row["account"] not in sides | needless]
    to_decide.sort(key=lambda row: not row["is_contradicted"])
    return {
        "undecided": to_decide,
        "needless": [_needless(row, sponsors) for row in rows if row["account"] in needless],
        "decided": [row for row in rows if row["account"] in sides],
        "proposals": len([row for row in to_decide if row["side"] and not row["is_contradicted"]]),
    }


def _needless(row: Values, sponsors: Mapping[str, str]) -> Values:
    """Return the row of somebody who needs no side, without a proposal."""
    return row | {"side": "", "why": sponsors.get(row["account"], gettext("Needs no side."))}


def _person(each: str, proposal: Mapping[str, Any] | None, names: Names) -> Values:
    seen = proposal or {"reason": gettext("You. No ticket of these projects has something of yours.")}
    span = [date.fromisoformat(seen[name]) for name in ("first", "last") if seen.get(name)]
    return {
        "account": each,
        "name": names[each],
        "initials": "".join(word[0] for word in names[each].split()[:2]).upper(),
        "tickets": up_to(seen.get("tickets", 0), MOST_TICKETS),
        "span": days(span[0], span[-1]) if span else "",
        "side": "other" if seen.get("agency") else seen.get("side", ""),
        "is_contradicted": bool(seen.get("is_contradicted")),
    } | ({"why": seen.get("why") or reason_text(seen["reason"])} if {"why", "reason"} & seen.keys() else {})


def sponsor_options(draft: Draft, people: Values, names: Names) -> list[tuple[str, str]]:
    """Return who may be the sponsor: people of the in-house side, and whoever was seen and is on none, by name.

    `people` are the rows of the page: whom something speaks for as an agency's is not offered.
    """
    sides = {each["account"]: each["side"] for each in people_of(draft)}
    of_agencies = {row["account"] for row in people["undecided"] if row["side"] in {"agency", OTHER}}
    # Who was chosen stays chosen.
    of_agencies -= {*draft.bodies["leads"].get("leads", {}).get("sponsor", ())}
    seen = dict.fromkeys([*draft.bodies["people"].get("proposed", {}), *sides])
    offered = [each for each in seen if sides.get(each, "none") in {"none", "inhouse"} and each not in of_agencies]
    options = [(each, names[each]) for each in offered if each in names]
    return sorted(options, key=lambda option: option[1].casefold())
