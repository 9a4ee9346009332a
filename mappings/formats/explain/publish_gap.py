"""What is missing until a taught share is published, as text."""

from mappings.measure.period.publish_gap import Missing
from mappings.translation import gettext, ngettext


def gap_reason(missing: Missing) -> str:
    """Return why the share is not published."""
    if missing.more:
        places = {"n": missing.tickets, "needed": missing.needed}
        return gettext("not enough evidence: %(n)s of the %(needed)s tickets needed", **places)
    return gettext("reopenings of tickets done before this period outweigh what was done in it")


def gap_sentence(missing: Missing, agency: str) -> str:
    """Return the reason as a sentence of a page."""
    if not missing.more:
        return gettext("Reopenings of earlier work outweigh what was finished, so no taught share is shown.")
    return gettext(
        "A taught share needs %(needed)s finished tickets of %(agency)s: %(tickets)s so far.",
        tickets=missing.tickets,
        needed=missing.needed,
        agency=agency,
    )


def gap_next_step(missing: Missing, agency: str) -> str:
    """Return what would publish the share."""
    if not missing.more:
        return gettext("Tickets of %(agency)s that are finished and stay so.", agency=agency)
    return ngettext(
        "%(num)s more finished ticket with a part of %(agency)s.",
        "%(num)s more finished tickets with a part of %(agency)s.",
        missing.more,
        agency=agency,
    )
