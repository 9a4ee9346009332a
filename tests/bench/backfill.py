"""Line 3: issues imported from a file to measured figures, against reading them and writing their facts alone."""

import gzip
import json
from collections import Counter
from collections.abc import Sequence
from itertools import islice
from pathlib import Path
from typing import Any

from connector.commands.site.import_file import BATCH
from mappings.events.rest import read_issue
from mappings.events.types import IssueRead
from mappings.records.facts.rest_reads import save_issues_read
from tests.bench.installation import Database, SiteTenant, Stopwatch, site_tenant
from tests.bench.machine import spread
from webhooks.rest_intake import save_reads, save_while_reading

VOLUME = Path(__file__).parents[3] / "shared/data/volume/tidev_issues.jsonl.gz"
"""Issues of a real site, where the checkout has them beside it."""


def volume(limit: int) -> list[bytes]:
    """Up to `limit` lines of the recorded file; none where it is missing."""
    if not VOLUME.exists():
        return []
    with gzip.open(VOLUME) as lines:
        return list(islice(lines, limit))


def load(place: SiteTenant, lines: Sequence[bytes], *, measured: bool) -> None:
    """Take the lines in as `teachback import` does; without `measured`, the facts alone."""

    def save(reads: list[IssueRead]) -> None:
        if measured:
            save_reads(place.engine, place.tenant_id, reads, digest=place.digest, started=place.now, now=place.now)
            return
        with place.engine.begin() as connection:
            save_issues_read(connection, place.tenant_id, reads, place.now)

    starts = range(0, len(lines), BATCH)
    save_while_reading(([read_issue(line, place.digest) for line in lines[at : at + BATCH]] for at in starts), save)


def engagement_over(lines: Sequence[bytes]) -> str:
    """An engagement over all that a recorded file holds: its people, by turns, are of the agency and of the house."""
    fields = [json.loads(line)["fields"] for line in lines]
    busy = Counter(field["assignee"]["accountId"] for field in fields if field["assignee"]).most_common(40)
    people = [
        {"account": account, "side": ("agency", "inhouse")[place % 2], "from": "2010-01-01"}
        for place, (account, _) in enumerate(busy)
    ]
    named = {"key": "volume", "name": "Volume", "timezone": "Europe/Berlin", "starts": "2010-01-01", "ends": None}
    types = sorted({field["issuetype"]["name"] for field in fields})
    agreed = {
        "engagement": {**named, "projects": sorted({field["project"]["key"] for field in fields}), "model": "embedded"},
        "agency": {"key": "volume", "name": "Volume"},
        "people": people,
        "workflow": {"active": ["In Progress"], "review": ["In Review"], "done": ["Closed", "Resolved"]},
        "objectives": [{"key": f"o{n}", "name": kind, "mapping": {"types": [kind]}} for n, kind in enumerate(types)],
    }
    return json.dumps(agreed)


def measure_round(database: Database, lines: Sequence[bytes], agreed: Sequence[str]) -> dict[str, float]:
    """One import and one plain writing of the same lines, each in a database of its own."""
    with site_tenant(database, agreed, lines) as place, Stopwatch(database.pid) as whole:
        load(place, lines, measured=True)
    with site_tenant(database, agreed, lines) as place, Stopwatch(database.pid) as alone:
        load(place, lines, measured=False)
    return {
        "issues_a_second": len(lines) / whole.clock,
        "issues_a_processor_second": len(lines) / whole.here,
        "issues_a_processor_second_with_server": len(lines) / (whole.here + whole.there),
        "alone_a_processor_second": len(lines) / alone.here,
        "cost_to_alone": whole.here / alone.here,
    }


def measure_backfill(
    database: Database, lines: Sequence[bytes], agreed: Sequence[str], *, rounds: int
) -> dict[str, Any]:
    """Return the figures of all rounds."""
    made = [measure_round(database, lines, agreed) for _ in range(rounds)]
    return {"issues": len(lines)} | {name: spread(row[name] for row in made) for name in made[0]}
