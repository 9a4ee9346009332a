"""Other agreements over the same story: what each changes of an engagement file, and by which rules it goes."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

File = dict[str, Any]


def leave_it(_file: File) -> None:
    """The file as the story has it."""


def by_hours(file: File) -> None:
    file |= {"units": {"by": "hours"}, "attribution": "worklog"}
    file["engagement"]["model"] = "full_service"


def by_count(file: File) -> None:
    """Rungs take other numbers of tickets, one number for each objective."""
    file["units"] = {"by": "count"}
    file["engagement"]["model"] = "hybrid"
    for place, goal in enumerate(file["objectives"]):
        goal["tickets"] = {"shadowed": 1 + place % 2, "assisted": 1, "independent": 1 + place, "teaches": 2}


def large_tickets(file: File) -> None:
    """Independence takes a ticket of some size, one size for each objective."""
    file["attribution"] = "worklog"
    for place, goal in enumerate(file["objectives"]):
        goal["min_size"] = (3, 5, 1.5, 8, 2)[place % 5]
        goal["target"] |= {"people": 1 + place % 2, "rung": ("assisted", "teaches", "shadowed")[place % 3]}


def other_hours(file: File) -> None:
    """Four days of other hours, a week off, and somebody on call in the mornings alone."""
    first = date(2026, 8, 10)
    off = [first + timedelta(days=day) for day in range(7)]
    hours = {"days": ["mon", "tue", "wed", "thu"], "from": "08:00", "to": "18:30", "holidays": off}
    file["workflow"]["business_hours"] = hours
    file["on_call"] = {"days": ["mon", "wed", "fri", "sun"], "from": "06:00", "to": "12:15"}
    file["engagement"]["model"] = "insourced"


def another_zone(file: File) -> None:
    file["engagement"] |= {"timezone": "America/St_Johns", "starts": date(2026, 6, 16), "ends": date(2026, 10, 27)}


def bare(file: File) -> None:
    """No model, no signals, nothing on call, no learners, some statuses left to their category."""
    for name in ("signals", "checks", "on_call"):
        del file[name]
    del file["engagement"]["model"]
    file["workflow"] = {name: file["workflow"][name] for name in ("active", "done", "paused_on_client")}
    for objective in file["objectives"]:
        objective.pop("learners")


def hire(file: File) -> None:
    """One after the other the agency's people move in-house, each three weeks later."""
    moved: list[File] = []
    named = [line["account"] for line in file["people"]]
    agency = [line for line in file["people"] if line["side"] == "agency" and named.count(line["account"]) == 1]
    for place, line in enumerate(agency[1:5]):
        line["to"] = date(2026, 7, 6) + timedelta(weeks=3 * place)
        moved.append({"account": line["account"], "side": "inhouse", "from": line["to"]})
    file["people"] += moved


def few(file: File) -> None:
    """Three people in-house, too few to show a distribution unless all agree."""
    inhouse = [line for line in file["people"] if line["side"] == "inhouse"]
    accounts = {line["account"] for line in inhouse[:3]}
    file["people"] = [line for line in file["people"] if line["side"] != "inhouse" or line["account"] in accounts]
    for objective in file["objectives"]:
        objective["learners"] = [account for account in objective["learners"] if account in accounts]


@dataclass(frozen=True)
class Variant:
    change: Callable[[File], None] = leave_it
    rules: str | None = None
    """A file of rules; None for those of the release."""


EVIDENCE = """
name: other evidence
drives: 0.6
learner_drives: 0.45
helps: 0.25
leads: 0.7
trace_seconds: 7200
shadow_days: 3
letters: 90
letters_cjk: 40
duplicate_days: 2
comment_days: 1
sticky_days: 40
retro_days: 9
"""
LADDER = """
name: another ladder
lookback_days: 25
rung_tickets: [2, 1, 3, 2, 2]
span_days: 20
grace_days: 20
half_life_days: 30
fresh: 0.8
people: 8
"""
SCORE = """
name: another score
prior: 0.3
prior_weight: 5
prior_weight_rare: 2
interval: 0.95
window_days: 70
crisis_days: 100
review_hours: 5
question_hours: 3
crisis_minutes: 15
touch_days: 1
acted_days: 20
undecided_days: 30
proposals_per_hundred: 12
proposals_prior: 0.5
proposals_tickets: 25
dimensions: 5
covered: 75
uneven: 1
floor: 50
weights: {teaching: 5, embedding: 30, challenge: 20, reciprocity: 25, gatekeepers: 0, crisis: 15, cocreation: 5}
"""
VARIANTS = {
    "hours and worklogs": Variant(by_hours),
    "count, tickets of rungs": Variant(by_count),
    "sizes, worklogs": Variant(large_tickets),
    "other hours": Variant(other_hours),
    "another zone and dates": Variant(another_zone),
    "bare": Variant(bare),
    "hired": Variant(hire),
    "few": Variant(few),
    "other evidence": Variant(leave_it, EVIDENCE),
    "another ladder": Variant(hire, LADDER),
    "another score": Variant(other_hours, SCORE),
    "all other, by hours": Variant(by_hours, EVIDENCE + "people: 3\nwindow_days: 90\nrung_tickets: [1, 1, 1, 1, 1]\n"),
}
