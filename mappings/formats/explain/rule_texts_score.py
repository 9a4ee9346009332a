"""The rules of the score and of figures about people: sentence, id and what would move each."""

from collections.abc import Mapping

from mappings.formats.explain.rule_texts import Rule
from mappings.translation import mark

COMPONENTS: Mapping[str, Rule] = {
    "taught_through": Rule(
        mark("Learners taught"),
        mark(
            "Of the finished tickets that the agency led, with an objective and a learner of it, those on which such a "
            "learner shadowed or was assisted."
        ),
        "D1a@1",
        mark("Let an enrolled learner shadow or drive on the next ticket of an objective that the agency leads."),
    ),
    "progression": Rule(
        mark("Learners’ progress"),
        mark(
            "Of the learners below independent who met a finished ticket of their objective that the agency led, the "
            "steps to shadowed and above that this agency taught, at most 1 for each learner and objective."
        ),
        "D1b@1",
        mark("A learner who reaches the next rung after tickets with the agency."),
    ),
    "workflow_checks": Rule(
        mark("Process checks"),
        mark(
            "On every finished ticket that the agency led, the checks of the engagement’s model that it passed, "
            "of those "
            "that apply."
        ),
        "D2@1",
        mark("Finish tickets that pass the checks of the engagement’s model."),
    ),
    "proposal_rate": Rule(
        mark("Proposals made"),
        mark(
            "Proposals by people of the agency for each hundred finished tickets that it led; the target, "
            "{target}, is full marks, more gains nothing. "
            "Published from {rules.proposals_tickets} finished tickets."
        ),
        "D3a@1",
        mark("A proposal by a person of the agency, {proposals}."),
    ),
    "uptake": Rule(
        mark("Proposals taken up"),
        mark(
            "Of the agency’s proposals decided in the window: adopted counts 1, declined with a reason a half, "
            "dropped or "
            "undecided after {rules.undecided_days} days nothing."
        ),
        "D3b@1",
        mark("Decide what is open, and say why where a proposal is declined."),
    ),
    "reviews_in_time": Rule(
        mark("Reviews in time"),
        mark(
            "Of the agency’s requests for review, those that somebody in-house took up, or others than the agency let "
            "through, within {rules.review_hours} business hours."
        ),
        "D4a@1",
        mark("Take up a review within {rules.review_hours} business hours."),
    ),
    "questions_answered": Rule(
        mark("Questions answered"),
        mark(
            "Of the agency’s questions to in-house people, those answered within {rules.question_hours} business hours."
        ),
        "D4b@1",
        mark("Answer a question within {rules.question_hours} business hours."),
    ),
    "brief_stable": Rule(
        mark("Brief stable"),
        mark(
            "Of the finished tickets that the agency led, those whose summary, description and estimate nobody "
            "in-house "
            "changed after work began."
        ),
        "D4c@1",
        mark("Finish tickets whose brief stayed as it was when work began."),
    ),
    "feedback_given": Rule(
        mark("Pulses given"),
        mark("Of the last four quarters that ended, times the two sides, those with a pulse by that side."),
        "D4d@1",
        mark("A pulse by each side for a quarter that has ended."),
    ),
    "feedback_acted_on": Rule(
        mark("Feedback acted on"),
        mark(
            "Of the feedback that the agency filed, the items that were tied to an action within "
            "{rules.acted_days} days."
        ),
        "D4e@1",
        mark("Tie an action to an item of feedback within {rules.acted_days} days."),
    ),
    "earliness": Rule(
        mark("Brought in early"),
        mark(
            "On every finished ticket of the projects that needs or met a gatekeeper, whoever did it, how early that "
            "was: 100 before work began, 0 at the end or never."
        ),
        "D5a@1",
        mark("Bring the gatekeeper in before work begins."),
    ),
    "first_pass": Rule(
        mark("First submissions passed"),
        mark(
            "Of the tickets of the projects that went to a gatekeeper, whoever did them, those that did not come back "
            "for more work the first time."
        ),
        "D5b@1",
        mark("A submission that passes the first time."),
    ),
    "crisis": Rule(
        mark("Showing up in a crisis"),
        mark(
            "On every finished incident of the projects in {rules.crisis_days} days, whoever did it, for both sides "
            "alike: there within {rules.crisis_minutes} minutes 50 of 100, there at the end 30, a review linked 20. "
            "The cause is never scored."
        ),
        "D6@1",
        mark(
            "Both sides touch an incident within {rules.crisis_minutes} minutes, stay to its end and link its review."
        ),
    ),
    "cocreation": Rule(
        mark("Written together"),
        mark(
            "On every objective with work in the window: 60 of 100 where both sides edited or agreed before work "
            "began, and up to 40 the more evenly its edits are shared."
        ),
        "D7@1",
        mark("Write or agree on a new objective together before its first ticket begins."),
    ),
    "learners_offered": Rule(
        mark("Learners offered"),
        mark(
            "Of the finished tickets with an objective that the agency led, those with an enrolled learner "
            "in-house. It "
            "stands beside the client’s figure and enters no score."
        ),
        "learners_offered@1",
        mark("Enrol a learner for each objective that the agency works on."),
    ),
}

