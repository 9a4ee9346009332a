"""The side that something speaks for, of a person who stands in no engagement file yet, and what speaks for it."""

import re
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from msgspec import Struct
from msgspec.structs import replace

from mappings.measure.model.engagement import GroupRule

TODO: Final = "TODO"
"""In the place of a side for which nothing speaks."""
BY_RULE: Final = "rule for the Jira group "
BY_GROUP: Final = "Jira group "
BY_ADDRESS: Final = "address at "
"""How reasons begin; what follows is a name of Jira or a domain. Drafts keep them so."""
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
    """A side with its reason; `agency` is the key of another agency, `team` the team of a gatekeeper.

    `is_contradicted`: something else, which the reason names, speaks for another side.
    """

    side: str
    reason: str
    agency: str = ""
    team: str = ""
    is_contradicted: bool = False


class Domains(Struct, frozen=True):
    """The e-mail domain of the in-house side, and that of the agency, "" where none is known."""

    inhouse: str = ""
    agency: str = ""


class KnownAgency(Struct, frozen=True):
    """What is known of the agency already: its name and key, and accounts of its people."""

    names: tuple[str, ...] = ()
    people: frozenset[str] = frozenset()


NO_AGENCY: Final = KnownAgency()


def is_by_rule(reason: str) -> bool:
    """Tell whether a rule of the engagement speaks for a side: it says more than anything else that is known."""
    return reason.startswith(BY_RULE)


def domain_of(email: str) -> str:
    """Return the domain of an address that belongs to one organisation, else ""."""
    domain = email.rpartition("@")[2].strip().lower()
    return "" if domain in _PUBLIC_DOMAINS else domain


def domains_of(emails: Iterable[str]) -> list[str]:
    """Return the domains of addresses that belong to one organisation, that of most addresses first."""
    counts = Counter(domain for email in emails if (domain := domain_of(email)))
    return sorted(counts, key=lambda domain: (-counts[domain], domain))


def key_of(domain: str) -> str:
    """Return the key of the organisation at a domain: acme for acme.example."""
    return re.sub(r"[^a-z0-9]+", "-", domain.partition(".")[0]).strip("-")[:64] or "agency"


def fits_name(text: str, name: str) -> bool:
    """Tell whether a name begins with the words of a text, or the text with those of the name: bolt, Bolt Studio."""
    words, others = _words(text), _words(name)
    if not words or not others:
        return False
    return "".join(words) in _beginnings(others) or "".join(others) in _beginnings(words)


def _words(text: str) -> list[str]:
    return re.findall(r"[^\W_]+", text.casefold())


def _beginnings(words: Sequence[str]) -> set[str]:
    return {"".join(words[:count]) for count in range(1, len(words) + 1)}


def propose_domains(profiles: Iterable[Profile], own: str, agency: KnownAgency = NO_AGENCY) -> Domains:
    """Return the domains of the two sides: `own` (that of the account that reads) is in-house where it is one of them.

    Otherwise the domain of most people is. The agency's fits its name, or is that of most of its people; while neither
    is known it is the next of most people.
    """
    shown = list(profiles)
    ordered = domains_of(profile.email for profile in shown)
    inhouse = own if own in ordered else next(iter(ordered), "")
    others = [domain for domain in ordered if domain != inhouse]
    named = [domain for domain in others if _fits_agency(domain, agency)]
    of_people = domains_of(profile.email for profile in shown if profile.account in agency.people)
    known = [*named, *(domain for domain in of_people if domain != inhouse)]
    return Domains(inhouse, next(iter(known if agency.names or agency.people else others), ""))


def _fits_agency(domain: str, agency: KnownAgency) -> bool:
    return any(fits_name(part, name) for part in domain.split(".")[:-1] for name in agency.names)


def propose_side(profile: Profile, domains: Domains, rules: Sequence[GroupRule] = ()) -> ProposedSide | None:
    """Return the side that something speaks for, None where nothing does.

    A rule of the engagement says more than the words of a group, and these more than an address.
    """
    by_rules = _by_rules(profile, rules)
    if by_rules:
        return _contradicted(by_rules[0], by_rules[1:])
    by_group, by_address = _by_group(profile), _by_address(profile, domains)
    # Legal and security have the company's address, too: only an agency's group contradicts it.
    if by_group is not None and by_group.side == "agency" and by_address is not None and by_address.side == "inhouse":
        return _contradicted(by_group, [by_address])
    return by_group or by_address


def _contradicted(first: ProposedSide, others: Sequence[ProposedSide]) -> ProposedSide:
    """Return a proposal that names what speaks for another side, if anything does."""
    against = next((each for each in others if (each.side, each.agency) != (first.side, first.agency)), None)
    if against is None:
        return first
    return replace(first, reason=f"{first.reason}; but {against.reason} says {against.side}", is_contradicted=True)


def _by_rules(profile: Profile, rules: Sequence[GroupRule]) -> list[ProposedSide]:
    groups = {group.casefold() for group in profile.groups}
    return [
        ProposedSide(rule.side, f"{BY_RULE}{rule.group}", rule.agency, rule.team)
        for rule in rules
        if rule.group.casefold() in groups
    ]


def _by_group(profile: Profile) -> ProposedSide | None:
    words = [(group, re.sub(r"[^a-z]+", " ", group.lower())) for group in profile.groups]
    for group, text in words:
        if match := _GATEKEEPERS.search(text):
            return ProposedSide("gatekeeper", f"{BY_GROUP}{group}", team=match[1].capitalize())
    for group, text in words:
        if _AGENCIES.search(text):
            return ProposedSide("agency", f"{BY_GROUP}{group}")
    return None


def _by_address(profile: Profile, domains: Domains) -> ProposedSide | None:
    domain = domain_of(profile.email)
    if not domain:
        return None
    reason = f"{BY_ADDRESS}{domain}"
    if domain == domains.inhouse:
        return ProposedSide("inhouse", reason)
    # Whose an address is that is not the company's is not known while the agency's is not.
    if not domains.agency:
        return None
    return ProposedSide("agency", reason, agency="" if domain == domains.agency else key_of(domain))


def propose_sides(
    profiles: Iterable[Profile], domains: Domains, rules: Sequence[GroupRule] = ()
) -> Mapping[str, ProposedSide]:
    """Return the proposals by account, of those for whom something speaks."""
    proposals = ((profile.account, propose_side(profile, domains, rules)) for profile in profiles)
    return {account: proposal for account, proposal in proposals if proposal is not None}
