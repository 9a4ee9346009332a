"""Every refusal of an engagement file names line and field, and says what to do."""

from textwrap import dedent

import pytest

from mappings.formats.engagement_file.errors import EngagementError, Problem
from mappings.formats.engagement_file.reader import read_engagement

GOOD = dedent(
    """\
    engagement: {key: growth-acme, name: Growth and Acme, timezone: Europe/Berlin, starts: 2026-01-05, projects: [GROW]}
    agency: {key: acme, name: Acme Experiments}
    people:
      - {account: "712020:aaaa", side: agency, from: 2026-01-05}
      - {account: "712020:bbbb", side: inhouse, team: Growth, from: 2025-01-01, to: 2026-09-01}
    workflow:
      active: [In Progress]
      done: [Done]
      business_hours: {from: "09:00", to: "17:00"}
    objectives:
      - key: ab-design
        name: Design an A/B test
        learners: ["712020:bbbb"]
        mapping: {labels: [ab-design]}
    """
)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(EngagementError) as refused:
        read_engagement(text)
    return refused.value.problems


def changed(old: str, new: str) -> str:
    assert GOOD.count(old) == 1
    return GOOD.replace(old, new)


AGAIN = '\n  - {account: "712020:bbbb", side: agency, from: 2026-08-31}\nworkflow:'
REFUSED = {
    "overlapping dates of one account": (changed("\nworkflow:", AGAIN), 6, "people.2", "already on 31 Aug 2026"),
    "open dates overlap too": (
        changed("from: 2025-01-01, to: 2026-09-01}", "from: 2025-01-01}").replace("\nworkflow:", AGAIN),
        6, "people.2", "end the earlier line first",
    ),
    "a status in two lists": (changed("done: [Done]", "done: [done, IN PROGRESS]"), 8, "workflow.done.1", "active too"),
    "a status twice in one list": (changed("[Done]", "[Done, done]"), 8, "workflow.done.1", "done too"),
    "an unknown key": (changed("team: Growth", "teem: Growth"), 5, "people.1.teem", "did you mean team?"),
    "an unknown key at the top": (GOOD + "leeds: {}\n", 15, "leeds", "did you mean leads?"),
    "an unknown key in a mapping": (
        changed("{labels: [ab", "{lables: [ab"), 14, "objectives.0.mapping.lables", "did you mean labels?",
    ),
    "an unknown key in a signal": (
        GOOD + "signals: {proposals: {labells: [proposal]}}\n", 15, "signals.proposals.labells", "did you mean labels?",
    ),
    "a wrong type": (changed("projects: [GROW]", "projects: GROW"), 1, "engagement.projects", "must be a list"),
    "a list for a mapping": (changed("  business_hours: {", "  business_hours: [{").replace('"17:00"}', '"17:00"}]'),
                             9, "workflow.business_hours", "must be a mapping"),
    "nothing for a mapping": (GOOD + "units:\n", 15, "units", "must not be empty"),
    "a bool for a text": (changed("name: Acme Experiments", "name: yes"), 2, "agency.name", "must be a text"),
    "a text for a bool": (GOOD + "checks: {sprint: maybe}\n", 15, "checks.sprint", "true or false"),
    "an objective without mapping": (
        changed("    mapping: {labels: [ab-design]}\n", ""), 11, "objectives.0.mapping", "is required and missing",
    ),
    "a mapping that names nothing": (changed("{labels: [ab-design]}", "{labels: []}"), 14, "objectives.0.mapping",
                                     "names no ticket"),
    "no agency": (changed("agency: {key: acme, name: Acme Experiments}\n", ""), 1, "agency", "is required and missing"),
    "no starts": (changed(" starts: 2026-01-05,", ""), 1, "engagement.starts", "is required and missing"),
    "no done status": (changed("  done: [Done]\n", ""), 6, "workflow.done", "is required and missing"),
    "a person without side": (changed(" side: inhouse,", ""), 5, "people.1.side", "is required and missing"),
    "a side of another name": (changed("side: inhouse", "side: client"), 5, "people.1.side", "agency, inhouse"),
    "an agency in-house": (changed("team: Growth", "agency: bolt"), 5, "people.1.agency", "not inhouse"),
    "a bad zone": (changed("Europe/Berlin", "Europe/Berlyn"), 1, "engagement.timezone", "must be a time zone"),
    "a bad date": (changed("to: 2026-09-01", "to: soon"), 5, "people.1.to", "must be a day such as 2026-01-05"),
    "a day that no month has": (changed("to: 2026-09-01", "to: 2026-02-30"), 5, "people.1.to", "must be a day"),
    "an instant for a day": (changed("to: 2026-09-01", "to: 2026-09-01T10:00:00Z"), 5, "people.1.to", "must be a day"),
    "a bad time": (changed('"17:00"', '"17:60"'), 9, "workflow.business_hours.to", "must be a time such as"),
    "a time after midnight": (changed('"17:00"', '"24:01"'), 9, "workflow.business_hours.to", "00:00"),
    "a window over midnight": (
        changed('from: "09:00", to: "17:00"', 'from: "22:00", to: "06:00"'),
        9, "workflow.business_hours.to", "midnight",
    ),
    "on call over midnight": (GOOD + 'on_call: {from: "20:00", to: "08:00"}\n', 15, "on_call.to", "midnight"),
    "ends before starts": (
        changed("starts: 2026-01-05,", "starts: 2026-01-05, ends: 2026-01-05,"), 1, "engagement.ends", "after starts",
    ),
    "to before from": (changed("to: 2026-09-01", "to: 2025-01-01"), 5, "people.1.to", "does not lie after from"),
    "a learner who is nobody": (
        changed('learners: ["712020:bbbb"]', 'learners: ["712020:cccc"]'),
        13, "objectives.0.learners.0", "not in-house",
    ),
    "a learner of the agency": (
        changed('learners: ["712020:bbbb"]', 'learners: ["712020:aaaa"]'),
        13, "objectives.0.learners.0", "not in-house",
    ),
    "a lead who is nobody": (GOOD + 'leads: {agency: ["712020:x"]}\n', 15, "leads.agency.0", "not on that side"),
    "an objective's key twice": (
        GOOD + "  - {key: ab-design, name: Again, mapping: {labels: [x]}}\n", 15, "objectives.1.key", "stands twice",
    ),
    "a key twice": (GOOD + "people: []\n", 15, "", "people stands twice"),
    "points without field": (GOOD + "units: {by: story_points}\n", 15, "units", "needs field"),
    "a rung of another name": (
        GOOD + "  - {key: b, name: B, target: {rung: master}, mapping: {labels: [x]}}\n", 15,
        "objectives.1.target.rung", "exposed",
    ),
    "no YAML": (changed("projects: [GROW]}", "projects: [GROW}"), 1, "", "fix the YAML"),
    "a tab": (changed("  active:", "\tactive:"), 7, "", "fix the YAML"),
    "no mapping at all": ("- 1\n", 1, "", "begin with engagement:"),
    "an empty file": ("", 1, "", "begin with engagement:"),
    "a value that holds itself": (GOOD + "signals: &a {proposals: *a}\n", 15, None, "by an alias"),
    "a very deep value": ("[" * 1000, 1, "", "nested too deeply"),
    "a character that YAML has not": ("a: 1\nb: \x00", 2, "", "U+0000, which YAML does not allow"),
    "NUL in a name": (
        changed("name: Acme Experiments", 'name: "Acme\\0Experiments"'), 2, "agency.name", "control character U+0000",
    ),
    "an escape in a status": (
        changed("done: [Done]", 'done: [Done, "\\e[31mRed"]'), 8, "workflow.done.1", "control character U+001B",
    ),
    "half of an emoji in a name": (
        changed("name: Design an A/B test", 'name: "Design \\uD83D"'), 12, "objectives.0.name", "U+D83D",
    ),
    "an escape in a key": (changed("team: Growth", '"te\\em": Growth'), 5, "people.1", "control character U+001B"),
    "a line break in a name": (
        changed("name: Design an A/B test", 'name: "Design\\ntests"'), 12, "objectives.0.name", "U+000A",
    ),
    "a year too early": (changed("starts: 2026-01-05", "starts: 0026-05-25"), 1, "engagement.starts", "the year 0026"),
    "a year too late": (changed("to: 2026-09-01", "to: 9999-12-31"), 5, "people.1.to", "from 1970 to 2100"),
    "too many values": ("a:\n" + "- 1\n" * 100_001, None, "", "more than 100,000 values"),
}  # fmt: skip


