"""Every table of the house. The tenant leads each key, so that no statement can forget whose rows it reads."""

from mappings.records.tables.access import access_link, admin_webhook, forge_installation, forge_token, link_session
from mappings.records.tables.agreements import affiliation, engagement, role, tag
from mappings.records.tables.columns import metadata
from mappings.records.tables.facts import (
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
from mappings.records.tables.figures import SUMS, day_sum, entry, evidence, ground, measured
from mappings.records.tables.issue_properties import bulk_tag, bulk_tag_issue, mirror, mirror_choice
from mappings.records.tables.jobs import budget, halt, job
from mappings.records.tables.operations import audit, counter, dead_letter, inbox, lane, progress, reread
from mappings.records.tables.opportunities import opportunity, opportunity_sum
from mappings.records.tables.people import (
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
from mappings.records.tables.privacy import erased, keeping, reported, retired
from mappings.records.tables.rulesets import ruleset, snapshot
from mappings.records.tables.sync import sync

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
    "forge_installation",
    "forge_token",
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
