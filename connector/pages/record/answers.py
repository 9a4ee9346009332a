"""An agency's questions on a ticket, and what answered these and its reviews, as the score counts them."""

from collections.abc import Mapping
from dataclasses import dataclass

from mappings.events.types import Instant
from mappings.measure.score.reciprocity import Answer, question_reasons, review_reasons, withdrawn_questions
from mappings.measure.score.ticket_view import TicketView
from mappings.measure.ticket.history import TicketHistory
from mappings.measure.ticket.prepared import PreparedEngagement
from mappings.measure.ticket.work_shares import INHOUSE
from mappings.translation import Texts, gettext, mark

# By whether a question was asked, and whether the ticket still waits.
COUNTS: Mapping[tuple[bool, bool], str] = Texts(
    {
        (True, False): mark("answers the question"),
        (True, True): mark("first touch after the question"),
        (False, False): mark("takes up the review"),
        (False, True): mark("first touch in review"),
    }
)

WITHDRAWN = mark("a question that does not count: the agency took it back before it was answered or due")

# The fields of Jira's own by the names that its changelog has of them; others are called as the site calls them.
FIELDS: Mapping[str, str] = Texts(
    {
        "status": mark("status"),
        "assignee": mark("assignee"),
        "reporter": mark("reporter"),
        "summary": mark("summary"),
        "description": mark("description"),
        "labels": mark("labels"),
        "priority": mark("priority"),
        "resolution": mark("resolution"),
        "issuetype": mark("issue type"),
        "component": mark("component"),
        "fix version": mark("fix version"),
        "duedate": mark("due date"),
        "attachment": mark("attachment"),
        "link": mark("link"),
        "parent": mark("parent"),
        "environment": mark("environment"),
        "timeoriginalestimate": mark("estimate"),
        "timeestimate": mark("remaining estimate"),
        "timespent": mark("time spent"),
    }
)


@dataclass(frozen=True)
class Answered:
    """An act that answered a request; `fields` are what it changed."""

    at: Instant
    account: str | None
    counts: str
    fields: tuple[str, ...]

    @property
    def what(self) -> str:
        return gettext("Changed %(fields)s", fields=", ".join(map(_field_name, self.fields)))


def _field_name(field: str) -> str:
    return FIELDS.get(field.lower(), field)


def question_texts(prepared: PreparedEngagement, history: TicketHistory, *, in_comment: bool) -> Mapping[Instant, str]:
    """Return by its time what each question of the agency to the in-house team counts as."""
    view = TicketView(prepared, history.ticket, history, ())
    texts = {} if in_comment else {at: gettext(WITHDRAWN) for at in withdrawn_questions(view)}
    asked = [answer.at for _, answer in question_reasons(view) if answer.in_comment == in_comment]
    return texts | {at: gettext("a question to the in-house team") for at in asked}


def answers_of(prepared: PreparedEngagement, history: TicketHistory) -> list[Answered]:
    """Return the acts that answered requests, each once."""
    view = TicketView(prepared, history.ticket, history, ())
    # Whoever moves a ticket out of review is told so as its reviewer.
    reviewed = {move.at for move in history.own.moves if move.old == "review"}
    answers = [answer for _, answer in (*question_reasons(view), *review_reasons(view))]
    others = [answer for answer in answers if answer.is_question or answer.answered not in reviewed]
    return [*dict.fromkeys(answered for answer in others if (answered := _answered(view, answer)))]


def _answered(view: TicketView, answer: Answer) -> Answered | None:
    if answer.answered is None:
        return None
    at, account = answer.answered, _account(view, answer.at, answer.answered)
    changed = [change.field for change in view.ticket.changes if (change.at, change.author) == (at, account)]
    counts = COUNTS[answer.is_question, answer.waits is not None]
    return Answered(at, account, counts, tuple(dict.fromkeys(changed)))


def _account(view: TicketView, asked: Instant, answered: Instant) -> str | None:
    """Return who answered: of the in-house team by any touch, of others who are of no agency by a move."""
    touch = view.first_touch(INHOUSE, after=asked, until=answered)
    return touch.account if touch else next(move.author for move in view.line.moves if move.at == answered)
