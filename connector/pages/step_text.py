"""The words of the steps by which a ticket would count as more, the same in a ticket's panel and on a ladder."""

from collections.abc import Collection, Mapping
from typing import NamedTuple

from connector.figures.own_steps import OwnPart
from connector.text import THIN, number, percent
from mappings.events.times import HOUR
from mappings.measure.model.ruleset import Ruleset
from mappings.measure.model.ticket import Kind
from mappings.measure.ticket.next_steps import MOST_WORK, Start
from mappings.translation import Texts, gettext, mark


class StepWords(NamedTuple):
    """A step as something the reader would do, and as a condition: for the reader, and for somebody else."""

    do: str
    you: str
    who: str


SHADOW = StepWords(
    mark("be named under Shadows and write one comment of %(letters)s characters or more"),
    mark("If you are named under Shadows and write one comment of %(letters)s characters or more, it would count as"),
    mark(
        "If %(who)s is named under Shadows and writes, or has written, one comment of %(letters)s characters or more, "
        "it would count as"
    ),
)
# Of who wrote on a ticket already: to be named is all that is left to do, or one more comment is.
SHADOW_OR_COMMENT = StepWords(
    mark("be named under Shadows, or write one more comment of %(letters)s characters or more on another day"),
    mark(
        "If you are named under Shadows, or write one more comment of %(letters)s characters or more on another day, "
        "it would count as"
    ),
    mark(
        "If %(who)s is named under Shadows, or writes one more comment of %(letters)s characters or more on another "
        "day, it would count as"
    ),
)
# To shadow a ticket for which somebody else is named already.
BESIDE_SHADOW = StepWords(
    mark("write one comment of %(letters)s characters or more on each of %(days)s days"),
    mark("If you write one comment of %(letters)s characters or more on each of %(days)s days, it would count as"),
    mark("If %(who)s writes one comment of %(letters)s characters or more on each of %(days)s days, it would count as"),
)
# Where somebody else would shadow it, or do what counts as much (measurement (c), E2). The reader's own is action_of.
SHADOW_OR_HELP = mark(
    "If %(who)s is named under Shadows and writes, or has written, one comment of %(letters)s characters or more, or "
    "does %(helps)s of the work%(more)s, or logs %(minutes)s minutes of it, it would count as"
)
SHADOW_OR_LOG = mark(
    "If %(who)s is named under Shadows and writes, or has written, one comment of %(letters)s characters or more, or "
    "logs %(minutes)s minutes of work on it, it would count as"
)
BESIDE_OR_HELP = mark(
    "If %(who)s writes one comment of %(letters)s characters or more on each of %(days)s days, or does %(helps)s of "
    "the work%(more)s, or logs %(minutes)s minutes of it, it would count as"
)
BESIDE_OR_LOG = mark(
    "If %(who)s writes one comment of %(letters)s characters or more on each of %(days)s days, or logs %(minutes)s "
    "minutes of work on it, it would count as"
)
# The two ways to drive a ticket on which an agency helps, which count as the same.
EITHER = StepWords(
    mark("do %(driver)s of the work%(more)s, or %(learner)s of it when named under Drives%(hours)s"),
    mark(
        "If you do %(driver)s of the work%(more)s, or %(learner)s of it when named under Drives%(hours)s, "
        "it would count as"
    ),
    mark(
        "If %(who)s does %(driver)s of the work%(more)s, or %(learner)s of it when named under Drives%(hours)s, "
        "it would count as"
    ),
)
# By a ticket's own steps and by what a teaching opportunity names; a ticket to be finished takes none.
STEPS: Mapping[OwnPart, StepWords] = {
    "shadow": SHADOW,
    "shadow_named": SHADOW._replace(
        do=mark("you are named under Shadows: write one comment of %(letters)s characters or more")
    ),
    "shadow_beside": BESIDE_SHADOW,
    "shadow_or_comment": SHADOW_OR_COMMENT,
    "shadow_only": StepWords(
        mark("be named under Shadows"),
        mark("If you are named under Shadows, it would count as"),
        mark("If %(who)s is named under Shadows, it would count as"),
    ),
    "driver": EITHER,
    "comment": StepWords(
        mark("write one comment of %(letters)s characters or more"),
        mark("If you write one comment of %(letters)s characters or more, it would count as"),
        mark("If %(who)s writes one comment of %(letters)s characters or more, it would count as"),
    ),
    "comment_on_another_day": StepWords(
        mark("write one more comment of %(letters)s characters or more on another day"),
        mark("If you write one more comment of %(letters)s characters or more on another day, it would count as"),
        mark("If %(who)s writes one more comment of %(letters)s characters or more on another day, it would count as"),
    ),
    "shadow_and_comment": SHADOW,
    "help": StepWords(
        mark("do %(helps)s of the work%(hours)s, or log %(minutes)s minutes of it"),
        mark("If you do %(helps)s of the work%(hours)s, or log %(minutes)s minutes of it, it would count as"),
        mark("If %(who)s does %(helps)s of the work%(hours)s, or logs %(minutes)s minutes of it, it would count as"),
    ),
    "log": StepWords(
        mark("log %(minutes)s minutes of work on it"),
        mark("If you log %(minutes)s minutes of work on it, it would count as"),
        mark("If %(who)s logs %(minutes)s minutes of work on it, it would count as"),
    ),
    "learner": StepWords(
        mark("be named under Drives"),
        mark("If you are named under Drives, it would count as"),
        mark("If %(who)s is named under Drives, it would count as"),
    ),
    "learner_drives": StepWords(
        mark("do %(learner)s of it, as you are named under Drives"),
        mark("If you do %(learner)s of the work%(hours)s, as you are named under Drives, it would count as"),
        mark("If %(who)s does %(learner)s of the work%(hours)s, named under Drives as they are, it would count as"),
    ),
    "learner_and_drive": StepWords(
        mark("be named under Drives and do %(learner)s of it"),
        mark("If you are named under Drives and do %(learner)s of the work%(hours)s, it would count as"),
        mark("If %(who)s is named under Drives and does %(learner)s of the work%(hours)s, it would count as"),
    ),
    "drive": StepWords(
        mark("do %(driver)s of it"),
        mark("If you do %(driver)s of the work%(hours)s, it would count as"),
        mark("If %(who)s does %(driver)s of the work%(hours)s, it would count as"),
    ),
}
# Of a step that shadows a ticket: what it is made of, and the words where somebody else would do it.
SHADOW_BY_WORK: Mapping[OwnPart, tuple[OwnPart, OwnPart, str]] = {
    "shadow_or_help": ("shadow", "help", SHADOW_OR_HELP),
    "shadow_or_log": ("shadow", "log", SHADOW_OR_LOG),
    "beside_or_help": ("shadow_beside", "help", BESIDE_OR_HELP),
    "beside_or_log": ("shadow_beside", "log", BESIDE_OR_LOG),
}

