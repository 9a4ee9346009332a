"""YAML with its line numbers, so that a problem can say where it is."""

from collections.abc import Hashable
from typing import Any, TypeAlias

import yaml

Path: TypeAlias = tuple[str | int, ...]
"""Where a value stands: keys and list places from the top."""

DEEPEST = 20
"""An engagement file is six levels deep; a value that holds itself by an alias would never end."""
MOST = 100_000
"""Values in a file: aliases of aliases multiply."""


class YamlError(Exception):
    """The text is no YAML of ours: `line` (from 1), `what` is wrong."""

    def __init__(self, line: int, what: str) -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what = line, what


class Document:
    """A YAML text as plain values, with the line of each."""

    def __init__(self, text: str) -> None:
        self._lines: dict[Path, int] = {}
        self._count = 0
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except RecursionError as cause:
            raise YamlError(1, "is nested too deeply") from cause
        except yaml.MarkedYAMLError as cause:
            mark = cause.problem_mark or cause.context_mark
            raise YamlError(mark.line + 1 if mark else 1, cause.problem or "not readable as YAML") from cause
        except yaml.YAMLError as cause:
            raise YamlError(1, "holds characters that YAML does not allow") from cause
        self._loader = yaml.SafeLoader("")
        self.value: Any = None if node is None else self._read(node, ())

    def line(self, path: Path) -> int:
        """Return the line of a value, or of the nearest thing around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1

    def _read(self, node: yaml.Node, path: Path) -> Any:
        line = self._lines[path] = node.start_mark.line + 1
        self._count += 1
        if len(path) > DEEPEST or self._count > MOST:
            raise YamlError(line, "is nested too deeply, or repeats itself by aliases")
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(child, (*path, place)) for place, child in enumerate(node.value)]
        try:
            return self._loader.construct_object(node)
        except ValueError:
            # A day that no month has, such as 2026-02-30: the field's own check says what it should be.
            return node.value
        except yaml.YAMLError as cause:
            raise YamlError(line, f"cannot be read: {node.value!r}") from cause

    def _read_mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        found: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node)
            if key in found:
                raise YamlError(key_node.start_mark.line + 1, f"{key} stands twice")
            found[key] = self._read(value_node, (*path, key))
            self._lines[(*path, key)] = key_node.start_mark.line + 1
        return found

    def _key(self, node: yaml.Node) -> str:
        key: Hashable = node.value if isinstance(node, yaml.ScalarNode) else None
        if not isinstance(key, str) or not key:
            raise YamlError(node.start_mark.line + 1, "a key must be a plain word")
        return key