def test_the_file_that_the_others_break_is_taken() -> None:
    assert read_engagement(GOOD).key == "growth-acme"


@pytest.mark.parametrize("name", REFUSED)
def test_is_refused_with_line_and_field(name: str) -> None:
    text, line, field, words = REFUSED[name]
    problem_list = problems(text)
    assert len(problem_list) == 1, problem_list
    assert line is None or problem_list[0].line == line
    assert field is None or problem_list[0].field == field
    assert words in str(problem_list[0])


def test_a_name_in_a_block_of_its_own_is_taken() -> None:
    text = GOOD.replace("name: Design an A/B test", "name: >\n      Design an\n      A/B test")
    assert read_engagement(text).objectives[0].name == "Design an A/B test"


def test_all_problems_of_a_file_are_told_at_once() -> None:
    text = changed("Europe/Berlin", "Nowhere").replace("side: inhouse", "sides: inhouse").replace("[Done]", "Done")
    assert [(problem.line, problem.field) for problem in problems(text)] == [
        (1, "engagement.timezone"),
        (5, "people.1.side"),
        (5, "people.1.sides"),
        (8, "workflow.done"),
    ]


def test_rules_between_values_are_told_at_once() -> None:
    text = changed("[Done]", "[In Progress]").replace("to: 2026-09-01", "to: 2024-09-01")
    assert [(problem.line, problem.field) for problem in problems(text)] == [(5, "people.1.to"), (8, "workflow.done.0")]


def test_aliases_that_multiply_are_refused_at_once() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 9)]
    assert "aliases" in str(problems("\n".join(lines))[0])