# Steps that take work.
STARTING: Collection[OwnPart] = ("drive", "driver", "learner_drives", "learner_and_drive", "help")
STARTS = Texts(
    {
        "assign": mark("assign it to yourself"),
        "move": mark("move it to In Progress"),
        "assign_and_move": mark("assign it to yourself, move it to In Progress"),
        "await": mark("let a gatekeeper answer first, move it to In Progress"),
        "await_and_assign": mark("let a gatekeeper answer first, assign it to yourself, move it to In Progress"),
    }
)


class MentorWords(NamedTuple):
    """What mentoring on a ticket takes: on a ladder, with what it counts as, and in the ticket's panel, up to that.

    `lifts` is the same in a row of a list, with the rung to which it brings the reader.
    """

    listed: str
    shown: str
    lifts: str


MENTORING: Mapping[OwnPart, MentorWords] = {
    "mentor": MentorWords(
        mark(
            "open; be named under Mentors while a colleague at assisted or above does %(driver)s of it, and it counts "
            "as %(rung)s if no agency helps"
        ),
        mark(
            "If you are named under Mentors while a colleague does %(driver)s of the work, and no agency helps, it "
            "would count as"
        ),
        mark(
            "be named under Mentors while a colleague at assisted or above does %(driver)s of it without help of an "
            "agency, and it would bring you to %(rung)s"
        ),
    ),
    "mentor_named": MentorWords(
        mark(
            "open; you are named under Mentors: once a colleague at assisted or above has done %(driver)s of it, it "
            "counts as %(rung)s if no agency helps"
        ),
        mark("Once a colleague has done %(driver)s of the work, and no agency helped, it counts as"),
        mark(
            "you are named under Mentors: once a colleague at assisted or above has done %(driver)s of it without help "
            "of an agency, it would bring you to %(rung)s"
        ),
    ),
    "mentor_driven": MentorWords(
        mark(
            "open; a colleague drives it already; be named under Mentors, and it counts as %(rung)s if no agency "
            "helps; for your rung only if they are at assisted or above"
        ),
        mark("A colleague drives it already: if you are named under Mentors, and no agency helps, it would count as"),
        mark(
            "a colleague drives it already: be named under Mentors, and it would bring you to %(rung)s if they are at "
            "assisted or above and no agency helps"
        ),
    ),
    "finish": MentorWords(
        mark(
            "open; it counts as %(rung)s once it is done, unless an agency helps on it; for your rung only if the "
            "colleague is at assisted or above"
        ),
        mark("Once it is done, unless an agency helps on it, it counts as"),
        mark("it would bring you to %(rung)s if the colleague is at assisted or above and no agency helps"),
    ),
}


