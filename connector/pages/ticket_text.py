"""What a ticket counts as, as text: a sentence, its inputs, its evidence, and what would lift it."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass

from connector.pages.evidence_rules import EITHER, EXPLAINED, NAMED, OWN_RULES, OWN_UNTRACED, RULES, UNTRACED, UNWORKED
from connector.pages.ticket_parts import HIDDEN_SIDES, kinds_for, printed_of
from connector.text import KIND_WORDS, THIN, amount, day, number, percent, printed_amount, whole_percent
from mappings.events.times import DAY, EVER, HOUR
from mappings.events.types import Instant
from mappings.measure.model.business_calendar import Calendar
from mappings.measure.model.engagement import SIDES, Engagement
from mappings.measure.model.ruleset import DEFAULT, Ruleset
from mappings.measure.model.ticket import Entry, Evidence
from mappings.measure.period.figures import is_settled
from mappings.measure.period.printed_parts import printed_shares
from mappings.measure.ticket.evidence_kinds import reaches
from mappings.measure.ticket.late_objectives import confirmable_objectives
from mappings.translation import Texts, gettext, integer_text, mark

SOMEBODY = mark("an in-house person")
METHODS = Texts(
    {
        "active_time": mark("share of active business hours"),
        "worklog": mark("share of logged time"),
        "assignee": mark("assignee when it was done"),
        "transition_author": mark("author of the last step"),
        "none": mark("nobody to be named"),
    }
)
UNKNOWN_SIDES = Texts(
    {"other": mark("another agency"), "unknown": mark("side not known"), "conflict": mark("in conflict")}
)
# A reopening takes units back at any time, evidence only for some days (measurement (b), (g) 10).
SETTLED = mark("What it shows of people is settled; opened again it takes back what it gave.")
SETTLED_OPEN = mark("What it shows of people is settled.")
Split = list[tuple[str, str, float, float]]


@dataclass(frozen=True)
class Naming:
    """How an engagement names its sides, and people where the viewer may read their names.

    `untimed`: no hours of anybody's work are shown (measurement (f), works-council mode). `viewer` is the account that
    is told of its own traces as "you". What was set late waits for the other side only until `now`.
    """

    engagement: Engagement
    names: Mapping[str, str]
    as_agency: bool = False
    untimed: bool = True
    viewer: str = ""
    rules: Ruleset = DEFAULT
    now: Instant = EVER

    def person(self, account: str) -> str:
        return self.names.get(account) or gettext(SOMEBODY)

    def is_viewer(self, account: str) -> bool:
        # Where not even their own name may stand beside evidence, nobody is told apart.
        return account == self.viewer and account in self.names

    def objective(self, key: str) -> str:
        return next((objective.name for objective in self.engagement.objectives if objective.key == key), key)

    def objectives(self, entry: Entry) -> list[str]:
        """Return the names of a ticket's objectives: those that count, and those that can still be confirmed."""
        return [self.objective(key) for key in (*entry.objectives, *self.waiting(entry))]

    def waiting(self, entry: Entry) -> tuple[str, ...]:
        return confirmable_objectives(entry, self.now, self.rules)

    @property
    def sides(self) -> dict[str, str]:
        # An agency sees those that are neither its own nor in-house as one: it must not learn of another.
        rest = dict.fromkeys(UNKNOWN_SIDES, gettext("others")) if self.as_agency else dict(UNKNOWN_SIDES)
        known = {
            "agency": self.engagement.agency_name,
            "inhouse": gettext("in-house"),
            "gatekeeper": gettext("gatekeeper"),
        }
        return known | rest


def _shares(naming: Naming, entry: Entry) -> list[tuple[str, float, str]]:
    """Return each side's share of a ticket, 0 to 1 and as printed, those with any, largest first."""
    shares: dict[str, float] = {}
    printed: dict[str, int] = {}
    for side, text in printed_shares(entry.weights).items():
        name = naming.sides[side]
        shares[name] = shares.get(name, 0.0) + entry.weights[SIDES.index(side)] / sum(entry.weights)
        printed[name] = printed.get(name, 0) + int(text)
    ordered = sorted(shares.items(), key=lambda pair: -pair[1])
    return [(name, share, whole_percent(printed[name])) for name, share in ordered]


