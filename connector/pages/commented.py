"""Who of the in-house team commented on a ticket, by the day alone, and what one more comment, or their role, does."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Literal, NamedTuple, TypeAlias

from connector.auth.access import EngagementView
from connector.figures.open_previews import OpenTicket
from connector.figures.own_steps import steps_without_work
from connector.pages.step_text import rule_places
from connector.text import day
from mappings.events.types import Instant
from mappings.measure.model.ticket import TEACHING, Ticket
from mappings.measure.people.teaching_opportunities import is_done_only, is_of_agency
from mappings.measure.ticket.evidence_kinds import reaches
from mappings.measure.ticket.next_steps import NextStep, StepName, missing_work, most_work
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import AGENCY
from mappings.translation import gettext, mark

# Of how many who commented it is tried what their role or their next comment does, the latest first.
MOST_TRIED = 3
# "shadow_or_comment": either the role or one more comment is enough.
Way: TypeAlias = StepName | Literal["shadow_or_comment"]
ONCE: Mapping[Way, str] = {
    "shadow_or_comment": mark(
        "Counts as taught once %(who)s is named under Shadows, or writes one more comment of %(letters)s characters or "
        "more on another day%(work)s."
    ),
    "shadow_only": mark("Counts as taught once %(who)s is named under Shadows%(work)s."),
    "comment": mark("Counts as taught once %(who)s writes one comment of %(letters)s characters or more%(work)s."),
    "comment_on_another_day": mark(
        "Counts as taught once %(who)s writes one more comment of %(letters)s characters or more on another day"
        "%(work)s."
    ),
}
NAMED_ONCE = mark(
    "Counts as taught once the person named under Shadows writes one comment of %(letters)s characters or more%(work)s."
)
ANYBODY_ONCE = mark("Counts as taught once somebody in-house shadows it.")
# A list says once how, not in each row.
SHADOWING = mark(
    "To shadow a ticket is to be named under Shadows in its panel and to write one comment of %(letters)s characters "
    "or more; or to write such comments on %(days)s days, do %(helps)s of the work, or log %(minutes)s minutes of it, "
    "while the agency has %(leads)s of it or more."
)
# The role is one person's.
BESIDE_ONCE = mark(
    "Counts as taught once somebody in-house writes one comment of %(letters)s characters or more on each of %(days)s "
    "days%(work)s."
)
OWN_WAYS: Mapping[Way, str] = {
    "shadow_or_comment": mark(
        "it counts as taught once you are named under Shadows, or write one more comment of %(letters)s characters or "
        "more on another day%(work)s"
    ),
    "shadow_only": mark("it counts as taught once you are named under Shadows%(work)s"),
    "comment": mark("one comment of yours of %(letters)s characters or more makes it taught%(also)s"),
    "comment_on_another_day": mark(
        "one more comment of yours of %(letters)s characters or more, on another day, makes it taught%(also)s"
    ),
}
# What shadows it by work, behind these, by whether a part of the work does, too; the second is for OWN_WAYS that say
# what makes it taught.
WORK = {
    True: mark(", or does %(helps)s of the work, or logs %(minutes)s minutes of it"),
    False: mark(", or logs %(minutes)s minutes of work on it"),
}
OWN_WORK = {
    True: mark(", or do %(helps)s of the work, or log %(minutes)s minutes of it"),
    False: mark(", or log %(minutes)s minutes of work on it"),
}
OWN_ALSO = {
    True: mark(", as does %(helps)s of the work, or %(minutes)s minutes of it that you log"),
    False: mark(", as do %(minutes)s minutes of work on it that you log"),
}

# Jira names who commented on a day: whoever is enrolled among them would be named without their consent.
UNTOLD = mark("Which of those who commented are enrolled is not told, as that would name them.")
# Whoever agreed to be named is marked where a lead names a shadow.
UNTOLD_HERE = mark(
    "Which of those who commented are enrolled is not told here; learners who show their name are marked in the panel "
    "under Shadows."
)

# Of a call no trace stands in Jira: what was explained back counts all the same, once it is accepted.
EXPLAINED = mark("explained back, waits to be accepted; then it counts as taught")
EXPLAINED_OWN = mark("explained back, waits to be accepted; then it counts as shadowed for you")


def explained_by(item: OpenTicket, viewer: str) -> Sequence[str]:
    """Return the objectives on which what the viewer explained back waits, where they show no more than exposed."""
    shown = {row.objective for row in item.preview.evidence if row.account == viewer and row.kind in TEACHING}
    waiting = [given.objective for given in item.ticket.teach_backs if given.account == viewer and given.waits]
    return [key for key in waiting if key in item.preview.entry.objectives and key not in shown]


def explained_text(item: OpenTicket) -> str:
    """Return what becomes of a ticket on which what was explained back is accepted."""
    return gettext(EXPLAINED if item.preview.entry.weights[AGENCY] else EXPLAINED_OWN)


def own_way_text(prepared: PreparedEngagement, item: OpenTicket, viewer: str, now: Instant) -> str:
    """Return what of the viewer's makes a ticket taught, without work, on which they are already; "" of any other."""
    if explained_by(item, viewer):
        return explained_text(item)
    steps = own_ways(prepared, item, viewer, now)
    return own_steps_text(prepared, item, steps) if steps else ""


