"""How far a draft is: what must be set, what had better be, who agreed, and what is agreed in words."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from msgspec import Struct

from connector.actions.draft_agreements import agreed_sides
from connector.actions.draft_roles import LEAD_ROLES, leads_of, missing_leads, people_of
from connector.actions.settings.end import is_over, today_of
from connector.container import container
from connector.pages.rule_texts import read_field_names
from connector.pages.setup.access import DraftView
from connector.pages.setup.dead_rules import dead_rules
from connector.pages.setup.small_team import small_team
from connector.pages.setup.sponsors import engagements_with_read_leads
from connector.pages.setup.words import LEAD_WORDS, rules_text
from connector.pages.terms import RUNG_WORDS
from connector.pages.visibility import account, standing_views
from connector.text import ago, clock_time, count, full_day
from mappings.events.pseudonyms import is_erased
from mappings.events.times import SECOND
from mappings.formats.engagement_file.draft_sections import FieldProblem
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.measure.model.engagement import Engagement, Objective
from mappings.measure.model.ruleset import DEFAULT
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import SIDES, WHOLE, Draft
from mappings.records.agreement.engagements import StoredEngagement
from mappings.translation import Texts, gettext, list_text, mark, ngettext

Values = dict[str, Any]
Want = tuple[str, str]
UNITS = Texts(
    {"count": mark("Each finished ticket counts 1"), "story_points": mark("Story points of finished tickets")}
)
LEAD_MISSING: Mapping[str, str] = {
    "inhouse": mark("Choose the in-house lead: both leads have to agree."),
    "agency": mark("Choose the agency lead: both leads have to agree."),
}
# Where an administrator's link puts it in force, nobody has to agree.
LEAD_WANTED: Mapping[str, str] = {
    "inhouse": mark("Choose the in-house lead."),
    "agency": mark("Choose the agency lead."),
}
LEADS_NEEDED: Mapping[tuple[str, ...], str] = {
    ("inhouse", "agency"): mark("%(name)s needs its two leads before it can be agreed on."),
    ("inhouse",): mark("%(name)s needs its in-house lead before it can be agreed on."),
    ("agency",): mark("%(name)s needs its agency lead before it can be agreed on."),
}
HOURS = mark("Hours of finished tickets")
MISSING: tuple[tuple[str, str, str], ...] = (
    ("agency", "people", mark("Nobody is on the agency’s side, so nothing can be taught.")),
    ("inhouse", "people", mark("Nobody is on the in-house side, so nobody can learn.")),
)


class ReadDraft(Struct, frozen=True):
    """What a draft describes, None while something must be set; what had better be set, and how many have no side."""

    engagement: Engagement | None
    problems: Sequence[FieldProblem]
    wants: Sequence[Want]
    waiting: int


def agreement_of(
    view: DraftView, names: Mapping[str, str], engagements: Sequence[StoredEngagement], read: ReadDraft
) -> Values:
    """Return what is agreed, by whom, and what stands in the way; `hash` is "" while something must be set."""
    draft, engagement = view.draft, read.engagement
    current = engagement_hash(engagement) if engagement else ""
    sides, mine = _sides(draft, names, current), [side for side in SIDES if LEAD_ROLES[side] in view.roles]
    declined, missing = declined_text(draft, WHOLE, current), missing_leads(draft)
    must = [] if view.may_put_in_force else missing
    return {
        "hash": current,
        "sides": sides,
        "mine": mine,
        "declined": declined,
        "may_agree": bool(mine) and bool(current) and not must and _may_think_again(declined, mine),
        "waits_for": _waits_text(draft, mine, sides) if current else "",
        "lead": gettext(LEADS_NEEDED[tuple(must)], name=view.name) if must else "",
        "missing": LEAD_WORDS[tuple(must)] if must else "",
        "must": [gettext(LEAD_MISSING[side]) for side in must],
        "better": [
            *_better_of_others(view, engagements),
            *_own_wants(view, read),
            *_unlearned(view),
            *small_team(view, engagement),
            *(("leads", gettext(LEAD_WANTED[side])) for side in missing if side not in must),
        ],
        "facts": list(_facts(engagement, draft, view.side)) if engagement else [],
    }


def _sides(draft: Draft, names: Mapping[str, str], current: str) -> list[Values]:
    """Return each side with its leads, and whether and when it agreed to what the draft is now or was before."""
    agreed = agreed_sides(draft, current)
    return [
        {
            "side": side,
            "leads": [names.get(lead, "Somebody") for lead in leads_of(draft, side)],
            "is_agreed": side in agreed,
            "agreed": _agreed_text(draft, side) if side in agreed else "",
            "is_earlier": (WHOLE, side) in draft.answers and draft.answers[WHOLE, side].is_agreement,
        }
        for side in SIDES
    ]


def _may_think_again(declined: Values | None, mine: Sequence[LeadSide]) -> bool:
    """Tell whether a side may agree to what was declined: whoever declined may; the other changes the draft first."""
    return declined is None or not declined["is_current"] or declined["side"] in mine


def _own_wants(view: DraftView, read: ReadDraft) -> list[Want]:
    # How many people of others wait for a side is not the agency's business.
    return [want for want in read.wants if view.side != "agency" or want[0] != "people"]


def _agreed_text(draft: Draft, side: LeadSide) -> str:
    """Return when a side agreed, in the time of the draft."""
    at, zone = draft.answers[WHOLE, side].at, ZoneInfo(draft.bodies["basics"]["engagement"]["timezone"])
    day = full_day(datetime.fromtimestamp(at / SECOND, zone).date())
    return gettext("yes, on %(day)s, %(time)s", day=day, time=clock_time(at, zone))


def _waits_text(draft: Draft, mine: Sequence[LeadSide], sides: Sequence[Values]) -> str:
    """Return whom the draft waits for once the caller's own side agreed; "" before that."""
    waiting = [lead for part in sides if not part["is_agreed"] for lead in part["leads"]]
    if not mine or not waiting or any(part["side"] in mine and not part["is_agreed"] for part in sides):
        return ""
    names = list_text(waiting)
    if any(draft.answers[WHOLE, side].account == account() for side in mine):
        return gettext("You agreed. It waits for %(names)s.", names=names)
    return gettext("Your side agreed. It waits for %(names)s.", names=names)


