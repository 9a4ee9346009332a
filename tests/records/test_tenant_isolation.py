"""Tenants never meet: what one of them keeps, another neither sees nor changes."""

from datetime import date

from mappings.events.types import Account, IssueGone, ProjectSeen, Status
from mappings.measure.model.statements import DefinitionEdit, Dispute, Pulse, SignOff
from mappings.measure.model.ticket import DaySums, TeachBack
from mappings.records.agreement import (
    asks,
    bulk_tags,
    consents,
    definitions,
    disputes,
    drafts,
    engagements,
    feedback,
    pulses,
    roles,
    sign_offs,
    tags,
    teach_backs,
)
from mappings.records.facts import (
    accounts,
    issues,
    projects,
    reread_queue,
    rest_reads,
    statuses,
    tombstones,
    webhook_events,
)
from mappings.records.figures import (
    alone_sums,
    day_sums,
    entries,
    evidence,
    evidence_pages,
    figure_tokens,
    hires,
    measure_state,
    open_tickets,
    rung_evidence,
    weekly_people,
)
from mappings.records.operations import audit, counters, dead_letters, inbox, issue_properties, progress, tenants
from mappings.records.sql.bulk import delete_rows
from mappings.records.sql.scope import AgreementScope, Scope, SiteScope
from mappings.records.tables import counter
from tests.records.fact_builders import VAULT, a_change, a_comment, a_link, a_read, a_worklog, an_issue, at, everything
from tests.records.test_figures import DAY, ENGAGEMENT, an_entry, dated, shown

WHOLE = a_read(an_issue(), a_change(), a_worklog(), a_comment(), a_link())
ONE = progress.Progress("import", "ab", 0, 1, 2, 3, at(0), at(0))
ACT = audit.Act(at(0), "ada", "tag", "GROW-1")
PAIR, BOB = ("seo", "ada"), ("seo", "bob")
BULK = bulk_tags.BulkTag(1, "growth", "ads", "project = GROW", at(5), "eve")
BASICS = {"engagement": {"projects": ["GROW"]}}
A_DRAFT = drafts.Draft(1, at(0), "eve", at(0), {"basics": drafts.DraftSection(BASICS, 1, at(0), "eve")}, {})
AGREED = drafts.DraftAnswer("eve", at(9), "h")
WAIT = issue_properties.Wait(1, at(9))


def fill(connection, t: int) -> None:
    """One of each thing that a tenant can own."""
    scope = Scope(connection, t, "growth", 1)
    rest_reads.save_issues_read(connection, t, [WHOLE], at(10))
    projects.save_projects(connection, t, [ProjectSeen(at(0), "10000", "GROW", "Growth")])
    tombstones.save_tombstones(connection, t, "comment", {9: at(0)})
    engagements.save_engagement(connection, t, ENGAGEMENT, "h", now=at(0), by=None)
    entries.save_entries(scope, {1: dated(an_entry())})
    evidence.save_evidence(scope, {1: (shown(4, 5), shown(2, 5, account="bob"))})
    day_sums.save_sums(scope, {("", "", DAY, DAY): DaySums(n=1)})
    measure_state.save_measured(scope, [measure_state.StoredMeasured(1, failed="ValueError", attempts=1)], at(1))
    for role, account in (("shadow", "ada"), ("mentor", "ina")):
        roles.save_role(AgreementScope(connection, t, "growth"), 1, name=role, account=account, at=at(0), by="eve")
    tags.insert_tag(AgreementScope(connection, t, "growth"), 1, objective="seo", at=at(0), by="eve")
    dead_letters.insert_dead_letter(connection, t, vault=VAULT, dkey="d", body=b"{}", reason="why", at=at(0))
    counters.save_count(connection, t, "unknown event", 1, subject="x")
    reread_queue.save_rereads(connection, t, {1: at(0)}, "why")
    progress.save_progress(connection, t, ONE)
    audit.insert_act(connection, t, ACT)
    say(connection, t)
    number = drafts.insert_draft(connection, t, {"basics": BASICS}, now=at(0), by="eve")
    drafts.save_draft_answer(connection, t, number, section="", side="inhouse", answer=AGREED)
    mirror(connection, t)
    keep(connection, t)