def own_ways(prepared: PreparedEngagement, item: OpenTicket, viewer: str, now: Instant) -> Sequence[NextStep]:
    """Return the viewer's steps without work that make a ticket taught on which they are already; none of any other."""
    if viewer not in {row.account for row in item.preview.evidence}:
        return ()
    return steps_without_work(prepared, item, [viewer], now)


def own_steps_text(prepared: PreparedEngagement, item: OpenTicket, steps: Sequence[NextStep]) -> str:
    work, also = (_work_text(prepared, item, steps[0].account, words) for words in (OWN_WORK, OWN_ALSO))
    return gettext(OWN_WAYS[_way_of(steps)], work=work, also=also, **rule_places(prepared.ruleset))


def _work_text(
    prepared: PreparedEngagement, item: OpenTicket, account: str = "", words: Mapping[bool, str] = WORK
) -> str:
    """Return by what work somebody shadows a ticket, too, behind what else makes it taught.

    Where nobody has worked on it yet, time that is logged would be all of its work, and teach nobody.
    """
    if item.preview.moment.share.method != "active_time":
        return ""
    return gettext(words[_may_help(prepared, item, account)], **rule_places(prepared.ruleset))


def _may_help(prepared: PreparedEngagement, item: OpenTicket, account: str) -> bool:
    """Tell whether a part of the work is somebody's by no more than anybody takes on, and leaves it to the agency."""
    rules, share = prepared.ruleset, item.preview.moment.share
    work = missing_work(item.preview, account, rules.helps)
    is_theirs = reaches(share.people.get(account, 0), share.total, rules.helps)
    return not is_theirs and work <= most_work(rules) and reaches(share.agency, share.total + work, rules.leads)


def anybodys_text(prepared: PreparedEngagement, item: OpenTicket) -> str:
    """Return by what of anybody in-house a ticket comes to count as taught that is done only so far; "" of any other.

    Nobody who left a trace on it is told of.
    """
    if lacks_shadow(item):
        return gettext(ANYBODY_ONCE)
    if not _takes_shadow(item):
        return ""
    return gettext(BESIDE_ONCE, work=_work_text(prepared, item), **rule_places(prepared.ruleset))


def lacks_shadow(item: OpenTicket) -> bool:
    """Tell whether a ticket is done only so far, and nobody is named as its shadow."""
    return _takes_shadow(item) and not item.ticket.holders_of("shadow")


def _takes_shadow(item: OpenTicket) -> bool:
    # Of what the agency does less than half of nobody is a shadow (measurement (c), E2).
    return is_done_only(item.preview.entry) and is_of_agency(item.preview)


