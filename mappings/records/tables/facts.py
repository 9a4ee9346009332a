"""The tables of tenants and of what Jira told."""

from sqlalchemy import (
    BigInteger,
    Boolean,
    Column,
    Index,
    Integer,
    LargeBinary,
    String,
    Table,
    Text,
    text,
)

from mappings.records.tables.columns import Counting, metadata, owner

tenant = Table(
    "tenant",
    metadata,
    Column("tenant_id", Counting, primary_key=True, autoincrement=True),
    Column("client_key", String(255), unique=True),
    Column("site", String(255), nullable=False, unique=True),
    Column("base_url", Text, nullable=False),
    Column("display_url", Text),
    Column("secret", LargeBinary),
    Column("secret_before", LargeBinary),
    Column("secret_before_until", BigInteger, nullable=False, default=0),
    Column("digest_key", LargeBinary, nullable=False),
    Column("platform", String(16), nullable=False),
    Column("state", String(16), nullable=False),
    Column("setup_by", String(16)),
    Column("setup_group", String(255)),
    # A random text, another one after each change of the site's engagements: what is decoded is kept by it.
    Column("agreement_token", String(32)),
    Column("installed_iat", BigInteger, nullable=False, default=0),
    Column("changed_at", BigInteger, nullable=False),
)

project = Table(
    "project",
    metadata,
    owner(),
    Column("project_id", String(64), primary_key=True),
    Column("key", String(255), nullable=False),
    Column("name", Text, nullable=False, default=""),
    Column("archived", Boolean, nullable=False, default=False),
    Column("changed_at", BigInteger, nullable=False),
)
Index(None, project.c.tenant_id, project.c.key)

status = Table(
    "status",
    metadata,
    owner(),
    Column("status_id", String(64), primary_key=True),
    Column("category", String(32)),
)
status_name = Table(
    "status_name",
    metadata,
    owner(),
    Column("status_id", String(64), primary_key=True),
    Column("name", String(255), primary_key=True),
)

site_name = Table(
    "site_name",
    metadata,
    owner(),
    Column("kind", String(255), primary_key=True),
    Column("object_id", String(255), primary_key=True),
    Column("name", String(255), primary_key=True),
)

account = Table(
    "account",
    metadata,
    owner(),
    Column("account_id", String(255), primary_key=True),
    Column("kind", String(32), nullable=False),
    Column("active", Boolean, nullable=False),
    Column("user_name", String(255)),
)
# The conditions of the small indexes, in the words in which a question must ask to be answered by them.
APPS, NAMED = text("kind = 'app'"), text("user_name IS NOT NULL")
Index("ix_account_apps", account.c.tenant_id, account.c.account_id, sqlite_where=APPS, postgresql_where=APPS)
Index("ix_account_named", account.c.tenant_id, account.c.account_id, sqlite_where=NAMED, postgresql_where=NAMED)

issue = Table(
    "issue",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("key", String(255), nullable=False),
    Column("project_id", String(64)),
    Column("project_key", String(255)),
    Column("parent_id", BigInteger),
    Column("subtask", Boolean, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("read_started", BigInteger),
    Column("complete", Boolean, nullable=False, default=True),
    Column("secured", Boolean, nullable=False, default=False),
    Column("summary", Text, nullable=False, default=""),
    Column("body", LargeBinary, nullable=False),
)
Index(None, issue.c.tenant_id, issue.c.parent_id)
Index(None, issue.c.tenant_id, issue.c.project_key)
Index(None, issue.c.tenant_id, issue.c.key)
Index(None, issue.c.tenant_id, issue.c.project_id, issue.c.issue_id)
# The condition of the small index, in the words in which a query must ask to be answered by it.
SECURED = text("secured")
Index("ix_issue_secured", issue.c.tenant_id, issue.c.issue_id, sqlite_where=SECURED, postgresql_where=SECURED)

change = Table(
    "change",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("history_id", BigInteger, primary_key=True, autoincrement=False),
    Column("digest", BigInteger, primary_key=True, autoincrement=False),
    Column("place", Integer, nullable=False),
    Column("at", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("field", String(255), nullable=False),
    Column("field_id", String(255)),
    Column("old", Text),
    Column("old_text", Text),
    Column("new", Text),
    Column("new_text", Text),
    Column("provisional", Boolean, nullable=False),
)
# Who did anything: by these the people of a project are found, each by a row or two.
Index(None, change.c.tenant_id, change.c.author, change.c.issue_id)
# The condition of the small indexes, in the words in which a query must ask to be answered by them.
ASSIGNED = text("field = 'assignee'")
Index(
    "ix_change_old_assignee", change.c.tenant_id, change.c.old, change.c.issue_id,
    sqlite_where=ASSIGNED, postgresql_where=ASSIGNED,
)  # fmt: skip
Index(
    "ix_change_new_assignee", change.c.tenant_id, change.c.new, change.c.issue_id,
    sqlite_where=ASSIGNED, postgresql_where=ASSIGNED,
)  # fmt: skip

worklog = Table(
    "worklog",
    metadata,
    owner(),
    Column("worklog_id", BigInteger, primary_key=True, autoincrement=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("started", BigInteger, nullable=False),
    Column("seconds", BigInteger, nullable=False),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
)
Index(None, worklog.c.tenant_id, worklog.c.issue_id)
Index(None, worklog.c.tenant_id, worklog.c.author, worklog.c.issue_id)

comment = Table(
    "comment",
    metadata,
    owner(),
    Column("comment_id", BigInteger, primary_key=True, autoincrement=False),
    Column("issue_id", BigInteger, nullable=False),
    Column("author", String(255)),
    Column("created", BigInteger, nullable=False),
    Column("updated", BigInteger, nullable=False),
    Column("length", Integer, nullable=False),
    Column("cjk", Boolean, nullable=False),
    Column("digest", String(64), nullable=False),
    Column("mentions", Text, nullable=False, default=""),
    Column("restricted", Boolean, nullable=False),
    Column("provisional", Boolean, nullable=False),
)
Index(None, comment.c.tenant_id, comment.c.issue_id)
Index(None, comment.c.tenant_id, comment.c.author, comment.c.issue_id)

link = Table(
    "link",
    metadata,
    owner(),
    Column("issue_id", BigInteger, primary_key=True, autoincrement=False),
    Column("link_id", BigInteger, primary_key=True, autoincrement=False),
    Column("other_id", BigInteger),
    Column("other_key", String(255)),
    Column("type_name", String(255), nullable=False),
    Column("name", String(255), nullable=False),
    Column("outward", Boolean, nullable=False),
    Column("seen_at", BigInteger),
)
Index(None, link.c.tenant_id, link.c.link_id)
Index(None, link.c.tenant_id, link.c.other_id)

tombstone = Table(
    "tombstone",
    metadata,
    owner(),
    Column("kind", String(16), primary_key=True),
    Column("object_id", BigInteger, primary_key=True, autoincrement=False),
    Column("at", BigInteger, nullable=False),
)
