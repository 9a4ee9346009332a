"""What would move the process checks: those that the engagement's model has, and whose file says how to make them."""

import pytest
from msgspec.structs import replace

from mappings.formats.explain.index import explained
from mappings.measure.model.engagement import Checks, Model
from mappings.translation import list_text
from tests.formats.test_explain import whole

EACH = Checks(required_fields=("description",), links=("implements",), sprint=True)


REVIEW, FIELDS = "through review", "with the required fields at the start"
UPDATES, LINKED = "with an update every 5 business days", "with a parent or link"
SPRINT, SCOPE = "in a sprint from the start", "with changes of scope seen in-house"


@pytest.mark.parametrize(
    ("model", "checks", "ways"),
    [
        ("hybrid", EACH, [REVIEW, UPDATES, LINKED, SCOPE]),
        ("full_service", EACH, [REVIEW, SCOPE]),
        ("embedded", replace(EACH, links=()), [REVIEW, FIELDS, UPDATES, SPRINT, SCOPE]),
    ],
)
def test_what_moves_the_process_checks_is_what_is_checked(model: Model, checks: Checks, ways: list[str]) -> None:
    """In Hybrid it asked for fields and a sprint, which only other models check."""
    source = whole()
    source = replace(source, engagement=replace(source.engagement, model=model, checks=checks))
    move = f"Finish tickets {list_text(ways)}."
    assert explained(source, "dimensions.embedding.workflow_checks").moves[-1] == move
