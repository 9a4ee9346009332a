"""Who is on which side, when (measurement (a) and (g) 7)."""

from typing import Any

from tests.derivation.business_hours import Zone

SIDES = ("agency", "other", "inhouse", "gatekeeper", "unknown", "conflict")
ALWAYS = 1 << 62


class People:
    """The people of one engagement file."""

    def __init__(self, file: dict[str, Any], zone: Zone, bots: set[str]) -> None:
        self.bots = bots
        self.own = file["agency"]["key"]
        self.stays: dict[str, list[tuple[int, int, str, str]]] = {}
        for line in file["people"]:
            start = zone.at(line["from"])
            end = zone.at(line["to"]) if line.get("to") else ALWAYS
            agency = line.get("agency", self.own) if line["side"] == "agency" else ""
            side = "other" if agency not in ("", self.own) else line["side"]
            self.stays.setdefault(line["account"], []).append((start, end, side, agency))
        self.cuts = {edge for stays in self.stays.values() for start, end, *_ in stays for edge in (start, end)}

    def side(self, account: str | None, at: int) -> str:
        """The side of an account at an instant; a bot and nobody have none."""
        if account is None or account in self.bots:
            return ""
        accounts = {side for start, end, side, _ in self.stays.get(account, ()) if start <= at < end}
        return "unknown" if not accounts else accounts.pop() if len(accounts) == 1 else "conflict"

    def agency(self, account: str | None, at: int) -> str:
        """The agency that an account works for at an instant, or "" for none."""
        for start, end, _, agency in self.stays.get(account or "", ()):
            if start <= at < end and account not in self.bots:
                return agency
        return ""

    def inhouse(self, at: int) -> set[str]:
        return {account for account in self.stays if self.side(account, at) == "inhouse"}
