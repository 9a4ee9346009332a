"""measurement (g) 12: how long a comment is, in both forms in which Jira gives it."""

import gc
import time
from typing import Any

import pytest

from mappings.events.text import Text, measure_text


def node(kind: str, *content: Any, **more: Any) -> dict[str, Any]:
    return {"type": kind, **({"content": list(content)} if content else {}), **more}


def words(text: str, *marks: str) -> dict[str, Any]:
    return node("text", text=text, **({"marks": [{"type": mark} for mark in marks]} if marks else {}))


def line(*content: Any) -> dict[str, Any]:
    return node("paragraph", *content)


def document(*blocks: Any) -> dict[str, Any]:
    return node("doc", *blocks, version=1)


MENTION = node("mention", attrs={"id": "5b10", "text": "@Ada Brandt", "accessLevel": ""})
EMOJI = node("emoji", attrs={"shortName": ":smile:", "text": "😄"})
CARD = node("inlineCard", attrs={"url": "https://acme.example/a-long-address"})
MEDIA = node("mediaSingle", node("media", attrs={"id": "1", "type": "file", "collection": ""}))
CODE = node("codeBlock", words("print('not counted')"), attrs={"language": "python"})
QUOTE = node("blockquote", line(words("old words")))
BULLETS = node("bulletList", node("listItem", line(words("one"))), node("listItem", line(words("two"))))

DOCUMENTS = {
    "text nodes are joined as they stand": (document(line(words("teach"), words("ing", "strong"))), "teaching"),
    "blocks are parted by one space": (document(line(words("one")), line(words("two"))), "one two"),
    "items of lists are blocks": (document(line(words("do")), BULLETS), "do one two"),
    "a break is white space": (document(line(words("one"), node("hardBreak"), words("two"))), "one two"),
    "code is left out": (document(line(words("see")), CODE), "see"),
    "a quote is left out": (document(QUOTE, line(words("yes"))), "yes"),
    "a mention is left out": (document(line(words("hi "), MENTION, words(" there"))), "hi there"),
    "an emoji node is left out": (document(line(words("ok "), EMOJI)), "ok"),
    "a card is left out": (document(line(words("read "), CARD)), "read"),
    "media is left out": (document(MEDIA, line(words("as shown"))), "as shown"),
    "text that is a link is left out": (document(line(words("see "), words("the guide", "link"))), "see"),
    "an address as text is left out": (document(line(words("see https://acme.example/x, then"))), "see , then"),
    "nothing is nothing": (document(), ""),
}

MARKUP = {
    "code": ("see {code:java}int x;{code} it", "see it"),
    "noformat": ("see {noformat}\nint x;\n{noformat} it", "see it"),
    "quote": ("{quote}old {code}x{code} words{quote}yes", "yes"),
    "a quoted line": ("bq. old words\nyes", "yes"),
    "a tag that nothing closes": ("see {code} it", "see it"),
    "a mention": ("hi [~accountid:5b10] there", "hi there"),
    "a mention on Server": ("hi [~ada] there", "hi there"),
    "a link with a text": ("see [the guide|https://acme.example/x]", "see"),
    "a link without one": ("see [https://acme.example/x]", "see"),
    "a picture": ("as !shot.png|width=200! shows", "as shows"),
    "brackets are words": ("[WIP: draft] and [WIP:draft]", "[WIP: draft] and [WIP:draft]"),
    "two calls are no picture": ("Stop! Wait!", "Stop! Wait!"),
    "a tag": ("{color:red}stop{color} it", "stop it"),
    "an address": ("see https://acme.example/x, then", "see , then"),
    "white space": ("  one\r\n\r\n two\tthree ", "one two three"),
}


@pytest.mark.parametrize("rule", DOCUMENTS)
def test_g12_of_a_document(rule: str) -> None:
    body, text = DOCUMENTS[rule]
    assert measure_text(body).folded == text
    assert measure_text(body).length == len(text)


@pytest.mark.parametrize("rule", MARKUP)
def test_g12_of_wiki_markup(rule: str) -> None:
    body, text = MARKUP[rule]
    assert measure_text(body).folded == text
    assert measure_text(body).length == len(text)


@pytest.mark.parametrize("sign", ["👍", "👍🏽", "👩\u200d💻", "❤\ufe0f", "☃", "🇩🇪"])
def test_g12_emoji_count_nothing(sign: str) -> None:
    assert measure_text(f"good {sign}").folded == "good"
    assert measure_text(document(line(words(f"good {sign}")))).folded == "good"


