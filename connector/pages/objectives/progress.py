"""The pictures of progress: each objective's way to its target, in steps by week, against the due date."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from connector.pages.objectives.due import Due, reached_people
from connector.text import day, percent, short_month
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import Engagement
from mappings.measure.people.standing import PeopleFigures
from mappings.translation import gettext

TOP, HEIGHT = 8, 72
# Under this share of the width a label would stand on its neighbour.
NEAR = 14.0


@dataclass(frozen=True)
class BurnUp:
    """A picture: x in percent, y in pixels. `late` is the width past the due date.

    `fallen` says since when fewer people are there than were agreed, or until when; "" where they never left.
    """

    due: Due
    title: str
    points: str
    end_x: float
    end_y: float
    due_x: float | None
    late: float
    note: str
    fallen: str
    weeks: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Scale:
    """From which day to which all pictures go, so that they compare."""

    first: date
    last: date

    def x(self, at: date) -> float:
        return round(100 * max(0, min(1, (at - self.first) / (self.last - self.first))), 2)


def scale_of(engagement: Engagement, at: date) -> Scale:
    """Return from the beginning to the last due date, or to the day as of which it is."""
    due = [item.by for item in engagement.objectives if item.by]
    return Scale(engagement.starts, max([*due, at, engagement.starts + timedelta(days=28)]))


def burn_ups(
    engagement: Engagement, weeks: Sequence[PeopleFigures], dues: Sequence[Due], *, at: date, calendar: Calendar
) -> list[BurnUp]:
    """Return a picture for each objective whose progress may be shown, as of a day."""
    scale = scale_of(engagement, at)
    shown: Mapping[str, list[tuple[date, float]]] = {due.key: [] for due in dues}
    counts: Mapping[str, list[tuple[date, int | None]]] = {due.key: [] for due in dues}
    objectives = {item.key: item for item in engagement.objectives}
    for week in weeks:
        for figures in week.objectives:
            if figures.burn_up is not None and figures.key in shown:
                # The end of a period is the midnight after its last day.
                day_of = min(at, calendar.day(week.as_of))
                shown[figures.key].append((day_of, figures.burn_up))
                counts[figures.key].append((day_of, reached_people(objectives[figures.key], figures)))
    return [
        _burn_up(due, shown[due.key], _fallen_text(due, counts[due.key]), scale=scale, at=at)
        for due in dues
        if shown[due.key]
    ]


def _burn_up(due: Due, steps: Sequence[tuple[date, float]], fallen: str, *, scale: Scale, at: date) -> BurnUp:
    (last, share), by = steps[-1], due.by
    late = round(scale.x(at) - scale.x(by), 2) if by and due.is_overdue else 0.0
    words = ". ".join(part for part in (due.people, due.left) if part)
    places = {"name": due.name, "share": percent(share), "day": day(last), "words": words}
    title = gettext("%(name)s: %(share)s of the agreed people and rung on %(day)s. %(words)s.", **places)
    if by:
        title = gettext(
            "%(name)s: %(share)s of the agreed people and rung on %(day)s, due %(due)s. %(words)s.",
            **places,
            due=day(by),
        )
    return BurnUp(
        due,
        title,
        _points(steps, scale),
        scale.x(last),
        round(TOP + HEIGHT * (1 - share), 1),
        scale.x(by) if by else None,
        late,
        _note(due, [value for _, value in steps]),
        fallen,
        tuple((day(when), percent(value)) for when, value in reversed(steps)),
    )


def _note(due: Due, shares: Sequence[float]) -> str:
    """Return how far the way is gone, which counts less than whole people, and falls while nothing new is done."""
    share = percent(shares[-1])
    way = gettext("%(share)s of the way", share=share)
    if shares[-1] < 1:
        way = gettext("%(share)s of the way, counting rungs on the way and how fresh they are", share=share)
    # By what it fell is not told, here as below: that it fades is the rule, and the same of every objective.
    if shares[-1] < max(shares[-2:]) and not due.is_past:
        way = gettext("%(way)s; it fades until whoever holds one does a ticket of it again", way=way)
    ends = gettext("due %(day)s", day=day(due.by)) if due.by else ""
    return " · ".join(part for part in (way, ends) if part)


def _fallen_text(due: Due, counts: Sequence[tuple[date, int | None]]) -> str:
    """Return until when as many people were there as agreed, and since when as many as are; "" where all ever were.

    People are counted once a week: of the days between nothing is told.
    """
    full = [at for at, reached in counts if reached is not None and reached >= due.wanted]
    if not full or due.reached is None:
        return ""
    if due.reached >= due.wanted:
        return _returned_text(due, full, counts)
    other = [at for at, reached in counts if reached != due.reached]
    since = next((at for at, _ in counts if at > max(other)), counts[-1][0])
    places = {"wanted": due.wanted, "day": day(full[-1]), "now": due.reached, "since": day(since)}
    return gettext("%(wanted)s of %(wanted)s until %(day)s, %(now)s since %(since)s", **places)


def _returned_text(due: Due, full: Sequence[date], counts: Sequence[tuple[date, int | None]]) -> str:
    """Return until when and since when again as many people were there as agreed; "" where they were all along."""
    short = [at for at, reached in counts if reached is not None and at not in full]
    before = [at for at in full if short and at < short[-1]]
    if not before or full[-1] < short[-1]:
        return ""
    since = next(at for at in full if at > short[-1])
    places = {"wanted": due.wanted, "day": day(before[-1]), "since": day(since)}
    # The same number as was told in those weeks, where it was one and told in all of them.
    between = [(at, reached) for at, reached in counts if before[-1] < at < since]
    first, fewer = between[0]
    if fewer is not None and all(reached == fewer for _, reached in between):
        return gettext(
            "%(wanted)s of %(wanted)s until %(day)s, %(fewer)s from %(start)s, and %(wanted)s again since %(since)s",
            fewer=fewer,
            start=day(first),
            **places,
        )
    return gettext("%(wanted)s of %(wanted)s until %(day)s, fewer then, and again since %(since)s", **places)


def _points(steps: Sequence[tuple[date, float]], scale: Scale) -> str:
    points: list[str] = []
    height: float | None = None
    for at, share in steps:
        x, y = scale.x(at), round(HEIGHT * (1 - share), 1)
        # A step, not a slope: nothing is known of the days between.
        points += [f"{x},{height}"] if height is not None else []
        points.append(f"{x},{y}")
        height = y
    return " ".join(points)


def axis_labels(scale: Scale, at: date) -> list[tuple[float, str, str]]:
    """Return x, text and anchor of the days named under each picture."""
    middle = scale.x(at)
    labels = [(0.0, short_month(scale.first), "start")]
    labels += [(middle, day(at), "middle")] if NEAR < middle < 100 - NEAR else []
    return [*labels, (100.0, short_month(scale.last), "end")]
