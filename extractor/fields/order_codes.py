"""What belongs to one order of a page by its drug or its dose: the HCPCS code and the course.

A code is proposed only where one is printed; which order it is for is told by the drug it stands for. The course is the
word printed with a dose or a drug: ``Loading dose``, ``Maintenance``.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words
from extractor.fields.order_places import orders_by_place
from extractor.fields.typed_marks import is_unticked
from extractor.knowledge.drugs import products_by_hcpcs
from extractor.packet import Answer
from models.record import BBox, PageType, Reason, bounding_box, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word, join_words, words_between, words_outside

_ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION, PageType.OTHER})
_CODE = re.compile(r"(?<![A-Za-z0-9.])([JQCS])[\s\-]?([0-9OIl]{4})(?![A-Za-z0-9])")
_DIGITS = str.maketrans({"O": "0", "I": "1", "l": "1"})
_NOT_A_CODE = re.compile(r"\b(?:form|rev|version|page|order|account|acct)\b\W*$", re.IGNORECASE)
_COURSE = re.compile(
    r"\b(initial|induction|loading|starting|maintenance|subsequent|continuation|re-?induction|first|second|third|1st|2nd|3rd)"
    r"(?=\s*(?:dos(?:e|es|ing)|course|phase|infusions?|cycle|treatment|therapy|period|only\b|:|$|\())",
    re.IGNORECASE,
)
_STAGE = re.compile(r"\W*(initial|induction|loading|starting|maintenance|continuation|re-?induction)\W*", re.IGNORECASE)
"""A stage of treatment that stands by itself in its cell, or behind a drug's name."""
_NEAR_ROW = 220.0
"""Points left of a dose within which the word for its course stands."""
_LABELLED, _IN_TEXT = 0.95, 0.7
_OTHER_DRUG = 0.3
_Said = tuple[str, tuple[Word, ...], BBox]
"""A course with its words and its place."""


class _OrderCodes:
    name = "order_codes"
    paths = ("orders[].hcpcs", "orders[].course")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type not in _ORDER_PAGES:
            return
        answers = context.answers[page.page.page_no]
        codes = list(_codes(page, answers))
        courses = _COURSE.search(page.layout.text) or any(_says_course(answer) for answer in answers)
        if not codes and not courses:
            return
        orders = list(families.get("orders").propose(page, context))
        yield from _with_codes(codes, [one for one in orders if one.path.endswith(".drug")])
        if courses:
            yield from _with_courses(page, answers, orders)


def _codes(page: PageReading, answers: Sequence[Answer]) -> Iterator[Candidate]:
    """Each code once, labelled ones first; the path is set later."""
    seen: set[str] = set()
    for answer in answers:
        if answer.attribute == "hcpcs":
            for code, words, is_repaired in find_codes(answer.words):
                if code not in seen:
                    seen.add(code)
                    yield from_answer(
                        "orders[].hcpcs",
                        code,
                        answer,
                        page,
                        words=words,
                        validity=0.6 if is_repaired else 1.0,
                        extra={"role": _LABELLED},
                    )
    dead = [
        place
        for box in page.layout.checkboxes
        if box.is_checked is False
        for place in (box.bbox, box.label_bbox)
        if place is not None
    ]
    for line in page.layout.lines:
        if is_unticked(line.text, page.layout.lines):
            continue
        words_alive = words_outside(line.words, dead)
        for code, words, is_repaired in find_codes(words_alive):
            # Without a label only a code that some drug has is one.
            if code not in seen and not is_repaired and products_by_hcpcs(code):
                seen.add(code)
                reason = Reason(code="in_text", text="printed in a line of the order")
                yield from_words("orders[].hcpcs", code, words, page, role=_IN_TEXT, reason=reason)


def find_codes(words: Sequence[Word]) -> list[tuple[str, tuple[Word, ...], bool]]:
    """HCPCS codes in the words, and whether a letter was taken for a digit."""
    text, spans = join_words(words)
    found: list[tuple[str, tuple[Word, ...], bool]] = []
    for match in _CODE.finditer(text):
        if _NOT_A_CODE.search(text[: match.start()]):
            continue
        digits = match.group(2).translate(_DIGITS)
        is_repaired = digits != match.group(2)
        found.append((match.group(1) + digits, words_between(words, spans, match.start(), match.end()), is_repaired))
    return found


def _with_codes(codes: Sequence[Candidate], drugs: Sequence[Candidate]) -> Iterator[Candidate]:
    """Each code for the orders of its drug; one that knowledge gives to another drug is marked."""
    generics = {str(drug.value) for drug in drugs}
    for code in codes:
        products = products_by_hcpcs(str(code.value))
        fitting = [drug for drug in drugs if any(_is_drug(product.generic, str(drug.value)) for product in products)]
        if fitting:
            why = Reason(code="hcpcs_of_drug", text="the code is one of the drug's")
            extra = {"verified": 1.0}
        elif not products and len(generics) == 1:
            fitting, extra = list(drugs), {}
            why = Reason(code="hcpcs_unknown", text="no drug is known for the code")
        elif len(generics) == 1 and code.features.get("anchor", 0.0) > 0:
            fitting, extra = list(drugs), {"valid": _OTHER_DRUG}
            why = Reason(code="hcpcs_of_other_drug", text="the code is known for another drug")
        else:
            continue
        for drug in fitting:
            yield code.model_copy(
                update={
                    "path": drug.path.replace(".drug", ".hcpcs"),
                    "item": drug.item,
                    "features": {**code.features, **extra},
                    "reasons": (*code.reasons, why),
                }
            )


