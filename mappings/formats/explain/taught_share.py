"""The explanation of the taught share: both of its sums by their tickets, and what one more would do."""

from collections.abc import Sequence

from msgspec.structs import replace

from mappings.formats.explain.followable import followable_parts
from mappings.formats.explain.latest import with_earlier
from mappings.formats.explain.marks import WITHOUT
from mappings.formats.explain.model import Explained, Line, per_cent, points, sentence_of
from mappings.formats.explain.publish_gap import gap_next_step, gap_reason
from mappings.formats.explain.rule_texts import RULES, SHADOW, fill_placeholders
from mappings.formats.explain.units import count_unsized, counted_text, entry_line, method_of, unit_of
from mappings.formats.export.figure import Value
from mappings.formats.export.numbers import amount_text, printed_part, printed_text, units_of
from mappings.formats.report.source import ReportSource, Row, day_sums_of, figures_in, figures_without
from mappings.measure.model.ticket import DaySums
from mappings.measure.period.figures import Figures, Share
from mappings.measure.period.printed_parts import printed_bucket, printed_parts
from mappings.measure.period.publish_gap import tickets_needed
from mappings.measure.period.rounding import percent
from mappings.measure.ticket.work_shares import AGENCY
from mappings.translation import decimal_text, formula_number, gettext, ngettext


def explain_share(source: ReportSource, path: str) -> Explained:
    # Explain the taught share by both of its sums: each ticket with an agency part, and what of it was taught.
    rule, figures = RULES["taught_share"], figures_in(source)
    share, sums, agency = figures.taught_share, figures.sums, source.engagement.agency_name
    rows = [row for row in source.rows if row.entry.parts[AGENCY]]
    by = source.engagement.units.by
    taught, delivered = _input_texts(sums, by) if share.published else _sum_texts(sums, by)
    return Explained(
        path=path,
        title=gettext(rule.title),
        value=share_value(source, share),
        small=_of_delivered(sums, by) if share.published else "",
        rule=sentence_of(rule, source),
        rule_id=rule.rule_id,
        formula=gettext(
            "taught / delivered by the agency; Wilson’s interval on (Σw)² / Σw² tickets, w = the agency’s part"
        ),
        inputs=(
            (gettext("Taught"), taught),
            (gettext("Delivered by %(agency)s", agency=agency), delivered),
            (gettext("Evidence"), _evidence_text(share, source, rows)),
            *method_of(source),
            *_share_without(source),
        ),
        unit=unit_of(source),
        number=units_of(sums.taught),
        lines=with_earlier(
            source, [_share_line(source, row) for row in rows], units_of(sums.taught), units_of(sums.agency)
        ),
        moves=share_moves(source, figures),
        columns=(agency, rule.column),
        base=units_of(sums.agency),
        details=((gettext("Effective tickets"), formula_number(share.n_eff, ".1f")),),
    )


def _sum_texts(sums: DaySums, by: str) -> tuple[str, str]:
    return amount_text(sums.taught, by), amount_text(sums.agency, by)


def _input_texts(sums: DaySums, by: str) -> tuple[str, str]:
    """Return both sums as the share follows from them: with more places than elsewhere where it takes these."""
    taught, delivered = followable_parts(units_of(sums.taught), units_of(sums.agency))
    return printed_text(taught, by), printed_text(delivered, by)


def _of_delivered(sums: DaySums, by: str) -> str:
    return printed_part(points(units_of(sums.taught)), points(units_of(sums.agency)), by)


def tickets_counted(share: Share) -> str:
    return ngettext("%(num)s ticket", "%(num)s tickets", share.n)


def _evidence_text(share: Share, source: ReportSource, rows: Sequence[Row]) -> str:
    counted = tickets_counted(share)
    # All tickets are listed, and so those that do not count; of a long period only the latest are.
    if day_sums_of(source) is None:
        back, unsized = len({row.issue_id for row in rows}) - share.n, count_unsized(source, "agency")
        counted = counted_text(share.n, max(0, back), unsized)
    return gettext("%(tickets)s; published from %(needed)s", tickets=counted, needed=tickets_needed(source.rules))


def share_value(source: ReportSource, share: Share) -> Value:
    # A taught share as a value; one that is not published has no number.
    if share.missing is not None:
        return replace(per_cent(None, source.rules), why_not=gap_reason(share.missing))
    return per_cent(share.value, source.rules, share.low, share.high)


def _share_line(source: ReportSource, row: Row) -> Line:
    entry, sign = row.entry, row.entry.sign
    line = entry_line(source, row, units_of(sign * entry.taught))
    parts = printed_parts(entry, sum(row.handed))
    return replace(
        line,
        weight=units_of(sign * entry.parts[AGENCY]),
        weight_unit=unit_of(source),
        printed=printed_bucket(parts, "taught"),
        printed_weight=printed_bucket(parts, "agency"),
    )


def _share_without(source: ReportSource) -> tuple[tuple[str, str], ...]:
    without = figures_without(source)
    return () if without is None else ((gettext(WITHOUT), share_value(source, without.taught_share).text),)


def share_moves(source: ReportSource, figures: Figures) -> tuple[str, ...]:
    """Return what one more ticket of the usual size would do, or what would publish the share."""
    share, sums = figures.taught_share, figures.sums
    if share.missing is not None:
        return (gap_next_step(share.missing, source.engagement.agency_name),)
    usual = sums.w // share.n
    size, after = amount_text(usual, source.engagement.units.by), sums.agency + usual
    taught, done_only = (_moved(share.value or 0.0, part / after) for part in (sums.taught + usual, sums.taught))
    return (
        gettext("One more ticket of %(size)s taught through: %(share)s.", size=size, share=taught),
        gettext("One more ticket of %(size)s done only: %(share)s.", size=size, share=done_only),
        fill_placeholders(SHADOW, source.engagement.agency_name, source.rules),
    )


def _moved(before: float, after: float) -> str:
    """Return what a share becomes and from what: with a decimal, as whole per cents hide small moves."""
    was, becomes = (f"{decimal_text(percent(share, 1))} %" for share in (before, after))
    return gettext("%(name)s%(before)s to %(after)s", name="", before=was, after=becomes)