def shadowing_text(prepared: PreparedEngagement) -> str:
    """Return what it takes to shadow a ticket on which nobody is named as shadow."""
    return gettext(SHADOWING, **rule_places(prepared.ruleset))


def _way_of(steps: Sequence[NextStep]) -> Way:
    either = {"shadow_only", "comment_on_another_day"} <= {step.name for step in steps}
    return "shadow_or_comment" if either else steps[0].name


def commented_on(prepared: PreparedEngagement, ticket: Ticket) -> Mapping[str, str]:
    """Return the words for each in-house account that commented, the latest comment first.

    The record of the ticket gives the same days; in works-council mode it gives none, and a comment that Jira limits
    to some readers is told to nobody.
    """
    words: dict[str, str] = {}
    if prepared.ruleset.works_council:
        return words
    for comment in sorted(ticket.comments, key=lambda comment: comment.created, reverse=True):
        author, calendar = comment.author, prepared.calendar
        is_inhouse = prepared.affiliations.is_inhouse(author, comment.created)
        if author and not comment.restricted and is_inhouse:
            when = day(calendar.day(comment.created))
            words.setdefault(author, gettext("an in-house person who commented on %(day)s", day=when))
    return words


def _named_shadows(prepared: PreparedEngagement, ticket: Ticket, now: Instant) -> list[str]:
    """Return who is named as shadow of a ticket now."""
    if prepared.ruleset.works_council:
        return []
    shadows = set(ticket.holders_of("shadow"))
    return sorted(account for account in shadows if prepared.affiliations.is_inhouse(account, now))


class CommentStep(NamedTuple):
    """What makes a ticket count as taught without work; "" for nothing.

    `by_name`: it is enough that somebody is named under Shadows. `is_by_commenter`: whoever commented does it, and not
    a shadow who is named already.
    """

    text: str = ""
    by_name: bool = False
    is_by_commenter: bool = False


NO_STEP = CommentStep()


def comment_step(prepared: PreparedEngagement, item: OpenTicket, now: Instant) -> CommentStep:
    """Return by whom a ticket comes to count as taught without work: a named shadow, or who commented, by the day."""
    places = rule_places(prepared.ruleset)
    if by_named := steps_without_work(prepared, item, _named_shadows(prepared, item.ticket, now)[:MOST_TRIED], now):
        work = _work_text(prepared, item, by_named[0].account)
        return CommentStep(gettext(NAMED_ONCE, work=work, **places))
    words = commented_on(prepared, item.ticket)
    steps = steps_without_work(prepared, item, list(words)[:MOST_TRIED], now)
    if not steps:
        return NO_STEP
    way, account = _way_of(steps), steps[0].account
    text = gettext(ONCE[way], who=words[account], work=_work_text(prepared, item, account), **places)
    return CommentStep(text, by_name=way in ("shadow_or_comment", "shadow_only"), is_by_commenter=True)


def reads_commenters(view: EngagementView) -> bool:
    """Tell whether somebody reads of others' comments what one more, or a role, does: the agency, or an in-house lead.

    Whoever else is in-house reads it of their own alone.
    """
    return view.agency or "inhouse_lead" in view.roles


def first_commenter(prepared: PreparedEngagement, item: OpenTicket, words: Iterable[str], now: Instant) -> str:
    """Return who of those who commented makes a ticket taught without work, the latest first; "" for nobody."""
    steps = steps_without_work(prepared, item, list(words)[:MOST_TRIED], now)
    return steps[0].account if steps else ""


def untold_text(view: EngagementView, by_commenters: Iterable[bool]) -> str:
    """Return that it is not told which commenters are enrolled, where tickets wait for some; "" where that is no loss.

    Who of an agency reads no score reads nothing that only the enrolled count in.
    """
    if not (view.agency and "scores" in view.sees and any(by_commenters)):
        return ""
    # No rules with comments to tell of hide the names of those who agreed.
    is_marked = "names" in view.sees
    return gettext(UNTOLD_HERE) if is_marked else gettext(UNTOLD)
