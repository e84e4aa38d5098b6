"""Whether all pages arrived, and each once."""

import re
from collections import Counter
from collections.abc import Sequence

from rapidfuzz import fuzz

from extractor.packet.answer import Answer
from extractor.packet.questions import fold
from models.record import Failure, PageType
from models.stages.layout import PageReading

STAGE = "packet"
_MIN_WORDS = 20
_SAME_TEXT = 90.0
_SAME_NUMBERS = 0.8
_MAX_ANNOUNCED = 500
_NUMBER_WORDS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
_WORDS = {word: number for number, word in enumerate(_NUMBER_WORDS, start=1)}
_PLUS_COVER = re.compile(
    r"(excluding|not including|without|plus|\+|after)\s*(the\s*|this\s*)?cover|to follow", re.IGNORECASE
)


def find_missing_pages(
    pages: Sequence[PageReading], answers: Sequence[Sequence[Answer]], page_count: int
) -> Failure | None:
    """``pages_missing`` where the transmit header or the cover sheet announces more pages than ``page_count``."""
    announced = announce_pages(pages, answers)
    if announced is None or announced <= page_count:
        return None
    return Failure(
        stage=STAGE,
        code="pages_missing",
        message=f"{announced} pages are announced and {page_count} arrived: ask the sender for the rest.",
    )


def announce_pages(pages: Sequence[PageReading], answers: Sequence[Sequence[Answer]]) -> int | None:
    """The largest page total that a transmit header or a cover sheet states, None where none does."""
    totals = [p.fax_header.page_total for p in pages if p.fax_header is not None and p.fax_header.page_total]
    for page, asked in zip(pages, answers, strict=True):
        if page.page.type is PageType.COVER_SHEET:
            totals.extend(total for a in asked if a.attribute == "pages" and (total := _read_total(a)) is not None)
    plausible = [total for total in totals if 0 < total <= _MAX_ANNOUNCED]
    return max(plausible, default=None)


def _read_total(answer: Answer) -> int | None:
    numbers = [int(number) for number in re.findall(r"\d{1,3}", answer.text)]
    numbers = numbers or [_WORDS[word] for word in fold(answer.text).split() if word in _WORDS]
    if not numbers:
        return None
    extra = 1 if _PLUS_COVER.search(f"{answer.label} {answer.text}") else 0
    return max(numbers[:2]) + extra


def find_repeated_pages(pages: Sequence[PageReading]) -> tuple[Failure, ...]:
    """``pages_repeated`` for every page whose words nearly equal those of a page before it.

    The same form filled for somebody else is no repetition: its numbers differ.
    """
    failures: list[Failure] = []
    texts = [[fold(word.text) for word in page.words.words] for page in pages]
    for later in range(len(pages)):
        for earlier in range(later):
            if _is_same_page(texts[earlier], texts[later]):
                failures.append(
                    Failure(
                        stage=STAGE,
                        code="pages_repeated",
                        page_no=pages[later].page.page_no,
                        message=f"It repeats page {pages[earlier].page.page_no}: check that no other page was meant.",
                    )
                )
                break
    return tuple(failures)


def _is_same_page(first: list[str], second: list[str]) -> bool:
    shorter, longer = sorted((len(first), len(second)))
    if shorter < _MIN_WORDS or shorter < 0.8 * longer:
        return False
    numbers = [Counter(word for word in words if any(c.isdigit() for c in word)) for words in (first, second)]
    union = sum((numbers[0] | numbers[1]).values())
    if union and sum((numbers[0] & numbers[1]).values()) / union < _SAME_NUMBERS:
        return False
    return fuzz.ratio(" ".join(sorted(first)), " ".join(sorted(second)), score_cutoff=_SAME_TEXT) > 0
