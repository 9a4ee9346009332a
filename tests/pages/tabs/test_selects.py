"""A select that is drawn anew says which option holds, also where that is the empty one.

A morph sets a field back to what the answer says only where an option is marked; without a mark it keeps what somebody
chose before, so that an undone choice went on standing there.
"""

import re
from pathlib import Path

import pytest

PAGES = Path(__file__).parents[3] / "connector" / "pages"
SELECT = re.compile(r"<select\b.*?</select>", re.DOTALL)
OPTION = re.compile(r"<option\b(?:\{\{.*?\}\}|[^>{])*>")


def test_the_expression_finds_an_option_without_a_mark() -> None:
    template = '<select><option value="">{{ _("All") }}</option><option value="{{ k }}"{{ " selected" if k }}></select>'
    assert unmarked(template) == ['<option value="">']


@pytest.mark.parametrize("template", sorted(PAGES.rglob("*.html")), ids=lambda path: str(path.relative_to(PAGES)))
def test_each_option_of_a_select_that_keeps_a_choice_can_be_marked(template: Path) -> None:
    assert not unmarked(template.read_text())


def unmarked(template: str) -> list[str]:
    options_without = []
    for select in SELECT.findall(template):
        options = OPTION.findall(select)
        if any("selected" in option for option in options):
            options_without += [option for option in options if "selected" not in option]
    return options_without
