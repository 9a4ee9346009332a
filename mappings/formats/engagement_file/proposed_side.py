"""The side that something speaks for, of a person who stands in no engagement file yet, and what speaks for it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct

from mappings.measure.model.engagement import GroupRule

TODO: Final = "TODO"
"""In the place of a side for which nothing speaks."""
_PUBLIC_DOMAINS: Final = frozenset(
    {
        "gmail.com", "googlemail.com", "outlook.com", "hotmail.com", "live.com", "yahoo.com", "icloud.com", "me.com",
        "gmx.de", "gmx.net", "web.de", "proton.me", "protonmail.com", "aol.com",
    }
)  # fmt: skip
"""Domains at which anybody has an address: they speak for no side."""
_GATEKEEPERS: Final = re.compile(r"\b(legal|compliance|privacy|security|brand|regulatory|dpo|infosec)\b")
_AGENCIES: Final = re.compile(r"\b(agency|agencies|external|externals|contractors?|partners?|freelancers?)\b")


class Profile(Struct, frozen=True):
    """What Jira shows of a person: the address, where it is not hidden, and groups."""

    account: str
    email: str = ""
    groups: tuple[str, ...] = ()


class ProposedSide(Struct, frozen=True):
    """A side with its reason; `agency` is the key of another agency, `team` the team of a gatekeeper."""

    side: str
    reason: str
    agency: str = ""
    team: str = ""


class Domains(Struct, frozen=True):
    """The e-mail domain of the in-house side, and that of the agency, "" where none is known."""

    inhouse: str = ""
    agency: str = ""


def domain_of(email: str) -> str:
    """Return the domain of an address that belongs to one organisation, else ""."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in _PUBLIC_DOMAINS else domain


def key_of(domain: str) -> str:
    """Return the key of the organisation at a domain: acme for acme.example."""
    return re.sub(r"[^a-z0-9]+", "-", domain.partition(".")[0]).strip("-")[:64] or "agency"


def propose_domains(profiles: Iterable[Profile], own: str) -> Domains:
    """Return the domains of the two sides: `own` (that of the account that reads) is in-house where it is one of them.

    Otherwise the domain of most people is. The agency's is the next of most people.
    """
    counts = Counter(domain for profile in profiles if (domain := domain_of(profile.email)))
    ordered = sorted(counts, key=lambda domain: (-counts[domain], domain))
    inhouse = own if own in counts else next(iter(ordered), "")
    return Domains(inhouse, next((domain for domain in ordered if domain != inhouse), ""))


def propose_side(profile: Profile, domains: Domains, rules: Sequence[GroupRule] = ()) -> ProposedSide | None:
    """Return the side that something speaks for, None where nothing does.

    A rule of the engagement says more than the words of a group, and these more than an address.
    """
    return _by_rule(profile, rules) or _by_group(profile) or _by_address(profile, domains)


def _by_rule(profile: Profile, rules: Sequence[GroupRule]) -> ProposedSide | None:
    groups = {group.casefold(): group for group in profile.groups}
    rule = next((rule for rule in rules if rule.group.casefold() in groups), None)
    if rule is None:
        return None
    return ProposedSide(rule.side, f"rule for the Jira group {rule.group}", rule.agency, rule.team)


def _by_group(profile: Profile) -> ProposedSide | None:
    words = [(group, re.sub(r"[^a-z]+", " ", group.lower())) for group in profile.groups]
    for group, text in words:
        if match := _GATEKEEPERS.search(text):
            return ProposedSide("gatekeeper", f"Jira group {group}", team=match[1].capitalize())
    for group, text in words:
        if _AGENCIES.search(text):
            return ProposedSide("agency", f"Jira group {group}")
    return None


def _by_address(profile: Profile, domains: Domains) -> ProposedSide | None:
    domain = domain_of(profile.email)
    if not domain:
        return None
    reason = f"address at {domain}"
    if domain == domains.inhouse:
        return ProposedSide("inhouse", reason)
    return ProposedSide("agency", reason, agency="" if domain == domains.agency else key_of(domain))


def propose_sides(
    profiles: Iterable[Profile], domains: Domains, rules: Sequence[GroupRule] = ()
) -> Mapping[str, ProposedSide]:
    """Return the proposals by account, of those for whom something speaks."""
    proposals = ((profile.account, propose_side(profile, domains, rules)) for profile in profiles)
    return {account: proposal for account, proposal in proposals if proposal is not None}
