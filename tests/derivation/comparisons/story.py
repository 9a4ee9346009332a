"""A story told twice: into the product's database, and as JSON to the derivation."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from typing import cast

import yaml

from mappings.formats.engagement_file.reader import read_engagement
from mappings.measure.model.ticket import RoleName
from mappings.records.agreement.roles import save_role
from mappings.records.agreement.tags import insert_tag
from mappings.records.sql.scope import AgreementScope
from tests.derivation.comparisons.drawn_statements import DrawnStatements
from tests.derivation.engagement import Agreed, Panel
from tests.derivation.jira_json import Jira, read_site
from tests.jira.dump import issue_lines
from tests.jira.site import Site
from tests.jira.story.story import Ids, Plan, engagement_file, plan, play, populate
from tests.webhooks.site import KEYS, SiteTenant, open_site_tenants


@dataclass(frozen=True, eq=False)
class Story:
    """A story that was played, the site at its end, and its issues read by the derivation."""

    plan: Plan
    site: Site
    ids: Ids
    jira: Jira

    def panel(self, key: str) -> Panel:
        """What people set in the panel of one engagement."""
        panel = Panel()
        for role in self.plan.roles:
            panel.roles.setdefault(self.ids[role.ref], []).append((role.account, role.role, role.at, None))
        for tag in self.plan.tags:
            if tag.engagement == key:
                panel.tags.setdefault(self.ids[tag.ref], []).append((tag.objective, tag.at))
        return panel

    def said_by_hand(self, site_tenant: SiteTenant, key: str) -> Agreed:
        """The same, once people have said things by hand into the product and into the derivation."""
        panel = self.panel(key)
        panel.statements = DrawnStatements(
            site_tenant, self.plan, key, [issue.number for issue in self.jira.issues if issue.level == 0]
        ).speak()
        return Agreed(yaml.safe_load(engagement_file(self.plan, key)), self.jira, panel)

    @cache  # noqa: B019 stories are kept for as long as the tests run
    def agreed(self, key: str) -> Agreed:
        """One engagement as the derivation sees it."""
        return Agreed(yaml.safe_load(engagement_file(self.plan, key)), self.jira, self.panel(key))


@cache
def draw_story(seed: int, tickets: int) -> Story:
    """Play a story; the same for everybody who asks."""
    story, site = plan(seed, tickets=tickets), Site("Growth", "https://growth.example")
    populate(site, story)
    ids = play(site, story)
    return Story(story, site, ids, read_site(issue_lines(site)))


@contextmanager
def measured(url: str, story: Story) -> Iterator[SiteTenant]:
    """The story in the product: read by REST, dressed in the panel, agreed on and measured."""
    with open_site_tenants(url, now=story.plan.end) as [site_tenant]:
        set_in_the_panel(site_tenant, story)
        site_tenant.read_all(story.site)
        site_tenant.agree(*(read_engagement(engagement_file(story.plan, key)) for key in KEYS))
        yield site_tenant


def set_in_the_panel(site_tenant: SiteTenant, story: Story) -> None:
    with site_tenant.engine.begin() as connection:
        for role in story.plan.roles:
            for key in KEYS:
                save_role(
                    AgreementScope(connection, site_tenant.tenant_id, key), story.ids[role.ref],
                    name=cast(RoleName, role.role), account=role.account, at=role.at, by=role.account,
                )  # fmt: skip
        for tag in story.plan.tags:
            insert_tag(
                AgreementScope(connection, site_tenant.tenant_id, tag.engagement), story.ids[tag.ref],
                objective=tag.objective, at=tag.at, by=tag.by,
            )  # fmt: skip
