"""The program's four quarters in sums, and what its page and its review both print of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from msgspec import Struct

from connector.pages.program import texts, totals
from connector.pages.program.counts import sum_experiments, sum_proposals, tickets_text
from connector.pages.program.departments import departments_by_quarter
from connector.pages.program.engagement_row import score_cell
from connector.pages.program.experiments import experiment_picture
from connector.pages.program.periods import QUARTERS
from connector.pages.program.quarter_names import name_before, quarter_before, quarter_heads
from connector.pages.program.recorded import frozen_text
from connector.pages.program.sections import quarter_table, together_cells
from connector.pages.program.source import Program
from connector.pages.program.totals import Together
from mappings.measure.score.program_counts import Experiments, Proposals


class Summary(Struct, frozen=True):
    """The program with its sums of four quarters, oldest first; of departments of fewer than `k` nothing is told."""

    program: Program
    sums: Sequence[Together]
    experiments: Sequence[Experiments | None]
    proposals: Sequence[Proposals | None]
    departments: Mapping[str, tuple[str, ...]]
    k: int


def summary_of(program: Program) -> Summary:
    own = program.engagements
    k = program.k
    return Summary(
        program,
        totals.quarter_sums(own, program.quarters),
        [sum_experiments(own, place) for place in range(QUARTERS)],
        [sum_proposals(own, place) for place in range(QUARTERS)],
        departments_by_quarter(own, k),
        k,
    )


def summary_values(summary: Summary, since: int) -> dict[str, Any]:
    """Return the values that both templates have; quarters before the index `since` are not printed."""
    program, sums = summary.program, summary.sums
    own, departments = program.engagements, summary.departments
    uncompared = totals.uncompared_text(sums, recorded=program.recorded)
    return {
        "program": program,
        "one": len(own) == 1,
        "NAMED": texts.NAMED,
        "changed": texts.moved_text,
        "missing": [item.engagement.name for item in program.missing],
        "numbers": together_cells(sums[-1], sums[-2], departments, name_before(own, program.period)),
        "is_off": bool(sums[-1].by) and totals.is_off(own),
        "table": quarter_table(
            own,
            sums,
            summary.experiments,
            departments=departments,
            proposals=summary.proposals,
            quarter=quarter_before(program.period),
        ),
        "uncompared": uncompared,
        # A score is compared with the window before, which a short one has in the first quarter, too.
        "is_compared": not uncompared or any(score_cell(item).moved.before for item in own),
        "names": program.names[since:],
        "heads": quarter_heads(own, program.quarters, program.today)[since:],
        "frozen": frozen_text(program),
        "tickets": tickets_text(own, sums[-1].sums.n, program.period.name),
        **experiment_picture(own, program.names, summary.experiments, since),
    }
