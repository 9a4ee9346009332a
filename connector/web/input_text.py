"""The text of forms, queries and paths: refused where it holds a control character."""

from collections.abc import Iterable

from flask import Request
from marshmallow import ValidationError

from mappings.events.control_characters import LINE_BREAKS, ControlCharacterError, refuse_control_characters
from mappings.translation import gettext


def require_plain_input(request: Request) -> None:
    """Raise ValidationError, by field, for a value or a name that a call sends with a control character."""
    errors: dict[str, list[str]] = {}
    for field, text in input_of(request):
        try:
            refuse_control_characters(field + text, allowed=LINE_BREAKS)
        except ControlCharacterError as error:
            name = "".join(character for character in field if character.isprintable())
            errors[name] = [
                gettext(
                    "The text holds the control character %(character)s. Delete it and try again.",
                    character=error.character,
                )
            ]
    if errors:
        raise ValidationError(dict(errors))


def input_of(request: Request) -> Iterable[tuple[str, str]]:
    yield from ((name, str(value)) for name, value in (request.view_args or {}).items())
    yield from request.args.items(multi=True)
    yield from request.form.items(multi=True)
