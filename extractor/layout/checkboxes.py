"""Check boxes with their labels, questions and states.

Boxes come from form fields (sure), from the pixels, from characters that recognition read for them and from rings
round words. Whether a mark is in a box is told against the empty boxes of the same page, not by a fixed share of
ink; what cannot be told is None.
"""

from collections.abc import Sequence
from statistics import median

from extractor.layout.choices import Spot, place_choices
from extractor.layout.glyph_boxes import find_glyphs
from extractor.layout.ink import PageInk
from extractor.layout.rings import find_rings
from extractor.layout.scene import Scene, is_inside
from extractor.layout.siblings import find_siblings
from extractor.layout.squares import Square
from extractor.pixels import FormAnswer, PageImage
from models.record import BBox, lies_on
from models.stages.layout import CheckBox, Mark
from models.stages.text import Word

SURE_INK, SURE_STROKE = 0.035, 0.5
"""A stroke half as long as the inside's diagonal, and so much more ink than in an empty box: marked."""
HEAVY_INK = 0.18
"""So much more ink than in an empty box is a mark of whatever shape."""
EMPTY_INK, EMPTY_STROKE = 0.05, 0.26
"""Less than both: empty."""

BUTTONS, CLOSE = 3, 0.25
"""So many circles of one size are buttons and no letters; they may follow a word at so many text heights."""

GLYPH_EMPTY, GLYPH_MARKED = 0.02, 0.16
"""Ink between two brackets below which no character stands there, and above which one does."""


def find_checkboxes(
    scene: Scene, ink: PageInk, page: PageImage, squares: Sequence[Square], circles: Sequence[Square]
) -> tuple[CheckBox, ...]:
    """All check boxes of a page, top to bottom and left to right; ``circles`` may be letters too."""
    words = tuple(word for line in scene.lines for word in line.words)
    circles = _credible_circles(scene, squares, circles)
    known = (*squares, *circles)
    # A second time: by now words are parted at boxes, and boxes that the first one found have their own like ones.
    spots = _read_states((*known, *find_siblings(ink, known, words)))
    spots = _add_glyphs(scene, ink, spots)
    answers = page.embedded.answers if page.embedded else ()
    spots = _add_answers(spots, answers)
    rings = find_rings(ink, words, scene.text_height)
    return place_choices(scene, spots, [(box, word) for box, word in rings if not _holds_spot(box, spots)])


