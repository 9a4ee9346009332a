"""The reader of engagement files."""

import difflib
import hashlib
from collections.abc import Callable, Iterable, Mapping
from typing import Any

import msgspec
from marshmallow import ValidationError

from mappings.formats.engagement_file.builder import build
from mappings.formats.engagement_file.document import Document, DraftDocument, Path, YamlDocument, YamlError
from mappings.formats.engagement_file.errors import EngagementError, Problem
from mappings.formats.engagement_file.schema import FILE, FileShape
from mappings.formats.engagement_file.validation import cross_problems
from mappings.formats.engagement_file.words import Word, words_of
from mappings.measure.model.engagement import Engagement
from mappings.translation import gettext, mark

NO_GROUPS = b',"groups":[]}'
MISSING = "Missing data for required field."
UNKNOWN = "Unknown field."
# What marshmallow says, and the message of this file in its place.
SIMPLER: Mapping[str, str] = {
    MISSING: mark("is required and missing"),
    "Field may not be null.": mark("must not be empty"),
    "Not a valid list.": mark("must be a list"),
    "Not a valid mapping type.": mark("must be a mapping"),
    "Not a valid string.": mark("must be a text"),
    "Not a valid integer.": mark("must be a whole number"),
    "Not a valid number.": mark("must be a number"),
    "Invalid input type.": mark("must be a mapping"),
}


def read_engagement(text: str) -> Engagement:
    """Read an engagement file. Raises EngagementError with every problem at once: line, field, what, hint.

    The form is that of docs/engagement.md.
    """
    return read_engagement_words(text)[0]


def read_engagement_values(value: Any) -> Engagement:
    """Read an engagement from the values of a draft, refused as a file is. Raises EngagementError."""
    return _read(lambda: DraftDocument(value))[0]


def read_engagement_words(text: str) -> tuple[Engagement, tuple[Word, ...]]:
    """Read an engagement file, and its words that refer to a site. Raises EngagementError."""
    engagement, loaded, document = _read(lambda: YamlDocument(text))
    return engagement, words_of(loaded, document)


def _read(make: Callable[[], Document]) -> tuple[Engagement, Mapping[str, Any], Document]:
    try:
        document = make()
    except YamlError as cause:
        raise EngagementError((Problem(cause.line, cause.field, cause.what, cause.hint),)) from cause
    if not isinstance(document.value, dict):
        raise EngagementError(
            (Problem(1, "", gettext("the file is not a mapping"), gettext("begin with engagement:")),)
        )
    loaded = _load(document)
    problems = cross_problems(loaded, document)
    if problems:
        raise EngagementError(tuple(sorted(problems, key=lambda problem: (problem.line, problem.field))))
    return build(loaded), loaded, document


def _load(document: Document) -> Mapping[str, Any]:
    try:
        loaded = FILE.load(document.value)
    except ValidationError as refusal:
        problems = _problems(refusal.messages, (), document)
        raise EngagementError(tuple(sorted(problems, key=lambda problem: (problem.line, problem.field)))) from refusal
    assert isinstance(loaded, dict)
    return loaded


def _problems(messages: Any, path: Path, document: Document) -> Iterable[Problem]:
    """Yield each message of marshmallow's tree with its line and field."""
    if isinstance(messages, dict):
        for key, below in messages.items():
            # The keys and values of a mapping's `fields` come wrapped in a level that the file does not have.
            is_wrapper = key in {"value", "key"} and path[-2:-1] == ("fields",)
            step = () if key == "_schema" or is_wrapper else (key,)
            yield from _problems(below, (*path, *step), document)
        return
    for message in messages if isinstance(messages, list) else [messages]:
        yield _problem(str(message), path, document)


def _problem(message: str, path: Path, document: Document) -> Problem:
    name = ".".join(str(part) for part in path)
    if message == UNKNOWN:
        return Problem(document.line(path), name, gettext("is not a known key"), _nearest(path))
    # A check with a message of its own marks it, or has put its words into it already.
    what = gettext(SIMPLER.get(message, message))
    hint = gettext("add it") if message == MISSING else gettext("correct the value")
    return Problem(document.line(path), name, what, hint)


def _nearest(path: Path) -> str:
    known = _known_keys(path[:-1])
    near = difflib.get_close_matches(str(path[-1]), known, n=1)
    if near:
        return gettext("did you mean %(word)s?", word=near[0])
    return gettext("take it out, or use one of %(words)s", words=", ".join(known))


def _known_keys(path: Path) -> list[str]:
    schema: Any = FileShape()
    for part in path:
        if isinstance(part, int):
            continue
        field = next(f for name, f in schema.fields.items() if part in {name, f.data_key})
        inner = getattr(field, "inner", field)
        schema = inner.schema
    return [field.data_key or name for name, field in schema.fields.items()]


def engagement_hash(engagement: Engagement) -> str:
    """Return the hash that identifies this agreement, "sha256:…", the same for any order of keys in the file."""
    body = msgspec.json.encode(engagement, order="deterministic")
    # An agreement without rules by group has the hash that it had before there were any.
    if body.endswith(NO_GROUPS):
        body = body.removesuffix(NO_GROUPS) + b"}"
    return f"sha256:{hashlib.sha256(body).hexdigest()}"
