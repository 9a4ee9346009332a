"""Texts, numbers, dates and lists in a reader's language: the locale of a context, and gettext on its catalogs.

The edge sets the locale once for each request. Without one, as in commands, jobs and files, everything is English.
"""

import gettext as catalogs
import io
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar, Token
from datetime import date
from decimal import Decimal
from functools import cache, wraps
from pathlib import Path
from typing import ParamSpec, TypeVar

from babel import Locale, UnknownLocaleError
from babel.dates import format_date
from babel.lists import format_list
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.numbers import format_decimal, get_decimal_symbol, parse_decimal

from mappings.measure.period.rounding import number_text

# A folder for each language, with a catalog for each package that has texts.
FOLDER = Path(__file__).parent / "translations"
ENGLISH = Locale("en")
LANGUAGES: tuple[str, ...] = ("en", *sorted(path.name for path in FOLDER.iterdir() if path.is_dir()))
# Somebody's tag is of any length; Locale reads such a one.
LONGEST_TAG = 35

_current: ContextVar[Locale] = ContextVar("locale", default=ENGLISH)

P = ParamSpec("P")
R = TypeVar("R")
K = TypeVar("K")
S = TypeVar("S", bound=str)


def current_locale() -> Locale:
    return _current.get()


def language_tag() -> str:
    """Return the tag of the language, as HTML's `lang` has it."""
    return _current.get().language


def set_locale(locale: Locale) -> Token[Locale]:
    """Set the locale of this context; `reset_locale` takes the token back."""
    return _current.set(locale)


def reset_locale(token: Token[Locale]) -> None:
    _current.reset(token)


@contextmanager
def in_locale(locale: Locale) -> Iterator[None]:
    token = set_locale(locale)
    try:
        yield
    finally:
        reset_locale(token)


def in_english(function: Callable[P, R]) -> Callable[P, R]:
    """Make a function that writes a file or another text for machines do so in English, whoever asks for it."""

    @wraps(function)
    def english(*args: P.args, **kwargs: P.kwargs) -> R:
        with in_locale(ENGLISH):
            return function(*args, **kwargs)

    return english


def choose_locale(tags: Iterable[str]) -> Locale:
    """Return the locale of the first tag, such as "de-CH" or "en_GB", whose language has catalogs: else English."""
    for tag in tags:
        locale = _read_tag(tag)
        if locale is not None and locale.language in LANGUAGES:
            # English dates and numbers are written in one way, that of the documentation and the files.
            return ENGLISH if locale.language == ENGLISH.language else locale
    return ENGLISH


def _read_tag(tag: str) -> Locale | None:
    if not tag or len(tag) > LONGEST_TAG:
        return None
    try:
        return Locale.parse(tag, sep="-" if "-" in tag else "_")
    except (ValueError, UnknownLocaleError):
        return None


# -- texts -------------------------------------------------------------------------------------------------------------


def mark(message: str) -> str:
    """Return a text of a table as it is; it is translated by `gettext` where it is shown."""
    return message


def mark_plural(singular: str, plural: str) -> tuple[str, str]:
    """Return the two forms of a text of a table as they are, for `ngettext`."""
    return singular, plural


class Texts(Mapping[K, str]):
    """A table of marked texts that is read in the reader's language: `Texts({"own": mark("Own")})["own"]`."""

    def __init__(self, messages: Mapping[K, str]) -> None:
        self._messages = dict(messages)

    def __getitem__(self, key: K) -> str:
        return gettext(self._messages[key])

    def __or__(self, more: Mapping[K, str]) -> "Texts[K]":
        """Return this table with more marked texts."""
        return Texts(self._messages | dict(more))

    def __iter__(self) -> Iterator[K]:
        return iter(self._messages)

    def __len__(self) -> int:
        return len(self._messages)


def gettext(message: str, **places: object) -> str:
    """Return a message in the reader's language; `places` fill "%(name)s". Without places a "%" stands for itself.

    A place that is a date is written as `day_text` writes it, here and in the other functions of messages.
    """
    return _fill(_catalog().gettext(message), places)


def pgettext(context: str, message: str, **places: object) -> str:
    """Return a message of a context, for texts that are the same in English and differ in another language."""
    return _fill(_catalog().pgettext(context, message), places)


def ngettext(singular: str, plural: str, num: int, **places: object) -> str:
    """Return a message by a number, which stands at "%(num)s" as the reader's language writes it."""
    return _fill(_catalog().ngettext(singular, plural, num), {**places, "num": integer_text(num)})


def npgettext(context: str, singular: str, plural: str, num: int, **places: object) -> str:
    return _fill(_catalog().npgettext(context, singular, plural, num), {**places, "num": integer_text(num)})


def _fill(message: str, places: Mapping[str, object]) -> str:
    return fill_places(message, places) if places else message


def fill_places(message: S, places: Mapping[str, object]) -> S:
    """Return a message, of text or of HTML, with its places filled as the reader writes them.

    A date is written by `day_text`, as Python would write it as a machine does. Where a place ends with a full stop, as
    a German day in November does, the message's own after it is left out.
    """
    written = {name: day_text(place) if isinstance(place, date) else place for name, place in places.items()}
    for name, place in written.items():
        if str(place).endswith("."):
            message = message.replace(f"%({name})s.", f"%({name})s")  # type: ignore[assignment]  # HTML stays HTML
    return message % written  # type: ignore[return-value]  # as above


def _catalog() -> catalogs.NullTranslations:
    return load_catalog(_current.get().language)


@cache
def load_catalog(language: str) -> catalogs.NullTranslations:
    """Return the catalogs of a language as one. Read once for each process: 0.1 s for a thousand messages."""
    if language == ENGLISH.language:
        return catalogs.NullTranslations()
    merged = Catalog(locale=language)
    for path in sorted((FOLDER / language).glob("*.po")):
        with path.open("rb") as file:
            for message in read_po(file, locale=language):
                if message.id and not message.fuzzy:
                    merged.add(message.id, message.string, context=message.context)
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return catalogs.GNUTranslations(compiled)


# -- numbers, dates and lists ------------------------------------------------------------------------------------------


def decimal_text(value: Decimal) -> str:
    """Return a rounded number for people: without zeros at its end, thousands apart."""
    if current_locale() == ENGLISH:
        return number_text(value)
    return format_decimal(value + 0, format="#,##0.######", locale=current_locale())


def formula_number(value: float, spec: str = "") -> str:
    """Return a number by a format of Python's, such as ".2f", with the decimal sign of the reader's language."""
    return f"{value:{spec}}".replace(".", get_decimal_symbol(current_locale()))


def integer_text(value: int) -> str:
    return f"{value:,}" if current_locale() == ENGLISH else format_decimal(value, locale=current_locale())


def read_decimal(text: str) -> Decimal:
    """Read a number that `decimal_text` wrote in the same locale."""
    return parse_decimal(text.replace("−", "-"), locale=current_locale())


def date_text(value: date, pattern: str) -> str:
    """Return a date by a pattern of CLDR. The pattern is a message of the context "date pattern"."""
    return format_date(value, format=pattern, locale=current_locale())


def day_text(value: date) -> str:
    """Return a date with its year, as the reader writes it: "5 Jan 2026"."""
    return date_text(value, pgettext("date pattern", "d MMM y"))


def list_text(names: Sequence[str], style: str = "standard") -> str:
    """Return "a, b and c"; with the style "or" "a, b or c"."""
    # The English of the pages has no comma before its "and".
    locale = Locale("en", "GB") if current_locale() == ENGLISH else current_locale()
    return format_list(names, style="or" if style == "or" else "standard", locale=locale)
