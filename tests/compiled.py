"""What is compiled once in a process for all that tests open: templates and routes of apps, statements of engines."""

from collections.abc import Callable, Iterator, MutableMapping
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event
from werkzeug.routing import Rule


class TemplateCodes(BytecodeCache):
    """The code of templates by file and source. Apps of one release compile a template alike."""

    def __init__(self) -> None:
        self._codes: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._codes.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        assert bucket.code is not None
        self._codes[bucket.key, bucket.checksum] = bucket.code


class StatementCache(MutableMapping[Any, Any]):
    """Compiled statements for all engines of a kind: SQLAlchemy asks by dialect, of which each engine has its own."""

    def __init__(self) -> None:
        self._statements: dict[Any, Any] = {}

    def __getitem__(self, key: Any) -> Any:
        dialect, *others = key
        return self._statements[type(dialect), *others]

    def __setitem__(self, key: Any, compiled: Any) -> None:
        dialect, *others = key
        self._statements[type(dialect), *others] = compiled

    def __delitem__(self, key: Any) -> None:
        dialect, *others = key
        del self._statements[type(dialect), *others]

    def __iter__(self) -> Iterator[Any]:
        return iter(self._statements)

    def __len__(self) -> int:
        return len(self._statements)


def share_builders() -> None:
    """Compile what builds the addresses of a route once: it depends on the route and its defaults alone."""
    compile_builder: Callable[..., Any] = Rule._compile_builder
    builders: dict[Any, Any] = {}

    def find_builder(rule: Rule, append_unknown: bool = True) -> Any:
        key = (rule.rule, rule.subdomain, rule.host, repr(rule.defaults), append_unknown)
        if key not in builders:
            builders[key] = compile_builder(rule, append_unknown)
        return builders[key]

    Rule._compile_builder = find_builder  # type: ignore[method-assign]


def share_compiled() -> None:
    """Let apps and engines that are made from now on take what others compiled."""
    share_builders()
    Flask.jinja_options = {"bytecode_cache": TemplateCodes()}
    statements = StatementCache()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)

    event.listen(Engine, "engine_connect", share)
