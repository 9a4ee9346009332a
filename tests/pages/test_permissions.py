"""Every action of a page by every role: allowed, or refused with the sentence of its permission."""

import pytest

from connector.actions.policy import (
    ACT_ON_FEEDBACK,
    CLOSED_ROOM,
    DISPUTE,
    FILE_FEEDBACK,
    LEAD,
    OWN_LADDER,
    REPLY,
    SIGN,
    TAG,
    Permission,
)
from connector.auth.access import Role
from tests.jira.story.people import account_of
from tests.pages.conftest import (
    ACME,
    AGENCY_LEAD,
    AGENCY_MEMBER,
    GATEKEEPER,
    LEARNER,
    MEMBER,
    OTHER_LEAD,
    SHUT_OUT,
    STRANGER,
    PageClient,
)
from tests.pages.conftest import (
    LEAD as INHOUSE_LEAD,
)

INSIDE: dict[str, frozenset[Role]] = {
    INHOUSE_LEAD: frozenset({"inhouse_lead", "inhouse_member"}),
    MEMBER: frozenset({"inhouse_member", "learner"}),
    LEARNER: frozenset({"inhouse_member", "learner"}),
    AGENCY_LEAD: frozenset({"agency_lead", "agency_member"}),
    AGENCY_MEMBER: frozenset({"agency_member"}),
}
"""The people of the engagement and their roles in it."""
# Who has no role in it, and who has one and may not browse its project.
OUTSIDE = (GATEKEEPER, STRANGER, OTHER_LEAD, SHUT_OUT)

ACTIONS: dict[str, tuple[str, Permission]] = {
    "panel.tag": ("/pages/panel/tag", TAG),
    "panel.undo_tag": ("/pages/panel/undo-tag", TAG),
    "panel.untag": ("/pages/panel/untag", TAG),
    "panel.restore": ("/pages/panel/restore", TAG),
    "panel.confirm": ("/pages/panel/confirm", TAG),
    "panel.role": ("/pages/panel/role", TAG),
    "panel.undo_role": ("/pages/panel/undo-role", TAG),
    "panel.undo_confirm": ("/pages/panel/undo-confirm", TAG),
    "panel.explain": ("/pages/panel/explain", OWN_LADDER),
    "panel.undo_explain": ("/pages/panel/undo-explain", OWN_LADDER),
    "learning.veto": ("/pages/learning/veto", OWN_LADDER),
    "learning.explain": ("/pages/learning/explain", OWN_LADDER),
    "learning.undo_explain": ("/pages/learning/undo-explain", OWN_LADDER),
    "learning.consent": ("/pages/learning/consent", OWN_LADDER),
    "learning.withdraw": ("/pages/learning/withdraw", OWN_LADDER),
    "learning.undo": ("/pages/learning/undo", SIGN),
    "learning.sign": ("/pages/learning/sign", SIGN),
    "learning.revoke": ("/pages/learning/revoke", SIGN),
    "learning.accept": ("/pages/learning/accept", SIGN),
    "learning.undo_accept": ("/pages/learning/undo-accept", SIGN),
    "learning.decline": ("/pages/learning/decline", SIGN),
    "learning.undo_decline": ("/pages/learning/undo-decline", SIGN),
    "objectives.confirm": ("/pages/objectives/confirm", LEAD),
    "objectives.undo_confirm": ("/pages/objectives/undo-confirm", LEAD),
    "agency.file": ("/pages/agency/file", FILE_FEEDBACK),
    "agency.undo_file": ("/pages/agency/undo-file", FILE_FEEDBACK),
    "agency.withdraw": ("/pages/agency/withdraw", DISPUTE),
    "agency.undo_withdraw": ("/pages/agency/undo-withdraw", DISPUTE),
    "agency_dispute.file": ("/pages/agency/dispute/file", DISPUTE),
    "agency_dispute.undo": ("/pages/agency/dispute/undo", DISPUTE),
    "agency.reply": ("/pages/agency/reply", REPLY),
    "together.tie": ("/pages/together/tie", ACT_ON_FEEDBACK),
    "together.undo_tie": ("/pages/together/undo-tie", ACT_ON_FEEDBACK),
    "together.pulse": ("/pages/together/pulse", LEAD),
    "together.undo_pulse": ("/pages/together/undo-pulse", LEAD),
    "together.approve": ("/pages/together/approve", LEAD),
    "together.undo_approve": ("/pages/together/undo-approve", LEAD),
    "room.start": ("/pages/together/room/start", CLOSED_ROOM),
    "room.answer": ("/pages/together/room/answer", CLOSED_ROOM),
    "room.undo_note": ("/pages/together/room/undo-note", CLOSED_ROOM),
    "room.resolve": ("/pages/together/room/resolve", CLOSED_ROOM),
    "room.undo_resolve": ("/pages/together/room/undo-resolve", CLOSED_ROOM),
    "room.reopen": ("/pages/together/room/reopen", CLOSED_ROOM),
    "room.word": ("/pages/together/room/word", CLOSED_ROOM),
    "room.remove": ("/pages/together/room/remove", CLOSED_ROOM),
    "room.sign": ("/pages/together/room/sign", CLOSED_ROOM),
    "room.unsign": ("/pages/together/room/unsign", CLOSED_ROOM),
    "room.restart": ("/pages/together/room/restart", CLOSED_ROOM),
    "review_asks.add": ("/pages/review/ask", LEAD),
    "review_asks.finish": ("/pages/review/ask/done", LEAD),
    "review_asks.undo_finish": ("/pages/review/ask/undo-done", LEAD),
    "review_asks.read": ("/pages/review/read", LEAD),
    "review_asks.undo_read": ("/pages/review/undo-read", LEAD),
    "review_asks.withdraw": ("/pages/review/ask/withdraw", LEAD),
    "disputes.file": ("/pages/dispute/file", DISPUTE),
    "disputes.undo_file": ("/pages/dispute/undo-file", DISPUTE),
    "disputes.withdraw": ("/pages/dispute/withdraw", DISPUTE),
    "disputes.undo_withdraw": ("/pages/dispute/undo-withdraw", DISPUTE),
    "disputes.answer": ("/pages/dispute/answer", LEAD),
    "disputes.undo_answer": ("/pages/dispute/undo-answer", LEAD),
    "listed_disputes.file": ("/pages/tickets/dispute/file", DISPUTE),
    "listed_disputes.undo": ("/pages/tickets/dispute/undo", DISPUTE),
    "selected.tag": ("/pages/tickets/tag", TAG),
    "selected.untag": ("/pages/tickets/untag", TAG),
    "selected.confirm": ("/pages/tickets/confirm", TAG),
    "selected.undo": ("/pages/tickets/undo", TAG),
}
# What each form would send, so that nothing but the permission decides.
SENT = {
    "objective": "ab-design", "learner": "somebody-else", "pair": "ab-design somebody-else", "rung": "2",
    "kind": "named", "reason": "So it seems", "about": "reviews", "words": "Slow", "number": "1", "action": "Faster",
    "quarter": "2026-10-01", "answer": "3", "version": "1", "role": "shadow", "dispute": "1",
    "thread": "1", "note": "1", "subject": "Reviews",
}  # fmt: skip


