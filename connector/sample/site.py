"""Loading the sample data of a site and removing it again, to the row."""

from connector.actions.engagement_setup import SetupActor
from connector.actions.errors import ActionRefused
from connector.actions.policy import SET_UP, require
from connector.sample.engagement import KEY, make_engagement
from connector.sample.story import make_tickets
from mappings.formats.engagement_file.reader import engagement_hash
from mappings.records.agreement.engagements import save_engagement
from mappings.records.facts.rest_reads import save_issues_read
from mappings.records.operations.audit import Act, insert_act
from mappings.records.operations.inbox import lock_tenant
from mappings.records.operations.tenants import SAMPLE, insert_tenant, sample_site, select_sample_id
from mappings.records.privacy.purge import delete_sample
from mappings.records.sql.secrets import Vault
from mappings.translation import gettext


def load_sample(actor: SetupActor, vault: Vault) -> None:
    """Load the sample data: a site of its own, which has no Jira and of which nothing is ever written to one."""
    lock_tenant(*actor.place)
    require(SET_UP, actor.administers)
    if select_sample_id(*actor.place) is not None:
        raise ActionRefused(gettext("The sample data is loaded already."))
    tenant_id = insert_tenant(
        actor.connection,
        client_key=None,
        site=sample_site(actor.tenant_id),
        base_url="",
        display_url=None,
        platform=SAMPLE,
        state="installed",
        now=actor.now,
        vault=vault,
    )
    save_issues_read(actor.connection, tenant_id, make_tickets(actor.now), actor.now)
    engagement = make_engagement(actor.now)
    save_engagement(actor.connection, tenant_id, engagement, engagement_hash(engagement), now=actor.now, by=None)
    insert_act(*actor.place, Act(actor.now, actor.account, "sample data loaded", KEY))


def remove_sample(actor: SetupActor) -> None:
    """Remove the sample data with every row of it."""
    lock_tenant(*actor.place)
    require(SET_UP, actor.administers)
    if not delete_sample(*actor.place):
        raise ActionRefused(gettext("There is no sample data to remove."))
    insert_act(*actor.place, Act(actor.now, actor.account, "sample data removed", KEY))