@pytest.mark.parametrize("text", ["§ 3 + 4", "naïve — “so”", "100 €"])
def test_g12_other_signs_count(text: str) -> None:
    assert measure_text(text).folded == text


def test_g12_length_is_in_code_points() -> None:
    assert measure_text("𝒳é").length == 2


@pytest.mark.parametrize(
    ("text", "cjk"),
    [
        ("确认一下", True),
        ("すぐにカク", True),
        ("확인합니다", True),
        ("ab确认一", True),
        ("ab确认", False),
        ("确认 2026, 2027!", True),
        ("проверю", False),
        ("check", False),
        ("2026", False),
        ("", False),
    ],
)
def test_g12_cjk_is_more_than_half_of_the_letters(text: str, cjk: bool) -> None:
    assert measure_text(text).cjk is cjk


def test_g12_a_mention_is_noted_once_in_both_forms() -> None:
    wiki = measure_text("[~accountid:5b10] and [~accountid:5b10] and [~accountid:712020:c0ffee-1]")
    assert wiki.mentions == ("5b10", "712020:c0ffee-1")
    assert measure_text(document(line(MENTION, words(" and "), MENTION))).mentions == ("5b10",)


def test_g12_a_mention_in_a_quote_is_the_quoted_persons() -> None:
    assert measure_text("{quote}[~accountid:5b10]{quote} yes").mentions == ()
    assert measure_text(document(node("blockquote", line(MENTION)))).mentions == ()


ALIKE = {
    "stress": ("we *really* need _this_ now", document(line(words("we "), words("really", "strong"), words(" need "),
                                                          words("this", "em"), words(" now")))),
    "bullets": ("do\n* one\n* two", document(line(words("do")), BULLETS)),
    "headings": ("h2. Plan\nall", document(node("heading", words("Plan"), attrs={"level": 2}), line(words("all")))),
    "monospaced": ("call {{run}} twice", document(line(words("call "), words("run", "code"), words(" twice")))),
    "escaped signs": (r"this \[is\] it\!", document(line(words("this [is] it!")))),
    "an address in brackets": ("see (https://acme.example/x).", document(
        line(words("see ("), words("https://acme.example/x", "link"), words(").")))),
    "a table": ("||a||b||\n|one|two|", document(node("table", node("tableRow", node("tableHeader", line(words("a"))),
        node("tableHeader", line(words("b")))), node("tableRow", node("tableCell", line(words("one"))),
        node("tableCell", line(words("two"))))))),
}  # fmt: skip


@pytest.mark.parametrize("what", ALIKE)
def test_g12_both_forms_of_one_comment_measure_alike(what: str) -> None:
    wiki, adf = ALIKE[what]
    assert measure_text(wiki) == measure_text(adf)


@pytest.mark.parametrize("body", [7, True, ["x"], 1.5])
def test_what_is_no_text_is_refused(body: object) -> None:
    with pytest.raises(TypeError):
        measure_text(body)


def test_no_comment_is_empty() -> None:
    assert measure_text(None) == measure_text("") == Text()


HOSTILE = ("{code:a}" * 4000, "{quote}" * 4001, "[" * 32000, "!a" * 16000, "{{" * 16000, "*a " * 10000, "[a|" * 10000,
           "www." * 8000, "a://" * 8000, "| " * 16000 + "\n", "\\" * 32000, "_*" * 16000, "{a" * 16000, "[~" * 16000,
           "!" + "a " * 16000, "bq. " * 8000, "\n " * 16000, "{a:" * 10000, "*" * 32000, "[a:" * 10000,
           "{code:" * 5000, "{code}{quote:" * 2500)  # fmt: skip


@pytest.mark.parametrize("text", HOSTILE, ids=range(len(HOSTILE)))
def test_no_text_of_the_longest_length_takes_long(text: str) -> None:
    # Of this thread alone, and without the collector, which looks at what all tests before have left in the process.
    gc.disable()
    try:
        start = time.thread_time()
        measure_text(text)
        taken = time.thread_time() - start
    finally:
        gc.enable()
    assert taken < 0.3


def test_a_document_may_be_nested_without_end() -> None:
    deep: dict[str, Any] = words("deep")
    for _ in range(5000):
        deep = node("panel", deep)
    assert measure_text(document(deep)).folded == "deep"