def ask(page_client: PageClient, who: str, path: str) -> tuple[int, str]:
    """The answer to a person's signed request."""
    issue = next(item.ref for item in page_client.story_site.story.planted.values() if item.scene == "never_begun")
    place = {"engagement": ACME, "issue": str(page_client.story_site.ids[issue])}
    answer = page_client.story_site.ask(account_of(who), path, "POST", SENT, **place, **SENT)
    return answer.status_code, answer.text


def test_each_action_of_the_pages_is_in_the_table(page_client: PageClient) -> None:
    posts = {
        rule.endpoint
        for rule in page_client.story_site.app.url_map.iter_rules()
        if "POST" in (rule.methods or ())
        and rule.rule.startswith("/pages/")
        # Acts on the site, the program, drafts, settings and what waits have tables of their own by their tests.
        and not rule.rule.startswith(
            ("/pages/admin/", "/pages/program/", "/pages/setup/", "/pages/settings/", "/pages/waiting/")
        )
    }
    assert posts == set(ACTIONS)


@pytest.mark.parametrize("action", ACTIONS)
def test_an_action_is_for_the_roles_of_its_permission(apart: PageClient, action: str) -> None:
    path, permission = ACTIONS[action]
    for who, roles in INSIDE.items():
        status, text = ask(apart, who, path)
        if permission.roles & roles:
            # Who has no Agency tab withdraws a dispute where the ticket's evidence stands.
            no_tab = path.startswith("/pages/agency/") and roles <= {"inhouse_member", "learner"}
            assert status in ({404} if no_tab else {200, 422}), (who, text)
        else:
            # Who sees nothing of what the two sides tell each other is not told of it by a refusal either.
            unseen = path.startswith(("/pages/together/", "/pages/agency/"))
            assert (status, text) == (403, permission.refusal) or (unseen and status == 404), who
    for who in OUTSIDE:
        status, text = ask(apart, who, path)
        assert status in {403, 404}, (who, text)
        assert permission.refusal != text
