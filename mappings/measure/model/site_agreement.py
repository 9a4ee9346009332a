"""An agreement with names replaced by ids, as the tickets of a site have them (measurement (g) 15)."""

from collections.abc import Iterable, Mapping

from msgspec.structs import replace

from mappings.events.names import fold_name
from mappings.measure.model.engagement import Engagement, Signals, TicketRule
from mappings.measure.model.site_names import ONE_KIND, SiteNames

# Lists of a mapping or signal whose texts are names of things with ids.
_KINDS: Mapping[str, str] = {
    "components": "components",
    "types": "issuetype",
    "declined": "resolution",
    "won": "resolution",
    "lost": "resolution",
    "inconclusive": "resolution",
}


def rewrite_engagement(agreed: Engagement, names: SiteNames) -> Engagement:
    """Return an agreement whose texts match those of rewritten tickets."""
    return replace(
        agreed,
        projects=tuple(dict.fromkeys(key for project in agreed.projects for key in names.projects_of(project))),
        units=replace(agreed.units, field=names.field_of(agreed.units.field)) if agreed.units.field else agreed.units,
        objectives=tuple(replace(each, mapping=_rewrite_rule(each.mapping, names)) for each in agreed.objectives),
        signals=Signals(
            **{kind: _rewrite_signal(getattr(agreed.signals, kind), names) for kind in Signals.__struct_fields__}
        ),
        checks=replace(agreed.checks, required_fields=tuple(map(names.field_of, agreed.checks.required_fields))),
    )


def _rewrite_rule(rule: TicketRule, names: SiteNames) -> TicketRule:
    fields: dict[str, tuple[str, ...]] = {}
    for field, texts in rule.fields.items():
        field_id = names.field_of(field)
        fields[field_id] = (*fields.get(field_id, ()), *_texts(names, ONE_KIND.get(field_id, field_id), texts))
    return TicketRule(
        labels=rule.labels,
        components=_texts(names, "components", rule.components),
        types=_texts(names, "issuetype", rule.types),
        epics=tuple(dict.fromkeys(key for epic in rule.epics for key in (epic, epic.upper()))),
        fields=fields,
    )


def _texts(names: SiteNames, kind: str, texts: Iterable[str]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(alias for text in texts for alias in names.texts_of(kind, text)))


def _rewrite_signal(rule: Mapping[str, tuple[str, ...]], names: SiteNames) -> Mapping[str, tuple[str, ...]]:
    return {kind: _texts(names, _KINDS[kind], rule[kind]) if kind in _KINDS else rule[kind] for kind in rule}


def inputs_of(agreed: Engagement, names: SiteNames) -> dict[str, str]:
    """Return what an agreement uses of a site's names; where a value changes, figures must be measured again."""
    # A new id changes nothing that was measured: no ticket had it.
    inputs = {f"type {number}": "epic" if number in names.epics else "" for number in names.values.get("issuetype", {})}
    inputs |= {f"project {number}": key for number, key in names.current_keys.items()}
    for field, texts in _named(agreed, names):
        folded = {fold_name(text) for text in texts}
        for number, carried in names.values.get(field, {}).items():
            matched = ",".join(sorted(folded & carried))
            inputs[f"{field} {number}"] = f"{inputs.get(f'{field} {number}', '')}{matched}"
    for field in sorted(_fields(agreed)):
        field_id = names.field_of(field)
        nameless = sorted(name for name in names.nameless if field_id in names.fields.get(name, ()))
        inputs[f"field {field}"] = " ".join((field_id, *nameless))
    for name in ("epic link", "parent link", "epic name"):
        # Only Data Center, whose changelogs have no field ids, keeps the parent in such a field.
        inputs[f"field {name}"] = ",".join(sorted(names.fields.get(name, ()))) if names.nameless else ""
    return inputs


def _fields(agreed: Engagement) -> set[str]:
    named = {field for each in agreed.objectives for field in each.mapping.fields} | set(agreed.checks.required_fields)
    return named | ({agreed.units.field} if agreed.units.field else set())


def _named(agreed: Engagement, names: SiteNames) -> list[tuple[str, tuple[str, ...]]]:
    rules = [each.mapping for each in agreed.objectives]
    pairs = [pair for rule in rules for pair in (("components", rule.components), ("issuetype", rule.types))]
    pairs += [(names.field_of(field), texts) for rule in rules for field, texts in rule.fields.items()]
    signals = [getattr(agreed.signals, kind) for kind in Signals.__struct_fields__]
    pairs += [(_KINDS[kind], texts) for rule in signals for kind, texts in rule.items() if kind in _KINDS]
    return [pair for pair in pairs if pair[1]]
