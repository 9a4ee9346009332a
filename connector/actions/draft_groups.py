"""The rules of a draft that propose a side to whoever is in a Jira group."""

from connector.actions.engagement_setup import SetupActor, open_draft, save_body
from connector.actions.errors import ActionRefused
from mappings.formats.engagement_file.draft_sections import refusals_of, slug
from mappings.records.agreement.drafts import Draft
from mappings.translation import gettext

MOST = 50
OTHER = "other"


def add_group(actor: SetupActor, number: int, group: str, *, side: str, team: str) -> None:
    """Propose a side to whoever is in a Jira group, now and later. Nobody gets a side by it: somebody accepts it."""
    draft, group, team = open_draft(actor, number), group.strip(), team.strip()
    if not group or not side:
        raise ActionRefused(gettext("Write the name of a Jira group, and choose a side."))
    rule = {"group": group, "side": "agency" if side == OTHER else side}
    if side == OTHER:
        rule["agency"] = slug(team) if team else OTHER
    elif team and side != "agency":
        rule["team"] = team
    rules = [each for each in _rules(draft) if each["group"].casefold() != group.casefold()]
    if len(rules) >= MOST:
        raise ActionRefused(gettext("An engagement has at most %(number)s rules by group.", number=MOST))
    _save(actor, draft, [*rules, rule], "group rule set")


def remove_group(actor: SetupActor, number: int, group: str) -> None:
    """Take such a rule away; who has a side keeps it."""
    draft = open_draft(actor, number)
    _save(actor, draft, [each for each in _rules(draft) if each["group"] != group], "group rule removed")


def _rules(draft: Draft) -> list[dict[str, str]]:
    return list(draft.bodies["people"].get("groups", ()))


def _save(actor: SetupActor, draft: Draft, rules: list[dict[str, str]], act: str) -> None:
    body = {**draft.bodies["people"], "groups": rules}
    if not rules:
        del body["groups"]
    for problem in refusals_of({**draft.bodies, "people": body}) - refusals_of(draft.bodies):
        raise ActionRefused(gettext("The group %(what)s; %(hint)s.", what=problem.what, hint=problem.hint))
    if body != draft.bodies["people"]:
        save_body(actor, draft, "people", body, act=act, about=", ".join(each["group"] for each in rules)[:200])