def mirror(connection, t: int) -> None:
    """An act of tagging, and the mirrors of two tickets: one that waits, one that Jira is writing."""
    bulk_tags.insert_bulk_tag(connection, t, BULK, [1])
    issue_properties.save_marks(connection, t, [1, 2], at(0))
    issue_properties.save_sent(connection, t, {2: ("h", at(0))}, now=at(1))
    issue_properties.save_task(connection, t, [2], "7")
    issue_properties.save_choice(connection, t, issue_properties.Choice("GROW", bucket=True), at(0))


def keep(connection, t: int) -> None:
    row = (t, "key", at(0), b"{}")
    connection.connection.cursor().execute(inbox.insert_statement(connection.engine), row)


def say(connection, t: int) -> None:
    """What people say of learning, and what is kept for their figures."""
    scope, back = Scope(connection, t, "growth", 1), TeachBack("seo", "bob", at(0), at(0))
    sign_offs.insert_sign_off(scope.agreement, SignOff("attest", at(0), "eve", "agency", 2), pair=PAIR)
    teach_backs.insert_teach_back(scope.agreement, 1, back)
    consents.insert_consent(scope.agreement, "ada", kind="named", at=at(0))
    feedback.insert_feedback(scope.agreement, about="reviews", words="slow", at=at(0), by="eve")
    pulses.insert_pulse(scope.agreement, Pulse("agency", DAY, at(0), 4), by="eve")
    definitions.insert_definition_edit(scope.agreement, DefinitionEdit("seo", "agency", "edit", DAY, at(0)), by="eve")
    disputes.insert_dispute(scope.agreement, Dispute(1, "seo", "agency", at(0), "eve", "no trace of it"))
    asks.insert_ask(scope.agreement, asks.Ask(0, DAY, "agency", "Be quick", "lead", DAY, at(0), "eve"))
    weekly_people.save_week(scope, as_of=at(0), ruleset="h", now=at(0), body=b"x")
    open_tickets.save_open_tickets(scope, {1: (at(0), ("seo",))})
    hires.save_hired(scope, {1: (shown(4, 5),)})
    alone_sums.add_alone(scope, {("seo", 1, 9): 1})


