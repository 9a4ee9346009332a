"""The starter library: objectives by trade, to begin an engagement with. Its texts are English, and translated."""

from functools import cache
from importlib import resources

import yaml
from msgspec import Struct, convert

from mappings.formats.engagement_file.first_file import slug


class LibraryObjective(Struct, frozen=True):
    """An objective of the library; `label` is the label by which teams often mark its tickets."""

    name: str
    note: str
    label: str

    @property
    def key(self) -> str:
        """The key that it gets in an engagement, in whichever language it is named."""
        return slug(self.name)


class Trade(Struct, frozen=True):
    """A trade and its objectives."""

    trade: str
    objectives: tuple[LibraryObjective, ...]


@cache
def read_library() -> tuple[Trade, ...]:
    """Return the trades of the library."""
    text = resources.files(__package__).joinpath("objective_library.yaml").read_text()
    return convert(yaml.safe_load(text), tuple[Trade, ...])