# How every dimension is made of its components, after its own sentence.
WEIGHTED_MEAN = mark(
    "The weighted mean of its published components; published when they make at least half of its weight."
)
DIMENSIONS: Mapping[str, Rule] = {
    key: Rule(
        title,
        sentence,
        f"dimension_{key}@1",
        mark("One more opportunity of any of its components, as the components say."),
    )
    for key, (title, sentence) in {
        "teaching": (
            mark("Teaching"),
            mark("On how much of its work {agency} taught, and how far learners came by it."),
        ),
        "embedding": (
            mark("Embedding"),
            mark("How far the work of {agency} follows the process that both sides agreed on."),
        ),
        "challenge": (
            mark("Challenge"),
            mark("How many changes {agency} proposes, and how many of them are taken up."),
        ),
        "reciprocity": (
            mark("Reciprocity"),
            mark("How soon the in-house team answers, how stable its briefs are, and what becomes of feedback."),
        ),
        "gatekeepers": (
            mark("Gatekeepers early"),
            mark(
                "How early gatekeepers are brought in where they are needed, and how often a first submission passes."
            ),
        ),
        "crisis": (
            mark("Crisis"),
            mark("How soon both sides are there when there is an incident, and whether they stay to its end."),
        ),
        "cocreation": (
            mark("Co-creation"),
            mark("How far objectives are written and agreed on by both sides."),
        ),
    }.items()
}

OWNERS: Mapping[str, Rule] = {
    key: Rule(
        title,
        mark(
            "The mean of the published components that are its own, by their weights in the rules. In the score, the "
            "weight of a component without enough evidence goes to the others of its dimension."
        ),
        f"owner_{key}@1",
        mark("One more opportunity of any of its components, as the components say."),
    )
    for key, title in {
        "agency": mark("Agency"),
        "client": mark("Client"),
        "joint": mark("Joint"),
    }.items()
}

SCORE = Rule(
    mark("Integration score"),
    mark(
        "The weighted mean of the published dimensions, each the weighted mean of its published parts; published with "
        "{rules.dimensions} dimensions and {rules.covered} in 100 of the weight. The interval takes components as "
        "independent; the truth is wider."
    ),
    "score@1",
    mark("What moves a dimension moves the score by the dimension’s share of the published weight."),
)
CHANGE = Rule(
    mark("Change of the score"),
    mark(
        "The score against the one of the window before, in standard errors of the difference; less than the "
        "interval’s "
        "width is no clear change."
    ),
    "change@1",
    mark("A difference that is large beside what neither window knows."),
)
SENSITIVITY = Rule(
    mark("Range under other weights"),
    mark("The lowest and the highest score when each weight in turn is halved, and half as large again."),
    "sensitivity@1",
    mark("Dimensions that lie closer together make the range smaller."),
)

# Figures about people: they open into their rule, never into tickets (docs/measurement.md (f)).
PEOPLE: Mapping[str, Rule] = {
    "people_at_rung": Rule(
        mark("People at each rung"),
        mark(
            "How many in-house people stand at each rung by evidence, sign-off and what was taken back. "
            "Shown where enough people stand behind it, or all agreed."
        ),
        "rungs@1",
        mark("Evidence of another ticket, or a sign-off by both sides."),
    ),
    "coverage": Rule(
        mark("Coverage"),
        mark(
            "Covered where two or more in-house people stand at independent or above and are not stale; single holder "
            "with one."
        ),
        "coverage@1",
        mark(
            "Somebody in-house who finishes {alone} tickets of the objective alone, the last "
            "{rules.span_days} days or more after the first; or a re-verification."
        ),
    ),
    "burn_up": Rule(
        mark("Progress to the target"),
        mark("What the people wanted for the objective have reached of its target rung, faded where it was not used."),
        "burn_up@1",
        mark("The next rung of a learner, or a ticket that keeps what was learned fresh."),
    ),
    "independence": Rule(
        mark("Independence"),
        mark("Of all finished tickets with the objective, those that somebody in-house did alone, without an agency."),
        "independence@1",
        mark("A ticket of the objective that somebody in-house finishes alone."),
    ),
    "exit_coverage": Rule(
        mark("Exit coverage"),
        mark(
            "Of what was finished with an objective in the 90 days before, the share whose objectives have two holders "
            "in-house (with one holder: at least one). Not published without such work."
        ),
        "exit_coverage@1",
        mark("One more holder for an objective that is at risk, until it has two."),
    ),
}
