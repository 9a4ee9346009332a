"""The words of the story: titles, briefs and comments, all our own."""

from random import Random

TITLES = {
    "Experiment": (
        "Test a shorter form on {place}",
        "Test social proof above the fold on {place}",
        "Test a sticky call to action on {place}",
        "Test plain prices against bundles on {place}",
        "Test a progress bar through {place}",
        "Test the headline as a question on {place}",
    ),
    "Bug": (
        "Variant flickers on {place}",
        "Consent banner hides the button on {place}",
        "Goal fires twice on {place}",
        "Wrong currency for returning visitors on {place}",
        "Bucketing differs between devices on {place}",
    ),
    "Incident": (
        "Orders drop to zero on {place}",
        "All visitors see variant B on {place}",
        "Tag manager release breaks {place}",
        "Personalisation service times out on {place}",
    ),
    "Story": (
        "Let visitors compare plans on {place}",
        "Show delivery dates earlier on {place}",
        "Offer guest checkout from {place}",
        "Explain the trial in three steps on {place}",
        "Remember the basket across devices from {place}",
    ),
    "Task": (
        "Write the hypothesis for {place}",
        "Work out the sample size for {place}",
        "Map the events on {place}",
        "Read out last month's results for {place}",
        "Recruit six customers to talk about {place}",
        "Draft the interview guide for {place}",
        "Build segments from the visits to {place}",
        "Clean up old variants on {place}",
        "Prepare the weekly numbers of {place}",
        "Check the guardrail metrics of {place}",
    ),
    "Sub-task": ("Collect screenshots of {place}", "Agree the copy for {place}", "Run the checklist on {place}"),
}

PLACES = (
    "the pricing page",
    "the sign-up form",
    "the product list",
    "the basket",
    "the checkout",
    "the onboarding mails",
    "the search results",
    "the referral page",
    "the trial welcome",
    "the landing page for spring",
    "the account settings",
    "the help centre",
    "the delivery step",
    "the newsletter",
    "the mobile menu",
)

BRIEFS = (
    "We want to know whether fewer choices help people decide. Measure orders per visitor, returns are the guardrail.",
    "Support hears about this twice a week. Please describe what you would change first and how we would notice.",
    "Follows from the interviews in spring: people did not see the step at all. Keep the change small and reversible.",
    "Part of the quarterly plan. The written decision goes to the playbook, whichever way it turns out.",
    "The numbers differ between the two reports. Find out which one we believe, and why, and write it down.",
)

NOTES = (
    "I compared the two weeks before with the same weeks last year, and the dip is there in both of them.",
    "Could we split new and returning visitors here? The effect points in opposite directions for the two groups.",
    "From our side the wording is fine now, but the second paragraph promises more than the product does.",
    "I followed the steps in the guide and ended at a smaller sample than you did, because I left out weekends.",
    "The reason for the long runtime is the low base rate; we can take a proxy metric and say so in the readout.",
    "We should write down the stopping rule before the start, otherwise everybody reads the chart differently.",
    "I tried the same query on the raw events and got three per cent more, the filter on internal traffic is missing.",
    "This is how I would explain it to somebody new: the guardrail tells us when to stop, the goal when to ship.",
    "Before we build this, let us look at the five recordings from Tuesday, two of them show the same detour.",
    "My proposal for the segments: by first order, by country, and nothing else until we have a thousand in each.",
    "The test ran into the sale, so I would repeat it for two more weeks instead of correcting it afterwards.",
    "What I learned from the last one: name the event after what the visitor did, not after the button's colour.",
    "The interview notes are in the folder; question four leads people on, so I rewrote it and tried it twice.",
    "I checked the redirect on three phones, the old address still loads the old variant after a hard reload.",
    "If the interval still touches zero on Friday, we stop and keep the simpler page, as agreed in the brief.",
    "Here the sums did not add up because refunds count in the week of the order and not in that of the return.",
    "For the record: we decided against the pop-up, since the people who close it are the ones we wanted to keep.",
    "The consent rate changed on the ninth, everything before that date is a different population and not comparable.",
)

SHORT_NOTES = ("ok", "Thanks!", "done on my side", "+1", "will look tomorrow", "great, thank you", "nice one")
EMOJI_NOTES = ("👍", "🎉🎉", "🙏 👀", "👍🏽", "🚀 thx")
LINK_NOTES = (
    "see https://boards.growth.example/readouts/2026/a-very-long-address-of-a-board?view=all&sort=newest",
    "here: https://files.growth.example/interviews/notes-of-the-second-round-with-all-attachments.pdf",
)
CJK_NOTES = (
    "申込フォームの項目を減らした理由と結果をここにまとめておきます",
    "次回の実験では新規訪問者と再訪問者を分けて集計したいと思います",
    "停止ルールを開始前に決めておかないと解釈が人によって変わります",
)
BOT_NOTES = (
    "Build passed on the main branch, all checks are green and the preview is available for one week.",
    "The preview environment was removed after seven days without a visit, start the job again to bring it back.",
)

POOLS = {"short": SHORT_NOTES, "emoji": EMOJI_NOTES, "link": LINK_NOTES, "cjk": CJK_NOTES, "bot": BOT_NOTES}


def title_for(rng: Random, type_name: str) -> str:
    """A title that suits the issue type."""
    return rng.choice(TITLES.get(type_name, TITLES["Task"])).format(place=rng.choice(PLACES))


def brief_for(rng: Random) -> str | None:
    """A description; one ticket in seven has none."""
    return None if rng.random() < 1 / 7 else rng.choice(BRIEFS)


def note_for(rng: Random, kind: str, earlier: list[str]) -> str:
    """A comment that was not said on this ticket before: `long` ones are substantive, all others are not but `cjk`."""
    pool = [text for text in POOLS.get(kind, NOTES) if text not in earlier]
    return rng.choice(pool)
