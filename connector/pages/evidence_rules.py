"""By which rule somebody's part in a ticket is evidence, as text."""

from collections.abc import Mapping

from mappings.translation import Texts, mark

# The kinds of which more than one rule makes evidence: driving as who is named, one of both, and explaining back.
NAMED, EITHER, EXPLAINED = "named", "either", "explained"
# The rules of who has all of a ticket without any work of theirs that counts, by what names them and the kind.
UNWORKED: Mapping[tuple[str, int], str] = {
    (method, kind): f"{method} {kind}" for method in ("assignee", "transition_author") for kind in (3, 4)
}
RULES = Texts(
    {
        1: mark("touched it, which counts as exposed and not as taught"),
        2: mark(
            "shadowed: the agency did %(leads)s or more of the work, and they had a role or the review and left a "
            "trace, commented on %(days)s days, did %(helps)s of it or logged %(minutes)s minutes"
        ),
        EXPLAINED: mark("shadowed: they explained back what it taught, and that was accepted"),
        3: mark("was assisted: they did %(drives)s or more of it, with help of an agency"),
        NAMED: mark("was assisted: named under Drives, they did %(part)s or more of it, with help of an agency"),
        EITHER: mark(
            "was assisted: they did %(drives)s or more of it, or %(part)s as named under Drives, with help of an agency"
        ),
        4: mark("was independent: they did %(drives)s or more of it, without help of an agency"),
        "assignee 3": mark(
            "counts as assisted: as no work on it counts, all of it is its assignee’s, with help of an agency"
        ),
        "assignee 4": mark(
            "counts as independent: as no work on it counts, all of it is its assignee’s, without help of an agency"
        ),
        "transition_author 3": mark(
            "counts as assisted: as no work on it counts, all of it is theirs who finished it, with help of an agency"
        ),
        "transition_author 4": mark(
            "counts as independent: as no work on it counts, all of it is theirs who finished it, without help of an "
            "agency"
        ),
        5: mark("teaches: they mentored another in-house person who drove it, without help of an agency"),
    }
)
# The same of the viewer's own traces.
OWN_RULES = Texts(
    {
        1: mark("you touched it, which counts as exposed and not as taught"),
        2: mark(
            "you shadowed: the agency did %(leads)s or more of the work, and you had a role or the review and left "
            "a trace, commented on %(days)s days, did %(helps)s of it or logged %(minutes)s minutes"
        ),
        EXPLAINED: mark("you shadowed: you explained back what it taught, and that was accepted"),
        3: mark("you were assisted: you did %(drives)s or more of it, with help of an agency"),
        NAMED: mark("you were assisted: named under Drives, you did %(part)s or more of it, with help of an agency"),
        EITHER: mark(
            "you were assisted: you did %(drives)s or more of it, or %(part)s as named under Drives, with help of an "
            "agency"
        ),
        4: mark("you were independent: you did %(drives)s or more of it, without help of an agency"),
        "assignee 3": mark(
            "you count as assisted: as no work on it counts, all of it is its assignee’s, with help of an agency"
        ),
        "assignee 4": mark(
            "you count as independent: as no work on it counts, all of it is its assignee’s, without help of an agency"
        ),
        "transition_author 3": mark(
            "you count as assisted: as no work on it counts, all of it is yours, who finished it, with help of an "
            "agency"
        ),
        "transition_author 4": mark(
            "you count as independent: as no work on it counts, all of it is yours, who finished it, without help of "
            "an agency"
        ),
        5: mark("you teach: you mentored another in-house person who drove it, without help of an agency"),
    }
)
# Of who is on a ticket by a role or as its assignee alone: nothing of theirs has a weight (measurement (c)).
UNTRACED = mark(
    "has a role on it or was assigned to it, without work or a comment: that counts as exposed and not as taught"
)
OWN_UNTRACED = mark(
    "you have a role on it or were assigned to it, without work or a comment: that counts as exposed and not as taught"
)
