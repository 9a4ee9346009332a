"""Tickets with any history, drawn by hypothesis: moved, reassigned, commented and tagged again and again."""

from typing import Any

from hypothesis import strategies as st
from msgspec.structs import replace

from mappings.events.types import Change, Comment, Instant, Issue, Link, Status, Worklog
from mappings.measure.model.engagement import Checks, Engagement, Hours, Objective, Signals, TicketRule, Units
from mappings.measure.model.ticket import Role, Tag, TeachBack, Ticket
from tests.measure.builders import HOUR, PEOPLE, POINTS, STATUSES, WORKFLOW, agree, at, stays

START = at("2026-03-02 00:00", "UTC")
DAYS = 40
ACCOUNTS = ("ann", "abe", "ben", "ina", "gus", "oli", "moving", "twice", "stranger", "robot", None)
PEOPLE_WHO_MOVE = (
    *PEOPLE,
    stays("moving", "agency", "2025-01-01", "2026-03-12"),
    stays("moving", "inhouse", "2026-03-12"),
    stays("twice", "agency", "2025-01-01"),
    stays("twice", "inhouse", "2026-03-05"),
)
OBJECTIVES = (
    Objective("ab", "A", TicketRule(labels=("ab",), components=("web",)), learners=("ben", "ina"), min_size=3),
    Objective("cd", "B", TicketRule(components=("web", "app"), epics=("GROW-9",)), learners=("moving",)),
    Objective("ef", "C", TicketRule(types=("Bug",), fields={"customfield_1": ("red", "blue")})),
)
_FIELD_VALUES = {
    "labels": ("", "ab", "ab other", "other"),
    "components": (None, "web", "app", "docs"),
    "fixVersions": (None, "1.0", "2.0"),
    "issuetype": ("Task", "Bug"),
    "customfield_1": ("", "red", "red blue", "green,blue"),
    POINTS: (None, "1", "5", "x"),
    "summary": ("a", "b"),
    "description": (None, "…"),
    "timeoriginalestimate": ("1", "2"),
    "Sprint": (None, "one", "two"),
    "resolution": (None, "Done", "Declined"),
    "Key": ("GROW-1", "GROW-1", "GROW-1", "ELSE-1"),
    "IssueParentAssociation": (None, "GROW-9", "GROW-8"),
}
_STATUS_NAMES = st.sampled_from(("In Progress", "Done", "Done") * 3 + tuple(STATUSES))
_HOURS = st.integers(-20, DAYS * 24)
_PEOPLE = st.sampled_from(ACCOUNTS)
_KEYS = st.sampled_from(("ab", "cd", "ef", "unknown"))


def agreed(**more: Any) -> Engagement:
    """An engagement in which every component of the score counts something."""
    plain: dict[str, Any] = {
        "people": PEOPLE_WHO_MOVE,
        "objectives": OBJECTIVES,
        "model": "embedded",
        "checks": Checks(("components", "description", "labels", "fixVersions"), links=("blocks",), sprint=True),
        "signals": Signals(
            proposals={"labels": ("ab",), "declined": ("Closed", "Declined")},
            incidents={"labels": ("other",)},
            gatekeeper={"components": ("docs",)},
        ),
    }
    return agree(**{**plain, **more})


engagements = st.builds(
    agreed,
    attribution=st.sampled_from(("active_time", "worklog")),
    units=st.sampled_from((Units("story_points", POINTS), Units("hours"), Units())),
    workflow=st.sampled_from((WORKFLOW, replace(WORKFLOW, hours=Hours(days=(1, 2, 3, 4, 5, 6, 7), start=0, end=1440)))),
)


def moment(hour: int) -> Instant:
    return START + hour * HOUR


@st.composite
def changes(draw: st.DrawFn, number: int, most: int) -> list[Change]:
    """Changes of one issue: mostly of status and assignee, several in one history now and then."""
    drawn: list[Change] = []
    names = st.sampled_from(("status",) * 24 + ("assignee",) * 8 + ("labels", "components") * 2 + tuple(_FIELD_VALUES))
    for history, hour in enumerate(sorted(draw(st.lists(_HOURS, max_size=most))), start=1):
        places = range(draw(st.sampled_from((1, 1, 1, 2, 3))))
        drawn += [_change(draw, draw(names), (number, history, place, moment(hour))) for place in places]
    return drawn


