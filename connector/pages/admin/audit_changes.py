"""What an act of the audit log changed, from what to what, as text; what might name a person is in no text."""

from collections.abc import Callable, Mapping
from datetime import date

from connector.pages.program.texts import MODEL_NAMES
from connector.text import full_day
from mappings.records.operations.audit import Act
from mappings.translation import Texts, gettext, mark, ngettext

SETUP_NAMES: Mapping[str, str] = Texts(
    {
        "admins": mark("administrators of the site alone"),
        "project_admins": mark("administrators of projects and of the site"),
    }
)
KEPT_NAMES: Mapping[str, str] = Texts({"pages": mark("on its pages"), "file": mark("as a file")})
# What tickets show, as `choice_text` stores it.
DISPLAY_NAMES: Mapping[str, str] = Texts(
    {
        "objectives where one agency works alone": mark("objectives where one agency works alone"),
        "objectives always": mark("objectives always"),
        "objectives never": mark("objectives never"),
        "bucket shown": mark("buckets shown"),
        "bucket not shown": mark("buckets not shown"),
    }
)


def change_text(act: Act) -> str:
    """Return "before → after" of an act that changed a value; "" where both are alike, or are not to be shown."""
    if act.act == "mirror chosen":
        return _display_change(act)
    read = _READERS.get(act.act)
    if read is None:
        return ""
    before, after = read(act.before or ""), read(act.after or "")
    return f"{before} → {after}" if before != after else ""


def _display_change(act: Act) -> str:
    # What tickets show otherwise than before: the act holds all that they show.
    before, after = ((text or "").split(", ") for text in (act.before, act.after))
    now = [DISPLAY_NAMES.get(part, part) for part in after if part not in before]
    then = [DISPLAY_NAMES.get(part, part) for part in before if part and part not in after]
    return f"{', '.join(then)} → {', '.join(now)}" if then else ", ".join(now)


def _months(text: str) -> str:
    if not text.isdecimal():
        return gettext("the installation’s default")
    return ngettext("%(num)s month", "%(num)s months", int(text))


def _group(text: str) -> str:
    return gettext("“%(group)s”", group=text) if text else gettext("none")


def _end(text: str) -> str:
    try:
        return full_day(date.fromisoformat(text))
    except ValueError:
        return gettext("open")


_READERS: Mapping[str, Callable[[str], str]] = {
    "retention changed": _months,
    "group sets up": _group,
    "who sets up": lambda text: SETUP_NAMES.get(text, ""),
    "engagement kept": lambda text: KEPT_NAMES.get(text, ""),
    "engagement ended": _end,
    "engagement opened again": _end,
    "model changed": lambda text: MODEL_NAMES.get(text or None, ""),
}
