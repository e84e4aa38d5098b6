"""Signatures: places that ask for one, the ink there, and electronic ones."""

import re
from collections.abc import Sequence
from statistics import median

from rapidfuzz.distance import Levenshtein

from extractor.knowledge.salutations import is_closing
from extractor.layout.ink import read_ink
from extractor.layout.rules import find_rules
from extractor.layout.scene import Scene
from extractor.layout.strokes import SURE_WORD, Writing, cluster_strokes, find_writing, is_signature
from extractor.pixels import PageImage
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import KeyValue, Line, Relation, SignatureArea
from models.stages.text import Word, Words

SIGNATURE_KEYS = ("prescriber.signature", "signature", "patient.signature")
LETTERHEAD = 0.17
"""The share of a page's height that a letterhead takes."""
MOST_PRINTED, MOST_SHARE = 9, 1.01
"""Printed words that may stand in a signature's box, the name under it and a line it runs into, and their area."""
SURE_LENGTH = 45.0
"""Points of pen in an area that make a signature."""
SURE_WIDTH = 16.0
NARROWEST = 36.0
"""Points: nobody signs in less, so nothing there says nothing."""
LOWEST_LINE = 5.0
"""Text heights from a label down to the line to sign on."""
MOST_WORDS = 6
_SIGN_WORDS = frozenset({"sign", "signs", "signed", "signing", "signature", "signatures", "autograph"})
STRAY_LENGTH = 9.0
"""Points of pen below which an area counts as empty."""
STRAY_INK = 5.0
"""Square points of ink below which an area counts as empty."""

_ELECTRONIC = re.compile(
    r"\b(?:electronic(?:ally)?|digital(?:ly)?|e-?)\s*[-.]?\s*(?:signed|authenticated|approved|verified|signature)\b"
    r"|(?:^|\s)/\s?s\s?/|^\W*(?:signed|authenticated)\s+(?:\w+\s+){0,4}by\b(?=.*\d)|signed\s+electronically|e-?signature\s+on\s+file|authenticated\s+by",
    re.IGNORECASE,
)
_TALLEST_SIGNATURE, _WIDEST_SIGNATURE = 9.0, 30.0
"""Text heights."""
_CROSS_LABEL = re.compile(r"^[xX\u00d7✗]:?_*$")


def find_signature_ink(page: PageImage, words: Words) -> tuple[BBox, ...]:
    """Where a page bears a signature or like handwriting, whatever stands beside it; boxes in points.

    For pages whose forms do not name the place. Raises ``EngineError`` where the pixels cannot be analysed.
    """
    ink = read_ink(page)
    writing = find_writing(ink, find_rules(ink, words.words), words.words)
    return signature_boxes(writing, words.words, page.height)


def signature_boxes(writing: Writing, words: Sequence[Word], page_height: float) -> tuple[BBox, ...]:
    """The boxes of the clusters of strokes that are large and long enough for a signature, likeliest first.

    Not in the letterhead, where logos and script lettering are, and not among printed words, where marginal
    notes and struck-out text are.
    """
    height = median(word.bbox.height for word in words) if words else 9.0
    ranked = []
    for cluster in cluster_strokes(writing.strokes):
        box = bounding_box([stroke.bbox for stroke in cluster])
        printed = [
            word.bbox
            for word in words
            if (word.confidence is None or word.confidence > SURE_WORD)
            and box.x0 < word.bbox.x_mid < box.x1
            and box.top < word.bbox.y_mid < box.bottom
        ]
        share = sum(word.intersection_area(box) for word in printed) / max(1.0, box.area)
        is_clear = len(printed) <= MOST_PRINTED and share < MOST_SHARE
        if is_signature(cluster, height) and box.y_mid > LETTERHEAD * page_height and is_clear:
            length = sum(stroke.length for stroke in cluster)
            ranked.append((length * min(1.0, box.width / 70) * (1 - share), box))
    return tuple(box for _, box in sorted(ranked, key=lambda each: -each[0]))


