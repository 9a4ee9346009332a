"""JQL as far as apps use it: from text to a tree of clauses, and what order it asks for."""

import re
from dataclasses import dataclass, field
from typing import TypeAlias

MOST_ORDERS = 7
ORDER_LIMIT = f"The maximum number of order by fields is {MOST_ORDERS}."

TOKEN = re.compile(
    r"""\s*(?:
        (?P<text>"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')
      | (?P<sign>>=|<=|!=|!~|[=><~(),])
      | (?P<word>(?:issue\.property\[[^\]]+\][\w.-]*|cf\[\d+\]|[^\s"'=!<>~(),]+))
    )""",
    re.VERBOSE,
)
SIGNS = frozenset({"=", "!=", ">", ">=", "<", "<=", "~", "!~"})


class JqlError(ValueError):
    """The query is not JQL, or names what the site does not have; the text is what Jira would say."""


@dataclass(frozen=True)
class Clause:
    """`operator` is a sign, in, not in, is or is not. A value in `calls` was written as a function: currentUser()."""

    name: str
    operator: str
    values: tuple[str, ...]
    calls: frozenset[str] = field(default_factory=frozenset)


@dataclass(frozen=True)
class AndNode:
    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class OrNode:
    parts: tuple["Tree", ...]


@dataclass(frozen=True)
class NotNode:
    part: "Tree"


Tree: TypeAlias = Clause | AndNode | OrNode | NotNode


@dataclass(frozen=True)
class Query:
    """`where` is None when nothing restricts it. `orders` are pairs of a field and whether it descends."""

    where: Tree | None
    orders: tuple[tuple[str, bool], ...]


def read_jql(text: str) -> Query:
    """Raises JqlError where the text is not JQL."""
    return _Reader(text).query()


class _Reader:
    def __init__(self, text: str) -> None:
        self.tokens = _tokens(text)
        self.place = 0

    def query(self) -> Query:
        where = None if self._at_end() or self._peek("order") else self._either()
        orders = self._orders() if self._take("order") else ()
        if not self._at_end():
            raise JqlError(f"Error in the JQL Query: Expecting either 'OR' or 'AND' but got '{self._now()[1]}'.")
        return Query(where, orders)

    def _either(self) -> Tree:
        parts = [self._both()]
        while self._take("or"):
            parts.append(self._both())
        return parts[0] if len(parts) == 1 else OrNode(tuple(parts))

    def _both(self) -> Tree:
        parts = [self._one()]
        while self._take("and"):
            parts.append(self._one())
        return parts[0] if len(parts) == 1 else AndNode(tuple(parts))

    def _one(self) -> Tree:
        if self._take("not"):
            return NotNode(self._one())
        if self._take("("):
            inner = self._either()
            self._need(")")
            return inner
        return self._clause()

    def _clause(self) -> Clause:
        name = self._value()[0]
        operator = self._operator()
        if operator not in ("in", "not in"):
            value, called = self._value()
            return Clause(name, operator, (value,), frozenset({value} if called else ()))
        self._need("(")
        values = [self._value()]
        while self._take(","):
            values.append(self._value())
        self._need(")")
        calls = frozenset(value for value, called in values if called)
        return Clause(name, operator, tuple(value for value, _ in values), calls)

    def _operator(self) -> str:
        if self._take("not"):
            self._need("in")
            return "not in"
        if self._take("in"):
            return "in"
        if self._take("is"):
            return "is not" if self._take("not") else "is"
        kind, text = self._now()
        if kind != "sign" or text not in SIGNS:
            raise JqlError(f"Error in the JQL Query: Expecting operator but got '{text}'.")
        self.place += 1
        return text

    def _value(self) -> tuple[str, bool]:
        kind, text = self._now()
        if kind == "sign" or not text:
            raise JqlError(f"Error in the JQL Query: Expecting a value but got '{text}'.")
        self.place += 1
        called = kind == "word" and self._take("(")
        if called:
            self._need(")")
        return text, bool(called)

    def _orders(self) -> tuple[tuple[str, bool], ...]:
        self._need("by")
        orders = [self._order()]
        while self._take(","):
            orders.append(self._order())
        if len(orders) > MOST_ORDERS:
            raise JqlError(ORDER_LIMIT)
        return tuple(orders)

    def _order(self) -> tuple[str, bool]:
        name = self._value()[0]
        descends = self._take("desc")
        if not descends:
            self._take("asc")
        return name, descends

    def _now(self) -> tuple[str, str]:
        return self.tokens[self.place] if not self._at_end() else ("end", "")

    def _at_end(self) -> bool:
        return self.place >= len(self.tokens)

    def _peek(self, text: str) -> bool:
        kind, now = self._now()
        return kind in ("word", "sign") and now.lower() == text

    def _take(self, text: str) -> bool:
        token = self._peek(text)
        self.place += token
        return token

    def _need(self, text: str) -> None:
        if not self._take(text):
            raise JqlError(f"Error in the JQL Query: Expecting '{text}' but got '{self._now()[1]}'.")


def _tokens(text: str) -> list[tuple[str, str]]:
    tokens: list[tuple[str, str]] = []
    place = 0
    while text[place:].strip():
        match = TOKEN.match(text, place)
        if match is None:
            character = text[place:].strip()[0]
            raise JqlError(f"Error in the JQL Query: The character '{character}' is a reserved JQL character.")
        kind = match.lastgroup or ""
        word = match[kind]
        tokens.append((kind, re.sub(r"\\(.)", r"\1", word[1:-1]) if kind == "text" else word))
        place = match.end()
    return tokens