def _is_drug(product: str, drug: str) -> bool:
    """Whether a product is the drug, with or without a biosimilar's suffix."""
    return product == drug or product.rsplit("-", 1)[0] == drug or drug.rsplit("-", 1)[0] == product


def _says_course(answer: Answer) -> bool:
    is_stage = answer.attribute in {"course", "drug"} and _STAGE.search(answer.text) is not None
    return is_stage or _COURSE.search(answer.label) is not None


def _with_courses(page: PageReading, answers: Sequence[Answer], leaves: Sequence[Candidate]) -> Iterator[Candidate]:
    """One course an order: printed with its dose, its drug, or anywhere in its own row, column or block."""
    told = {leaf.item: found for leaf in leaves if leaf.bbox is not None if (found := _course_of(leaf, page, answers))}
    places = orders_by_place([one for one in answers if one.item and one.words], leaves)
    for item, leaf in places.items():
        found = _course_in(item, page, answers)
        if found is not None:
            told.setdefault(leaf.item, found)
    heads = {leaf.item: leaf.path.partition(".")[0] for leaf in leaves}
    for order, said in told.items():
        yield _course(f"{heads[order]}.course", said, page, order)
    if not told:
        for answer in answers:
            stage = _STAGE.fullmatch(answer.text) if answer.attribute == "course" and answer.item is None else None
            if stage is not None:
                yield _course("orders[*].course", (stage.group(1).casefold(), answer.words, answer.bbox), page, None)


def _course(path: str, said: _Said, page: PageReading, item: str | None) -> Candidate:
    value, words, box = said
    reason = Reason(code="course_printed", text="printed with the order")
    extra = {"label": 0.9, "relation": 0.95, "anchor": 1.0}
    return from_words(
        path, value, words, page, role=_LABELLED, reason=reason, bbox=box, raw=value, item=item, extra=extra
    )


def _course_of(leaf: Candidate, page: PageReading, answers: Sequence[Answer]) -> _Said | None:
    """What stands beside one leaf of an order."""
    if leaf.bbox is None:
        return None
    if leaf.path.endswith(".dose"):
        return _labelled_course(leaf.bbox, answers) or _course_before(leaf.bbox, page)
    return _course_behind(leaf.bbox, page) if leaf.path.endswith(".drug") else None


def _course_behind(box: BBox, page: PageReading) -> _Said | None:
    """``Stelara (ustekinumab) induction``: what ends the line of a drug's name."""
    for line in page.layout.lines:
        behind = [word for word in line.words if word.bbox.x0 >= box.x1 - 1]
        if line.bbox.intersection_area(box) <= 0 or not behind:
            continue
        text = join_words(behind)[0]
        stage = _STAGE.fullmatch(text)
        if stage is not None:
            return stage.group(1).casefold(), tuple(behind), line.bbox
    return None


def _course_in(item: str, page: PageReading, answers: Sequence[Answer]) -> _Said | None:
    """What the answers of one order say by themselves, or a line between them: ``LOADING DOSE.``"""
    own = [one for one in answers if one.item == item and one.words]
    for answer in own:
        stage = _STAGE.fullmatch(answer.text) if answer.attribute in {"course", "drug"} else None
        if stage is not None:
            return stage.group(1).casefold(), answer.words, answer.bbox
    area = bounding_box([box for one in own for box in (one.label_bbox, one.bbox)])
    for line in page.layout.lines:
        stage = _COURSE.match(line.text.lstrip(" -(*"))
        if stage is not None and line.bbox.intersection_area(area) > 0.5 * line.bbox.area:
            return stage.group(1).casefold(), line.words, line.bbox
    return None


def _labelled_course(box: BBox, answers: Sequence[Answer]) -> _Said | None:
    """From the label of the answer that holds the dose."""
    for answer in answers:
        match = _COURSE.search(answer.label)
        if match is not None and any(lies_on(word.bbox, (box,)) for word in answer.words):
            return match.group(1).casefold(), (), answer.label_bbox
    return None


def _course_before(box: BBox, page: PageReading) -> _Said | None:
    """From the words left of the dose on its row; the nearest counts, and no other dose's."""
    row = [
        word
        for line in page.layout.lines
        for word in line.words
        if word.bbox.y_overlap(box) > 0.4 * min(word.bbox.height, box.height)
        and word.bbox.x1 <= box.x0 + 2
        and box.x0 - word.bbox.x1 < _NEAR_ROW
    ]
    row.sort(key=lambda word: word.bbox.x0)
    text, spans = join_words(row)
    matches = list(_COURSE.finditer(text))
    if not matches or re.search(r"\d\s?m[cg]\b", text[matches[-1].end() :]):
        return None
    words = words_between(row, spans, matches[-1].start(1), matches[-1].end(1))
    return matches[-1].group(1).casefold(), words, words[0].bbox.union(words[-1].bbox)


families.register("order_codes")(_OrderCodes())
