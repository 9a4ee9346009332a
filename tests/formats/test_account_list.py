"""People as lines for an engagement file."""

from datetime import date

import pytest
import yaml
from msgspec.structs import replace

from mappings.formats.engagement_file.account_list import SeenPerson, people_lines, undecided_line
from mappings.formats.engagement_file.proposed_side import (
    Domains,
    KnownAgency,
    Profile,
    ProposedSide,
    fits_name,
    propose_domains,
    propose_side,
    propose_sides,
)

STAYS = (
    {"side": "agency", "from": date(2026, 1, 5), "to": date(2026, 6, 1)},
    {"side": "inhouse", "from": date(2026, 6, 1)},
)
SPAN = (date(2026, 1, 7), date(2026, 3, 2))
SEEN = [
    SeenPerson("712020:bbbb", "atlassian", True, 3),
    SeenPerson("712020:aaaa", "atlassian", True, 12, STAYS, name="Ada"),
    SeenPerson("557058:app", "app", True, 90),
    SeenPerson("712020:c", "atlassian", False, 1, (), *SPAN, "Cy\n- {x", ProposedSide("inhouse", "group")),
]


def test_people_stand_most_tickets_first_and_say_why() -> None:
    assert people_lines(SEEN).splitlines() == [
        "people:",
        "  - {account: '712020:aaaa', side: agency, from: 2026-01-05, to: 2026-06-01}  # Ada, 12 tickets, as it stands",
        "  - {account: '712020:aaaa', side: inhouse, from: 2026-06-01}  # Ada, 12 tickets, as it stands",
        "  # - {account: '712020:bbbb', side: TODO}  # 3 tickets, no side known: set it, and remove the # in front",
        "  - {account: '712020:c', side: inhouse}  # Cy - {x, 1 ticket, 2026-01-07 to 2026-03-02, proposed by group, closed account",  # noqa: E501 one line of the list
        "  # - {account: '557058:app', side: TODO}  # 90 tickets, a bot, counts nowhere",
    ]


def test_the_lines_are_the_people_of_an_engagement_file() -> None:
    read = yaml.safe_load(people_lines(SEEN))
    assert [person["account"] for person in read["people"]] == ["712020:aaaa", "712020:aaaa", "712020:c"]
    assert yaml.safe_load(people_lines([SEEN[0]])) == {"people": []}


def test_a_line_without_a_side_says_what_is_not_known_and_what_is_proposed() -> None:
    starts, (first, last) = date(2026, 1, 5), SPAN
    seen = SeenPerson("712020:c", "atlassian", True, 1_001)
    unknown = "first day not known: add from, where they came after the start"
    assert undecided_line(seen, starts) == f"- {{account: '712020:c', side: TODO}}  # {unknown}"
    proposed = replace(seen, proposed=ProposedSide("agency", "group"))
    assert undecided_line(proposed, starts).endswith(f"side: TODO}}  # agency (group); {unknown}")
    known = undecided_line(replace(proposed, first=first, last=last), starts)
    assert known == "- {account: '712020:c', side: TODO, from: 2026-01-07}  # agency (group)"


PROFILES = [
    Profile("a", "a@growth.example"),
    Profile("b", "b@growth.example", ("legal-reviewers",)),
    Profile("c", "c@Acme.example"),
    Profile("d", "d@bolt.example"),
    Profile("e", "e@gmail.com"),
    Profile("f", "", ("site-users", "external-contractors")),
    Profile("g"),
]


def test_the_domain_of_whoever_reads_is_in_house_and_the_next_is_the_agency() -> None:
    assert propose_domains(PROFILES, "") == Domains("growth.example", "acme.example")
    assert propose_domains(PROFILES, "acme.example") == Domains("acme.example", "growth.example")
    assert propose_domains([], "acme.example") == Domains("", "")


@pytest.mark.parametrize(
    ("agency", "domain"),
    [
        (KnownAgency(("Bolt Studio",)), "bolt.example"),
        (KnownAgency(("bolt",)), "bolt.example"),
        (KnownAgency(("ACME",)), "acme.example"),
        (KnownAgency(("Boltzmann",)), ""),
        (KnownAgency(("Nordlicht",), frozenset({"d"})), "bolt.example"),
        (KnownAgency(("Growth",)), ""),
    ],
)
def test_the_agencys_domain_fits_its_name_or_is_that_of_its_people(agency: KnownAgency, domain: str) -> None:
    assert propose_domains(PROFILES, "", agency) == Domains("growth.example", domain)
    assert fits_name("bolt-studio", "Bolt")
    assert fits_name("boltstudio", "Bolt Studio GmbH")


def test_whose_an_address_is_is_not_known_while_the_agencys_is_not() -> None:
    proposed = propose_sides(PROFILES, Domains("growth.example", ""))
    assert sorted(proposed) == ["a", "b", "f"]


def test_a_side_is_proposed_where_something_speaks_for_it() -> None:
    proposed = propose_sides(PROFILES, propose_domains(PROFILES, ""))
    assert {account: (each.side, each.agency, each.team) for account, each in proposed.items()} == {
        "a": ("inhouse", "", ""),
        "b": ("gatekeeper", "", "Legal"),
        "c": ("agency", "", ""),
        "d": ("agency", "bolt", ""),
        "f": ("agency", "", ""),
    }
    assert propose_side(Profile("e", "e@gmail.com"), Domains("growth.example", "")) is None
