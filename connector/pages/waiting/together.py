"""What waits between the two sides: feedback, pulses, rules, the closed room, and a change of the agreement."""

from collections.abc import Mapping, Sequence

from connector.container import container
from connector.pages.together import pulses, room_texts, texts
from connector.pages.together.viewer import OTHER_SIDE
from connector.pages.waiting.model import Step, WaitingContext, WaitingItem
from connector.text import capital, day
from connector.web.gate import caller
from mappings.measure.model.statements import LeadSide
from mappings.records.agreement.drafts import select_change
from mappings.translation import Texts, gettext, mark

# The one word of the button, by the section of Together.
VERBS: Mapping[str, str] = Texts(
    {"feedback": mark("Answer"), "pulse": mark("Answer"), "rules": mark("Compare"), "room": mark("Read")}
)
NOTES: Mapping[str, str] = Texts(
    {
        "feedback": mark("No action is tied to it yet"),
        "rules": mark("They apply from the next quarter once both sides approve"),
        "room": mark("Between the two leads alone"),
    }
)
# What settles them where they are listed; the closed room is entered.
STEPS: Mapping[str, str] = {"feedback": "tie", "pulse": "pulse", "rules": "approve"}
AGREED_ON: Mapping[LeadSide, str] = {
    "agency": mark("The agency agreed on %(day)s"),
    "inhouse": mark("The in-house team agreed on %(day)s"),
}
DECLINED_ON: Mapping[LeadSide, str] = {
    "agency": mark("The agency declined it on %(day)s"),
    "inhouse": mark("The in-house team declined it on %(day)s"),
}


def select_together(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return what a lead has to answer, give or approve: what Together says in its first sentence."""
    viewer = context.viewer
    items, rules = texts.items_of(viewer), texts.rules_of(viewer)
    waiting_pulses = pulses.pulses_of(viewer, pulses.select_answers(viewer))
    waiting = texts.waiting_of(viewer, items, waiting_pulses, rules)
    waiting += room_texts.waiting_of(viewer, room_texts.select_room(viewer, container().vault))
    return [
        WaitingItem(
            item.question or capital(item.text),
            item.until or NOTES[item.section],
            VERBS[item.section],
            step=Step(STEPS[item.section], dict(item.sends), asks=True) if item.section in STEPS else None,
            place=item.section,
        )
        for item in waiting
    ]


def select_agreement_change(context: WaitingContext) -> Sequence[WaitingItem]:
    """Return what the other side agreed to of a change, or declined, and the caller's has not answered since."""
    change = select_change(context.connection, caller().tenant_id, context.view.engagement.key)
    other = OTHER_SIDE[context.side]
    answers = change.answers if change else {}
    mine = {section for section, side in answers if side == context.side}
    open_answers = [each for (section, side), each in answers.items() if side == other and section not in mine]
    if not open_answers:
        return ()
    latest = max(open_answers, key=lambda each: each.at)
    when = day(context.prepared.calendar.day(latest.at))
    note = gettext((AGREED_ON if latest.is_agreement else DECLINED_ON)[other], day=when)
    verb = gettext("Compare") if latest.is_agreement else gettext("Read")
    step = Step("change", asks=True) if latest.is_agreement else None
    return [WaitingItem(gettext("A change of the agreement"), note, verb, step=step)]