def _read_states(squares: Sequence[Square]) -> list[Spot]:
    """The state of every box, told against the emptiest boxes of its kind on the page."""
    spots = []
    for square in squares:
        alike = [
            other.ink for other in squares if other.is_round == square.is_round and _is_alike(square.bbox, other.bbox)
        ]
        lowest = sorted(alike)[: max(1, len(alike) // 3)]
        empty = min(0.08, median(lowest)) if len(alike) >= 3 else 0.0
        spots.append(Spot(square.bbox, *read_state(square, empty), ink=round(square.ink, 3)))
    return spots


def read_state(square: Square, empty: float) -> tuple[bool | None, Mark]:
    """Whether a box is marked, and how; ``empty`` is the ink of an empty box on this page."""
    more = square.ink - empty
    if (more >= HEAVY_INK and square.stroke >= 0.3) or (more >= SURE_INK and square.stroke >= SURE_STROKE):
        if square.ink > 0.6:
            return True, Mark.FILL
        return True, Mark.CROSS if square.corners == 4 and square.stroke > 0.75 else Mark.TICK
    if more < EMPTY_INK and square.stroke < EMPTY_STROKE:
        return False, Mark.NONE
    return None, Mark.UNCLEAR


def _is_alike(box: BBox, other: BBox) -> bool:
    return abs(box.width - other.width) < 0.25 * box.width and abs(box.height - other.height) < 0.25 * box.height


def _is_same(box: BBox, other: BBox) -> bool:
    return abs(box.width - other.width) < 0.08 * box.width and abs(box.height - other.height) < 0.08 * box.height


def _credible_circles(scene: Scene, squares: Sequence[Square], circles: Sequence[Square]) -> tuple[Square, ...]:
    """Circles that have a like one on the page, stand left of a word, and are no box found already."""
    kept = []
    for circle in circles:
        if lies_on(circle.bbox, (square.bbox for square in squares), 0.3):
            continue
        is_button = sum(_is_same(circle.bbox, other.bbox) for other in circles) >= BUTTONS
        before = any(
            -0.3 * circle.bbox.width < circle.bbox.x0 - word.bbox.x1 < (CLOSE if is_button else 0.9) * scene.text_height
            and abs(word.bbox.y_mid - circle.bbox.y_mid) < 0.7 * scene.text_height
            for line in scene.lines
            for word in line.words
        )
        read_as = [word.text for line in scene.lines for word in line.words if is_inside(circle.bbox, word.bbox)]
        if before or any(text[:1] not in "Oo0○◯©@Q(" for text in read_as):
            continue
        has_like = sum(_is_alike(circle.bbox, other.bbox) for other in circles) >= 2
        follows = any(
            -1 < word.bbox.x0 - circle.bbox.x1 < 1.5 * scene.text_height
            and abs(word.bbox.y_mid - circle.bbox.y_mid) < 0.7 * scene.text_height
            for line in scene.lines
            for word in line.words
        )
        if has_like and follows:
            kept.append(circle)
    return tuple(kept)


def _add_glyphs(scene: Scene, ink: PageInk, spots: list[Spot]) -> list[Spot]:
    """Boxes that were read as characters and not found on the pixels; pixels and character must not disagree."""
    added = list(spots)
    for box, mark, words in find_glyphs(scene):
        match = [
            index
            for index, spot in enumerate(added)
            if spot.bbox.intersection_area(box) > 0.25 * min(spot.bbox.area, box.area)
        ]
        if match:
            spot = added[match[0]]
            added[match[0]] = Spot(spot.bbox, spot.is_checked, spot.mark, spot.ink, words)
        else:
            added.append(_check_glyph(ink, box, mark, words))
    return added


def _check_glyph(ink: PageInk, box: BBox, mark: Mark, words: tuple[Word, ...]) -> Spot:
    """A box told by its characters; where its inside does not bear them out, nobody knows."""
    middle = BBox(
        box.x0 + 0.3 * box.width, box.top + 0.2 * box.height, box.x1 - 0.3 * box.width, box.bottom - 0.2 * box.height
    )
    inside = ink.density(middle)
    is_checked: bool | None = mark is not Mark.NONE
    if (inside > GLYPH_MARKED and not is_checked) or (inside < GLYPH_EMPTY and is_checked):
        is_checked, mark = None, Mark.UNCLEAR
    return Spot(box, is_checked, mark, round(inside, 3), words)


def _add_answers(spots: list[Spot], answers: Sequence[FormAnswer]) -> list[Spot]:
    """The states of the PDF's own form fields win over what the pixels seem to show."""
    added = list(spots)
    for answer in answers:
        if answer.is_checked is None:
            continue
        mark = Mark.TICK if answer.is_checked else Mark.NONE
        match = [
            index
            for index, spot in enumerate(added)
            if spot.bbox.intersection_area(answer.bbox) > 0.3 * min(spot.bbox.area, answer.bbox.area)
        ]
        box = added[match[0]].bbox if match else answer.bbox
        told = Spot(box, answer.is_checked, mark, added[match[0]].ink if match else None)
        if match:
            added[match[0]] = told
        else:
            added.append(told)
    return added


def _holds_spot(ring: BBox, spots: Sequence[Spot]) -> bool:
    """Whether a ring is the outline of a round box itself."""
    return lies_on(ring, (spot.bbox for spot in spots), 0.6)
