"""A PDF page's own text, believed only where it agrees with what is seen.

A text layer can lie: broken font maps, an old OCR layer, hidden text. What ingest found wrong is taken at its word;
beyond that a few lines are read from the pixels and compared, because a wrong font map can look like text.
"""

from collections.abc import Callable, Sequence
from dataclasses import replace

import cv2
import numpy as np
from rapidfuzz.distance import Levenshtein

from extractor.errors import EngineUnavailable
from extractor.ocr.base import Engine, Reading, ReadLine, engines
from extractor.pixels import POINTS_PER_INCH, EmbeddedText, PageImage
from models.record import BBox, bounding_box
from models.stages.options import OcrOptions
from models.stages.text import Word, Words

SOURCE = "embedded"
VERSION = "embedded 1"

CHECKED_LINES = 10
AGREEMENT = 0.7
"""Mean similarity of the checked lines below which the text layer is not believed; misreading takes off less."""

LINE_AGREEMENT = 0.4
BAD_LINES = 2
"""So many checked lines below ``LINE_AGREEMENT`` and the layer is not believed: one font of several is broken."""

PICTURE_PAGE = 0.8
"""Share of the page under pictures from which the page counts as a scan with text laid over it."""

SURE_BESIDE, NEAR_POINTS = 0.9, 12.0
"""A word read from the picture this near to the text layer's words is believed from this confidence on."""

VISIBLE_LEVEL = 225
INK_LEVEL = 160
LETTERS_BESIDE = 6


class EmbeddedEngine:
    """The text layer alone, unchecked: what ``--engine embedded`` asks for."""

    name = SOURCE
    version = VERSION

    def read(self, page: PageImage) -> Reading:
        """The text layer's words and the form's answers; none on a page without a text layer."""
        words = () if page.embedded is None else with_answers(page.embedded)
        return Reading(Words(page_no=page.page_no, words=words, engine=self.name, version=self.version))

    def recognise(self, page: PageImage, boxes: Sequence[BBox]) -> tuple[ReadLine, ...]:
        """The words whose middle lies in each box, left to right."""
        words = self.read(page).words.words
        return tuple(ReadLine(box, _inside(words, box)) for box in boxes)


@engines.register("embedded")
def build(options: OcrOptions) -> EmbeddedEngine:
    """Needs nothing."""
    del options
    return EmbeddedEngine()


def with_answers(text: EmbeddedText) -> tuple[Word, ...]:
    """The text layer's words and, as words, the form's answers that it does not show already."""
    words = list(text.words)
    segment = max((word.segment for word in words), default=-1) + 1
    for answer in text.answers:
        pieces = (answer.value or "").split() if answer.is_checked is None else []
        if not pieces or _inside(words, answer.bbox):
            continue
        words.extend(_spread(pieces, answer.bbox, segment))
        segment += 1
    return tuple(words)


def read_page(page: PageImage, find_reader: Callable[[], Engine]) -> Reading:
    """The best words of a page: its text layer where that can be believed, pixels otherwise and beside it.

    ``find_reader`` gives the engine for pixels, and is called only when needed. What was decided stands in
    ``Words.notes``: ``embedded_text_rejected:<why>``, ``embedded_text_unchecked`` (no engine to check it with),
    ``embedded_words_invisible``, ``picture_text_added``.
    """
    text = page.embedded
    if text is None or not (text.words or text.answers):
        return find_reader().read(page)
    reason, notes = _reason_to_reject(text), []
    visible = tuple(word for word in text.words if _is_visible(page, word.bbox))
    if len(visible) < len(text.words):
        notes.append("embedded_words_invisible")
    try:
        reader = find_reader()
    except EngineUnavailable:
        if reason is not None:
            raise
        return _own(page, with_answers(text), (*notes, "embedded_text_unchecked"))
    if reason is None and visible and not _agrees(page, visible, reader):
        reason = "differs_from_page"
    if reason is not None:
        return _with_form(reader.read(page), text, (*notes, f"embedded_text_rejected:{reason}"))
    words = with_answers(replace(text, words=visible))
    # An answer's words are spread over its widget by guess, so the whole widget counts as read.
    answered = [answer.bbox for answer in text.answers if answer.value]
    rest = _without(page, [*(word.bbox for word in words), *answered])
    if not _has_letters(rest):
        return _own(page, words, tuple(notes))
    return _merge(_own(page, words, tuple(notes)), reader.read(rest))


def _own(page: PageImage, words: tuple[Word, ...], notes: tuple[str, ...]) -> Reading:
    return Reading(Words(page_no=page.page_no, words=words, engine=SOURCE, version=VERSION, notes=notes))


def _reason_to_reject(text: EmbeddedText) -> str | None:
    if text.suspicion:
        return text.suspicion[0]
    return "over_picture" if text.words and text.picture_area >= PICTURE_PAGE else None


def _is_visible(page: PageImage, box: BBox) -> bool:
    crop = page.crop(box)
    return crop.size == 0 or int(crop.min()) < VISIBLE_LEVEL


