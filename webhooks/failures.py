"""Work on many issues, of which some fail: each failure costs its own issue alone."""

import logging
from collections.abc import Callable, Collection

from sqlalchemy import Connection

from mappings.records.sql.engine import StoreError

log = logging.getLogger(__name__)


def isolate_failures(
    connection: Connection, issue_ids: Collection[int], measure: Callable[[Collection[int]], None]
) -> dict[int, str]:
    """Run `measure` on all issues, and where that fails on each alone; return the failed ones with the reason.

    Raises StoreError.
    """
    if _run_in_savepoint(connection, measure, issue_ids) is None:
        return {}
    reasons = {issue_id: _run_in_savepoint(connection, measure, [issue_id]) for issue_id in sorted(issue_ids)}
    return {issue_id: reason for issue_id, reason in reasons.items() if reason is not None}


def _run_in_savepoint(
    connection: Connection, measure: Callable[[Collection[int]], None], ids: Collection[int]
) -> str | None:
    try:
        with connection.begin_nested():
            measure(ids)
    except StoreError:
        raise
    except Exception as cause:  # whatever it was: facts and old figures are kept, and the failure is shown
        log.warning("figures failed", exc_info=True)
        return type(cause).__name__
    return None