SELECTS = {
    "accounts": accounts.select_people,
    "acts": lambda c, t: audit.select_acts_named(c, t, {"tag"}, 9),
    "counts": counters.select_counts,
    "counter": lambda c, t: counters.count_all(c, "unknown event", t),
    "engagements": engagements.select_engagements,
    "engagement": lambda c, t: engagements.select_engagement(c, t, "growth"),
    "entries": lambda c, t: entries.select_entries(Scope(c, t, "growth", 1), [1]),
    "period": lambda c, t: entries.select_period(Scope(c, t, "growth", 1), at(-9), at(9)),
    "evidence": lambda c, t: evidence.select_evidence(Scope(c, t, "growth", 1), [1]),
    "first": lambda c, t: evidence.select_first_taught(Scope(c, t, "growth", 1), {("seo", "bob")}),
    "alone": lambda c, t: evidence.select_alone(Scope(c, t, "growth", 1), {PAIR}),
    "batch": lambda c, t: inbox.select_batch(c, t, 9),
    "batch ids": lambda c, t: inbox.select_batch_ids(c, t, 9, 0),
    "some of a batch": lambda c, t: inbox.select_deliveries(c, t, range(100)),
    "tickets": lambda c, t: issues.select_tickets(c, t, [1]),
    "labels": lambda c, t: issues.select_labels(c, t, [1]),
    "issue id": lambda c, t: issues.select_issue_id(c, t, "GROW-1"),
    "ids after": lambda c, t: issues.select_issue_ids_after(c, t, 0, 9),
    "count": issues.count_issues,
    "letters": dead_letters.select_dead_letters,
    "unsettled": lambda c, t: measure_state.select_unsettled(Scope(c, t, "growth", 1), at(0)),
    "latest": measure_state.select_latest,
    "bulk tags": bulk_tags.select_bulk_tags,
    "tagged": lambda c, t: bulk_tags.select_tagged(AgreementScope(c, t, "growth"), "ads", [1]),
    "mirror marked": lambda c, t: issue_properties.select_marked(c, t, 9, at(0)),
    "mirror under way": lambda c, t: issue_properties.select_under_way(c, t, 9),
    "mirrored": lambda c, t: issue_properties.select_mirrored(c, t, [1, 2]),
    "mirrors marked": issue_properties.count_marked_by_project,
    "mirror choices": issue_properties.select_choices,
    "progress": progress.select_all_progress,
    "project": lambda c, t: projects.select_project(c, t, "GROW"),
    "rereads": lambda c, t: reread_queue.select_rereads(c, t, 9),
    "roles": lambda c, t: roles.select_roles(AgreementScope(c, t, "growth"), [1]),
    "mentored": lambda c, t: roles.select_mentored(AgreementScope(c, t, "growth"), "ina"),
    "sign-offs": lambda c, t: sign_offs.select_sign_offs(AgreementScope(c, t, "growth"), as_of=at(9)),
    "teach-backs": lambda c, t: teach_backs.select_teach_backs(AgreementScope(c, t, "growth"), [1]),
    "teach-backs that wait": lambda c, t: teach_backs.select_waiting(AgreementScope(c, t, "growth")),
    "consents": lambda c, t: consents.select_consents(AgreementScope(c, t, "growth"), "named", as_of=at(9)),
    "feedback": lambda c, t: feedback.select_feedback(AgreementScope(c, t, "growth"), start=at(-9), end=at(9)),
    "pulses": lambda c, t: pulses.select_pulses(AgreementScope(c, t, "growth"), as_of=at(9)),
    "definitions": lambda c, t: definitions.select_definition_edits(AgreementScope(c, t, "growth"), as_of=at(9)),
    "disputes": lambda c, t: disputes.select_disputes(AgreementScope(c, t, "growth"), start=at(-9), end=at(9)),
    "disputes of": lambda c, t: disputes.select_disputes_of(AgreementScope(c, t, "growth"), [1]),
    "asks": lambda c, t: asks.select_asks(AgreementScope(c, t, "growth"), DAY),
    "drafts": drafts.select_drafts,
    "draft": lambda c, t: drafts.select_draft(c, t, 1),
    "last statuses": lambda c, t: statuses.select_last_statuses(c, t, [1]),
    "status changes": lambda c, t: issues.select_status_changes(c, t, [1], start=at(-9), end=at(9)),
    "figure tokens": figure_tokens.select_figure_tokens,
    "week": lambda c, t: weekly_people.select_week(Scope(c, t, "growth", 1), as_of=at(0)),
    "feedback of the site": lambda c, t: feedback.select_site_feedback(
        SiteScope(c, t, {"growth": 1}), start=at(-9), end=at(9)
    ),
    "pulses of the site": lambda c, t: pulses.select_site_pulses(SiteScope(c, t, {"growth": 1}), as_of=at(9)),
    "definitions of the site": lambda c, t: definitions.select_site_definition_edits(
        SiteScope(c, t, {"growth": 1}), as_of=at(9)
    ),
    "weeks of the site": lambda c, t: weekly_people.select_weeks(SiteScope(c, t, {"growth": 1}), [at(0)]),
    "sums of the site": lambda c, t: day_sums.select_span_sums(SiteScope(c, t, {"growth": 1}), [(date.min, date.max)]),
    "open": lambda c, t: open_tickets.select_open_tickets(Scope(c, t, "growth", 1), objectives=["seo"], limit=9),
    "hired, by pages": lambda c, t: evidence_pages.select_evidence_page(
        Scope(c, t, "growth", 1), PAIR, "hire", after=evidence_pages.BEGIN, as_of=at(9)
    ),
    "evidence, by pages": lambda c, t: evidence_pages.select_evidence_page(
        Scope(c, t, "growth", 1), PAIR, "evidence", after=evidence_pages.BEGIN, as_of=at(9)
    ),
    "deciding": lambda c, t: rung_evidence.select_deciding(Scope(c, t, "growth", 1), {PAIR: 2}, span=9),
    "taught between": lambda c, t: rung_evidence.select_taught_between(
        Scope(c, t, "growth", 1), {BOB: (at(-9), at(9))}
    ),
    "alone count": lambda c, t: alone_sums.count_alone(Scope(c, t, "growth", 1), 1, 9),
    "statuses": lambda c, t: statuses.select_status_book(c, t).names,
    "sums": lambda c, t: day_sums.select_sums(Scope(c, t, "growth", 1), date.min, date.max),
    "tags": lambda c, t: tags.select_tags(AgreementScope(c, t, "growth"), [1]),
    "tombstones": lambda c, t: tombstones.select_tombstones(c, t, "comment", [9]),
    "tenant": lambda c, t: [
        this_tenant for this_tenant in [tenants.select_tenant(c, t)] if this_tenant and this_tenant.client_key == "acme"
    ],
}

