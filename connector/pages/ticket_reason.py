"""Why a ticket counts as it does: in which bucket it is, whose work that is, and what it shows of in-house people."""

from collections.abc import Iterable, Mapping, Sequence

from connector.pages.ticket_parts import kinds_for
from connector.pages.ticket_text import Naming
from connector.text import EVIDENCE_NAMES, KIND_NAMES, KIND_WORDS
from mappings.measure.model.engagement import SIDES
from mappings.measure.model.ticket import TEACHING, Entry, Evidence
from mappings.measure.people.teaching_opportunities import is_taught
from mappings.translation import Texts, gettext, mark, pgettext

AGENCY, INHOUSE = SIDES.index("agency"), SIDES.index("inhouse")
# The methods that find somebody's work; the others name somebody who has none.
WORKED = {"active_time", "worklog"}
EVIDENCE_TEXTS = Texts(
    {
        1: mark("was exposed to it"),
        2: mark("shadowed it"),
        3: mark("drove it with help (assisted)"),
        4: mark("drove it without help (independent)"),
        5: mark("mentored a colleague who drove it (teaches)"),
    }
)
OWN_EVIDENCE_TEXTS = Texts(
    {
        1: mark("you were exposed to it"),
        2: mark("you shadowed it"),
        3: mark("you drove it with help (assisted)"),
        4: mark("you drove it without help (independent)"),
        5: mark("you mentored a colleague who drove it (teaches)"),
    }
)
# Of who has all of a ticket without any work on it that counts: of an open one, and of one that is done by what names
# them.
NAMED_TEXTS: Mapping[str, str] = Texts(
    {
        "open": mark("%(who)s, as its assignee, would count as who drove it (%(kind)s)"),
        "assignee": mark("%(who)s, as its assignee, counts as who drove it (%(kind)s)"),
        "transition_author": mark("%(who)s, as who finished it, counts as who drove it (%(kind)s)"),
    }
)
OWN_NAMED_TEXTS: Mapping[str, str] = Texts(
    {
        "open": mark("as its assignee you would count as who drove it (%(kind)s)"),
        "assignee": mark("as its assignee you count as who drove it (%(kind)s)"),
        "transition_author": mark("as who finished it you count as who drove it (%(kind)s)"),
    }
)
# The kinds of evidence of who drives a ticket.
DRIVEN = {3, 4}
# Whose work a bucket is, of a ticket that is done; the agency's own is told by what it shows of in-house people.
CAUSES: Mapping[str, str] = Texts(
    {
        "handed_over": mark("done in-house, after it was taught"),
        "own": mark("done in-house"),
        "other": mark("worked on by another agency"),
        "gatekeeper": mark("worked on by a gatekeeper"),
        "unknown": mark("nobody whose side is known worked on it"),
        "conflict": mark("worked on by people who are on two sides"),
        "rest": mark("worked on by others"),
    }
)
PARTLY = mark("done in-house, in part after it was taught")
PARTLY_OPEN = mark("worked on in-house, in part after it was taught")
# What a ticket is without whose objective was set after it was done: until the other side confirms it, and for good.
WAITS = mark("its objective was set after it was done, and counts once the other side confirms it")
DROPPED = mark("its objective was set after it was done and was not confirmed in time: it counts without it")


def bucket_of(entry: Entry) -> str:
    """Return the bucket that a ticket as a whole belongs to: by whose work it was, as it may have no size."""
    if entry.weights[AGENCY]:
        return "taught" if is_taught(entry) else "done_only"
    if entry.weights[INHOUSE]:
        return "own"
    return next((side for side, weight in zip(SIDES, entry.weights, strict=True) if weight), "")


def shown_bucket(naming: Naming, entry: Entry, *, handed_over: int = 0, is_open: bool = False) -> str:
    """Return the bucket of a ticket as a viewer may know it; "" for an open one that is nobody's work yet.

    An agency does not tell apart other agencies, unknown people and those in conflict, nor those from nobody: of an
    open ticket that nobody worked on it does not learn whether one of them has it.
    """
    bucket = bucket_of(entry)
    if bucket == "own" and 2 * handed_over > entry.parts[INHOUSE]:
        return "handed_over"
    if bucket in kinds_for(as_agency=naming.as_agency) and (bucket != "unknown" or not is_open):
        return bucket
    if naming.as_agency:
        return "" if is_open and entry.method not in WORKED else "rest"
    return "" if is_open and entry.method == "none" else "unknown"


def bucket_name(bucket: str) -> str:
    return KIND_NAMES[bucket] if bucket else pgettext("bucket", "Not started")


