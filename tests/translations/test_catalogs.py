"""Each catalog has the messages of the code, all translated, with the same places in each."""

import ast
import re
from collections.abc import Iterator

import pytest
from babel.messages.catalog import Catalog, Message

from mappings.translation import FOLDER, LANGUAGES
from tests.translations.catalogs import (
    KEYWORDS,
    ROOT,
    catalog_files,
    extract_messages,
    is_complete,
    source_files,
    stored_catalogs,
)

PLACE = re.compile(r"%\((\w+)\)s|\{([\w.]+)\}")
TAG = re.compile(r"</?[a-z]+[^>]*>")
COMMAND = re.compile(r"\bteachback [a-z]+[ -]?[a-z]* |--[a-z]|(<code>|`)teachback ")


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_catalogs_have_the_messages_of_the_code(language: str) -> None:
    stored = stored_catalogs(language)
    expected = {area: keys_of(catalog) for area, catalog in extract_messages().items()}
    assert {area: keys_of(catalog) for area, catalog in stored.items()} == expected, "run make messages"


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_the_catalogs_are_as_make_messages_writes_them(language: str) -> None:
    """Else it changes texts of others each time, until somebody commits them with something else."""
    stored = {path.stem: path.read_bytes() for path in (FOLDER / language).glob("*.po")}
    written = catalog_files(language)
    assert sorted(area for area, content in written.items() if stored.get(area) != content) == [], "run make messages"


def test_every_text_that_the_code_names_is_a_message() -> None:
    """Babel does not look into an f-string, nor always into a call within a call."""
    messages = {text for catalog in extract_messages().values() for text in texts_of(catalog)}
    named = {
        f"{path.relative_to(ROOT)}:{line}": text
        for path in source_files()
        if path.suffix == ".py"
        for line, text in named_texts(path.read_text("utf-8"))
    }
    assert len(named) > 2000
    assert {place: text for place, text in named.items() if text not in messages} == {}


def test_a_text_in_an_f_string_and_in_an_inner_call_is_named() -> None:
    source = """f"{a if b else gettext('One')} {c}"; gettext(next((x for x in y), mark("Two")), n="no text")"""
    assert [text for _, text in named_texts(source)] == ["Two", "One"]


def texts_of(catalog: Catalog) -> Iterator[str]:
    for message in catalog:
        yield from message.id if isinstance(message.id, tuple) else [message.id]


def named_texts(source: str) -> Iterator[tuple[int, str]]:
    """Give the lines and texts that stand as they are in calls of the functions of messages."""
    for call in ast.walk(ast.parse(source)):
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name) and call.func.id in KEYWORDS:
            first = 1 if call.func.id in {"pgettext", "npgettext"} else 0
            for place in call.args[first : first + 2]:
                if isinstance(place, ast.Constant) and isinstance(place.value, str):
                    yield call.lineno, place.value


# What people read of these on a page: a text goes in translated. A text that `gettext` gets is marked.
SHOWN = {"ActionRefused", "NotPermitted", "Notice", "FieldProblem", "refuse"}
MARKED = {"Permission", "require_text"}


def test_no_text_of_a_refusal_or_notice_is_shown_as_it_is() -> None:
    trees = {
        str(path.relative_to(ROOT)): ast.parse(path.read_text("utf-8"))
        for path in source_files()
        if path.suffix == ".py" and ROOT / "connector" in path.parents
    }
    assert plain_texts(trees, SHOWN | forwarders(trees)) == []


def test_a_plain_text_is_seen_on_its_way_through_functions() -> None:
    code = """
def require(actor, refusal): raise ActionRefused(refusal)
def begin(actor, *, text): require(actor, text)
def act(actor):
    require(actor, "Nobody does this.")
    begin(actor, text="Nobody does that.")
    begin(actor, text=gettext("Nobody does it."))
    refuse(422, f"Nobody does {actor} twice.")
"""
    trees = {"act.py": ast.parse(code)}
    assert plain_texts(trees, SHOWN | forwarders(trees)) == ["act.py:5", "act.py:6", "act.py:8"]


def forwarders(trees: dict[str, ast.Module]) -> set[str]:
    """Return the functions that show a text that they are given: what they are called with is read by people, too."""
    functions = [node for tree in trees.values() for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]
    names: set[str] = set()
    while more := {each.name for each in functions if forwards(each, SHOWN | names)} - names:
        names |= more
    return names


def forwards(function: ast.FunctionDef, shown: set[str]) -> bool:
    parameters = {arg.arg for arg in (*function.args.args, *function.args.kwonlyargs)}
    shows = [call for call in ast.walk(function) if isinstance(call, ast.Call) and name_of(call) in shown]
    given = [argument for call in shows for argument in arguments_of(call)]
    return any(isinstance(argument, ast.Name) and argument.id in parameters for argument in given)


