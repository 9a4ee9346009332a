"""The text of forms, queries and paths: refused where it holds a character that no text of a person has."""

import unicodedata
from collections.abc import Iterable

from flask import Request
from marshmallow import ValidationError

WHITE_SPACE = frozenset("\t\n\r")
REFUSED_CATEGORIES = frozenset({"Cc", "Cs"})
"""Control characters, which PostgreSQL or a terminal takes for something else, and halves of surrogate pairs."""


def require_plain_input(request: Request) -> None:
    """Raise ValidationError, by field, for a value that a call sends with a character of REFUSED_CATEGORIES."""
    errors: dict[str, list[str]] = {}
    for field, text in input_of(request):
        character = next((sign for sign in f"{field}{text}" if is_refused(sign)), None)
        if character is not None:
            name = "".join(sign for sign in field if not is_refused(sign))
            errors[name] = [f"The character U+{ord(character):04X} cannot be stored. Delete it and try again."]
    if errors:
        raise ValidationError(dict(errors))


def input_of(request: Request) -> Iterable[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in (request.view_args or {}).items())
    yield from request.args.items(multi=True)
    yield from request.form.items(multi=True)


def is_refused(sign: str) -> bool:
    return sign not in WHITE_SPACE and unicodedata.category(sign) in REFUSED_CATEGORIES
