"""The values of a file with their places, so that a problem can say where it is: YAML's, or those of a draft."""

from collections.abc import Hashable, Mapping
from typing import Any, TypeAlias

import yaml

from mappings.events.control_characters import ControlCharacterError, refuse_control_characters

# The path of a value: keys and list indexes from the top.
Path: TypeAlias = tuple[str | int, ...]

# An engagement file is six levels deep; a value that contains itself by an alias would never end.
DEEPEST = 20
# Values in a file: aliases of aliases multiply quickly.
MOST = 100_000
RETYPE = "type the text again, without it"


def field_name(path: Path) -> str:
    """Return a path as people read it, such as people.0.side."""
    return ".".join(map(str, path))


class YamlError(Exception):
    """Text that is not usable YAML: `line` (from 1), `what` is wrong, a `hint`, and the `field` where it has one."""

    def __init__(self, line: int, what: str, hint: str = "fix the YAML", field: str = "") -> None:
        super().__init__(f"line {line}: {what}")
        self.line, self.what, self.hint, self.field = line, what, hint, field


class Document:
    """Plain values, with the line of each; those of a draft, which has no lines, are numbered."""

    def __init__(self) -> None:
        self.value: Any = None
        self._lines: dict[Path, int] = {}
        self._count = 0

    def line(self, path: Path) -> int:
        """Return the line of a value, or of the nearest value around it."""
        for length in range(len(path), -1, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]
        return 1

    def _begin_value(self, line: int, path: Path) -> None:
        self._lines[path] = line
        self._count += 1
        if len(path) > DEEPEST:
            raise YamlError(line, "is nested too deeply, or holds itself by an alias")
        if self._count > MOST:
            raise YamlError(line, f"is more than {MOST:,} values, with what aliases repeat", "split the file")

    def _refuse_control_characters(self, text: str, line: int, path: Path) -> None:
        # Every text of a file passes here: YAML's escapes can spell what its own characters may not be.
        # A text in a block of its own ends with a line break.
        try:
            refuse_control_characters(text.strip(" \n"))
        except ControlCharacterError as cause:
            raise YamlError(line, str(cause), RETYPE, field_name(path)) from cause


class DraftDocument(Document):
    """The values of a draft, which are JSON's."""

    def __init__(self, value: Any) -> None:
        super().__init__()
        self.value = self._read(value, ())

    def _read(self, value: Any, path: Path) -> Any:
        self._begin_value(self._count + 1, path)
        if isinstance(value, Mapping):
            return {self._key(key, path): self._read(below, (*path, key)) for key, below in value.items()}
        if isinstance(value, list | tuple):
            return [self._read(below, (*path, place)) for place, below in enumerate(value)]
        if isinstance(value, str):
            self._refuse_control_characters(value, self._count, path)
        return value

    def _key(self, key: str, path: Path) -> str:
        if not key:
            raise YamlError(self._count, "a key must be a plain word")
        self._refuse_control_characters(key, self._count, path)
        return key


class YamlDocument(Document):
    """The values of a YAML text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        try:
            node = yaml.compose(text, Loader=yaml.SafeLoader)
        except RecursionError as cause:
            raise YamlError(1, "is nested too deeply") from cause
        except yaml.MarkedYAMLError as cause:
            mark = cause.problem_mark or cause.context_mark
            raise YamlError(mark.line + 1 if mark else 1, cause.problem or "not readable as YAML") from cause
        except yaml.reader.ReaderError as cause:
            line = text.count("\n", 0, cause.position) + 1
            what = f"holds the character U+{ord(text[cause.position]):04X}, which YAML does not allow"
            raise YamlError(line, what, RETYPE) from cause
        self._loader = yaml.SafeLoader("")
        self.value = None if node is None else self._read(node, ())

    def _read(self, node: yaml.Node, path: Path) -> Any:
        line = node.start_mark.line + 1
        self._begin_value(line, path)
        if isinstance(node, yaml.MappingNode):
            return self._read_mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self._read(child, (*path, place)) for place, child in enumerate(node.value)]
        self._refuse_control_characters(node.value, line, path)
        try:
            return self._loader.construct_object(node)
        except ValueError:
            # A day that no month has, such as 2026-02-30: the field's own check says what it should be.
            return node.value
        except yaml.YAMLError as cause:
            raise YamlError(line, f"cannot be read: {node.value!r}") from cause

    def _read_mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        values: dict[str, Any] = {}
        for key_node, value_node in node.value:
            key = self._key(key_node, path)
            if key in values:
                raise YamlError(key_node.start_mark.line + 1, f"{key} stands twice")
            values[key] = self._read(value_node, (*path, key))
            self._lines[(*path, key)] = key_node.start_mark.line + 1
        return values

    def _key(self, node: yaml.Node, path: Path) -> str:
        key: Hashable = node.value if isinstance(node, yaml.ScalarNode) else None
        if not isinstance(key, str) or not key:
            raise YamlError(node.start_mark.line + 1, "a key must be a plain word")
        self._refuse_control_characters(key, node.start_mark.line + 1, path)
        return key
