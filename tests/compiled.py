"""What is compiled once in a process for all that tests open: templates for all apps, statements for all engines."""

from collections.abc import Iterator, MutableMapping
from types import CodeType
from typing import Any

from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy import Connection, Engine, event


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


def share_compiled() -> None:
    """Let apps and engines that are made from now on take what others compiled."""
    Flask.jinja_options = {"bytecode_cache": TemplateCodes()}
    statements = StatementCache()

    def share(connection: Connection) -> None:
        connection.execution_options(compiled_cache=statements)

    event.listen(Engine, "engine_connect", share)
