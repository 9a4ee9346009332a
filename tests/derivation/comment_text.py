"""How much of a comment is words, and whom it names (measurement (c) and (g) 12)."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Any

from tests.derivation.ruleset import Rules

SILENT = {"codeBlock", "blockquote", "mention", "emoji", "inlineCard", "blockCard", "embedCard", "media", "mediaGroup",
          "mediaSingle", "mediaInline"}  # fmt: skip
BLOCKS = {"paragraph", "heading", "listItem", "bulletList", "orderedList", "panel", "tableCell", "tableRow", "table",
          "tableHeader", "rule", "expand", "hardBreak", "taskItem", "decisionItem"}  # fmt: skip
WIKI = (
    r"(?s)\{code[^}]*\}.*?\{code\}",
    r"(?s)\{noformat[^}]*\}.*?\{noformat\}",
    r"(?s)\{quote\}.*?\{quote\}",
    r"(?m)^\s*bq\..*$",
    r"\[~[^\]]*\]",
    r"\[[^\]|]*\|[^\]]*\]",
    r"!\S[^!\n]*!",
    r"\{[^}]*\}",
)
ADDRESS = r"(?:https?|ftp)://\S+|www\.\S+"
JOINERS = {"\u200d", "\ufe0f"}
EASTERN = ("CJK UNIFIED", "CJK COMPATIBILITY", "HIRAGANA", "KATAKANA", "HANGUL")


@dataclass(frozen=True)
class Words:
    text: str
    names: frozenset[str]

    def says_something(self, rules: Rules) -> bool:
        letters = [letter for letter in self.text if letter.isalpha()]
        eastern = sum(unicodedata.name(letter, "").startswith(EASTERN) for letter in letters)
        return len(self.text) >= (rules.letters_cjk if 2 * eastern > len(letters) else rules.letters)


def read_words(body: Any) -> Words:
    """The words of a comment as REST version 3 (a document) or 2 (wiki) gives it."""
    if isinstance(body, str):
        names = re.findall(r"\[~accountid:([^\]]*)\]", body)
        for pattern in WIKI:
            body = re.sub(pattern, "", body)
        return Words(plain(body), frozenset(names))
    names = []
    return Words(plain("".join(pieces(body, names))), frozenset(names))


def pieces(node: dict[str, Any], names: list[str]) -> list[str]:
    """The text nodes as they stand; blocks are parted by a space. Fills `names` with who is mentioned."""
    if node["type"] == "mention":
        names.append(node["attrs"]["id"])
    rows = [piece for child in node.get("content", ()) for piece in pieces(child, names)]
    if node["type"] in SILENT:
        return []
    if node["type"] == "text":
        linked = any(mark["type"] == "link" for mark in node.get("marks", ()))
        return [] if linked else [node["text"]]
    return [" ", *rows, " "] if node["type"] in BLOCKS else rows


def plain(text: str) -> str:
    """Without addresses and emoji, white space folded."""
    text = re.sub(ADDRESS, "", text)
    letters = (letter for letter in text if not is_emoji(letter))
    return " ".join("".join(letters).split())


def is_emoji(letter: str) -> bool:
    return letter in JOINERS or unicodedata.category(letter) == "So" or 0x1F3FB <= ord(letter) <= 0x1F3FF
