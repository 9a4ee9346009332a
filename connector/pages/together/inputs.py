"""What the forms of the Together tab send."""

from datetime import date

from flask import request

from connector.pages.visibility import refuse
from mappings.translation import gettext


def read_value(name: str) -> str:
    return str(request.values.get(name, ""))


def read_number(name: str) -> int:
    text = read_value(name)
    return (
        int(text)
        if text.isdecimal() and len(text) < 10
        else refuse(422, gettext("The %(name)s is missing. Choose one.", name=name))
    )


def read_quarter() -> date:
    try:
        return date.fromisoformat(read_value("quarter"))
    except ValueError:
        refuse(422, gettext("The quarter is missing. Choose one."))
