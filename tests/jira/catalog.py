"""What an admin sets up on a site: issue types, statuses, fields, link types, priorities, levels and the like."""

from tests.jira.collections import Store, deed
from tests.jira.model import POINTS_FIELD, RANK_FIELD, SPRINT_FIELD, Category, Field, IssueType, LinkType, Named, Status

PRIORITIES = ("Highest", "High", "Medium", "Low", "Lowest")
RESOLUTIONS = ("Done", "Won't Do", "Duplicate", "Cannot Reproduce")
LINK_TYPES = (
    ("Blocks", "blocks", "is blocked by"),
    ("Cloners", "clones", "is cloned by"),
    ("Duplicate", "duplicates", "is duplicated by"),
    ("Relates", "relates to", "relates to"),
)
FIELDS = (
    (POINTS_FIELD, "Story point estimate", "number"),
    (SPRINT_FIELD, "Sprint", "sprint"),
    (RANK_FIELD, "Rank", "rank"),
)


class Catalog(Store):
    """Everything that issues name. Names are unique on a site, as Jira's are."""

    def furnish(self) -> None:
        """Give the site what every new Jira site has."""
        for name in PRIORITIES:
            self.priorities[name] = Named(len(self.priorities) + 1, name)
        for name in RESOLUTIONS:
            self.add_resolution(name)
        for names in LINK_TYPES:
            self.add_link_type(*names)
        for field in FIELDS:
            self.add_field(*field)

    @deed
    def add_issue_type(self, name: str, *, level: int = 0, subtask: bool = False) -> int:
        """`level` is the hierarchy level: 1 epic, 0 standard, -1 sub-task."""
        made = IssueType(self.next_id("issue type"), name, -1 if subtask else level, subtask)
        self.issue_types[made.id] = made
        return made.id

    @deed
    def add_status(self, name: str, category: Category) -> str:
        made = Status(str(self.next_id("status")), name, category)
        self.statuses[made.id] = made
        return made.id

    @deed
    def add_field(self, field_id: str, name: str, kind: str) -> str:
        """`kind` is one of number, string, text, option, options, user, users, date, datetime, labels."""
        self.fields[field_id] = Field(field_id, name, kind)
        return field_id

    @deed
    def add_resolution(self, name: str) -> int:
        self.resolutions[name] = Named(self.next_id("resolution"), name)
        return self.resolutions[name].id

    @deed
    def add_link_type(self, name: str, outward: str, inward: str) -> int:
        made = LinkType(self.next_id("link type"), name, outward, inward)
        self.link_types[made.id] = made
        return made.id

    @deed
    def add_sprint(self, name: str) -> int:
        number = len(self.sprints) + 1
        self.sprints[number] = Named(number, name)
        return number

    def component(self, name: str) -> Named:
        """The component of that name; made when first used."""
        if name not in self.components:
            self.components[name] = Named(self.next_id("component"), name)
        return self.components[name]

    def resolution(self, name: str) -> Named:
        if name not in self.resolutions:
            self.add_resolution(name)
        return self.resolutions[name]

    def link_type_named(self, name: str) -> LinkType:
        return next(kind for kind in self.link_types.values() if kind.name == name)
