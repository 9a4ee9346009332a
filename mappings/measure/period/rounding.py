"""How figures are shown: per cents half up after six decimals, shown parts that add up to what is shown."""

from collections.abc import Sequence
from decimal import ROUND_FLOOR, ROUND_HALF_EVEN, ROUND_HALF_UP, Decimal

_SIX = Decimal("0.000001")
# Places of an amount that is counted in whole numbers.
_PLACES = 6
# A step from one column to another in a row: (row, from, to), and what it rounds against the cells: (that, from, to).
_Move = tuple[int, int, int]
_Free = tuple[int, int, int]


def percent(share: float, places: int = 0) -> Decimal:
    """Return a share of 0 to 1 in per cent: rounded to six decimals, then half up to `places` (measurement (g) 13)."""
    fine = (Decimal(share) * 100).quantize(_SIX, ROUND_HALF_EVEN)
    return fine.quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def shown(amount: float, places: int = 1) -> Decimal:
    """Return an amount for people: six decimals, then half up to `places`."""
    return _exact(amount).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


def number_text(value: Decimal) -> str:
    """Return a rounded number for people: no ".0", thousands apart by a comma."""
    value += 0  # -0.0 is 0
    return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,}"


def shown_sum(whole: float) -> Decimal:
    """Return what the parts of a figure add up to as shown, where it is itself shown as a whole number.

    It has one place, and rounds to the number of the figure: 46.45 is shown as 46.4 beside 46, since 46.5 reads as 47.
    """
    rounded = shown(whole)
    return rounded if shown(float(rounded), 0) == shown(whole, 0) else rounded - Decimal("0.1")


def shown_parts(parts: Sequence[float], whole: float, places: int = 1) -> tuple[Decimal, ...]:
    """Return `parts` as shown, so that they add up to `whole` as shown (largest remainder, measurement (g) 13).

    The parts add up to the whole before rounding; negative ones are allowed. Each is shown at most one step off.
    """
    step = Decimal(1).scaleb(-places)
    exact = [_exact(part) / step for part in parts]
    floors = [part.to_integral_value(ROUND_FLOOR) for part in exact]
    left = int(shown(whole, places) / step - sum(floors))
    order = sorted(range(len(exact)), key=lambda place: floors[place] - exact[place])
    up = frozenset(order[: max(0, left)])
    return tuple((floor + (place in up)) * step for place, floor in enumerate(floors))


def shown_table(rows: Sequence[Sequence[float]], wholes: Sequence[Decimal], places: int = 1) -> list[list[Decimal]]:
    """Return `rows` as shown, so that each adds up to its whole, and the columns to theirs wherever that can be.

    `wholes` are as shown, each less than one step off the sum of its row, and so is each cell. A column's whole is the
    column's part of all; where no such cells add up to it, it is as near as they come.
    """
    step = 10 ** (_PLACES - places)
    table = [
        [int(part.scaleb(_PLACES)) for part in shown_parts(row, float(whole), places)]
        for row, whole in zip(rows, wholes, strict=True)
    ]
    columns = [sum(column) for column in zip(*rows, strict=True)]
    goals = [int(goal.scaleb(_PLACES)) for goal in shown_parts(columns, float(sum(wholes)), places)]
    exact = [[int(_exact(cell).scaleb(_PLACES)) for cell in row] for row in rows]
    free = [_free_moves(row, cells, step) for row, cells in zip(exact, table, strict=True)]
    # Each round brings one column a step down and another one up.
    while moves := _moves(
        free, [sum(column) - goal for column, goal in zip(zip(*table, strict=True), goals, strict=True)]
    ):
        for row, source, target in moves:
            table[row][source] -= step
            table[row][target] += step
        for row in {row for row, _, _ in moves}:
            free[row] = _free_moves(exact[row], table[row], step)
    return [[Decimal(cell).scaleb(-_PLACES).quantize(Decimal(1).scaleb(-places)) for cell in cells] for cells in table]


def _exact(amount: float) -> Decimal:
    return Decimal(amount).quantize(_SIX, ROUND_HALF_EVEN)


def _free_moves(row: Sequence[int], cells: Sequence[int], step: int) -> list[_Free]:
    """Return each way to show one cell of a row rounded down instead of up, and another one up instead of down."""
    rests = [cell % step if cell >= 0 else -(-cell % step) for cell in row]
    high = [place for place, cell in enumerate(cells) if cell > row[place]]
    low = [place for place, cell in enumerate(cells) if cell < row[place]]
    return [(rests[source] - rests[target], source, target) for source in high for target in low]


def _moves(free: Sequence[Sequence[_Free]], off: Sequence[int]) -> list[_Move]:
    """Return the shortest chain of moves from a column that is too high to one that is too low; [] where none is."""
    # Between two columns that move is taken that rounds the least against the cells.
    cheapest: dict[tuple[int, int], tuple[int, int]] = {}
    for row, own in enumerate(free):
        for cost, source, target in own:
            known = cheapest.get((source, target))
            if known is None or cost < known[0]:
                cheapest[source, target] = (cost, row)
    ordered = sorted((cost, row, source, target) for (source, target), (cost, row) in cheapest.items())
    chains: dict[int, list[_Move]] = {column: [] for column, amount in enumerate(off) if amount > 0}
    waiting = list(chains)
    for column in waiting:
        if off[column] < 0:
            return chains[column]
        for _, row, source, target in ordered:
            if source == column and target not in chains:
                chains[target] = [*chains[column], (row, source, target)]
                waiting.append(target)
    return []
