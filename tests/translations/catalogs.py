"""Extraction of the messages of the code, by the package that shows them, and their catalogs of each language."""

import re
from collections.abc import Iterator
from contextlib import redirect_stderr
from functools import cache
from io import SEEK_END, BytesIO, StringIO
from pathlib import Path

from babel.messages.catalog import Catalog, Message
from babel.messages.extract import extract_from_file
from babel.messages.pofile import read_po, write_po
from jinja2.ext import babel_extract

from mappings.formats.engagement_file import objective_library
from mappings.translation import FOLDER, LANGUAGES

ROOT = FOLDER.parents[1]
# The catalog of each package that has texts, by the beginning of its paths: the first that fits.
AREAS = (
    ("mappings/formats/explain/", "explain"),
    ("mappings/", "mappings"),
    ("connector/actions/", "actions"),
    *((f"connector/pages/{path.name}/", path.name) for path in sorted((ROOT / "connector/pages").glob("*/"))),
    ("connector/pages/", "pages"),
    ("connector/", "connector"),
)  # fmt: skip
SHARED = "templates"
KEYWORDS = {
    "_": None,
    "gettext": None,
    "mark": None,
    "mark_plural": (1, 2),
    "ngettext": (1, 2),
    "pgettext": ((1, "c"), 2),
    "npgettext": ((1, "c"), 2, 3),
}
# `count(n, "ticket")` of connector/text.py is a message with a place for the number.
COUNT = re.compile(r"""\bcount\((?:[^"'()]|\([^()]*\))+,\s*["']([^"']+)["'](?:,\s*["']([^"']+)["'])?\)""")
# Its texts are in a file of its own, and so are their translations.
LIBRARY = Path(objective_library.__file__).with_suffix(".yaml")
# Most files have none, and to read them for texts takes long.
HAS_TEXT = re.compile(r"gettext\(|\bmark(_plural)?\(|\b_\(|\bcount\(|\{%-? *trans\b")
# Commands speak English.
COMMANDS = ROOT / "connector" / "commands"
JINJA = {"newstyle_gettext": "true", "trimmed": "true", "silent": "false"}


def area_of(path: str) -> str:
    """Return the catalog of a file; the templates of all pages go with the code beside them."""
    area = next(area for beginning, area in AREAS if path.startswith(beginning))
    return "pages" if area == SHARED else area


@cache
def extract_messages() -> dict[str, Catalog]:
    """Return the messages of the code: for each catalog its own, with the files that show them."""
    extracted: dict[str, Catalog] = {"connector": Catalog(charset="utf-8")}
    for path in source_files():
        if not HAS_TEXT.search(path.read_text(encoding="utf-8")):
            continue
        name = str(path.relative_to(ROOT))
        for line, message, comments, context in read_messages(path):
            catalog = extracted.setdefault(area_of(name), Catalog(charset="utf-8"))
            catalog.add(message, locations=[(name, None)], auto_comments=comments, context=context)
            assert message, (name, line)
        for singular, plural in COUNT.findall(path.read_text(encoding="utf-8")):
            catalog = extracted.setdefault("connector", Catalog(charset="utf-8"))
            catalog.add(
                (f"%(num)s {singular}", f"%(num)s {plural or singular + 's'}"), locations=[("connector/text.py", None)]
            )
    return extracted | {LIBRARY.stem: library_messages()}


def library_messages() -> Catalog:
    catalog = Catalog(charset="utf-8")
    for trade in objective_library.read_library():
        for text in (trade.trade, *(text for each in trade.objectives for text in (each.name, each.note))):
            catalog.add(text, locations=[(str(LIBRARY.relative_to(ROOT)), None)])
    return catalog


def source_files() -> Iterator[Path]:
    for floor in ("connector", "mappings"):
        for pattern in ("*.py", "*.html"):
            yield from sorted(path for path in (ROOT / floor).rglob(pattern) if COMMANDS not in path.parents)


def read_messages(path: Path) -> Iterator[tuple[int, str | tuple[str, ...], list[str], str | None]]:
    method, options = (babel_extract, JINJA) if path.suffix == ".html" else ("python", None)
    # Babel complains of f-strings in the places of a message, where they are right.
    with redirect_stderr(StringIO()):
        yield from list(extract_from_file(method, path, keywords=KEYWORDS, comment_tags=(), options=options))


def stored_catalogs(language: str) -> dict[str, Catalog]:
    """Return the catalogs of a language, by their names."""
    return {path.stem: read_catalog(path, language) for path in sorted((FOLDER / language).glob("*.po"))}


def read_catalog(path: Path, language: str) -> Catalog:
    with path.open("rb") as file:
        return read_po(file, locale=language)


def update_catalogs() -> None:
    """Give each language the messages of the code: what is new is untranslated, what is gone is left out."""
    for language in LANGUAGES[1:]:
        files = catalog_files(language)
        for path in (FOLDER / language).glob("*.po"):
            if path.stem not in files:
                path.unlink()
        for area, content in files.items():
            (FOLDER / language / f"{area}.po").write_bytes(content)


def catalog_files(language: str) -> dict[str, bytes]:
    """Return the files of a language's catalogs as `update_catalogs` writes them, by their names."""
    stored = stored_catalogs(language)
    known: dict[object, Message] = {
        (each.id, each.context): each for catalog in stored.values() for each in catalog if each.id and each.string
    }
    return {
        area: written(updated(language, catalog, stored.get(area), known), language)
        for area, catalog in extract_messages().items()
    }


def written(catalog: Catalog, language: str) -> bytes:
    file = BytesIO(header_of(catalog, language).encode())
    file.seek(0, SEEK_END)
    write_po(file, catalog, width=120, sort_by_file=True, include_lineno=False, omit_header=True)
    return file.getvalue()


def updated(language: str, extracted: Catalog, stored: Catalog | None, known: dict[object, Message]) -> Catalog:
    catalog = Catalog(locale=language, charset="utf-8", header_comment=stored.header_comment if stored else "")
    for message in extracted:
        if not message.id:
            continue
        old = (stored.get(message.id, message.context) if stored else None) or None
        old = old if old and is_complete(old) else known.get((message.id, message.context))
        string = old.string if old and isinstance(old.id, tuple) == isinstance(message.id, tuple) else ""
        catalog.add(
            message.id, string, locations=message.locations, auto_comments=message.auto_comments,
            user_comments=old.user_comments if old else (), context=message.context, flags=python_format(message),
        )  # fmt: skip
    return catalog


def header_of(catalog: Catalog, language: str) -> str:
    # Babel's own header has the time of writing, which would make each run a change.
    fields = {"Content-Type": "text/plain; charset=utf-8", "Language": language, "Plural-Forms": catalog.plural_forms}
    lines = "\n".join(f'"{name}: {value}\\n"' for name, value in fields.items())
    return f'{catalog.header_comment.strip()}\nmsgid ""\nmsgstr ""\n{lines}\n\n'.lstrip()


def is_complete(message: Message) -> bool:
    return all(message.string) if isinstance(message.string, tuple | list) else bool(message.string)


def python_format(message: Message) -> set[str]:
    # A plain "80 % interval" has no place, whatever Babel takes it for.
    return (
        {"python-format"} if "%(" in "".join(message.id if isinstance(message.id, tuple) else (message.id,)) else set()
    )
