"""Wiki markup, in which a site keeps its texts, as the Atlassian document format that REST v3 answers with.

The subset that people in the story write: paragraphs, lines, bullets, {code} and {noformat}, {quote} and bq., links
[text|address], bare addresses, and mentions [~accountid:...].
"""

import re
from collections.abc import Callable, Iterator
from typing import Any, TypeAlias

Node: TypeAlias = dict[str, Any]

BLOCK = re.compile(r"\{(code|noformat|quote)(?::[^}]*)?\}(.*?)\{\1\}", re.DOTALL)
INLINE = re.compile(
    r"\[~accountid:(?P<account>[^\]]+)\]"
    r"|\[(?P<text>[^|\]]+)\|(?P<address>[^\]]+)\]"
    r"|(?P<bare>https?://[^\s|\]]+)"
)


def document(text: str, names: Callable[[str], str]) -> Node:
    """The whole text as a document; `names` gives the display name of an account, for its mentions."""
    content: list[Node] = []
    place = 0
    for block in BLOCK.finditer(text):
        content += _paragraphs(text[place : block.start()], names)
        content.append(_block(block, names))
        place = block.end()
    content += _paragraphs(text[place:], names)
    return {"type": "doc", "version": 1, "content": content}


def _block(block: re.Match[str], names: Callable[[str], str]) -> Node:
    inner = block.group(2).strip("\n")
    if block.group(1) == "quote":
        return {"type": "blockquote", "content": _paragraphs(inner, names)}
    return {"type": "codeBlock", "attrs": {}, "content": [{"type": "text", "text": inner}] if inner else []}


def _paragraphs(text: str, names: Callable[[str], str]) -> list[Node]:
    nodes: list[Node] = []
    for part in re.split(r"\n{2,}", text.strip("\n")):
        if not part.strip():
            continue
        lines = part.split("\n")
        if all(line.startswith("* ") for line in lines):
            nodes.append({"type": "bulletList", "content": [_bullet(line, names) for line in lines]})
        elif part.startswith("bq. "):
            nodes.append({"type": "blockquote", "content": [_paragraph([part[4:]], names)]})
        else:
            nodes.append(_paragraph(lines, names))
    return nodes


def _bullet(line: str, names: Callable[[str], str]) -> Node:
    return {"type": "listItem", "content": [_paragraph([line[2:]], names)]}


def _paragraph(lines: list[str], names: Callable[[str], str]) -> Node:
    content: list[Node] = []
    for place, line in enumerate(lines):
        if place:
            content.append({"type": "hardBreak"})
        content += _inline(line, names)
    return {"type": "paragraph", "content": content}


def _inline(line: str, names: Callable[[str], str]) -> Iterator[Node]:
    place = 0
    for mark in INLINE.finditer(line):
        if mark.start() > place:
            yield {"type": "text", "text": line[place : mark.start()]}
        yield _mark(mark, names)
        place = mark.end()
    if place < len(line):
        yield {"type": "text", "text": line[place:]}


def _mark(mark: re.Match[str], names: Callable[[str], str]) -> Node:
    if account := mark["account"]:
        return {"type": "mention", "attrs": {"id": account, "text": f"@{names(account)}", "accessLevel": ""}}
    address = mark["address"] or mark["bare"]
    link = {"type": "link", "attrs": {"href": address}}
    return {"type": "text", "text": mark["text"] or address, "marks": [link]}