def _agrees(page: PageImage, words: Sequence[Word], reader: Engine) -> bool:
    """Whether a few lines of the text layer say what the reader sees at their places.

    Lines are spread over the page, of each stretch the one with most characters. White space is left out: text
    layers and readers differ in it.
    """
    lines = sorted(_lines(words), key=lambda line: (line[0].bbox.top, line[0].bbox.x0))
    stretch = max(1, -(-len(lines) // CHECKED_LINES))
    chosen = [max(lines[n : n + stretch], key=_characters) for n in range(0, len(lines), stretch)]
    boxes = [_grown(bounding_box([word.bbox for word in line])) for line in chosen]
    scores = [
        Levenshtein.normalized_similarity("".join(w.text for w in line), read.text.replace(" ", ""))
        for line, read in zip(chosen, reader.recognise(page, boxes), strict=True)
    ]
    bad = sum(score < LINE_AGREEMENT and _characters(line) >= 6 for score, line in zip(scores, chosen, strict=True))
    mean = float(np.average(scores, weights=[_characters(line) for line in chosen]))
    return mean >= AGREEMENT and bad < BAD_LINES


def _lines(words: Sequence[Word]) -> list[list[Word]]:
    """Runs of neighbouring words of one height that follow one another without a wide gap."""
    lines: list[list[Word]] = []
    for word in sorted(words, key=lambda w: (round(w.bbox.y_mid / 3), w.bbox.x0)):
        box, last = word.bbox, lines[-1][-1].bbox if lines else None
        if last and abs(last.y_mid - box.y_mid) < 0.4 * box.height and -1 < box.x0 - last.x1 < 2 * box.height:
            lines[-1].append(word)
        else:
            lines.append([word])
    return lines


def _characters(line: Sequence[Word]) -> int:
    return sum(len(word.text) for word in line)


def _grown(box: BBox, share: float = 0.15) -> BBox:
    margin = share * box.height
    return BBox(max(0.0, box.x0 - margin), max(0.0, box.top - margin), box.x1 + margin, box.bottom + margin)


def _without(page: PageImage, boxes: Sequence[BBox]) -> PageImage:
    """The page with the boxes painted white, and without its text layer."""
    pixels = page.pixels.copy()
    for box in boxes:
        x0, top, x1, bottom = page.to_pixels(_grown(box, 0.1))
        pixels[top:bottom, x0:x1] = 255
    return replace(page, pixels=pixels, embedded=None)


def _has_letters(page: PageImage) -> bool:
    """Whether ink the size of letters stands on the page: text of a pasted picture, a stamp, handwriting."""
    point = page.dpi / POINTS_PER_INCH
    _, _, stats, _ = cv2.connectedComponentsWithStats((page.pixels < INK_LEVEL).astype(np.uint8), connectivity=8)
    width, height = stats[1:, cv2.CC_STAT_WIDTH], stats[1:, cv2.CC_STAT_HEIGHT]
    is_letter = (height > 4 * point) & (height < 40 * point) & (width > 1.5 * point) & (width < 80 * point)
    filled = stats[1:, cv2.CC_STAT_AREA] / np.maximum(1, width * height)
    return int(np.count_nonzero(is_letter & (filled < 0.9))) >= LETTERS_BESIDE


def _merge(own: Reading, seen: Reading) -> Reading:
    """The text layer's words, then those read from the rest of the page; segments stay apart."""
    found = tuple(word for word in seen.words.words if not _is_remnant(word, own.words.words))
    if not found:
        return own
    offset = max(word.segment for word in found) + 1
    moved = tuple(word.model_copy(update={"segment": word.segment + offset}) for word in own.words.words)
    words = own.words.model_copy(
        update={
            "words": (*moved, *found),
            "version": f"{own.words.version} + {seen.words.version}",
            "notes": (*own.words.notes, *seen.words.notes, "picture_text_added"),
        }
    )
    return replace(seen, words=words)


def _is_remnant(word: Word, own: Sequence[Word]) -> bool:
    """Whether a doubtful word stands so near a word of the text layer that it can be what is left of its ink."""
    if word.confidence is not None and word.confidence >= SURE_BESIDE:
        return False
    return any(
        word.bbox.y_overlap(other.bbox) > 0.3 * min(word.bbox.height, other.bbox.height)
        and word.bbox.x_overlap(other.bbox) > -NEAR_POINTS
        for other in own
    )


def _with_form(seen: Reading, text: EmbeddedText, notes: tuple[str, ...]) -> Reading:
    """The words read from pixels, with form answers in the place of what was read there if the two are alike."""
    words = list(seen.words.words)
    segment = max((word.segment for word in words), default=-1) + 1
    for answer in text.answers:
        pieces = (answer.value or "").split() if answer.is_checked is None else []
        there = _inside(words, answer.bbox)
        read = "".join(word.text for word in there)
        if not pieces or (there and Levenshtein.normalized_similarity("".join(pieces), read) < AGREEMENT):
            continue
        words = [word for word in words if word not in there] + _spread(pieces, answer.bbox, segment)
        segment += 1
    update = {"words": tuple(words), "notes": (*seen.words.notes, *notes)}
    return replace(seen, words=seen.words.model_copy(update=update))


def _inside(words: Sequence[Word], box: BBox) -> tuple[Word, ...]:
    """The words whose middle lies in the box, left to right."""
    found = [word for word in words if box.x0 <= word.bbox.x_mid <= box.x1 and box.top <= word.bbox.y_mid <= box.bottom]
    return tuple(sorted(found, key=lambda word: word.bbox.x0))


def _spread(pieces: Sequence[str], box: BBox, segment: int) -> list[Word]:
    """The pieces laid side by side into the box by their number of characters: a form says no more of their places."""
    total = sum(map(len, pieces)) + len(pieces) - 1
    unit, words, place = min(box.width / total, 0.6 * box.height), [], 0
    for piece in pieces:
        x0, x1 = box.x0 + place * unit, box.x0 + (place + len(piece)) * unit
        bbox = BBox(round(x0, 2), box.top, round(x1, 2), box.bottom)
        words.append(Word(text=piece, bbox=bbox, segment=segment, source=SOURCE))
        place += len(piece) + 1
    return words
