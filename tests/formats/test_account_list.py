"""People as lines for an engagement file."""

from datetime import date

import yaml

from mappings.formats.engagement_file.account_list import SeenPerson, people_lines

SEEN = [
    SeenPerson("712020:bbbb", "atlassian", True, 3, {}),
    SeenPerson("712020:aaaa", "atlassian", True, 12, {"side": "agency", "from": date(2026, 1, 5)}),
    SeenPerson("557058:app", "app", True, 90, {}),
    SeenPerson("712020:c", "atlassian", False, 1, {}),
]


def test_people_stand_most_tickets_first_and_say_why() -> None:
    assert people_lines(SEEN).splitlines() == [
        "people:",
        "  # - {account: '557058:app', side: inhouse}  # 90 tickets, a bot, counts nowhere",
        "  - {account: '712020:aaaa', side: agency, from: 2026-01-05}  # 12 tickets, as it stands",
        "  - {account: '712020:bbbb', side: inhouse}  # 3 tickets, proposed: check the side and add from",
        "  - {account: '712020:c', side: inhouse}  # 1 ticket, proposed: check the side and add from, closed account",
    ]


def test_the_lines_are_the_people_of_an_engagement_file() -> None:
    read = yaml.safe_load(people_lines(SEEN))
    assert [one["account"] for one in read["people"]] == ["712020:aaaa", "712020:bbbb", "712020:c"]
