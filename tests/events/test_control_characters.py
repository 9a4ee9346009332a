"""Texts of people hold no control characters and no halves of surrogate pairs."""

import pytest

from mappings.events.control_characters import LINE_BREAKS, ControlCharacterError, refuse_control_characters


@pytest.mark.parametrize(
    "text", ["", "Growth and Acme", "Größe", "מבחן", "試験", "🙂", "👩\u200d💻", "non\u00a0breaking"]
)
def test_texts_of_every_script_are_taken(text: str) -> None:
    refuse_control_characters(text)


@pytest.mark.parametrize("character", ["\0", "\x1b", "\x7f", "\x9b", "\n", "\r", "\t", "\ud83d"])
def test_a_character_that_steers_or_cannot_be_stored_is_named(character: str) -> None:
    with pytest.raises(ControlCharacterError, match=f"U\\+{ord(character):04X}"):
        refuse_control_characters(f"Größe {character}")


def test_a_text_of_several_lines_may_break_them() -> None:
    refuse_control_characters("first\r\n\tsecond\n", allowed=LINE_BREAKS)
    with pytest.raises(ControlCharacterError):
        refuse_control_characters("first\n\x1b[2J", allowed=LINE_BREAKS)
