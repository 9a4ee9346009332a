"""The sides that people of a draft are on in running engagements of the site, of which the caller may read."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any

from msgspec import Struct

from connector.actions.draft_fields import OTHER, stay_names
from connector.actions.settings.end import is_over, today_of
from connector.container import container
from connector.pages.setup.access import DraftView
from connector.pages.setup.site_facts import agency_names
from connector.pages.setup.sponsors import engagements_with_read_leads
from connector.pages.setup.words import SIDE_NAMES
from connector.text import full_day, within
from mappings.formats.engagement_file.proposed_side import BY_ADDRESS, fits_name, is_by_rule
from mappings.formats.engagement_file.writer import person_line
from mappings.measure.model.engagement import Affiliation, Engagement
from mappings.records.agreement.engagements import StoredEngagement
from mappings.translation import gettext

Proposals = dict[str, dict[str, Any]]


class Asker(Struct, frozen=True):
    """An engagement or draft that needs sides: its key, what it is on from when, and how its agency is called.

    `may_set_up`: the caller sets up on all of its projects, so reads the people of what runs on these alone.
    """

    key: str | None
    projects: tuple[str, ...]
    starts: str
    names: tuple[str, ...]
    may_set_up: bool


class Source(Struct, frozen=True):
    """An engagement that tells the sides of people, agencies' names by key, and who asks."""

    agreed: Engagement
    agencies: Mapping[str, str]
    asker: Asker

    def is_own(self, stay: Affiliation) -> bool:
        """Tell whether somebody would be of none but the asker's agency."""
        if stay.side not in {"agency", "other"}:
            return True
        called = {stay.org, self.agencies.get(stay.org, "")}
        return any(fits_name(text, name) for text in called for name in self.asker.names)

    def side_text(self, stay: Affiliation) -> str:
        """Return a side in words, an agency by its name."""
        if stay.side in {"agency", "other"}:
            return gettext("of %(agency)s", agency=self.agencies.get(stay.org, stay.org))
        return within(SIDE_NAMES[stay.side])


def proposals_of(view: DraftView, engagements: Sequence[StoredEngagement]) -> Proposals:
    """Return what is proposed about people in a draft: a rule of it first, then what is known, then what Jira shows."""
    stored = {account: dict(each) for account, each in view.draft.bodies["people"].get("proposed", {}).items()}
    known = _known_to(view, engagements)
    by_known = {
        account: _known_proposal(each, known[account])
        for account, each in stored.items()
        if account in known and not is_by_rule(str(each.get("reason", "")))
    }
    return _of_known_agencies(stored | by_known, stored)


def fields_of_proposal(account: str, proposal: Mapping[str, Any]) -> Iterator[tuple[str, dict[str, str]]]:
    """Yield what names each stay that is proposed in fields, with its fields."""
    stays = proposal.get("stays") or [proposal]
    for who, stay in zip(stay_names([{"account": account}] * len(stays)), stays, strict=True):
        side = OTHER if stay.get("agency") else stay["side"]
        texts = {"side": side, "team": stay.get("agency") or stay.get("team", "")}
        texts |= {name: stay.get(name, "") for name in ("from", "to") if "stays" in proposal}
        yield who, {name: text for name, text in texts.items() if text}


def _known_proposal(stored: Mapping[str, Any], known: Mapping[str, Any]) -> dict[str, Any]:
    return {name: stored[name] for name in ("tickets", "first", "last") if name in stored} | dict(known)


def _of_known_agencies(proposals: Proposals, stored: Proposals) -> Proposals:
    """Return them with whoever has an address of another agency's people on the side of that agency."""
    agencies = {
        stored[account]["reason"]: each["agency"]
        for account, each in proposals.items()
        if "stays" in each and each.get("agency") and str(stored[account].get("reason", "")).startswith(BY_ADDRESS)
    }
    return {
        account: each | {"agency": agencies[each["reason"]]}
        if each.get("side") == "agency" and each.get("reason") in agencies
        else each
        for account, each in proposals.items()
    }


def _known_to(view: DraftView, engagements: Sequence[StoredEngagement]) -> Proposals:
    """Return proposals by account; none for an agency, to which other engagements are not told."""
    if not view.tells_of_others:
        return {}
    draft = view.draft
    starts = str(draft.bodies["basics"].get("engagement", {}).get("starts") or "")
    asker = Asker(draft.engagement, tuple(draft.projects), starts, agency_names(draft), view.may_set_up)
    return known_sides(asker, engagements)


def known_sides(asker: Asker, engagements: Sequence[StoredEngagement]) -> Proposals:
    """Return the stays of people in the other engagements that run and that the caller reads, as proposals."""
    read = list(_readable(asker, engagements))
    agencies = {agreed.agency: agreed.agency_name for agreed in read}
    proposals: Proposals = {}
    for agreed in read:
        proposals = _proposals_by(Source(agreed, agencies, asker)) | proposals
    return proposals


def _readable(asker: Asker, engagements: Sequence[StoredEngagement]) -> Iterator[Engagement]:
    read, now = {each.key for each in engagements_with_read_leads(engagements)}, container().clock()
    for each in (stored.engagement for stored in engagements if stored.rules.names):
        is_set_up = asker.may_set_up and {*each.projects} <= {*asker.projects}
        if each.key != asker.key and not is_over(each, today_of(each, now)) and (each.key in read or is_set_up):
            yield each


def _proposals_by(source: Source) -> Proposals:
    agreed = source.agreed
    today = today_of(agreed, container().clock()).isoformat()
    by_account: dict[str, list[Affiliation]] = {}
    for stay in sorted((each for each in agreed.people if each.side != "unknown"), key=lambda each: each.start):
        by_account.setdefault(stay.account, []).append(stay)
    proposals = {}
    for account, stays in by_account.items():
        # What was over before the asker's start is nothing there.
        lines = [line for stay in stays if (line := _stay(source, stay)).get("to", "9") > source.asker.starts]
        if lines and lines[-1].get("to", "9") > today:
            sides = ", ".join(_stay_text(source, stay) for stay in stays)
            reason = gettext("%(sides)s, in %(engagement)s", sides=sides, engagement=agreed.name)
            proposals[account] = {**lines[-1], "stays": lines, "why": reason}
    return proposals


def _stay(source: Source, stay: Affiliation) -> dict[str, str]:
    """Return a stay as the draft would have it."""
    written = person_line(stay, source.agreed)
    values: dict[str, str] = {name: str(written[name]) for name in ("side", "team", "to") if name in written}
    first = str(written["from"])
    if first > max(source.asker.starts, str(source.agreed.starts)):
        values["from"] = first
    return values if source.is_own(stay) else values | {"agency": stay.org}


def _stay_text(source: Source, stay: Affiliation) -> str:
    days, text = person_line(stay, source.agreed), source.side_text(stay)
    if days["from"] > source.agreed.starts:
        text = gettext("%(side)s from %(day)s", side=text, day=full_day(days["from"]))
    if "to" in days:
        # It ends at the midnight after its last day.
        text = gettext("%(side)s until %(day)s", side=text, day=full_day(days["to"] - timedelta(days=1)))
    return text
