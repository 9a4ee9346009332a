"""Tokens that stand for the figures of an engagement as they are, so that a process can keep what it made of them."""

import secrets

from sqlalchemy import Connection, bindparam, select

from mappings.records.sql.bulk import save_rows
from mappings.records.sql.scope import AgreementScope, Scope, bound_values, in_agreement
from mappings.records.tables import figure_token

_COLUMNS = ("tenant_id", "engagement", "token")
_OF_SITE = select(figure_token.c.engagement, figure_token.c.token).where(
    figure_token.c.tenant_id == bindparam("at_tenant")
)

_OF_ENGAGEMENT = select(figure_token.c.token).where(in_agreement(figure_token))


def renew_figure_token(scope: AgreementScope | Scope) -> None:
    """Replace the token, in the transaction that changes what the engagement's figures rest on."""
    # Random, not counted: a database that was restored never has the token of another state.
    save_rows(scope.connection, figure_token, _COLUMNS, [(scope.tenant_id, scope.engagement, secrets.token_hex(16))])


def select_figure_token(scope: AgreementScope) -> str | None:
    """Return the token of one engagement; None where its figures never changed since there are tokens."""
    token: str | None = scope.connection.execute(_OF_ENGAGEMENT, bound_values(scope)).scalar()
    return token


def select_figure_tokens(connection: Connection, tenant_id: int) -> dict[str, str]:
    """Return the tokens of a site by engagement; one whose figures never changed since there are tokens has none.

    Whoever keeps figures reads the token before them: what is committed meanwhile has another one.
    """
    return dict(connection.execute(_OF_SITE, {"at_tenant": tenant_id}).all())
