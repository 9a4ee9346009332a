"""What is to be learned in the story, and by which mark on a ticket each objective is known."""

from collections.abc import Callable
from dataclasses import dataclass

POINTS_FIELD = "customfield_10016"
SKILL_FIELD = "customfield_10050"

INTERVIEWS_EPIC = "epic-interviews"
CHECKOUT_EPIC = "epic-checkout"


@dataclass(frozen=True, slots=True)
class Mark:
    """One match of a mapping: `kind` is label, component, type, epic (a ticket reference) or field (a value)."""

    kind: str
    value: str


@dataclass(frozen=True, slots=True)
class Goal:
    """An objective of one engagement. Marks of different goals never overlap, so a ticket tells its goals."""

    engagement: str
    key: str
    name: str
    marks: tuple[Mark, ...]
    learners: tuple[str, ...]
    project: str = "GROW"


ACME_GOALS = (
    Goal(
        "growth-acme",
        "ab-design",
        "Design an A/B test",
        (Mark("label", "ab-design"), Mark("component", "Experiment design")),
        ("Tomasz Lindqvist", "Aylin Kessler", "Jonas Brandt"),
    ),
    Goal(
        "growth-acme",
        "run-experiment",
        "Run an experiment from brief to readout",
        (Mark("type", "Experiment"),),
        ("Aylin Kessler", "Ruben Adeyemi"),
    ),
    Goal(
        "growth-acme",
        "tracking",
        "Keep the tracking plan",
        (Mark("component", "Tracking"), Mark("component", "Tag manager"), Mark("label", "tracking-plan")),
        ("Ruben Adeyemi", "Priya Raman"),
    ),
    Goal(
        "growth-acme",
        "interviews",
        "Lead customer interviews",
        (Mark("epic", INTERVIEWS_EPIC),),
        ("Ines Falkenberg", "Jonas Brandt"),
    ),
    Goal(
        "growth-acme",
        "segments",
        "Personalise by segment",
        (Mark("field", "Segments"), Mark("field", "Personalisation")),
        ("Priya Raman", "Tomasz Lindqvist"),
    ),
)

BOLT_GOALS = (
    Goal(
        "growth-bolt",
        "landing",
        "Build a landing page",
        (Mark("label", "landing"), Mark("component", "Landing pages")),
        ("Ines Falkenberg", "Maren Vogt"),
    ),
    Goal(
        "growth-bolt",
        "mailing",
        "Plan a mail test",
        (Mark("label", "mail-test"), Mark("field", "Lifecycle mail")),
        ("Priya Raman",),
    ),
    Goal(
        "growth-bolt",
        "checkout",
        "Tune the checkout",
        (Mark("component", "Checkout"), Mark("epic", CHECKOUT_EPIC)),
        ("Ruben Adeyemi",),
        project="SHOP",
    ),
)

GOALS = {"growth-acme": ACME_GOALS, "growth-bolt": BOLT_GOALS}
PROJECTS = {"growth-acme": ("GROW",), "growth-bolt": ("GROW", "SHOP")}
AGENCIES = {"growth-acme": ("acme", "Acme Experiments"), "growth-bolt": ("bolt", "Bolt Studio")}


def mapping_of(goal: Goal, key_of: Callable[[str], str]) -> dict[str, object]:
    """The goal's `mapping` as an engagement file has it; `key_of` turns a ticket reference into its key."""
    values: dict[str, list[str]] = {}
    for mark in goal.marks:
        values.setdefault(mark.kind, []).append(key_of(mark.value) if mark.kind == "epic" else mark.value)
    names = {"label": "labels", "component": "components", "type": "types", "epic": "epics"}
    mapping: dict[str, object] = {names[kind]: value for kind, value in values.items() if kind != "field"}
    if "field" in values:
        mapping["fields"] = {SKILL_FIELD: values["field"]}
    return mapping