def split(naming: Naming, entry: Entry) -> Split:
    bars: Split = []
    x = 0.0
    for name, share, text in _shares(naming, entry):
        # Half a per cent is the gap between two bars.
        bars.append((name, text, round(x, 2), round(max(0.0, 100 * share - 0.5), 2)))
        x += 100 * share
    return bars


def facts(naming: Naming, entry: Entry, *, is_idle: bool = False) -> list[tuple[str, str]]:
    """Return what a ticket is counted by; `is_idle`: it is open, and nobody's work yet."""
    by = naming.engagement.units.by
    inputs = [
        (gettext("Size"), amount(entry.units, by) + ("" if entry.sized else gettext(", not sized"))),
        *([(gettext("Attribution"), gettext("nobody yet"))] if is_idle else _attributed(naming, entry)),
        (gettext("Objectives"), ", ".join(naming.objective(key) for key in entry.objectives) or gettext("none")),
        *_waited(naming, entry),
    ]
    return inputs + [(gettext("Set after it was done"), text) for text in _late_texts(naming, entry)]


def _late_texts(naming: Naming, entry: Entry) -> list[str]:
    """Return of the objectives that were set late which can still count, and which were dropped."""
    waiting = naming.waiting(entry)
    dropped = [key for key in entry.retro if key not in waiting]
    waits, gone = (", ".join(map(naming.objective, keys)) for keys in (waiting, dropped))
    texts = {
        waits: mark("%(objectives)s: counts only if the other side confirms it in time"),
        gone: mark("%(objectives)s: was not confirmed in time, and does not count"),
    }
    return [gettext(text, objectives=names) for names, text in texts.items() if names]


def _attributed(naming: Naming, entry: Entry) -> list[tuple[str, str]]:
    parts = ", ".join(f"{name} {text}" for name, _, text in _shares(naming, entry))
    return [
        (gettext("Attribution"), _method(naming, entry)),
        *_active(naming, entry),
        (gettext("Shares"), parts or gettext("nobody’s")),
    ]


def _method(naming: Naming, entry: Entry) -> str:
    known = sum(weight for side, weight in zip(SIDES, entry.weights, strict=True) if side not in HIDDEN_SIDES)
    # Whoever is named without work is of another agency, and whoever is not, of no known side: an agency must not tell.
    is_told = not naming.as_agency or known or entry.method in {"active_time", "worklog"}
    return METHODS[entry.method] if is_told else METHODS["none"]


def _active(naming: Naming, entry: Entry) -> list[tuple[str, str]]:
    # In works-council mode no hours of anybody's work are shown (measurement (f)).
    if naming.untimed:
        return []
    active = zip((*SIDES, "unassigned"), entry.active, strict=True)
    names = naming.sides | {"unassigned": gettext("unassigned")}
    hours = [f"{names[side]} {number(time / HOUR)}{THIN}h" for side, time in active if time]
    return [(gettext("Active time"), ", ".join(hours) or gettext("none in business hours"))]


def _waited(naming: Naming, entry: Entry) -> list[tuple[str, str]]:
    if naming.untimed or not entry.paused_on_client:
        return []
    return [(gettext("Waiting for the in-house team"), f"{number(entry.paused_on_client / HOUR)}{THIN}h")]


def buckets(naming: Naming, entry: Entry, handed_over: int, *, beside: str = "") -> str:
    """Return what a done entry gave to each bucket: "2.3 points taught, 0.7 points own".

    `beside` is a bucket that is named beside it: what it gave to that alone is not named again.
    """
    by, parts = naming.engagement.units.by, printed_of([(entry, handed_over)], kinds_for(as_agency=naming.as_agency))
    given = {kind: part for kind, part in parts.items() if part}
    if [*given] == [beside]:
        return printed_amount(given[beside], by)
    texts = [
        gettext("%(amount)s %(bucket)s", amount=printed_amount(part, by), bucket=KIND_WORDS[kind])
        for kind, part in given.items()
    ]
    if texts:
        return ", ".join(texts)
    if entry.sized:
        return gettext("nothing, as its size is 0")
    return gettext("nothing, as it had no size when it was finished")


# Of in-house work with several objectives, of which some are handed over (measurement (g) 9).
HANDED = mark("%(objective)s: handed over, as who drove it alone was taught there before.")
KEPT = mark("%(objective)s: own, as nobody who drove it alone was taught there before.")