def _change(draw: st.DrawFn, name: str, where: tuple[int, int, int, Instant]) -> Change:
    author = draw(_PEOPLE)
    if name == "status":
        texts = [draw(_STATUS_NAMES) for _ in range(2)]
        ids: list[str | None] = [STATUSES[text][0] for text in texts]
        return Change(*where, author, name, name, ids[0], texts[0], ids[1], texts[1])
    if name == "assignee":
        accounts = [draw(_PEOPLE) for _ in range(2)]
        return Change(*where, author, name, name, accounts[0], accounts[0], accounts[1], accounts[1])
    old, new = draw(st.sampled_from(_FIELD_VALUES[name])), draw(st.sampled_from(_FIELD_VALUES[name]))
    field_id = None if name in {"Key", "IssueParentAssociation"} else name
    return Change(*where, author, name, field_id, None, old, None, new)


@st.composite
def tickets(draw: st.DrawFn, number: int = 1, most: int = 24, *, subtasks: bool = True) -> Ticket:
    """A ticket with changes, worklogs, comments, roles, tags, teach-backs and sub-tasks at any hour of some weeks."""
    created = draw(st.integers(0, 30))
    labels = (draw(st.sampled_from(_FIELD_VALUES["labels"])) or "").split()
    status, category = STATUSES[name := draw(st.sampled_from(tuple(STATUSES)))]
    issue = Issue(
        number, draw(st.sampled_from(("GROW-1", "GROW-1", "GROW-1", "ELSE-1"))), moment(created), moment(created),
        level=0 if subtasks else -1, subtask=not subtasks, creator=draw(_PEOPLE), assignee=draw(_PEOPLE),
        status=Status(status, name, category), labels=tuple(labels),
        components=draw(st.sampled_from(((), ("web",), ("web", "docs")))), type_name="Task",
        fields={POINTS: ("5",), "customfield_1": draw(st.sampled_from((("red",), ("green",))))},
    )  # fmt: skip
    children = draw(st.lists(tickets(number + 1, 8, subtasks=False), max_size=2)) if subtasks else []
    drawn = draw(changes(number, most))
    return Ticket(
        issue,
        tuple(drawn),
        tuple(draw(_worklogs(number))),
        tuple(draw(_comments(number))),
        tuple(draw(st.lists(st.just(Link(1, number, 7, "GROW-7", "Blocks", "blocks", outward=True)), max_size=1))),
        tuple(children),
        tuple(draw(_roles())),
        tuple(draw(_tags())),
        teach_backs=tuple(draw(_teach_backs())),
    )


@st.composite
def _worklogs(draw: st.DrawFn, number: int) -> list[Worklog]:
    rows = draw(st.lists(st.tuples(_PEOPLE, _HOURS, st.sampled_from((0, 600, 1800, 7200))), max_size=6))
    return [
        Worklog(place, number, account, moment(hour), seconds, moment(hour), moment(hour))
        for place, (account, hour, seconds) in enumerate(rows)
    ]


@st.composite
def _comments(draw: st.DrawFn, number: int) -> list[Comment]:
    rows = draw(st.lists(st.tuples(_PEOPLE, _HOURS, st.integers(20, 60), st.sampled_from("xyz"), _PEOPLE), max_size=8))
    return [
        Comment(
            100 * number + place, number, account, moment(hour), moment(hour), length, digest=text,
            mentions=(mentioned,) if mentioned else (),
        )
        for place, (account, hour, length, text, mentioned) in enumerate(rows)
    ]  # fmt: skip


def _span(draw: st.DrawFn) -> tuple[Instant, Instant | None]:
    start, length = draw(_HOURS), draw(st.sampled_from((None, None, 0, 5, 100)))
    return moment(start), None if length is None else moment(start + length)


@st.composite
def _roles(draw: st.DrawFn) -> list[Role]:
    accounts = st.sampled_from([account for account in ACCOUNTS if account])
    names: Any = st.sampled_from(("shadow", "learner", "mentor"))
    return [
        Role(account, draw(names), *_span(draw), draw(st.sampled_from((None, "ab", "cd"))))
        for account in draw(st.lists(accounts, max_size=4))
    ]


@st.composite
def _tags(draw: st.DrawFn) -> list[Tag]:
    drawn = []
    for key in draw(st.lists(_KEYS, max_size=4)):
        since, until = _span(draw)
        confirmed = draw(st.sampled_from((None, 0, 50, 900)))
        drawn.append(Tag(key, since, "ina", until, None if confirmed is None else since + confirmed * HOUR))
    return drawn


@st.composite
def _teach_backs(draw: st.DrawFn) -> list[TeachBack]:
    rows = draw(
        st.lists(st.tuples(_KEYS, st.sampled_from(("ben", "moving", "ina")), _HOURS, st.booleans()), max_size=5)
    )
    return [TeachBack(key, who, moment(hour), moment(hour) if accepted else None) for key, who, hour, accepted in rows]
