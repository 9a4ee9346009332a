"""A team that somebody tries to make look good: five people in-house, an agency, and what the report then says."""

import json
from collections.abc import Callable
from datetime import date
from typing import Any

from sqlalchemy import Engine

from connector.actions.actor import Actor
from connector.figures.prepared import select_prepared
from mappings.records.agreement.engagements import select_engagement
from tests.measure.builders import PEOPLE, Story, at, goal, lens_of, stays
from tests.measure.webhook_bodies import time_text
from tests.measure.webhook_site import Site, bring, deliver

TEAM = (*PEOPLE, *(stays(this_account, "inhouse", "2025-01-01") for this_account in ("joe", "kim", "lea")))
LEARNING = (goal(learners=("ben",)),)
END, AS_OF = date(2026, 6, 30), at("2026-06-30")
"""Of the report: its window of 180 days holds all of 2026 before it."""


def played(*stories: Story, engine: Engine | None = None, **agreement: Any) -> Site:
    """Bring tickets in by webhooks, under an agreement in which ben is enrolled for objective ab."""
    agreed = {"people": TEAM, "objectives": LEARNING, "leads": {"inhouse": ("ina",), "agency": ("ann",)}, **agreement}
    return bring(lens_of(**agreed), *(story.ticket() for story in stories), engine=engine)


def report_of(site: Site, as_of: int = AS_OF) -> dict[str, Any]:
    return site.report(END, as_of)


def component(report: dict[str, Any], key: str) -> dict[str, Any]:
    """A component of the score, or what stands beside it."""
    parts: list[dict[str, Any]] = [part for row in report["dimensions"] for part in row["components"]]
    return next((this_part for this_part in parts if this_part["key"] == key), report.get(key, {}))


def rungs(report: dict[str, Any]) -> dict[str, int]:
    """How many people stand at each rung of the objective, those with none left out."""
    return {rung: people for rung, people in report["objectives"][0]["people_at_rung"].items() if people}


def say(site: Site, account: str, act: Callable[[Actor], object], now: int = AS_OF) -> None:
    """Let somebody say something in Teachback."""
    with site.site_tenant.engine.begin() as connection:
        stored = select_engagement(connection, site.site_tenant.tenant_id, site.prepared.engagement.key)
        assert stored is not None
        prepared = select_prepared(connection, site.site_tenant.tenant_id, stored)
        act(Actor(connection, site.site_tenant.tenant_id, stored, prepared, account, now))


def comment(site: Site, number: int, account: str, when: str, text: str, *, issue: int = 1) -> None:
    """Somebody comments in these very words."""
    moment = at(when)
    author = {"accountId": account, "accountType": "atlassian", "active": True}
    when_said = {"created": time_text(moment), "updated": time_text(moment)}
    shape = {"id": str(number), "author": author, "body": text, **when_said, "jsdPublic": True}
    body = {"timestamp": moment // 1000, "webhookEvent": "comment_created", "comment": shape}
    arrive(site, {**body, "issue": {"id": str(issue)}})


def arrive(site: Site, *bodies: dict[str, Any]) -> None:
    """Deliver webhooks, and drain them."""
    deliver(site.site_tenant, [json.dumps(body).encode() for body in bodies])
    assert site.site_tenant.drain() == 0


def taught_by(account: str, number: int, day: str, **more: Any) -> Story:
    """A ticket of an agency person of one day, with the objective."""
    story = Story(f"GROW-{number}", f"{day} 08:30", account, "3", ("ab",), number=number, **more)
    return story.move("In Progress", f"{day} 09:00", account).move("Done", f"{day} 15:00", account)