def find_signatures(scene: Scene, pairs: Sequence[KeyValue], writing: Writing) -> tuple[SignatureArea, ...]:
    """The signature areas of a page: labelled ones, crosses before a line, and electronic signatures."""
    areas = [_read_area(scene, pair, writing) for pair in pairs if _asks_to_sign(pair)]
    areas += [_read_cross(scene, line, writing) for line in scene.lines if _is_cross(scene, line)]
    known = [area.label_bbox for area in areas]
    told = [_read_area(scene, pair, writing) for pair in _told_places(scene, pairs) if pair.label_bbox not in known]
    areas += [area for area in told if area.has_ink]
    signed = [_read_closing(scene, line, writing) for line in scene.lines if is_closing(line.text)]
    # A letter may be signed beside its closing, or over the name below: an empty place there says nothing.
    areas += [area for area in signed if area.has_ink]
    for number, row in enumerate(scene.rows):
        for line in row:
            if _ELECTRONIC.search(line.text) and not _is_question(line.text):
                areas = _add_electronic(scene, areas, line, number)
    return tuple(areas)


def _asks_to_sign(pair: KeyValue) -> bool:
    """Whether a label is one of a signature, also where noise left no more than that word of it."""
    if pair.key is not None:
        return pair.key in SIGNATURE_KEYS
    return any(
        len(word) > 6 and Levenshtein.distance(word.strip(":*.,").casefold(), "signature", score_cutoff=2) <= 2
        for word in pair.label.split()
    )


def _told_places(scene: Scene, pairs: Sequence[KeyValue]) -> list[KeyValue]:
    """Places that are signed if pen strokes stand there, and say nothing if not.

    A caption that names the prescriber under an empty line, and words that say sign in a form of theirs that no
    vocabulary has, ``Clinician signs``.
    """
    found = [
        pair for pair in pairs if pair.key == "prescriber.name" and pair.relation is Relation.ABOVE and not pair.value
    ]
    labels = [pair.label_bbox for pair in pairs]
    for row in scene.rows:
        for place, line in enumerate(row):
            words = line.text.casefold().strip(" :.()*").split()
            is_told = len(words) <= MOST_WORDS and not _SIGN_WORDS.isdisjoint(words) and "date" not in words
            if not is_told or words[-1] in ("on", "by") or lies_on(line.bbox, labels, 0.5):
                continue
            box = line.bbox
            right = min([other.bbox.x0 - 2 for other in row[place + 1 :]], default=scene.width)
            area, relation = BBox(box.x1, box.top, right, box.bottom), Relation.RIGHT
            if box.x1 > 0.6 * right or _has_rule_over(scene, box):
                area, relation = BBox(box.x0 - 4, box.top, max(box.x1, right), box.top), Relation.ABOVE
            found.append(KeyValue(label=line.text, label_bbox=box, value=(), relation=relation, area=area))
    return found


def _has_rule_over(scene: Scene, box: BBox) -> bool:
    return any(
        -3 < box.top - rule.y_mid < 0.9 * scene.text_height and rule.x_overlap(box) > 0
        for rule in scene.rules.horizontal
    )


def _read_area(scene: Scene, pair: KeyValue, writing: Writing) -> SignatureArea:
    height = scene.text_height
    area, label = pair.area, pair.label_bbox
    if pair.relation in (Relation.RIGHT, Relation.CELL):
        area = BBox(label.x1 + 1, label.top - 1.7 * height, max(area.x1, label.x1 + 20), label.bottom + 0.7 * height)
    elif pair.relation is Relation.LEFT:
        area = BBox(area.x0, label.top - 1.7 * height, label.x0 - 1, label.bottom + 0.7 * height)
    elif pair.relation is Relation.ABOVE:
        area = BBox(area.x0, label.top - 3.6 * height, area.x1, label.top - 1)
    elif pair.relation is Relation.BELOW:
        foot = label.bottom + 1.6 * height
        rules = [rule.y_mid for rule in scene.rules.horizontal if rule.x_overlap(label) > 0.5 * label.width]
        line = min((y for y in rules if foot < y < label.bottom + LOWEST_LINE * height), default=None)
        top = label.top - 2.6 * height if line is None else label.bottom
        area = BBox(label.x0 - 4, top, max(label.x1, area.x1), foot if line is None else line + 0.4 * height)
    cell = scene.cell_of(label)
    if cell is not None and cell.height < 9 * height:
        area = BBox(
            max(area.x0, cell.x0), max(area.top, cell.top), min(area.x1, cell.x1), min(area.bottom, cell.bottom)
        )
    return _judge(scene, pair.label, label, area, writing)


