"""What a demo keeps on disk beside Teachback's database: where its story ends, and all that happened since."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

FORM = 1
"""Another number where a kept demo can no longer be played again."""


@dataclass(frozen=True)
class DemoState:
    """The story's end (microseconds), how often the demo started, Teachback's port, and the size of the story."""

    end: int
    starts: int
    app_port: int
    tickets: int
    form: int = FORM

    @classmethod
    def read(cls, folder: Path, tickets: int) -> "DemoState | None":
        """None where there is none, or one that this release cannot play again, or of another size."""
        try:
            journal = cls(**json.loads((folder / "demo.json").read_text()))
        except (OSError, ValueError, TypeError):
            return None
        return journal if (journal.form, journal.tickets) == (FORM, tickets) else None

    def write(self, folder: Path) -> None:
        (folder / "demo.json").write_text(json.dumps(asdict(self)))


class Journal:
    """One line for each act after the story, in order: null is the next act of the work that goes on by itself.

    A visitor's act is written out, {"act": "add_comment", "given": {...}}, as the site takes it.
    """

    def __init__(self, folder: Path) -> None:
        self.path = folder / "journal.jsonl"

    def note(self, entry: dict[str, Any] | None) -> None:
        with self.path.open("a") as file:
            file.write(json.dumps(entry) + "\n")

    def read(self) -> list[dict[str, Any] | None]:
        """A last line that was cut short is left out, on disk as well."""
        lines = self.path.read_text().splitlines(keepends=True) if self.path.exists() else []
        whole = [line for line in lines if line.endswith("\n")]
        if len(whole) < len(lines):
            self.path.write_text("".join(whole))
        return [json.loads(line) for line in whole]