# The least kind of evidence that takes a ticket on which no agency helps (measurement (c)).
ALONE: Kind = 4
# For whom such a ticket is, as leads read it.
FOR_LEARNER = mark("For a learner alone: assign it to the learner")
ASSIGN = mark("%(assign)s; with any help of %(agency)s it counts as assisted at most.")


def assign_text(agency: str) -> str:
    return gettext(ASSIGN, assign=gettext(FOR_LEARNER), agency=agency)


def rule_places(rules: Ruleset) -> dict[str, object]:
    """Return what the rules put into the words: how long a comment is, what parts of the work count."""
    return {
        "letters": rules.letters,
        "days": rules.shadow_days,
        "helps": _part_text(rules.helps),
        "minutes": rules.trace_seconds // 60,
        "learner": _part_text(rules.learner_drives),
        "driver": _part_text(rules.drives),
        "leads": _part_text(rules.leads),
    }


def hours_text(work: int) -> str:
    """Return how much work a step takes, as it follows its part: " (18.1 h more)"; "" for none."""
    return gettext(" (%(hours)s more)", hours=f"{number(work / HOUR)}{THIN}h") if work else ""


def ticket_text(nth: int, needed: int, farther: str = "") -> str:
    """Return which ticket it is of those that a rung takes; "" where one is all it takes.

    It follows the rung: that one, or a nearer one, where it is of the `farther` one.
    """
    if needed < 2:
        return ""
    if farther:
        return gettext("and ticket %(nth)s of the %(needed)s that %(rung)s takes", nth=nth, needed=needed, rung=farther)
    return gettext("ticket %(nth)s of the %(needed)s that this rung takes", nth=nth, needed=needed)


def most_text() -> str:
    """Return the most work that anybody takes on for one step: "16 h"."""
    return f"{number(MOST_WORK / HOUR)}{THIN}h"


def _part_text(thousandths: int) -> str:
    return gettext("half") if thousandths == 500 else percent(thousandths / 1000)


def action_of(part: OwnPart, rules: Ruleset, start: Start = "", *, more: str = "", hours: str = "") -> str:
    """Return a step as something the reader would do: "be named under Drives"; "" where nothing is left to do.

    What takes work begins with a `start`: "assign it to yourself and do half of it". `more` and `hours` are how much
    that is of the two ways to drive it, which only words for both have.
    """
    if part in SHADOW_BY_WORK:
        shadow, work, _ = SHADOW_BY_WORK[part]
        other = action_of(work, rules, start, hours=hours)
        return gettext("%(step)s, or %(other)s", step=action_of(shadow, rules), other=other)
    words = STEPS.get(part)
    do = gettext(words.do, **rule_places(rules), more=more, hours=hours) if words else ""
    if not start or part not in STARTING:
        return do
    # Its words have an "and" of their own.
    if part == "learner_and_drive":
        return f"{STARTS[start]}, {do}"
    return gettext("%(start)s and %(do)s", start=STARTS[start], do=do)