def part_words(naming: Naming, entry: Entry, bucket: str) -> str:
    """Return which part of a ticket its bucket is of; "" where it is the whole."""
    if bucket == "done_only" and entry.weights[INHOUSE]:
        return gettext("done only for the part of %(agency)s", agency=naming.engagement.agency_name)
    return ""


def verdict_of(
    naming: Naming, entry: Entry, rows: Sequence[Evidence], *, handed_over: int = 0, is_open: bool = False
) -> str:
    """Return the bucket in a sentence, and why."""
    bucket = shown_bucket(naming, entry, handed_over=handed_over, is_open=is_open)
    kind = part_words(naming, entry, bucket) or KIND_WORDS[bucket]
    return f"{kind}: {reason_of(naming, entry, rows, handed_over=handed_over, is_open=is_open)}"


def reason_of(
    naming: Naming, entry: Entry, rows: Iterable[Evidence], *, handed_over: int = 0, is_open: bool = False
) -> str:
    """Return whose work a ticket is, and what it shows: the strongest evidence, or why there is none."""
    bucket = shown_bucket(naming, entry, handed_over=handed_over, is_open=is_open)
    cause = _cause(entry, bucket, is_open=is_open, in_part=0 < handed_over < entry.parts[INHOUSE])
    # Who did not work on it at all is missed on the agency's tickets alone.
    is_missed = bucket in {"taught", "done_only"} and not cause
    return "; ".join(
        filter(None, [cause, _shown_text(naming, entry, rows, bucket, is_missed=is_missed, is_open=is_open)])
    )


def open_sentence(naming: Naming, entry: Entry, rows: Sequence[Evidence], *, handed_over: int = 0) -> str:
    """Return what an open ticket would count as, with its bucket where it is somebody's work."""
    if shown_bucket(naming, entry, handed_over=handed_over, is_open=True):
        verdict = verdict_of(naming, entry, rows, handed_over=handed_over, is_open=True)
        return gettext("Finished now, this ticket would count as %(verdict)s.", verdict=verdict)
    # A role alone is no work: what it counts as stands with the reasons.
    text = gettext("Nobody has worked on it yet")
    return "; ".join(filter(None, [text, _shown_text(naming, entry, (), "", is_missed=False, is_open=True)])) + "."


def work_of(naming: Naming, entry: Entry) -> str:
    """Return whose work an open ticket is so far, where what it shows is told by the list that it stands in."""
    bucket = shown_bucket(naming, entry, is_open=True)
    agency = gettext("worked on by %(agency)s", agency=naming.engagement.agency_name)
    return _cause(entry, bucket, is_open=True) or agency


def _cause(entry: Entry, bucket: str, *, is_open: bool, in_part: bool = False) -> str:
    if is_open and entry.method not in WORKED:
        return gettext("nobody has worked on it yet")
    if bucket == "own" and sum(entry.weights) > entry.weights[INHOUSE]:
        return gettext("worked on in-house in part") if is_open else gettext("done in-house in part")
    # Of some of its objectives alone.
    if in_part and bucket in {"own", "handed_over"}:
        return gettext(PARTLY_OPEN if is_open else PARTLY)
    if bucket == "own" and is_open:
        return gettext("worked on in-house")
    if bucket == "handed_over" and is_open:
        return gettext("worked on in-house, after it was taught")
    return CAUSES.get(bucket, "")


def _shown_text(
    naming: Naming, entry: Entry, rows: Iterable[Evidence], bucket: str, *, is_missed: bool, is_open: bool
) -> str:
    if entry.retro and not entry.objectives:
        return gettext(WAITS if naming.waiting(entry) else DROPPED)
    if not entry.objectives:
        if bucket not in {"taught", "done_only", "own", ""}:
            return ""
        # It may well have one of another engagement.
        return gettext("no objective of %(engagement)s", engagement=naming.engagement.name)
    # Of equals first who may be named: whoever has a role on it.
    strongest = max(rows, key=lambda row: (row.kind, row.account in naming.names), default=None)
    # A role on a ticket that nobody has begun is no part in its work.
    if strongest is None or (is_open and not bucket and strongest.kind < min(TEACHING)):
        return gettext("no in-house person took part in the work") if is_missed else ""
    own, who = naming.is_viewer(strongest.account), naming.person(strongest.account)
    if entry.method not in WORKED and strongest.kind in DRIVEN:
        texts = OWN_NAMED_TEXTS if own else NAMED_TEXTS
        return texts["open" if is_open else entry.method] % {"who": who, "kind": EVIDENCE_NAMES[strongest.kind]}
    return OWN_EVIDENCE_TEXTS[strongest.kind] if own else f"{who} {EVIDENCE_TEXTS[strongest.kind]}"
