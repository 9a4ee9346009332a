"""Length, language and mentions of a comment, in both of Jira's formats (docs/measurement.md (g) 12)."""

import re
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any
from unicodedata import category

from msgspec import Struct

from mappings.events.names import clean_text
from mappings.events.wiki import plain_wiki

_URL = re.compile(r"(?:\b[A-Za-z][A-Za-z0-9+.-]*://|\bwww\.|\bmailto:)[^\s<>\[\]|]*[^\s<>\[\]|.,;:!?'\")}]")
_CJK = re.compile(
    "[\u1100-\u11ff\u2e80-\u2fd5\u3005\u3006\u303b\u3041-\u3096\u309d-\u309f\u30a1-\u30fa\u30fc-\u30ff\u3131-\u318e"
    "\u31f0-\u31ff\u3400-\u4dbf\u4e00-\u9fff\ua960-\ua97c\uac00-\ud7a3\ud7b0-\ud7fb\uf900-\ufaff\uff66-\uffdc"
    "\U00020000-\U000323af]"
)
_LEFT_OUT = frozenset(
    {
        "codeBlock",
        "blockquote",
        "emoji",
        "inlineCard",
        "blockCard",
        "embedCard",
        "media",
        "mediaGroup",
        "mediaSingle",
        "mediaInline",
    }
)
_MODIFIERS = frozenset(map(chr, range(0x1F3FB, 0x1F400))) | {"\u200d", "\ufe0f"}


class Text(Struct, frozen=True):
    """What is kept of a comment; `folded` is only hashed, never stored."""

    length: int = 0
    cjk: bool = False
    folded: str = ""
    mentions: tuple[str, ...] = ()


def measure_text(body: object) -> Text:
    """Measure a comment's body: wiki markup (a text), an Atlassian document (an object) or None.

    The length is in code points, white space folded. Raises TypeError for anything else.
    """
    if body is None:
        return Text()
    mentions: list[str] = []
    if isinstance(body, str):
        plain = plain_wiki(clean_text(body), mentions)
    elif isinstance(body, Mapping):
        plain = clean_text("".join(_plain_parts(body, mentions)))
    else:
        raise TypeError("neither a text nor a document")
    folded = fold(plain)
    return Text(len(folded), is_cjk(folded), folded, tuple(dict.fromkeys(mentions)))


def fold(plain: str) -> str:
    if "://" in plain or "www." in plain or "mailto:" in plain:
        plain = _URL.sub("", plain)
    if not plain.isascii():
        emoji = {ord(sign): None for sign in set(plain) if _is_emoji(sign)}
        plain = plain.translate(emoji) if emoji else plain
    # Without URLs and emoji, each run of white space is one space.
    return " ".join(plain.split())


@lru_cache(maxsize=8192)
def _is_emoji(sign: str) -> bool:
    return sign in _MODIFIERS or category(sign) == "So"


def is_cjk(text: str) -> bool:
    """Return whether more than half of the letters are Chinese, Japanese or Korean (docs/measurement.md (g) 12)."""
    if text.isascii():
        return False
    letters = sum(map(str.isalpha, _CJK.findall(text)))
    return letters > 0 and 2 * letters > sum(map(str.isalpha, text))


def _plain_parts(document: Mapping[str, Any], mentions: list[str]) -> Iterator[str]:
    # A stack, since documents may be nested as deeply as anybody likes.
    stack: list[object] = [document]
    while stack:
        node = stack.pop()
        if isinstance(node, str):
            yield node
        elif isinstance(node, Mapping):
            yield from _leaf(node, mentions)
            content = node.get("content")
            if isinstance(content, list) and node.get("type") not in _LEFT_OUT:
                stack += (" ", *reversed(content), " ")


def _leaf(node: Mapping[str, Any], mentions: list[str]) -> Iterator[str]:
    kind = node.get("type")
    if kind == "text":
        text = node.get("text")
        if isinstance(text, str) and not _is_link(node):
            yield text
    elif kind == "mention":
        account = _attribute(node, "id")
        if isinstance(account, str) and account:
            mentions.append(clean_text(account.removeprefix("accountid:")))
    elif kind == "hardBreak":
        yield " "


def _is_link(node: Mapping[str, Any]) -> bool:
    marks = node.get("marks")
    return isinstance(marks, list) and any(isinstance(mark, Mapping) and mark.get("type") == "link" for mark in marks)


def _attribute(node: Mapping[str, Any], name: str) -> object:
    attributes = node.get("attrs")
    return attributes.get(name) if isinstance(attributes, Mapping) else None
