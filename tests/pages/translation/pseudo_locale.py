"""A language made of the extracted messages: each with accents, in brackets. What stands outside is a text or data."""

import gettext
import re
from collections.abc import Iterator
from html.parser import HTMLParser

from tests.translations.catalogs import extract_messages

BEGIN, END = "⟦", "⟧"
# What stays as it is in a message: places, tags, entities.
PART = re.compile(r"(%\(\w+\)s|%%|\{[\w.]+\}|<[^>]*>|&\w+;)")
ACCENTS = str.maketrans("aeiounAEIOUNcCyY", "áéíóúñÁÉÍÓÚÑçÇýÝ")
# Patterns are formats, not texts: what they make is bracketed by nobody.
FORMATS = {"date pattern", "per cent"}
SHOWN = ("title", "aria-label", "placeholder", "alt", "data-label", "aria-roledescription", "aria-valuetext", "label")
VOID = frozenset({"meta", "link", "input", "br", "img", "hr", "wbr"})


def pseudo(message: str) -> str:
    return (
        BEGIN + "".join(part if PART.fullmatch(part) else part.translate(ACCENTS) for part in PART.split(message)) + END
    )


class PseudoTranslations(gettext.NullTranslations):
    """The extracted messages in the made-up language; what is not extracted comes as it was written."""

    def __init__(self) -> None:
        super().__init__()
        self._messages = {(m.context, m.id) for catalog in extract_messages().values() for m in catalog if m.id}

    def gettext(self, message: str) -> str:
        return pseudo(message) if (None, message) in self._messages else message

    def pgettext(self, context: str, message: str) -> str:
        is_text = (context, message) in self._messages and context not in FORMATS
        return pseudo(message) if is_text else message

    def ngettext(self, msgid1: str, msgid2: str, n: int) -> str:
        form = msgid1 if n == 1 else msgid2
        return pseudo(form) if (None, (msgid1, msgid2)) in self._messages else form

    def npgettext(self, context: str, msgid1: str, msgid2: str, n: int) -> str:
        form = msgid1 if n == 1 else msgid2
        return pseudo(form) if (context, (msgid1, msgid2)) in self._messages else form


class Outside(HTMLParser):
    """Collects what an answer shows outside of the brackets: text, and attributes that are read or shown."""

    def __init__(self, source: str) -> None:
        super().__init__(convert_charrefs=True)
        self.texts: list[str] = []
        self._depth = 0
        # The open element whose text is no text of the page: a script, or lines of a file to copy.
        self._silent = ""
        self.feed(source)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = (dict(attrs).get("class") or "").split()
        if tag in {"script", "style"} or (tag == "textarea" and "code" in classes):
            self._silent = tag
        for name, value in attrs:
            if name in SHOWN and value:
                self.texts += outside(value)

    def handle_endtag(self, tag: str) -> None:
        if tag == self._silent:
            self._silent = ""

    def handle_data(self, data: str) -> None:
        if self._silent:
            return
        for part in re.split(f"([{BEGIN}{END}])", data):
            if part in {BEGIN, END}:
                self._depth += 1 if part == BEGIN else -1
            elif not self._depth and part.strip():
                self.texts.append(" ".join(part.split()))


def outside(text: str) -> Iterator[str]:
    depth = 0
    for part in re.split(f"([{BEGIN}{END}])", text):
        if part in {BEGIN, END}:
            depth += 1 if part == BEGIN else -1
        elif not depth and part.strip():
            yield " ".join(part.split())