CHANGES = {
    "accounts": lambda c, t: accounts.save_accounts(c, t, [Account("ada", "app", active=False)]),
    "account gone": lambda c, t: accounts.save_account_gone(c, t, "ada"),
    "count": lambda c, t: counters.save_count(c, t, "unknown event", 5, subject="x"),
    "engagement": lambda c, t: engagements.save_engagement(c, t, ENGAGEMENT, "other", now=at(9), by=None),
    "switch": lambda c, t: engagements.switch_generation(c, t, "growth"),
    "entries": lambda c, t: entries.save_entries(Scope(c, t, "growth", 1), {1: []}),
    "generation": lambda c, t: entries.delete_generation(c, t, "growth", 1),
    "evidence": lambda c, t: evidence.save_evidence(Scope(c, t, "growth", 1), {1: ()}),
    "draft section": lambda c, t: [
        drafts.save_draft_section(c, t, draft, section="basics", body={}, now=at(9), by="eve")
        for draft in drafts.select_drafts(c, t) or [A_DRAFT]
    ],
    "draft answer": lambda c, t: drafts.save_draft_answer(c, t, 1, section="", side="agency", answer=AGREED),
    "draft answers gone": lambda c, t: drafts.delete_draft_answers(c, t, 1, ""),
    "draft section reset": lambda c, t: drafts.reset_draft_section(c, t, 1, "basics", body={}, now=at(9), by="eve"),
    "draft gone": lambda c, t: drafts.delete_draft(c, t, 1),
    "old drafts": lambda c, t: drafts.delete_old_drafts(c, t, at(9)),
    "deliveries": lambda c, t: inbox.delete_deliveries(c, t, range(9)),
    "attempt": lambda c, t: [inbox.save_attempt(c, t, n) for n in range(9)],
    "read": lambda c, t: rest_reads.save_issues_read(c, t, [a_read(an_issue(1, 9))], at(20)),
    "enumerated": lambda c, t: rest_reads.save_enumerated(c, t, "GROW", [], started=at(20)),
    "seen": lambda c, t: webhook_events.save_seen(c, t, [IssueGone(at(20), 1)]),
    "requeue": lambda c, t: [dead_letters.requeue_dead_letter(c, t, n, VAULT) for n in range(9)],
    "mirror marks": lambda c, t: issue_properties.save_marks(c, t, [1, 2], at(9)),
    "all mirrors marked": lambda c, t: issue_properties.save_all_marked(c, t, at(9)),
    "mirrors of a project marked": lambda c, t: issue_properties.save_project_marked(c, t, "GROW", at(9)),
    "mirror sent": lambda c, t: issue_properties.save_sent(c, t, {1: ("other", at(0))}, now=at(9)),
    "mirror task": lambda c, t: issue_properties.save_task(c, t, [2], None),
    "mirror written": lambda c, t: issue_properties.save_written(c, t, [2]),
    "mirror settled": lambda c, t: issue_properties.save_settled(c, t, {1: at(0), 2: at(1)}),
    "mirror foreign": lambda c, t: issue_properties.save_foreign(c, t, {2: WAIT}, at(9)),
    "mirror refused": lambda c, t: issue_properties.save_refused(c, t, {2: WAIT}),
    "mirrored": lambda c, t: issue_properties.delete_mirrored(c, t, [1]),
    "mirror choice": lambda c, t: issue_properties.save_choice(c, t, issue_properties.Choice("GROW"), at(9)),
    "bulk tagged": lambda c, t: bulk_tags.insert_bulk_tag(c, t, BULK, [2]),
    "bulk undone": lambda c, t: bulk_tags.delete_bulk_tags(c, t, BULK, at(9)),
    "confirmation": lambda c, t: tags.insert_confirmation(
        AgreementScope(c, t, "growth"), 1, objective="seo", at=at(9), by="eve"
    ),
    "measured": lambda c, t: measure_state.save_measured(
        Scope(c, t, "growth", 1), [measure_state.StoredMeasured(1)], at(9)
    ),
    "progress": lambda c, t: progress.delete_progress(c, t, "import", "ab"),
    "projects": lambda c, t: projects.delete_projects(c, t, ["10000"]),
    "reread": lambda c, t: reread_queue.delete_rereads(c, t, [1], 1 << 60),
    "role": lambda c, t: roles.save_role(
        AgreementScope(c, t, "growth"), 1, name="shadow", account=None, at=at(9), by="eve"
    ),
    "accepted": lambda c, t: teach_backs.save_accepted(
        AgreementScope(c, t, "growth"), 1, TeachBack("seo", "bob", at(0), at(0)), by="eve"
    ),
    "declined": lambda c, t: teach_backs.save_declined(
        AgreementScope(c, t, "growth"), 1, TeachBack("seo", "bob", at(0), declined=at(0)), by="eve"
    ),
    "consent": lambda c, t: consents.save_consent_withdrawn(
        AgreementScope(c, t, "growth"), "ada", kind="named", at=at(9)
    ),
    "action": lambda c, t: [
        feedback.save_action(AgreementScope(c, t, "growth"), n, action="x", at=at(9), by="a") for n in range(9)
    ],
    "withdrawn": lambda c, t: [
        disputes.save_dispute_withdrawn(AgreementScope(c, t, "growth"), n, by="eve", at=at(9), opened=at(-9))
        for n in range(9)
    ],
    "answered": lambda c, t: [
        disputes.save_dispute_answered(
            AgreementScope(c, t, "growth"), n, disputes.Answer("inhouse", True, "x", "ben", at(9)), opened=at(-9)
        )
        for n in range(9)
    ],
    "reasons": lambda c, t: disputes.save_reasons_forgotten(c, t, at(9)),
    "open": lambda c, t: open_tickets.save_open_tickets(Scope(c, t, "growth", 1), {1: (at(9), ())}),
    "alone": lambda c, t: alone_sums.add_alone(Scope(c, t, "growth", 1), {("seo", 1, 9): 1}),
    "hired": lambda c, t: hires.save_hired(Scope(c, t, "growth", 1), {1: ()}),
    "statuses": lambda c, t: statuses.save_statuses(c, t, [Status("3", "Cooking", "done")]),
    "sums": lambda c, t: day_sums.save_sums(Scope(c, t, "growth", 1), {("", "", DAY, DAY): DaySums(n=-1)}),
    "tag removed": lambda c, t: tags.save_tag_removed(AgreementScope(c, t, "growth"), 1, objective="seo", at=at(9)),
    "tag confirmed": lambda c, t: tags.save_tag_confirmed(AgreementScope(c, t, "growth"), 1, objective="seo", at=at(9)),
    "tenant": lambda c, t: tenants.save_tenant(c, t, state="uninstalled"),
    "tombstones": lambda c, t: tombstones.delete_tombstones(c, t, "comment", [9]),
    "parts": lambda c, t: tombstones.delete_parts(c, t, "worklog", [1]),
    "issues": lambda c, t: tombstones.delete_issues(c, t, [1]),
    "rows": lambda c, t: delete_rows(c, counter, ("tenant_id", "subject"), [(t, "x")]),
}


def test_a_stranger_sees_nothing(connection, ours, theirs, subtests):
    fill(connection, ours)
    for name, select in SELECTS.items():
        with subtests.test(name):
            assert select(connection, ours)
            assert not select(connection, theirs)


def test_a_stranger_changes_nothing(connection, ours, theirs, subtests):
    fill(connection, ours)
    before = owned(connection, ours)
    for name, change in CHANGES.items():
        with subtests.test(name):
            step = connection.begin_nested()
            change(connection, theirs)
            assert owned(connection, ours) == before
            step.rollback()


def test_an_owner_changes_what_is_theirs(connection, ours, theirs, subtests):
    fill(connection, ours)
    before = owned(connection, ours)
    for name, change in CHANGES.items():
        with subtests.test(name):
            step = connection.begin_nested()
            change(connection, ours)
            assert owned(connection, ours) != before
            step.rollback()
            assert owned(connection, ours) == before


def owned(connection, tenant_id: int) -> object:
    return everything(connection, tenant_id), tenants.select_tenant(connection, tenant_id)
