"""The derivation stands on its own: only what puts a story into the product may know the product."""

import ast
from pathlib import Path

import pytest

# Below it, in `comparisons`, is what tells a story to both.
ALONE = sorted(Path(__file__).parent.glob("*.py"))


@pytest.mark.parametrize("path", ALONE, ids=lambda path: path.stem)
def test_a_rule_is_derived_without_the_product(path: Path) -> None:
    nodes = [node for node in ast.walk(ast.parse(path.read_text())) if isinstance(node, ast.Import | ast.ImportFrom)]
    names = {name for node in nodes for name in ([node.module] if isinstance(node, ast.ImportFrom) else imported(node))}
    assert not any((name or "").split(".")[0] in {"mappings", "webhooks", "connector"} for name in names)


def imported(node: ast.Import) -> list[str]:
    return [name.name for name in node.names]
