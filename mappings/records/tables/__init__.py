"""Every table. The tenant leads each key, so that no statement can forget whose rows it reads."""

from mappings.records.tables.access import *
from mappings.records.tables.agreements import *
from mappings.records.tables.closed_room import *
from mappings.records.tables.columns import *
from mappings.records.tables.facts import *
from mappings.records.tables.figures import *
from mappings.records.tables.operations import *
from mappings.records.tables.people import *
from mappings.records.tables.review import *
