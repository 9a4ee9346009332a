"""What a dashboard keeps of a gadget: engagement, period, figures and size, read from its address."""

from collections.abc import Mapping

from msgspec import Struct
from werkzeug.datastructures import MultiDict

from mappings.translation import Texts, mark

# The figures in their order, by key.
FIGURES: Mapping[str, str] = Texts(
    {"share": mark("Taught share"), "score": mark("Integration"), "exit": mark("Exit coverage")}
)
PERIODS: Mapping[str, str] = Texts({"running": mark("The quarter that runs"), "full": mark("The last full quarter")})
# Each size with its height in pixels: a dashboard does not shift when figures come.
SIZES: Mapping[str, tuple[str, int]] = {
    "small": (mark("Small"), 180), "medium": (mark("Medium"), 260), "large": (mark("Large"), 320),
}  # fmt: skip


class GadgetSettings(Struct, frozen=True):
    """The settings of a gadget. `engagement` is "" until somebody chose one."""

    engagement: str = ""
    period: str = "running"
    figures: tuple[str, ...] = tuple(FIGURES)
    size: str = "medium"

    @property
    def query(self) -> dict[str, str]:
        return {
            "engagement": self.engagement,
            "period": self.period,
            "figures": " ".join(self.figures),
            "size": self.size,
        }


def read_gadget_settings(values: MultiDict[str, str]) -> GadgetSettings:
    """Return the settings that an address or a form names; what it names wrongly is as if it were not named."""
    named = {word for text in values.getlist("figures") for word in text.split()}
    figures = tuple(key for key in FIGURES if key in named)
    default = GadgetSettings()
    period, size = values.get("period", ""), values.get("size", "")
    return GadgetSettings(
        values.get("engagement", "")[:64],
        period if period in PERIODS else default.period,
        figures or default.figures,
        size if size in SIZES else default.size,
    )
