"""What the bench feeds: the stand-in's half year as webhook bodies, as an import file, and as engagement files."""

import json
from functools import cache
from pathlib import Path

from tests.jira.dump import issue_lines
from tests.jira.model import Emitted
from tests.jira.site import Site
from tests.jira.story.engagements import engagement_file
from tests.jira.story.story import Plan, plan, play, populate

ENGAGEMENTS = ("growth-acme", "growth-bolt")
DESCRIPTOR = Path(__file__).parents[2] / "atlassian-connect.json"
PRIMARY_LAG = 30_000_000
SECONDARY_LAG = 900_000_000


@cache
def played_story() -> tuple[Plan, Site, tuple[Emitted, ...]]:
    """The story as played on a site, with every event that it sent, in the order in which Jira delivers."""
    story, site, events = plan(), Site("Growth", "https://growth.example"), []
    site.subscribe(events.append)
    populate(site, story)
    play(site, story)
    events.sort(key=lambda event: event.at + (SECONDARY_LAG if event.flow == "Secondary" else PRIMARY_LAG))
    return story, site, tuple(events)


@cache
def bodies() -> tuple[bytes, ...]:
    """Every body that the descriptor's webhooks would bring."""
    webhooks = json.loads(DESCRIPTOR.read_text(encoding="utf-8"))["modules"]["webhooks"]
    wanted = {webhook["event"] for webhook in webhooks}
    return tuple(_packed(event) for event in played_story()[2] if event.name in wanted)


@cache
def updates() -> tuple[bytes, ...]:
    """The bodies of `jira:issue_updated`, about 4 kB each."""
    return tuple(_packed(event) for event in played_story()[2] if event.name == "jira:issue_updated")


def _packed(event: Emitted) -> bytes:
    return json.dumps(event.body, ensure_ascii=False, separators=(",", ":")).encode()


@cache
def dump() -> tuple[bytes, ...]:
    """The lines of the file that `teachback import` takes."""
    return tuple(line.encode() for line in issue_lines(played_story()[1]))


def engagement_files() -> list[str]:
    """The engagements under which the story is measured."""
    return [engagement_file(played_story()[0], key) for key in ENGAGEMENTS]
