"""What the rungs are called: alone, and within a sentence."""

from collections.abc import Mapping

from mappings.measure.model.ticket import Kind
from mappings.translation import Texts, gettext, mark

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


def one_of_text(rung: int, kind: Kind, takes: int) -> str:
    """Return that it is one of several that its rung takes, of a ticket that leaves a `rung`; "" where it is not."""
    if not rung or takes < 2 or rung >= kind:
        return ""
    return gettext(
        "it is one of the %(num)s tickets that %(kind)s takes; your rung stays %(rung)s until then",
        rung=WORDS[rung],
        kind=WORDS[kind],
        num=takes,
    )
