"""docs/engagement.md: its example is a correct file, and its table has every key of the schema and no other."""

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from marshmallow import fields, validate

from mappings.formats.engagement_file.reader import read_engagement
from mappings.formats.engagement_file.schema import FILE
from tests.cli.conftest import User

PAGE = (Path(__file__).parents[3] / "docs" / "engagement.md").read_text(encoding="utf-8")
ROW = re.compile(r"^\| `([^`]+)` \| (yes)? ?\| (.+) \|$", re.MULTILINE)
EXAMPLE = PAGE.split("```yaml\n")[1].split("```")[0]


def keys_of(schema: Any, prefix: str = "") -> Iterator[tuple[str, bool, tuple[str, ...]]]:
    """Give each key of a schema, dotted, whether it is required, and the words that it may be."""
    for name, field in schema.fields.items():
        key = f"{prefix}{field.data_key or name}"
        inner = field.inner if isinstance(field, fields.List) else field
        words = (each.choices for each in (*field.validators, *inner.validators) if isinstance(each, validate.OneOf))
        yield key, field.required, tuple(str(word) for choices in words for word in choices)
        if isinstance(inner, fields.Nested):
            yield from keys_of(inner.schema, f"{key}[]." if inner is not field else f"{key}.")


def test_the_table_has_every_key_of_the_schema_and_no_other() -> None:
    rows = {key: required == "yes" for key, required, _ in ROW.findall(PAGE)}
    schema = {key: required for key, required, _ in keys_of(FILE)}
    assert rows == schema


def test_the_table_names_every_word_that_a_key_may_have() -> None:
    texts = {key: text for key, _, text in ROW.findall(PAGE)}
    for key, _, words in keys_of(FILE):
        if key != "on_call.days":
            assert all(f"`{word}`" in texts[key] for word in words), key


def top_level(text: str) -> set[str]:
    return set(re.findall(r"^([a-z_]+):", text, re.MULTILINE))


def test_the_example_uses_every_section() -> None:
    assert top_level(EXAMPLE) == set(FILE.fields)


def test_the_example_passes_lint(user: User) -> None:
    printed = user.run("engagement", "lint", user.write("growth-acme.yaml", EXAMPLE))
    assert printed.out == "growth-acme: 6 people, 2 objectives, nothing wrong\n"
    assert printed.err == ""


def test_the_shortest_file_is_taken() -> None:
    shortest = """
engagement: {key: a, name: A, timezone: UTC, starts: 2026-01-05, projects: [GROW]}
agency: {key: acme}
people: []
workflow: {active: [In Progress], done: [Done]}
"""
    assert read_engagement(shortest).agency_name == "acme"
