"""Substantive comments: long enough, and not a repetition."""

from collections.abc import Iterable
from operator import attrgetter

from msgspec import Struct

from mappings.events.times import DAY
from mappings.events.types import Comment, Instant
from mappings.measure.model.affiliation import AffiliationAt, Affiliations
from mappings.measure.model.ruleset import Ruleset

_PLACE = attrgetter("created", "comment_id")


class CommentCount(Struct, frozen=True, gc=False):
    """A person's comment: their affiliation then, and whether it is substantive."""

    author: str
    at: Instant
    affiliation: AffiliationAt
    substantive: bool


def weigh_comments(
    comments: Iterable[Comment], affiliations: Affiliations, ruleset: Ruleset
) -> tuple[CommentCount, ...]:
    # Weigh the comments of a ticket and its sub-tasks, oldest first; those of bots are left out (measurement (c)).
    # Substantive: 40 characters, 15 in CJK, and not the text that the same author had counted here in the last 30
    # days (measurement (g) 12).
    counted: dict[tuple[str, str], Instant] = {}
    counts = []
    for comment in sorted(comments, key=_PLACE):
        affiliation = affiliations.at(comment.author, comment.created)
        if affiliation is None or comment.author is None:
            continue
        substantive = _is_long(comment, ruleset) and not _is_repeated(comment, counted, ruleset)
        if substantive:
            counted[comment.author, comment.digest] = comment.created
        counts.append(CommentCount(comment.author, comment.created, affiliation, substantive))
    return tuple(counts)


def _is_long(comment: Comment, ruleset: Ruleset) -> bool:
    return comment.length >= (ruleset.letters_cjk if comment.cjk else ruleset.letters)


def _is_repeated(comment: Comment, counted: dict[tuple[str, str], Instant], ruleset: Ruleset) -> bool:
    last = counted.get((comment.author or "", comment.digest)) if comment.digest else None
    return last is not None and comment.created - last <= ruleset.duplicate_days * DAY
