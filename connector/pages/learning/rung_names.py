"""What the rungs are called: alone, and within a sentence."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from mappings.measure.model.ticket import Kind
from mappings.measure.people.ladder import HIGHEST
from mappings.translation import Texts, gettext, mark

UNTIL = mark("it is %(one_of)s; your rung stays %(rung)s until you have %(num)s")
UNTIL_SPANNED = mark(
    "it is %(one_of)s; your rung stays %(rung)s until you have %(num)s, %(span)s days or more from first to last"
)

# The rungs 0 to 5 in short.
NAMES: Mapping[int, str] = Texts(
    {
        0: mark("None yet"),
        1: mark("Exposed"),
        2: mark("Shadowed"),
        3: mark("Assisted"),
        4: mark("Independent"),
        5: mark("Teaches"),
    }
)
# The same within a sentence.
WORDS: Mapping[int, str] = Texts(
    {
        0: mark("none yet"),
        1: mark("exposed"),
        2: mark("shadowed"),
        3: mark("assisted"),
        4: mark("independent"),
        5: mark("teaches"),
    }
)


@dataclass(frozen=True)
class Needs:
    """How many tickets each rung, 1 to 5, takes, how many more of them somebody needs, and over how many days."""

    takes: Sequence[int] = ()
    short: Sequence[int] = ()
    span: int = 0

    def first(self, rung: int, kind: Kind) -> int:
        """Return which rung above a `rung` the fewest more tickets of a kind reach; 0 where one reaches one."""
        above = range(rung + 1, kind + 1)
        if any(self.takes[each - 1] < 2 for each in above):
            return 0
        return min(above, key=lambda each: self.short[each - 1], default=0)


NO_NEEDS = Needs()


def one_of_words(rung: int, kind: Kind, needs: Needs) -> str:
    """Return of which tickets one is that leaves a `rung`: of the first rung that it leads to, and of its own kind."""
    first = needs.first(rung, kind) if rung and needs.takes else 0
    if not first:
        return ""
    words = gettext("one of the %(num)s tickets that %(kind)s takes", num=needs.takes[first - 1], kind=WORDS[first])
    if first == kind:
        return words
    return gettext(
        "%(one_of)s, and of the %(num)s that %(kind)s takes", one_of=words, num=needs.takes[kind - 1], kind=WORDS[kind]
    )


def one_of_text(rung: int, kind: Kind, needs: Needs) -> str:
    """Return that it is one of several tickets, and until when the `rung` stays; "" where it is not."""
    words = one_of_words(rung, kind, needs)
    if not words:
        return ""
    first = needs.first(rung, kind)
    text = UNTIL_SPANNED if first == HIGHEST and needs.span else UNTIL
    return gettext(text, one_of=words, rung=WORDS[rung], num=needs.takes[first - 1], span=needs.span)
