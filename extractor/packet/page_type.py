"""What kind of page this is, from weighted cue phrases (``knowledge/page_types.yaml``) and the labels on it.

A linear score for each type, as in the multinomial text classifiers (Manning, Raghavan, Schuetze, Introduction to
Information Retrieval, ch. 13), with hand-set weights. Phrases are compared without spaces, so that OCR's spacing does
not matter; each phrase counts once.
"""

from functools import cache
from importlib import resources

import yaml

from extractor.packet.answer import Answer
from extractor.packet.card_labels import is_card_front
from extractor.packet.letters import find_letter, is_order
from extractor.packet.page_questions import tell_by_questions
from extractor.packet.questions import fold
from extractor.packet.result_rows import count_test_rows
from extractor.packet.running_text import is_prose, narrates
from models.record import PageType, Value
from models.stages.layout import Layout, PageReading

ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM})
"""What a file is a referral by."""
_LIKE_LETTERS = frozenset({PageType.CLINICAL_NOTE, PageType.COVER_SHEET})
"""What a letter that asks for an infusion may look like by its words."""
_CARD_LABELS = 2.5
"""What the labels of a card weigh."""
_NOT_ON_CARDS = frozenset(
    {
        "mrn",
        "sex",
        "address",
        "home_address",
        "home_phone",
        "mobile_phone",
        "work_phone",
        "email",
        "allergies",
        "height",
    }
    | {"weight", "npi", "drug", "dose", "frequency", "diagnosis", "diagnosis_code", "signature", "order_date"}
)
"""What forms and face sheets ask beside a policy's numbers."""
_MOST_OTHERS = 2
"""Of those, what misread text on a card may look like."""
_BLANK_WORDS = 4
_NARRATION = 1.5
"""What it weighs for a note that the page tells of somebody in sentences."""
_NAMED_BY_TITLE = (PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION)
"""Forms that ask what an order asks: their title says what they are, whatever their questions weigh."""
_ASK_ALIKE = frozenset({PageType.ORDER, PageType.DEMOGRAPHICS})
_NAMING = 3.0
_FEWEST_TESTS = 3
_HEAD_SHARE = 0.2
_DEFAULT_HEIGHT = 792.0


class _Cues(Value):
    title: tuple[tuple[str, float], ...]
    body: tuple[tuple[str, float], ...]
    labels: tuple[tuple[str, float], ...]


class _Model(Value):
    minimum: float
    types: tuple[tuple[PageType, _Cues], ...]


@cache
def _model() -> _Model:
    text = resources.files("extractor.knowledge").joinpath("page_types.yaml").read_text(encoding="utf-8")
    data = yaml.safe_load(text)
    types = tuple(
        (
            PageType(name),
            _Cues(
                title=tuple((key, float(weight)) for key, weight in cues["title"].items()),
                body=tuple((key, float(weight)) for key, weight in cues["body"].items()),
                labels=tuple((key, float(weight)) for key, weight in cues["labels"].items()),
            ),
        )
        for name, cues in data["types"].items()
    )
    return _Model(minimum=float(data["minimum"]), types=types)


def classify_page(page: PageReading, answers: tuple[Answer, ...]) -> PageType:
    """The type whose cues weigh most; below the minimum ``lab_report`` where rows of results stand, else what is asked.

    ``blank`` is a page of a few words, unless ink says that more is written there than could be read; our own letter
    that came back is a ``cover_sheet``.
    """
    if page.page.letter_id is not None:
        return PageType.COVER_SHEET
    if not has_words(page):
        return PageType.OTHER if page.is_blank is False else PageType.BLANK
    scores = score_types(page, answers)
    best = max(scores, key=lambda kind: scores[kind])
    is_told = scores[best] >= _model().minimum
    if not is_told or best in _LIKE_LETTERS:
        letter = find_letter(page.layout)
        if letter is not None and is_order(letter):
            return PageType.ORDER
    if is_told:
        return (_named(page) or best) if best in _ASK_ALIKE else best
    # Where the title and the heads are too faint to read, the tests themselves may still be.
    rows = count_test_rows(page)
    is_lab = rows >= _FEWEST_TESTS - 1 and rows + scores[PageType.LAB_REPORT] >= _FEWEST_TESTS
    return PageType.LAB_REPORT if is_lab else tell_by_questions({answer.attribute for answer in answers})


def has_words(page: PageReading) -> bool:
    """Whether more than a stray word was read."""
    return sum(len(word.text) > 1 for word in page.words.words) >= _BLANK_WORDS


def score_types(page: PageReading, answers: tuple[Answer, ...]) -> dict[PageType, float]:
    """The weight of every type, higher fits better."""
    layout = page.layout
    # A separator no phrase holds keeps a phrase from matching across two lines.
    text = " ".join(f"|{fold(line.text)}|" for line in layout.lines)
    squeezed = text.replace(" ", "")
    head = " ".join(f"|{fold(text)}|" for text in _head(page))
    asked = {answer.attribute for answer in answers}
    scores: dict[PageType, float] = {}
    for kind, cues in _model().types:
        score = sum(weight for phrase, weight in cues.title if _is_in(phrase, head, head.replace(" ", "")))
        score += sum(weight for phrase, weight in cues.body if _is_in(phrase, text, squeezed))
        score += sum(weight for attribute, weight in cues.labels if attribute in asked)
        if kind is PageType.INSURANCE_CARD:
            others = len(asked & _NOT_ON_CARDS)
            score = 0.0 if others > _MOST_OTHERS else score + _CARD_LABELS * (others == 0 and is_card_front(page))
        if kind is PageType.CLINICAL_NOTE:
            score += _NARRATION * narrates(layout)
        scores[kind] = score
    return scores


def _named(page: PageReading) -> PageType | None:
    """The kind of form that the title names, where one is."""
    head = " ".join(f"|{fold(text)}|" for text in _head(page))
    for kind, cues in _model().types:
        if kind in _NAMED_BY_TITLE:
            weights = (weight for phrase, weight in cues.title if _is_in(phrase, head, head.replace(" ", "")))
            if max(weights, default=0.0) >= _NAMING:
                return kind
    return None


def _is_in(phrase: str, text: str, squeezed: str) -> bool:
    if len(phrase) < 8:
        return f" {phrase} " in text.replace("|", " ")
    return phrase.replace(" ", "") in squeezed


def _head(page: PageReading) -> list[str]:
    """Lines in the first fifth of the page, and lines set clearly larger than the rest; running text is no title."""
    lines = [line for line in page.layout.lines if not is_prose(line)]
    height = page.page.height or _DEFAULT_HEIGHT
    heights = sorted(line.bbox.height for line in lines)
    usual = heights[len(heights) // 2] if heights else 0.0
    head = [line.text for line in lines if line.bbox.bottom < height * _HEAD_SHARE or line.bbox.height > 1.6 * usual]
    return [*head, *_titles(page.layout)]


def _titles(layout: Layout) -> list[str]:
    return [section.title for section in layout.sections[:1]]
