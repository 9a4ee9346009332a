"""A PDF as a reader of it meets it: the words of each page, the tags that a screen reader goes by, its declarations."""

import ctypes
import re
import zlib
from collections import Counter
from collections.abc import Iterator
from typing import Any

import pytest
from msgspec import Struct

from connector.pages.review.pdf import PdfError, make_pdf


class Pdf(Struct, frozen=True):
    """`tags` counts the elements of the structure by type: H1, Table, TH …; `alone` are pictures without a text."""

    pages: tuple[str, ...]
    tags: Counter[str]
    alone: int
    is_tagged: bool
    says_ua: bool


def require_pdf() -> Any:
    """Return the library that reads PDFs; skips the test where it or the one that makes them is not installed."""
    pdfium = pytest.importorskip("pypdfium2")
    try:
        make_pdf("<html lang=en><title>1</title><p>1")
    except PdfError as error:
        pytest.skip(str(error))
    return pdfium


def read_pdf(data: bytes) -> Pdf:
    pdfium = require_pdf()
    document = pdfium.PdfDocument(data)
    pages, tags, alone = [], Counter[str](), 0
    for page in document:
        text = page.get_textpage()
        pages.append(text.get_text_bounded())
        text.close()
        for tag, alternative in page_tags(pdfium.raw, page):
            tags[tag] += 1
            alone += tag == "Figure" and not alternative
        page.close()
    is_tagged = bool(pdfium.raw.FPDFCatalog_IsTagged(document))
    document.close()
    streams = re.findall(rb"stream\n(.*?)\nendstream", data, re.DOTALL)
    says_ua = any(b"pdfuaid" in zlib.decompressobj().decompress(part) for part in streams if part.startswith(b"x"))
    return Pdf(tuple(pages), tags, alone, is_tagged, says_ua)


def page_tags(raw: Any, page: Any) -> Iterator[tuple[str, str]]:
    """Yield type and alternative text of each element of a page's structure."""
    tree = raw.FPDF_StructTree_GetForPage(page)
    waiting = [
        raw.FPDF_StructTree_GetChildAtIndex(tree, place) for place in range(raw.FPDF_StructTree_CountChildren(tree))
    ]
    while waiting:
        element = waiting.pop()
        if not element:
            continue
        yield (
            read_text(raw.FPDF_StructElement_GetType, element),
            read_text(raw.FPDF_StructElement_GetAltText, element),
        )
        children = range(raw.FPDF_StructElement_CountChildren(element))
        waiting += [raw.FPDF_StructElement_GetChildAtIndex(element, place) for place in children]
    raw.FPDF_StructTree_Close(tree)


def read_text(ask: Any, element: Any) -> str:
    """Return what one of the library's functions says of an element, in its UTF-16."""
    size = ask(element, None, 0)
    if size <= 2:
        return ""
    buffer = ctypes.create_string_buffer(size)
    ask(element, buffer, size)
    return buffer.raw[: size - 2].decode("utf-16-le")
