"""What the rungs are called: alone, and within a sentence."""

from collections.abc import Mapping

from mappings.translation import Texts, mark

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
