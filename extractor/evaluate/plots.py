"""The scorecard's plots as SVG text: no library, no script, nothing from outside."""

from collections.abc import Callable, Sequence
from html import escape

from extractor.evaluate.reliability import ACCEPTED_ERROR, BINS, Reliability
from extractor.evaluate.scorecard import Line

WIDTH, HEIGHT = 460, 300
LEFT, TOP, RIGHT, BOTTOM = 46, 20, 14, 40
BLUE, RED, GRAY, INK = "#2b6cb0", "#c53030", "#cbd5e0", "#2d3748"

PALE = "#edf2f7"
FIFTHS = tuple(i / 5 for i in range(6))

Scale = Callable[[float], float]
Axis = tuple[Scale, str, Sequence[float]]
"""Where a value lies on the plot, the axis's name, and the values to mark."""


def plot_reliability(found: Reliability) -> str:
    """Share of right values against their confidence, with 95 % bounds, and how many values each point stands for."""
    across, up = _scale(0, 1, LEFT, WIDTH - RIGHT), _scale(0, 1, HEIGHT - BOTTOM, TOP)
    parts = _frame((across, "confidence", FIFTHS), (up, "share right", FIFTHS))
    parts.append(_line([(across(0), up(0)), (across(1), up(1))], GRAY, dashed=True))
    most = max((one.right.n for one in found.bins), default=1)
    for one in found.bins:
        x, value = across(one.confidence), one.right.value or 0.0
        width = (WIDTH - LEFT - RIGHT) / BINS
        height = 50 * one.right.n / most
        parts.append(_box(across(one.low) + 1, HEIGHT - BOTTOM - height, width - 2, height, PALE))
        parts.append(_line([(x, up(one.right.lower or 0.0)), (x, up(one.right.upper or 0.0))], BLUE))
        parts.append(f'<circle cx="{x:.1f}" cy="{up(value):.1f}" r="4" fill="{BLUE}"/>')
        parts.append(
            _text((across((one.low + one.high) / 2), HEIGHT - BOTTOM - height - 4), str(one.right.n), "middle")
        )
    return _svg(parts, "Reliability: share of right values at each confidence")


def plot_risk(found: Reliability) -> str:
    """Errors among the surest values against how many of all values these are, with the 95 % bound."""
    points = [point for point in found.curve if point.coverage > 0]
    highest = max([2 * ACCEPTED_ERROR, *(point.risk for point in points)]) * 1.15
    across, up = _scale(0, 1, LEFT, WIDTH - RIGHT), _scale(0, highest, HEIGHT - BOTTOM, TOP)
    ticks = [highest * i / 4 for i in range(5)]
    parts = _frame((across, "share of values accepted, the surest first", FIFTHS), (up, "errors", ticks))
    parts.append(_line([(across(0), up(ACCEPTED_ERROR)), (across(1), up(ACCEPTED_ERROR))], RED, dashed=True))
    parts.append(_line([(across(p.coverage), up(min(highest, p.upper))) for p in points], GRAY))
    parts.append(_line([(across(p.coverage), up(p.risk)) for p in points], BLUE))
    return _svg(parts, "Risk and coverage: errors among the surest values; gray: at most, with 95 % confidence")


def plot_lines(lines: Sequence[Line], title: str) -> str:
    """F1 of each line as a bar with its interval."""
    height, label = 22, 190
    across = _scale(0, 1, label, WIDTH - 50)
    parts: list[str] = []
    for number, line in enumerate(lines):
        y, value = TOP + number * height, line.f1.value or 0.0
        parts.append(_text((label - 8, y + 13), line.name, "end"))
        parts.append(_box(label, y + 3, across(value) - label, height - 8, BLUE))
        if line.f1.low is not None and line.f1.high is not None:
            middle = y + height / 2 - 1
            parts.append(_line([(across(line.f1.low), middle), (across(line.f1.high), middle)], INK))
        shown = f"{value:.2f}  n={line.counts.truths}"
        parts.append(_text((max(across(value), across(line.f1.high or 0)) + 4, y + 13), shown, "start"))
    return _svg(parts, title, TOP + height * len(lines) + 10, WIDTH + 60)


def _scale(first: float, last: float, start: float, end: float) -> Scale:
    return lambda value: start + (value - first) / (last - first) * (end - start)


def _frame(x_axis: Axis, y_axis: Axis) -> list[str]:
    (across, x_name, xs), (up, y_name, ys) = x_axis, y_axis
    parts = []
    for x in xs:
        parts.append(_line([(across(x), TOP), (across(x), HEIGHT - BOTTOM)], PALE))
        parts.append(_text((across(x), HEIGHT - BOTTOM + 14), f"{x:.1f}", "middle"))
    for y in ys:
        parts.append(_line([(LEFT, up(y)), (WIDTH - RIGHT, up(y))], PALE))
        parts.append(_text((LEFT - 5, up(y) + 3), f"{y:.3g}", "end"))
    parts.append(_text(((LEFT + WIDTH - RIGHT) / 2, HEIGHT - 8), x_name, "middle"))
    parts.append(_text((LEFT, TOP - 5), y_name, "start"))
    return parts


def _line(points: Sequence[tuple[float, float]], colour: str, *, dashed: bool = False) -> str:
    joined = " ".join(f"{x:.1f},{y:.1f}" for x, y in points)
    dash = ' stroke-dasharray="5 4"' if dashed else ""
    return f'<polyline points="{joined}" fill="none" stroke="{colour}" stroke-width="1.6"{dash}/>'


def _box(x: float, y: float, width: float, height: float, colour: str) -> str:
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(0.0, width):.1f}" height="{height:.1f}" fill="{colour}"/>'


def _text(at: tuple[float, float], text: str, anchor: str) -> str:
    where = f'x="{at[0]:.1f}" y="{at[1]:.1f}" text-anchor="{anchor}" font-size="10.5" fill="{INK}"'
    return f"<text {where}>{escape(text)}</text>"


def _svg(parts: Sequence[str], title: str, height: float = HEIGHT, width: float = WIDTH) -> str:
    size = f'viewBox="0 0 {width:.0f} {height:.0f}" width="{width:.0f}"'
    head = f'<svg {size} role="img" xmlns="http://www.w3.org/2000/svg"><title>{escape(title)}</title>'
    return f"<figure>{head}{''.join(parts)}</svg><figcaption>{escape(title)}</figcaption></figure>"