def _is_cross(scene: Scene, line: Line) -> bool:
    first = line.words[0]
    box = first.bbox
    return bool(_CROSS_LABEL.match(first.text)) and (
        scene.underline_of(box.x1 - 2, box.x1 + 2.5 * scene.text_height, box.top, box.bottom) is not None
    )


def _read_cross(scene: Scene, line: Line, writing: Writing) -> SignatureArea:
    first, height = line.words[0].bbox, scene.text_height
    rule = scene.underline_of(first.x1 - 2, first.x1 + 2.5 * height, first.top, first.bottom)
    right = rule.x1 if rule else first.x1 + 200
    area = BBox(first.x1 + 1, first.top - 1.7 * height, right, first.bottom + 0.6 * height)
    return _judge(scene, line.words[0].text, first, area, writing)


def _read_closing(scene: Scene, line: Line, writing: Writing) -> SignatureArea:
    """Between a letter's closing and the name below it."""
    box, height = line.bbox, scene.text_height
    below = [other.bbox.top for other in scene.lines if other.bbox.top > box.bottom and other.bbox.x_overlap(box) > 0]
    bottom = min([*below, box.bottom + _TALLEST_SIGNATURE * height])
    area = BBox(box.x0 - 4, box.bottom, max(box.x1, box.x0 + _WIDEST_SIGNATURE * height), bottom)
    return _judge(scene, line.text, box, area, writing)


def _judge(scene: Scene, label: str, label_bbox: BBox, area: BBox, writing: Writing) -> SignatureArea:
    """Whether pen strokes stand in an area that are not the label and not printed words."""
    own = [
        stroke
        for stroke in writing.strokes
        if stroke.bbox.intersection_area(area) > 0.45 * stroke.bbox.area
        and stroke.bbox.intersection_area(label_bbox) < 0.5 * stroke.bbox.area
    ]
    length = sum(stroke.length for stroke in own)
    widest = max((stroke.bbox.width for stroke in own), default=0.0)
    spread = bounding_box([stroke.bbox for stroke in own]).width if own else 0.0
    words = [
        word
        for line in scene.lines
        for word in line.words
        if area.x0 < word.bbox.x_mid < area.x1
        and area.top < word.bbox.y_mid < area.bottom
        and word.bbox.intersection_area(label_bbox) < 0.3 * word.bbox.area
        and any(letter.isalnum() for letter in word.text)
    ]
    has_ink: bool | None = None
    if length >= SURE_LENGTH and (widest >= SURE_WIDTH or spread >= 2 * SURE_WIDTH):
        has_ink = True
    elif area.width >= NARROWEST and length < STRAY_LENGTH and not words:
        has_ink = False if writing.residue(_inset(area), [label_bbox]) < STRAY_INK else None
    return SignatureArea(label=label, label_bbox=label_bbox, area=area, has_ink=has_ink, ink=round(length, 1))


def _inset(area: BBox) -> BBox:
    """An area without its rim, where borders and the tails of neighbouring lines are."""
    return BBox(area.x0 + 2, area.top + 0.12 * area.height, area.x1 - 2, area.bottom - 0.2 * area.height)


def _is_question(text: str) -> bool:
    """A sentence about signing, not a signature: "may be signed electronically"."""
    return bool(re.search(r"\b(?:may|can|must|should|not|if|please|accept(?:ed|able)?)\b", text, re.IGNORECASE))


def _add_electronic(scene: Scene, areas: list[SignatureArea], line: Line, number: int) -> list[SignatureArea]:
    """The text of an electronic signature goes to the area it stands in, else it makes one."""
    text = line.text
    if number + 1 < len(scene.rows) and len(text) < 40:
        below = [other for other in scene.rows[number + 1] if other.bbox.x_overlap(line.bbox) > 0]
        text = " ".join([text, *(other.text for other in below[:1])])
    for index, area in enumerate(areas):
        if area.area.intersection_area(line.bbox) > 0.3 * line.bbox.area:
            return [*areas[:index], area.model_copy(update={"electronic": text}), *areas[index + 1 :]]
    found = SignatureArea(label=line.text, label_bbox=line.bbox, area=line.bbox, has_ink=False, electronic=text)
    return [*areas, found]
