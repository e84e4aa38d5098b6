"""Laying answers into the room that a form leaves for them."""

from collections.abc import Callable, Sequence
from functools import partial

from samples.generator import hand
from samples.generator.answers import Answers, Slip
from samples.generator.fonts import Face
from samples.generator.ops import Json, Seg
from samples.generator.say import Blank
from samples.generator.sheet import Sheet

# Below this share of its usual size nobody writes; what is longer still runs over the end of the blank.
SMALLEST = 0.62
Option = tuple[str, bool, tuple[tuple[str, Json], ...]]


def wide(sheet: Sheet, segs: list[Seg], size: float) -> float:
    """How wide the answer gets with the pens of this form, in points."""
    text = "".join(piece.text for piece in segs)
    return max(_face(pen).width(text, size) for pen in (sheet.look.pen or sheet.look.body, sheet.look.other_pen) if pen)


def put(
    sheet: Sheet, x: float, y: float, answer: list[Seg], width: float, lines: int = 1, leading: float = 15.0
) -> float:
    """Write an answer on base line ``y`` in ``width`` points, on up to ``lines`` lines; returns the last base line.

    The pen gets smaller until it fits, or as small as people write.
    """
    size = sheet.look.pen_size
    if not answer:
        sheet.fill(x, y, answer, width)
        return y
    if isinstance(answer, Slip) and _correct(sheet, x, y, answer, width):
        return y
    rows = [answer]
    while True:
        rows = _wrap(answer, width, partial(_wide_text, sheet, size)) if lines > 1 else [answer]
        fits = len(rows) <= lines and all(wide(sheet, row, size) <= width for row in rows)
        if fits or size <= SMALLEST * sheet.look.pen_size:
            break
        size *= 0.95
    for index, row in enumerate(rows):
        sheet.fill(x, y + index * leading, row, width, size)
    return y + (len(rows) - 1) * leading


def _wide_text(sheet: Sheet, size: float, text: str) -> float:
    return wide(sheet, [Seg(text)], size)


def _correct(sheet: Sheet, x: float, y: float, answer: Slip, width: float) -> bool:
    """Write the wrong value, strike it out and write the right one after it; False where there is no room."""
    size = sheet.look.pen_size * 0.85
    first, second = wide(sheet, [Seg(answer.wrong)], size) * 1.08, wide(sheet, answer, size) * 1.08
    if sheet.look.pen is None or first + second + 8 > width:
        return False
    start = len(sheet.drawing.words)
    sheet.fill(x, y, [Seg(answer.wrong)], first, size)
    kind = sheet.rng.choice([kind for kind in hand.STRIKES if kind != "scribble"])
    for word in sheet.drawing.words[start:]:
        sheet.drawing.ops.extend(hand.strike(sheet.rng, word.box, kind))
    end = max(word.box[2] for word in sheet.drawing.words[start:])
    sheet.fill(end + 6, y, answer, second, size)
    sheet.traps.add("crossed_out")
    return True


def flow(
    sheet: Sheet, x: float, y: float, segs: list[Seg], width: float, size: float = 10.0, leading: float = 1.35
) -> float:
    """Print running text in lines of ``width``; returns the base line after the last one."""
    for row in _wrap(segs, width, lambda text: sheet.look.body.width(text, size)):
        sheet.print(x, y, row, size)
        y += size * leading
    return y


def ticks(
    sheet: Sheet,
    x: float,
    y: float,
    options: Sequence[Option],
    size: float = 9.0,
    gap: float = 14.0,
    shape: str = "square",
) -> float:
    """Check boxes in a row; returns where they end."""
    for label, is_on, says in options:
        x = sheet.check(x, y, label, is_on, size, shape, says) + gap
    return x


def sexes(sheet: Sheet, answers: Answers, style: str = "word") -> list[Option]:
    """Check boxes for the patient's sex; none is ticked where it was left out."""
    is_known = is_answered(sheet, answers, "sex")
    names = ("female", "male")
    return [
        (n.capitalize() if style == "word" else n[0].upper(), is_known and answers.case.sex == n, (("patient.sex", n),))
        for n in names
    ]


def is_answered(sheet: Sheet, answers: Answers, key: str) -> bool:
    """Whether boxes for ``key`` are marked; where not, the sheet keeps in mind that they were asked in vain."""
    answer = answers(key)
    if isinstance(answer, Blank):
        sheet.blank.extend(answer.paths)
    return bool(answer)


def bar(sheet: Sheet, x0: float, y: float, x1: float, title: str, dark: float = 0.15, size: float = 9.0) -> float:
    """A bar with a section's title; returns its lower edge."""
    high = size * 1.5
    sheet.shade(x0, y, x1, y + high, dark)
    sheet.print(x0 + 5, y + high * 0.72, title, size, bold=True, grey=1.0 if dark < 0.5 else 0.0)
    return y + high


def each_order(count: int, row: Sequence[tuple[str, float, str]]) -> list[list[tuple[str, float, str]]]:
    """The same cells once for every order, ``#`` in their keys standing for its number."""
    rows = range(count)
    return [[(label.replace("#", str(i)), share, key.replace("#", str(i))) for label, share, key in row] for i in rows]


def ask(sheet: Sheet, answers: Answers, key: str) -> list[Seg]:
    """The answer to a key; several joined by ``+`` follow each other with a slash between."""
    parts = [answers(one) for one in key.split("+")]
    if len(parts) == 1:
        return parts[0]
    segs: list[Seg] = []
    for part in parts:
        if isinstance(part, Blank):
            sheet.blank.extend(part.paths)
        else:
            segs += [Seg("  /  "), *part] if segs else part
    return segs


def label_of(answers: Answers, label: str) -> str | list[Seg]:
    """A label, where ``@`` and a key stand for words that say something themselves (``@course 1``)."""
    return answers(label[1:]) if label.startswith("@") else label


def _face(pen: "hand.Hand | Face") -> Face:
    return pen.face if isinstance(pen, hand.Hand) else pen


def _wrap(segs: list[Seg], width: float, measure: Callable[[str], float]) -> list[list[Seg]]:
    """The segments in lines of ``width``; a line breaks only after a space."""
    rows: list[list[Seg]] = [[]]
    for cluster in _clusters(segs):
        text = "".join(piece.text for piece in (*rows[-1], *cluster)).rstrip()
        if rows[-1] and measure(text) > width:
            rows.append([])
        rows[-1].extend(cluster)
    return rows


def _clusters(segs: list[Seg]) -> list[list[Seg]]:
    """Pieces that no line may break between."""
    found: list[list[Seg]] = []
    is_open = False
    for piece in _pieces(segs):
        if is_open:
            found[-1].append(piece)
        else:
            found.append([piece])
        is_open = not piece.text.endswith(" ")
    return found


def _pieces(segs: list[Seg]) -> list[Seg]:
    """Segments cut where a line may break; one that says something stays whole."""
    cut: list[Seg] = []
    for piece in segs:
        if piece.says:
            cut.append(piece)
        else:
            cut.extend(Seg(part) for part in piece.text.replace(" ", " \0").split("\0") if part)
    return cut