def declined_text(draft: Draft, section: str, current: str) -> Values | None:
    """Return which side declined a section, or the whole, with the reason; None where none did."""
    for side in SIDES:
        answer = draft.answers.get((section, side))
        if answer is not None and not answer.is_agreement:
            when = ago((container().clock() - answer.at) / SECOND)
            is_current = bool(current) and answer.hash == current
            return {"side": side, "when": when, "reason": answer.reason, "is_current": is_current}
    return None


def state_of(draft: Draft, section: str, read: ReadDraft) -> Values:
    """Return how a section stands in a word or two: open, or ready."""
    wrong = sum(problem.section == section for problem in read.problems)
    if wrong:
        return {"state": "open", "note": ngettext("%(num)s field to set", "%(num)s fields to set", wrong)}
    if section == "leads" and missing_leads(draft):
        return {"state": "open", "note": gettext("open")}
    if not any(name == section for name, _ in read.wants):
        return {"state": "ready", "note": ""}
    if section == "people" and read.waiting:
        return {"state": "open", "note": gettext("%(count)s to decide", count=read.waiting)}
    return {"state": "open", "note": gettext("open")}


def undecided(draft: Draft, sponsors: frozenset[str]) -> set[str]:
    """Return the accounts that were seen and need a side: its sponsors and `sponsors`, of any engagement, do not."""
    proposed = {each for each in draft.bodies["people"].get("proposed", {}) if not is_erased(each)}
    return proposed - {person["account"] for person in people_of(draft)} - without_need(draft, sponsors)


def without_need(draft: Draft, sponsors: frozenset[str]) -> frozenset[str]:
    """Return who needs no side: sponsors of any engagement and of the draft."""
    return sponsors | {*draft.bodies["leads"].get("leads", {}).get("sponsor", ())}


def wants_of(draft: Draft, waiting: int) -> Iterable[Want]:
    """Give what had better be set before both agree: the section and a sentence; `waiting` people have no side."""
    if waiting:
        yield (
            "people",
            ngettext(
                "Decide %(num)s person; else their work counts for no side.",
                "Decide %(num)s people; else their work counts for no side.",
                waiting,
            ),
        )
    sides = {person["side"] for person in people_of(draft) if not person.get("agency")}
    yield from ((section, gettext(words)) for side, section, words in MISSING if side not in sides)
    yield from _rule_wants(draft)


def _rule_wants(draft: Draft) -> Iterable[Want]:
    """Give what had better be set and is about nobody: both leads read it."""
    if not draft.bodies["objectives"].get("objectives"):
        yield "objectives", gettext("Add an objective; else nothing can count as taught.")
    yield from dead_rules(draft)


