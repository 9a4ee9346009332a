"""What would make an open ticket count as more: each small step tried on the same rule."""

from collections.abc import Callable, Iterable, Mapping

from msgspec import Struct
from msgspec.structs import replace

from mappings.measure.model.ticket import Kind
from mappings.measure.ticket.evidence import cases_for, cases_of
from mappings.measure.ticket.evidence_kinds import EvidenceCase, classify
from mappings.measure.ticket.measure import Preview
from mappings.measure.ticket.prepared import PreparedEngagement


class WhatIf(Struct, frozen=True):
    """What a person's part would count as now, and to which kind each step alone would lift it."""

    objective: str
    account: str
    kind: Kind | None
    steps: Mapping[str, Kind]


# A case and the seconds that count as a trace, to the case after the step.
Step = Callable[[EvidenceCase, int], EvidenceCase]

STEPS: Mapping[str, Step] = {
    "comment": lambda case, _: replace(case, comments=case.comments + 1, touched=True),
    "comment_on_another_day": lambda case, _: replace(
        case, comments=case.comments + 1, days=case.days + 1, touched=True
    ),
    "log_half_an_hour": lambda case, enough: replace(case, seconds=max(case.seconds, enough), touched=True),
    "shadow": lambda case, _: replace(case, roles=case.roles | {"shadow"}),
    "learner": lambda case, _: replace(case, roles=case.roles | {"learner"}),
    "shadow_and_comment": lambda case, _: replace(
        case, roles=case.roles | {"shadow"}, comments=case.comments + 1, touched=True
    ),
}


def what_ifs_of(prepared: PreparedEngagement, preview: Preview, people: Iterable[str] = ()) -> tuple[WhatIf, ...]:
    """Return what would lift each person's evidence, by objective, then account (measurement (c), J4).

    `people` are accounts to ask about although they left no trace yet. Only steps that lift are named.
    """
    cases = cases_of(prepared, preview.moment, people)
    return tuple(
        _chance(prepared, objective, account, case)
        for objective in preview.entry.objectives
        for account, case in cases_for(prepared, preview.moment, objective, cases).items()
    )


def _chance(prepared: PreparedEngagement, objective: str, account: str, case: EvidenceCase) -> WhatIf:
    kind, enough = classify(case, prepared.ruleset), prepared.ruleset.trace_seconds
    tried = {name: classify(step(case, enough), prepared.ruleset) for name, step in STEPS.items()}
    return WhatIf(
        objective, account, kind, {name: lifted for name, lifted in tried.items() if lifted and lifted > (kind or 0)}
    )
