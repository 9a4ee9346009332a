"""How the properties draw: few examples, the same on every run, without shrinking, since each takes a while."""

import os
from datetime import date

from hypothesis import HealthCheck, Phase, settings

from mappings.formats.report.json_report import report, report_bytes
from tests.webhooks.site import SiteTenant

EXAMPLES = int(os.environ.get("TEACHBACK_PROPERTY_EXAMPLES", "8"))
few = settings(
    max_examples=EXAMPLES, deadline=None, derandomize=True, database=None, phases=[Phase.generate],
    suppress_health_check=list(HealthCheck),
)  # fmt: skip
QUARTER = (date(2026, 7, 1), date(2026, 10, 1))
ALL = (date(2026, 5, 25), date(2026, 11, 21))


def bytes_of(site_tenant: SiteTenant, key: str) -> tuple[bytes, ...]:
    """The reports of a quarter and of all the story."""
    return tuple(report_bytes(report(site_tenant.review(key, *span))) for span in (QUARTER, ALL))