def _unlearned(view: DraftView) -> Iterable[tuple[str, str]]:
    """Give how many objectives nobody is enrolled for; whom the in-house side enrols is not the agency's business."""
    objectives = view.draft.bodies["objectives"].get("objectives", ())
    bare = sum(not each.get("learners") for each in objectives)
    if bare and view.side != "agency":
        yield (
            "objectives",
            ngettext(
                "%(num)s objective has no learner, so its tickets are offered to nobody.",
                "%(num)s objectives have no learner, so their tickets are offered to nobody.",
                bare,
            ),
        )


def _better_of_others(view: DraftView, engagements: Sequence[StoredEngagement]) -> Iterable[tuple[str, str]]:
    """Give what runs already with the draft's name or agency, to who sets it up, or leads it for the agency."""
    read = _engagements_read(view, engagements)
    for each in engagements:
        other = each.engagement
        administers = view.may_set_up and set(other.projects) <= set(view.draft.projects)
        if not (administers or other in read) or is_over(other, today_of(other, container().clock())):
            continue
        if administers and _is_same(other.name, view.name):
            yield "basics", gettext("Choose another name: an engagement of this name runs already.")
        shared = sorted({*other.projects} & {*view.draft.projects})
        if shared and _is_same(other.agency_name, view.draft.bodies["basics"].get("agency", {}).get("name", "")):
            yield "basics", _counted_twice(other, shared)


def _engagements_read(view: DraftView, engagements: Sequence[StoredEngagement]) -> list[Engagement]:
    """Return the engagements that a reader of a draft may read of there; the agency's lead, those that they lead."""
    if view.may_set_up:
        return engagements_with_read_leads(engagements)
    return [each.engagement for each in standing_views(engagements) if f"{view.side}_lead" in each.roles]


def _counted_twice(other: Engagement, shared: Sequence[str]) -> str:
    return gettext(
        "%(name)s measures %(agency)s on %(projects)s already: its tickets would count in both.",
        name=other.name,
        agency=other.agency_name,
        projects=list_text(shared),
    )


def _is_same(first: str, second: str) -> bool:
    return first.strip().casefold() == second.strip().casefold()


def _facts(engagement: Engagement, draft: Draft, side: str) -> Iterable[tuple[str, str]]:
    """Give what is agreed, line by line; a reader of the agency gets nothing about other people than its own."""
    projects = ", ".join(engagement.projects)
    places = {"who": _who(engagement, side), "projects": projects, "day": full_day(engagement.starts)}
    yield gettext("Who"), gettext("%(who)s, on %(projects)s since %(day)s", **places)
    yield gettext("What counts"), _counted(engagement)
    mappings = [each.get("mapping", {}) for each in draft.bodies["objectives"].get("objectives", ())]
    fields = read_field_names(mappings)
    for objective, mapping in zip(engagement.objectives, mappings, strict=True):
        parts = [_reach(objective), rules_text(mapping, fields)]
        # Whom the in-house side enrols is not the agency's business while nothing is agreed.
        parts += [] if side == "agency" else [count(len(objective.learners), "learner")]
        yield gettext("What is taught"), f"{objective.name}: {'; '.join(parts)}"
    yield gettext("How it is scored"), gettext("Ruleset %(name)s", name=engagement.ruleset)
    never = gettext("Figures of a group under %(k)s people; text of comments or worklogs; people compared", k=DEFAULT.k)
    yield gettext("What is never shown"), never


def _counted(engagement: Engagement) -> str:
    places = {
        "units": UNITS.get(engagement.units.by, gettext(HOURS)),
        "statuses": count(len(engagement.workflow.active), "active status", "active statuses"),
    }
    if engagement.attribution == "active_time":
        return gettext("%(units)s, by who held them while active, in %(statuses)s", **places)
    return gettext("%(units)s, by who logged the work, in %(statuses)s", **places)


def _reach(objective: Objective) -> str:
    rung, people = RUNG_WORDS[objective.rung], objective.people
    if objective.by:
        return ngettext(
            "%(num)s person to reach %(rung)s, by %(day)s",
            "%(num)s people to reach %(rung)s, by %(day)s",
            people,
            rung=rung,
            day=full_day(objective.by),
        )
    return ngettext("%(num)s person to reach %(rung)s", "%(num)s people to reach %(rung)s", people, rung=rung)


def _who(engagement: Engagement, side: str) -> str:
    own = {person.account for person in engagement.people if person.side == "agency"}
    agency = f"{engagement.agency_name}, {count(len(own), 'person', 'people')}"
    if side == "agency":
        return agency
    inhouse = {person.account for person in engagement.people if person.side == "inhouse"}
    people = count(len(inhouse), "person", "people")
    return gettext("In-house, %(people)s, and %(agency)s", people=people, agency=agency)
