"""Of a part of the score that counts all of the projects: the tickets in which the engagement's agency has a part."""

from connector.pages.agency_part import has_part
from connector.pages.drawer.part_reason import component_of
from connector.pages.drawer.rows import Rows
from connector.pages.drawer.source import Figure
from mappings.formats.explain.model import Explained
from mappings.records.figures.entries import select_entries
from mappings.translation import gettext, integer_text

# Their tickets are all finished; of a submission that is not, the part is not known.
WHOLE_PROJECTS = frozenset({"earliness", "crisis"})


def select_own_parts(measured: Figure, figure: Explained) -> frozenset[int] | None:
    """Return the tickets of a figure in which the agency has a part; None where that is not told."""
    issue_ids = {line.issue_id for line in figure.lines} - {0}
    if component_of(figure.path) not in WHOLE_PROJECTS or not issue_ids:
        return None
    entries = select_entries(measured.scope, issue_ids)
    return frozenset(issue_id for issue_id, own in entries.items() if has_part(own[-1].entry))


def own_part_input(agency: str, rows: Rows, own: frozenset[int] | None) -> list[tuple[str, str]]:
    """Return how many of the rows are of such tickets, of those that the reader may see and where all are listed."""
    if own is None or rows.earlier:
        return []
    number = sum(row.line.issue_id in own for row in rows.shown)
    return [(gettext("With a part of %(agency)s", agency=agency), integer_text(number))]