def plain_texts(trees: dict[str, ast.Module], shown: set[str]) -> list[str]:
    return [
        f"{name}:{call.lineno}"
        for name, tree in trees.items()
        for call in ast.walk(tree)
        if isinstance(call, ast.Call) and name_of(call) in shown | MARKED
        if any(is_plain(argument, name_of(call) in MARKED) for argument in arguments_of(call))
    ]


def name_of(call: ast.Call) -> str:
    return call.func.id if isinstance(call.func, ast.Name) else ""


def arguments_of(call: ast.Call) -> list[ast.expr]:
    return [*call.args, *(keyword.value for keyword in call.keywords)]


def is_plain(argument: ast.expr, takes_marked: bool) -> bool:
    """Whether it is a sentence without `gettext`, or a table's text that is marked and not translated yet."""
    parts = [argument.body, argument.orelse] if isinstance(argument, ast.IfExp) else [argument]
    constants = [part for part in parts if isinstance(part, ast.Name) and part.id.isupper() and not takes_marked]
    return any(is_sentence(part) for part in parts) or bool(constants)


def is_sentence(part: ast.expr) -> bool:
    values = part.values if isinstance(part, ast.JoinedStr) else [part]
    texts = [str(value.value) for value in values if isinstance(value, ast.Constant)]
    return any(" " in text and re.search(r"\w", text) for text in texts)


def test_no_text_of_a_page_is_a_shell_command() -> None:
    texts = {str(message.id) for catalog in extract_messages().values() for message in catalog if message.id}
    assert [
        text for text in texts if re.search(r"\bteachback [a-z]+[ -]?[a-z]* |--[a-z]|(<code>|`)teachback ", text)
    ] == []


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_each_message_is_translated_with_the_same_places(language: str) -> None:
    problems = []
    for area, catalog in stored_catalogs(language).items():
        for message in catalog:
            if message.id:
                problems += [f"{area}: {problem}: {message.id}" for problem in problems_of(message)]
    assert not problems, "\n".join(problems)


@pytest.mark.parametrize("language", LANGUAGES[1:])
def test_a_message_of_two_packages_reads_the_same_in_both(language: str) -> None:
    translations: dict[object, set[object]] = {}
    for catalog in stored_catalogs(language).values():
        for message in catalog:
            if message.id and is_complete(message):
                translations.setdefault((message.id, message.context), set()).add(message.string)
    assert {key: texts for key, texts in translations.items() if len(texts) > 1} == {}


def test_a_fault_of_a_translation_is_seen() -> None:
    wrong = [
        Message("%(n)s of %(m)s", "%(n)s von %(x)s"), Message("Save", ""), Message("Save", "x", flags=["fuzzy"]),
        Message(("%(num)s ticket", "%(num)s tickets"), ("ein Vorgang", "Vorgänge")), Message("Save ", "Speichern"),
        Message("<b>%(n)s</b>", "%(n)s"),
    ]  # fmt: skip
    assert [bool(problems_of(message)) for message in wrong] == [True] * len(wrong)
    assert problems_of(Message(("%(num)s ticket", "%(num)s tickets"), ("ein Vorgang", "%(num)s Vorgänge"))) == []


def keys_of(catalog: object) -> set[tuple[object, object]]:
    return {(message.id, message.context) for message in catalog if message.id}  # type: ignore[attr-defined]


def places_of(text: str) -> set[str]:
    return {percent or brace for percent, brace in PLACE.findall(text)}


def problems_of(message: Message) -> list[str]:
    """What is wrong with a translation. The singular may say "one" in the place of its number."""
    if not is_complete(message):
        return ["is not translated"]
    ids = message.id if isinstance(message.id, tuple) else (message.id,)
    strings = message.string if isinstance(message.string, tuple | list) else (message.string,)
    problems = ["is fuzzy"] if message.fuzzy else []
    if len(ids) != len(strings):
        return [*problems, "has another number of forms"]
    for form, (old, new) in enumerate(zip(ids, strings, strict=True)):
        spare = {"num"} if form == 0 and len(ids) > 1 else set()
        if places_of(old) - spare != places_of(new) - spare:
            problems.append("has other places")
        if sorted(TAG.findall(old)) != sorted(TAG.findall(new)):
            problems.append("has other tags")
        if (old[:1].isspace(), old[-1:].isspace()) != (new[:1].isspace(), new[-1:].isspace()):
            problems.append("begins or ends with another space")
        if "%" in PLACE.sub("", new).replace("%%", "") and "%(" in old:
            problems.append("has a lone %")
    return problems
