"""The review as PDF, by WeasyPrint, which is an optional part of an installation."""

import logging
import threading
from collections.abc import Callable
from functools import lru_cache
from importlib.util import find_spec
from typing import Any, NoReturn

from mappings.translation import mark

log = logging.getLogger(__name__)

# Tagged, with what PDF/UA asks of a document.
VARIANT = "pdf/ua-1"
MISSING = mark("This installation makes no PDF: it lacks the extra “pdf” (pip install teachback[pdf]).")
MISSING_LIBRARY = mark(
    "This installation makes no PDF: WeasyPrint lacks Pango (Debian: apt-get install libpango-1.0-0 "
    "libpangoft2-1.0-0 libharfbuzz-subset0)."
)
BUSY = mark("Other PDFs are being made. Try again in a minute.")
# Making one takes seconds of a processor: one at a time, and nobody waits longer than this for their turn.
WAIT_SECONDS = 30.0
_turn = threading.Lock()


class PdfError(Exception):
    """No PDF was made; the message, a marked text, says what is missing."""


def makes_pdf() -> bool:
    """Tell whether WeasyPrint is installed; its libraries are tried when the first PDF is made."""
    return find_spec("weasyprint") is not None


def make_pdf(html: str) -> bytes:
    """Return a review's HTML file as PDF. Raises PdfError where WeasyPrint is missing, or is busy for too long."""
    document = _load_weasyprint()
    if not _turn.acquire(timeout=WAIT_SECONDS):
        raise PdfError(BUSY)
    try:
        return _make(document, html)
    finally:
        _turn.release()


def _load_weasyprint() -> Callable[..., Any]:
    # Dear to import, and its libraries are of the system. It warns of each rule of a style sheet that paper has not.
    logging.getLogger("weasyprint").setLevel(logging.ERROR)
    try:
        from weasyprint import HTML
    except ImportError as error:
        raise PdfError(MISSING) from error
    except OSError as error:
        log.warning("WeasyPrint does not load: %s", error)
        raise PdfError(MISSING_LIBRARY) from error
    make: Callable[..., Any] = HTML
    return make


@lru_cache(maxsize=4)
def _make(document: Callable[..., Any], html: str) -> bytes:
    made: bytes = document(string=html, url_fetcher=_fetch_nothing).write_pdf(pdf_variant=VARIANT)
    return made


def _fetch_nothing(url: str, *_: object, **__: object) -> NoReturn:
    # The document needs no other file, and no text in it may make us read one.
    raise ValueError(f"a review loads nothing, so not {url[:80]!r}")
