"""Quarters of a year: what is agreed on, reviewed and frozen by."""

from datetime import date, timedelta


def quarter_start(day: date) -> date:
    return date(day.year, (day.month - 1) // 3 * 3 + 1, 1)


def next_quarter(day: date) -> date:
    return (quarter_start(day) + timedelta(days=95)).replace(day=1)


def quarter_name(day: date) -> str:
    return f"Q{(day.month + 2) // 3} {day.year}"