def handed_texts(naming: Naming, entry: Entry, places: Collection[int]) -> list[str]:
    """Return which objectives' in-house parts are handed over, by `places` among them; none where all are alike."""
    if not 0 < len(places) < len(entry.objectives):
        return []
    return [
        gettext(HANDED if place in places else KEPT, objective=naming.objective(key))
        for place, key in enumerate(entry.objectives)
    ]


def reasons(naming: Naming, entry: Entry, rows: Collection[Evidence]) -> list[str]:
    """Return why a done entry is evidence of what; `rows` are all of its evidence."""
    strongest = sorted(rows, key=lambda row: (-row.kind, row.objective, row.account))
    return [
        f"{naming.objective(row.objective)}: {_rule(naming, row, _rule_key(naming, entry, rows, row))}."
        for row in strongest
    ]


def _rule(naming: Naming, row: Evidence, key: int | str) -> str:
    rules = naming.rules
    places = {
        "leads": percent(rules.leads / 1000),
        "drives": percent(rules.drives / 1000),
        "part": percent(rules.learner_drives / 1000),
        "helps": percent(rules.helps / 1000),
        "days": integer_text(rules.shadow_days),
        "minutes": integer_text(rules.trace_seconds // 60),
    }
    if naming.is_viewer(row.account):
        return OWN_RULES[key] % places if row.trace else gettext(OWN_UNTRACED)
    return f"{naming.person(row.account)} {RULES[key] % places if row.trace else gettext(UNTRACED)}"


def _rule_key(naming: Naming, entry: Entry, rows: Collection[Evidence], row: Evidence) -> int | str:
    """Return which rule made it evidence, as far as the shares of the sides tell: those of people are not kept."""
    if (entry.method, row.kind) in UNWORKED:
        return UNWORKED[entry.method, row.kind]
    whole, agencies, inhouse = sum(entry.weights), sum(entry.weights[:2]), sum(entry.weights[2:3])
    if row.kind == 2:
        return 2 if reaches(agencies, whole, naming.rules.leads) else EXPLAINED
    if row.kind != 3:
        return row.kind
    if not reaches(inhouse, whole, naming.rules.drives):
        return NAMED
    # Whoever did some of it has evidence: of one alone, the in-house share is theirs.
    is_only = all(each.account == row.account for each in rows if each.objective == row.objective)
    return 3 if is_only else EITHER


def settled(calendar: Calendar, rules: Ruleset, entry: Entry, now: Instant, *, is_explainable: bool = False) -> str:
    """Return until when a ticket can change; `is_explainable`: an explanation of the viewer's could still change it."""
    if not is_settled([entry], now):
        return " ".join(filter(None, [_growing(calendar, rules, entry, now), _confirmable(calendar, entry, now)]))
    if is_explainable:
        return ""
    # What is opened again already has given its units back.
    return gettext(SETTLED if entry.sign > 0 else SETTLED_OPEN)


def _growing(calendar: Calendar, rules: Ruleset, entry: Entry, now: Instant) -> str:
    """Return until when comments count and a reopening takes evidence back, without what is over (measurement (g) 10).

    What is exposed at most cannot fall by a reopening, and what was opened again has fallen.
    """
    until = entry.changing_until
    if until is None or until < now:
        return ""
    if entry.sign < 0 or all(kind == 1 for kind in entry.kinds):
        return gettext("Comments count until %(comment)s.", comment=day(calendar.day(until)))
    # Both run from when it was done: a late confirmation dates the entry, not these.
    comment = until - (rules.sticky_days - rules.comment_days) * DAY
    places = {"comment": day(calendar.day(comment)), "reopening": day(calendar.day(until))}
    if comment < now:
        return gettext("A reopening until %(reopening)s takes the evidence back.", **places)
    return gettext(
        "Comments count until %(comment)s; a reopening until %(reopening)s takes the evidence back.", **places
    )


def _confirmable(calendar: Calendar, entry: Entry, now: Instant) -> str:
    until = entry.retro_until
    if until is None or until < now:
        return ""
    return gettext("A confirmation of the other side counts until %(day)s.", day=day(calendar.day(until)))
