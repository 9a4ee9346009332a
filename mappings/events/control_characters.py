"""Control characters, which no text that people enter may contain: they steer terminals or cannot be stored."""

import unicodedata
from typing import Final

# Unicode's categories of control characters (NUL, escape, line breaks) and of halves of surrogate pairs.
_REFUSED: Final = frozenset({"Cc", "Cs"})
LINE_BREAKS: Final = frozenset("\t\n\r")


class ControlCharacterError(ValueError):
    """A text contains a refused character; the message names it in ASCII and can follow a field's name."""

    def __init__(self, character: str) -> None:
        super().__init__(f"holds the control character U+{ord(character):04X}")
        self.character = f"U+{ord(character):04X}"


def refuse_control_characters(text: str, *, allowed: frozenset[str] = frozenset()) -> None:
    """Raise ControlCharacterError for the first control character or lone surrogate not `allowed`.

    A text of several lines, such as the reason of a dispute, allows LINE_BREAKS.
    """
    if text.isascii() and text.isprintable():
        return
    for character in text:
        if unicodedata.category(character) in _REFUSED and character not in allowed:
            raise ControlCharacterError(character)
