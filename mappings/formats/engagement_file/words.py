"""The words of an engagement file that stand for things of a site, and which of them match nothing there."""

import difflib
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from mappings.events import vocabulary as kinds
from mappings.events.pseudonyms import is_erased
from mappings.events.vocabulary import Vocabulary
from mappings.formats.engagement_file.document import Document, Path, field_name
from mappings.formats.engagement_file.errors import Problem
from mappings.formats.engagement_file.validation import STATUS_LISTS


class Word(NamedTuple):
    """A word of a file: its kind, its text, where it stands, and for a field's value the field."""

    kind: str
    text: str
    line: int
    place: str
    field: str = ""


KINDS: Mapping[str, str] = {
    "projects": kinds.PROJECT,
    "account": kinds.ACCOUNT,
    **dict.fromkeys(STATUS_LISTS, kinds.STATUS),
    "labels": kinds.LABEL,
    "components": kinds.COMPONENT,
    "types": kinds.TYPE,
    "epics": kinds.EPIC,
    "links": kinds.LINK,
    "field": kinds.FIELD,
    "required_fields": kinds.FIELD,
    "declined": kinds.DECLINED,
    **dict.fromkeys(("won", "lost", "inconclusive"), kinds.RESOLUTION),
}
"""The kind of the words below a key of the file; a key means the same wherever it stands."""
NEW_PERSON = "check the id; somebody who is new and left nothing on a ticket yet may stay"
SPELLING = "check the spelling; what no issue carries yet counts nothing until one does"


def words_of(loaded: Mapping[str, Any], document: Document) -> tuple[Word, ...]:
    """Return the words of a file that was checked, each kind and text once, in order of line."""
    first: dict[tuple[str, str, str], Word] = {}
    for path, text in _leaves(loaded, ()):
        word = _word(path, text, document)
        if word is not None and not is_erased(word.text):
            first.setdefault((word.kind, word.text, word.field), word)
    return tuple(sorted(first.values(), key=lambda word: (word.line, word.place)))


def _leaves(value: Any, path: Path) -> Iterator[tuple[Path, str]]:
    """Give every text below a value with its path, and the keys of a mapping's fields, which name fields."""
    if isinstance(value, Mapping):
        for key, below in value.items():
            if path[-1:] == ("fields",):
                yield (*path, key), key
            yield from _leaves(below, (*path, key))
    elif isinstance(value, list | tuple):
        for place, below in enumerate(value):
            yield from _leaves(below, (*path, place))
    elif isinstance(value, str):
        yield path, value


def _word(path: Path, text: str, document: Document) -> Word | None:
    names = [part for part in path if isinstance(part, str)]
    line, place = document.line(path), field_name(path)
    if "fields" in names:
        field = names[names.index("fields") + 1]
        is_value = isinstance(path[-1], int)
        return Word(kinds.VALUE if is_value else kinds.FIELD, text, line, place, field if is_value else "")
    kind = KINDS.get(names[-1])
    return Word(kind, text, line, place) if kind else None


def unmatched_words(words: Iterable[Word], vocabulary: Vocabulary) -> list[Problem]:
    """Return a problem for each word that matches nothing of a site, with the nearest that exists."""
    return [
        _problem(word, vocabulary)
        for word in words
        if vocabulary.comparable(word.kind) and not vocabulary.has(word.kind, word.text, word.field)
    ]


def incomparable_kinds(words: Iterable[Word], vocabulary: Vocabulary) -> list[str]:
    """Return the kinds of words of a file of which nothing is known for the site."""
    return sorted({word.kind for word in words if not vocabulary.comparable(word.kind)})


def _problem(word: Word, vocabulary: Vocabulary) -> Problem:
    known = vocabulary.known(word.kind, word.field)
    of_field = f" of {word.field}" if word.field else ""
    what = f"{word.text!r} matches no {word.kind}{of_field} of the site"
    nearest = _nearest(word, known)
    return Problem(word.line, word.place, what, _hint(word, nearest), nearest)


def _nearest(word: Word, known: Sequence[str]) -> str:
    # A slip in the case of letters alone is nearer than any other word.
    folded = {text.casefold(): text for text in reversed(known)}
    matches = difflib.get_close_matches(word.text.casefold(), folded, n=1)
    return folded[matches[0]] if matches else ""


def _hint(word: Word, nearest: str) -> str:
    if nearest:
        return f"did you mean {nearest}?"
    return NEW_PERSON if word.kind == kinds.ACCOUNT else SPELLING
