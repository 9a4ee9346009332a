"""The values that the ladder's forms and buttons send, read and checked."""

from flask import request

from connector.container import container
from connector.jira.client import JiraError
from connector.pages import empty_states
from connector.pages.learning.consents import CONSENTS
from connector.pages.learning.sign_offs import Pair, pair_of
from connector.pages.visibility import browsable, refuse
from connector.web.gate import caller
from mappings.measure.model.statements import ConsentKind
from mappings.records.facts.issues import select_labels
from mappings.translation import gettext


def read_value(name: str) -> str:
    return str(request.values.get(name, ""))


def read_kind() -> ConsentKind:
    kind = next((known for known in CONSENTS if known == read_value("kind")), None)
    return kind or refuse(422, gettext("There is no such consent."))


def read_rung() -> int:
    text = read_value("rung")
    return int(text) if text in {"1", "2", "3", "4", "5"} else refuse(422, gettext("The rung is missing. Choose one."))


def read_pair() -> Pair:
    """Return the pair of two fields of the form, or of the one value of a button."""
    if "pair" in request.values:
        return pair_of(read_value("pair"))
    if not read_value("objective"):
        refuse(422, gettext("The objective is missing. Choose one."))
    if not read_value("learner"):
        refuse(422, gettext("The learner is missing. Choose one."))
    return read_value("objective"), read_value("learner")


def read_issue() -> int:
    """Return the ticket that an action is about, which must be one that the caller may browse in Jira."""
    app, text = container(), read_value("issue")
    # Longer numbers fit in no column of ids.
    if not text.isdecimal() or len(text) > 18:
        refuse(404, gettext("There is no such ticket."))
    with app.reader.connect() as connection:
        label = select_labels(connection, caller().tenant_id, [int(text)]).get(int(text))
    try:
        if label is None or label.issue_id not in browsable(app, [label]):
            refuse(404, gettext("There is no such ticket that you may browse in Jira."))
    except JiraError:
        refuse(503, empty_states.JIRA_AWAY.text)
    return label.issue_id
