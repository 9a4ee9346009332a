"""Every table of the house. The tenant leads each key, so that no statement can forget whose rows it reads."""

from mappings.records.agreement_tables import affiliation, engagement, role, tag
from mappings.records.columns import metadata
from mappings.records.direct_tables import access_link, admin_webhook, link_session
from mappings.records.fact_tables import (
    account,
    change,
    comment,
    issue,
    link,
    project,
    status,
    status_name,
    tenant,
    tombstone,
    worklog,
)
from mappings.records.figure_tables import SUMS, day_sum, entry, evidence, ground, measured
from mappings.records.job_tables import budget, halt, job
from mappings.records.mirror_tables import bulk_tag, bulk_tag_issue, mirror, mirror_choice
from mappings.records.opportunity_tables import opportunity, opportunity_sum
from mappings.records.people_tables import (
    consent,
    definition_edit,
    dispute,
    feedback,
    hire,
    open_ticket,
    people_week,
    pulse,
    sign_off,
    teach_back,
)
from mappings.records.privacy_tables import erased, keeping, reported, retired
from mappings.records.ruleset_tables import ruleset, snapshot
from mappings.records.sync_tables import sync
from mappings.records.work_tables import audit, counter, dead_letter, inbox, lane, progress, reread

__all__ = [
    "SUMS",
    "access_link",
    "account",
    "admin_webhook",
    "affiliation",
    "audit",
    "budget",
    "bulk_tag",
    "bulk_tag_issue",
    "change",
    "comment",
    "consent",
    "counter",
    "day_sum",
    "dead_letter",
    "definition_edit",
    "dispute",
    "engagement",
    "entry",
    "erased",
    "evidence",
    "feedback",
    "ground",
    "halt",
    "hire",
    "inbox",
    "issue",
    "job",
    "keeping",
    "lane",
    "link",
    "link_session",
    "measured",
    "metadata",
    "mirror",
    "mirror_choice",
    "open_ticket",
    "opportunity",
    "opportunity_sum",
    "people_week",
    "progress",
    "project",
    "pulse",
    "reported",
    "reread",
    "retired",
    "role",
    "ruleset",
    "sign_off",
    "snapshot",
    "status",
    "status_name",
    "sync",
    "tag",
    "teach_back",
    "tenant",
    "tombstone",
    "worklog",
]
