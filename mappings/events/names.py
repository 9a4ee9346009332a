"""Cleaning of text from outside, and folding of names for comparison (docs/measurement.md (g) 4, 15)."""

import unicodedata
from functools import lru_cache

# Format characters, such as the zero-width space, and white space at the ends are invisible where names are typed.
_FORMAT = "Cf"


def clean_text(text: str) -> str:
    """Return a text as every database accepts it: without NUL, and with "?" for half of an emoji."""
    if "\0" in text:
        text = text.replace("\0", "")
    if text.isascii():
        return text
    try:
        text.encode()
    except UnicodeEncodeError:
        return text.encode("utf-8", "replace").decode()
    return text


def plain_name(name: str) -> str:
    """Return a name in NFKC, without format characters and outer white space; its case is kept."""
    if name.isascii():
        return name.strip()
    plain = unicodedata.normalize("NFKC", name)
    return "".join(character for character in plain if unicodedata.category(character) != _FORMAT).strip()


@lru_cache(maxsize=8192)
def fold_name(name: str) -> str:
    # The form in which names are compared: plain and case folded.
    return plain_name(plain_name(name).casefold())
