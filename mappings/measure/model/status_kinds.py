"""What a status means: its names in the engagement file, else its category."""

from collections.abc import Mapping

from mappings.events.names import fold_name
from mappings.measure.model.engagement import StatusKind, Workflow
from mappings.measure.model.ticket import StatusBook

_CATEGORIES: Mapping[str, StatusKind] = {"done": "done", "indeterminate": "active", "new": "todo"}


class Statuses:
    """The kind of each status id of a site for one workflow (measurement (g) 4)."""

    def __init__(self, workflow: Workflow, book: StatusBook) -> None:
        self._named = named_kinds(workflow)
        self._book = book
        ids = {*book.names, *book.categories}
        self._kinds = {status: self._found(status, book.names.get(status, frozenset())) for status in ids}

    @property
    def kinds(self) -> Mapping[str, StatusKind]:
        return self._kinds

    def kind(self, status: str | None, text: str | None = None) -> StatusKind:
        # The kind of a status id; `text` is the name it had, for an id that the site's book lacks.
        kind = self._kinds.get(status) if status is not None else None
        return kind or self._named.get(fold_name(text or ""), "none")

    def _found(self, status: str, names: frozenset[str]) -> StatusKind:
        folded = {fold_name(name) for name in names}
        for name, kind in self._named.items():
            if name in folded:
                return kind
        return _CATEGORIES.get(self._book.categories.get(status, ""), "none")


def named_kinds(workflow: Workflow) -> dict[str, StatusKind]:
    # The kind of each folded name; of two names that one id carried, the earlier here decides.
    lists: tuple[tuple[StatusKind, tuple[str, ...]], ...] = (
        ("done", workflow.done),
        ("active", workflow.active),
        ("review", workflow.review),
        ("paused_on_client", workflow.paused_on_client),
        ("paused_on_agency", workflow.paused_on_agency),
        ("gatekeeper", workflow.gatekeeper),
    )
    return {fold_name(name): kind for kind, names in lists for name in names}
