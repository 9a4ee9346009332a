"""Everything that somebody can come to: each address that an answer names, and each choice that it offers."""

import html
import re
from collections import Counter, deque
from collections.abc import Callable, Iterable, Iterator
from itertools import product
from urllib.parse import parse_qsl, urlencode, urlsplit

from werkzeug.test import TestResponse

Get = Callable[[str], TestResponse]
Skip = Callable[[str], bool]

FORM = re.compile(r'<form class="filters"[^>]*? hx-get="([^"]*)".*?</form>', re.DOTALL)
HIDDEN = re.compile(r'<input type="hidden" name="([^"]*)" value="([^"]*)">')
SELECT = re.compile(r'<select name="([^"]*)">(.*?)</select>', re.DOTALL)
OPTION = re.compile(r'<option value="([^"]*)"')
ADDRESS = re.compile(r'<(?!form)[a-z]+\b[^>]*?\s(?:hx-get|data-save|href)="(/[^"]*)"')
MOST = 4000


def crawl(
    get: Get, begin: Iterable[str], answers: Iterable[TestResponse] = (), *, skip: Skip = lambda _: False
) -> dict[str, TestResponse]:
    """Return all answers of a walk by their addresses."""
    return dict(crawled(get, begin, answers, skip=skip))


def crawled(
    get: Get, begin: Iterable[str], answers: Iterable[TestResponse] = (), *, skip: Skip = lambda _: False
) -> Iterator[tuple[str, TestResponse]]:
    """Follow every address found, once each, breadth first; what is static, and what `skip` says, is left out.

    Two addresses that differ in the order of their parameters are one.
    """
    waiting, followed, seen = deque(begin), set[object](), set[str]()
    for number, answer in enumerate(answers):
        yield f"begin {number}", answer
        waiting.extend(addresses(answer.text))
    while waiting:
        address = waiting.popleft()
        assert not repeated(address), address
        # Each page names most of the others again: what was met is not taken apart again.
        if address in seen:
            continue
        seen.add(address)
        is_left_out = address.startswith("/static/") or in_other_unit(address) or is_repeated(address) or skip(address)
        if (same := request_of(address)) in followed or is_left_out:
            continue
        followed.add(same)
        assert len(followed) < MOST, "the walk does not end"
        answer = get(address)
        yield address, answer
        waiting.extend(addresses(answer.text))


def repeated(address: str) -> list[str]:
    """The names that an address has twice: which value counts would be left to chance."""
    names = [name for name, _ in parse_qsl(urlsplit(address).query, keep_blank_values=True)]
    return [name for name, times in Counter(names).items() if times > 1]


def in_other_unit(address: str) -> bool:
    """Tell whether an address counts in a unit that need not be walked: of three, hours alone are, and few drawers.

    The page and its drawers are those of the agreement's unit, from other sums.
    """
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    if "unit" not in asked:
        return False
    if asked["unit"] != "hours":
        return True
    if parts.path.startswith("/pages/figure"):
        return asked.get("from") not in {"2026-07-01", "2026-08-10"} or "format=json" in address
    return (asked.get("tab"), asked.get("by"), asked.get("period")) != ("overview", "week", "2026Q3")


def is_repeated(address: str) -> bool:
    """Tell whether an address asks about a ticket what another list asks, too: it is walked from one list."""
    parts = urlsplit(address)
    asked = dict(parse_qsl(parts.query))
    return parts.path == "/pages/tickets/dispute" and bool(
        asked.keys() - {"project.key", "engagement", "period", "show", "issue"} or asked.get("period") != "2026Q3"
    )


def request_of(address: str) -> tuple[str, tuple[tuple[str, str], ...]]:
    """Return what an address asks for."""
    parts = urlsplit(address)
    return parts.path, tuple(sorted(parse_qsl(parts.query, keep_blank_values=True)))


def addresses(source: str) -> list[str]:
    """The addresses that an answer names, and those of every choice of its filters."""
    return [html.unescape(address) for address in ADDRESS.findall(source)] + choices(source)


def choices(source: str) -> list[str]:
    """The address of each combination of the first two choices that the filters offer, and of each other one alone."""
    made = []
    for form in FORM.finditer(source):
        fixed = [(name, html.unescape(value)) for name, value in HIDDEN.findall(form[0])]
        picks = [
            [(name, html.unescape(option)) for option in OPTION.findall(body)] for name, body in SELECT.findall(form[0])
        ]
        pairs = [list(chosen) for chosen in product(*picks[:2])]
        ways = pairs + [[*pairs[0], other] for each in picks[2:] for other in each]
        address = html.unescape(form[1])
        joint = "&" if "?" in address else "?"
        made += [f"{address}{joint}{urlencode([*fixed, *way])}" for way in ways]
    return made
