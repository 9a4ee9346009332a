"""Words of measurement inside a sentence, in the reader's language: rungs, coverage, and the change test's results."""

from collections.abc import Mapping

from mappings.translation import Texts, mark

RUNG_WORDS: Mapping[str, str] = Texts(
    {
        "exposed": mark("exposed"),
        "shadowed": mark("shadowed"),
        "assisted": mark("assisted"),
        "independent": mark("independent"),
        "teaches": mark("teaches"),
    }
)
COVERAGE_WORDS: Mapping[str, str] = Texts(
    {"covered": mark("covered"), "single holder": mark("single holder"), "not covered": mark("not covered")}
)
VERDICT_WORDS: Mapping[str, str] = Texts(
    {"up": mark("up"), "down": mark("down"), "no clear change": mark("no clear change")}
)
