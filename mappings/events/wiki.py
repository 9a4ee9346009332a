"""Jira's wiki markup as the plain text that is measured (docs/measurement.md (g) 12)."""

import re
from collections import Counter

_BLOCK = re.compile(r"(?<!\\)\{(code|noformat|quote)(:[^{}\n]*)?\}")
_QUOTED_LINE = re.compile(r"^[ \t]*bq\.[ \t].*$", re.MULTILINE)
_MENTION = re.compile(r"(?<!\\)\[~(?:accountid:)?([^\[\]\n]+)\]")
_LINK = re.compile(
    r"(?<!\\)\[(?:[^\[\]\n|]*\|[^\[\]\n]*|(?:[A-Za-z][\w+.-]*://|mailto:|www\.)[^\s\[\]|]+|\^[^\[\]\n]+)\]"
)
_IMAGE = re.compile(r"(?<![\w!\\])!(?=\S)[^!\n]*[^!\s]!(?!\w)")
_MONOSPACED = re.compile(r"\{\{([^{}\n]+)\}\}")
_MACRO = re.compile(r"(?<!\\)\{[A-Za-z][\w-]*(?::[^{}\n]*)?\}")
_LINE_START = re.compile(r"^[ \t]*(?:[*#-]+[ \t]+|h[1-6]\.[ \t]+|-{4,}[ \t]*$)", re.MULTILINE)
_CELLS = re.compile(r"^[ \t]*\|.*$", re.MULTILINE)
_STRESS = re.compile(r"(?<![\w\\*_])([*_])(?=[^\s*_])([^*_\n]*[^\s*_\\])\1(?![\w*_])")
_ESCAPED = re.compile(r"\\([\[\]{}!*_+^~?|#\-])")


def plain_wiki(text: str, mentions: list[str]) -> str:
    """Return the text without code, quotes, links, pictures and markup, and add its mentions to `mentions`."""
    # Markup is what an Atlassian document has as marks and nodes: both formats of a comment measure alike.
    text = _without_blocks(text) if "{" in text else text
    if "bq." in text:
        text = _QUOTED_LINE.sub("", text)
    if "[" in text:
        mentions += _MENTION.findall(text)
        text = _LINK.sub("", _MENTION.sub("", text))
    if "!" in text:
        text = _IMAGE.sub("", text)
    if "{" in text:
        text = _MACRO.sub("", _MONOSPACED.sub(r"\1", text))
    return _without_marks(text)


def _without_marks(text: str) -> str:
    text = _LINE_START.sub("", text)
    if "|" in text:
        text = _CELLS.sub(lambda row: row[0].replace("|", " "), text)
    if "*" in text or "_" in text:
        text = _STRESS.sub(r"\2", text)
    return _ESCAPED.sub(r"\1", text.replace("\\\\", " ")) if "\\" in text else text


def _without_blocks(text: str) -> str:
    tags = list(_BLOCK.finditer(text))
    # From tag to tag in one pass: a tag that nothing closes removes nothing.
    closing = Counter(tag[1] for tag in tags if not tag[2])
    parts: list[str] = []
    place, opened = 0, ""
    for tag in tags:
        bare = not tag[2]
        closing[tag[1]] -= bare
        if not opened and closing[tag[1]]:
            parts += (text[place : tag.start()], " ")
            opened = tag[1]
        elif opened == tag[1] and bare:
            place, opened = tag.end(), ""
    parts.append(text[place:])
    return "".join(parts)
