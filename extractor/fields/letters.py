"""What a letter says outside labels: its date, the insurance and the telephone it names in its sentences.

A letter's date stands in for the order's. All of it is told by wording alone, so that a person looks at it.
"""

import re
from collections.abc import Iterable, Iterator

from extractor.fields.base import Context, families
from extractor.fields.evidence import PROSE_RELATION, from_words
from extractor.fields.numbers import find_phones
from extractor.knowledge.dates import parse_date
from extractor.packet import Letter, find_letter
from models.record import PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word, join_words, words_between

_ROLE = 0.6
_IN_SENTENCE = Reason(code="in_text", text="told in a sentence of the letter")
_LETTER_DATE = Reason(code="letter_date", text="the date of the letter stands in for the order date")
_COVERED = re.compile(
    r"\b(?i:coverage is (?:with|through)|(?:is |are )?(?:covered|insured) (?:by|with|through|under)"
    r"|insurance is(?: with| through)?|health plan is|policy with)\s+(?P<payer>[A-Z][\w&'.\- ]{2,45}?)"
    r"(?=\s*(?:[,;(]|\.\s|\.$|$|\b(?:member|policy|subscriber|id|group|under|with)\b))",
)
_MEMBER = re.compile(
    r"\b(?:member|subscriber|policy|insurance)(?:\s+(?:id|identification))?\s*(?:number|no\.?|#|id)?\s*(?:is\s+|:\s*)?"
    r"(?P<id>(?=[A-Z0-9\-]*\d)[A-Z0-9][A-Z0-9\-]{5,})\b",
    re.IGNORECASE,
)
_GROUP = re.compile(r"\bgroup\s*(?:number|no\.?|#|id)?\s*(?:is\s+|:\s*)?(?P<id>(?=\w*\d)[\w\-]{3,})\b", re.IGNORECASE)
_REACHED = re.compile(
    r"\b(?:the patient|patient|he|she|they|him|her|them|mr\.?|mrs\.?|ms\.?)\b[^.]{0,60}?"
    r"\b(?:reached|contacted|called|phone|telephone|cell|number)\b[^.\d(]{0,25}$",
    re.IGNORECASE,
)
_BEFORE_NUMBER = 90
"""Characters before a number in which a sentence says whose it is."""


class _Letters:
    name = "letters"
    paths = (
        "orders[*].date",
        "coverages[].payer",
        "coverages[].member_id",
        "coverages[].group_number",
        "patient.home_phone",
    )

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        letter = find_letter(page.layout)
        if letter is None:
            return
        if page.page.type is PageType.ORDER:
            yield from _date(letter, page, context)
        words = tuple(word for line in letter.body for word in line.words)
        yield from _coverage(words, page)
        yield from _phone(words, page, context.country)


def _date(letter: Letter, page: PageReading, context: Context) -> Iterator[Candidate]:
    """The line above the salutation that is a date and nothing else."""
    if letter.salutation is None:
        return
    for line in page.layout.lines:
        if line.bbox.bottom > letter.salutation.bbox.y_mid:
            continue
        text = re.sub(r"^\W*date\W+", "", line.text, flags=re.IGNORECASE)
        reading = parse_date(text, today=context.today, kind="event")
        if reading is None or any(reason.code == "other_text" for reason in reading.reasons):
            continue
        yield from_words(
            "orders[*].date", reading.value, line.words, page, role=_ROLE, reason=_LETTER_DATE, reasons=reading.reasons
        ).model_copy(update={"source": "derived"})
        return


def _coverage(words: tuple[Word, ...], page: PageReading) -> Iterator[Candidate]:
    text, spans = join_words(words)
    covered = _COVERED.search(text)
    if covered is None:
        return
    item = f"p{page.page.page_no}letter"
    behind = text[covered.end() : covered.end() + 160]
    found = {"payer": (covered["payer"].strip(), covered.start("payer"), covered.end("payer"))}
    for leaf, pattern in (("member_id", _MEMBER), ("group_number", _GROUP)):
        if (number := pattern.search(behind)) is not None:
            found[leaf] = (number["id"], covered.end() + number.start("id"), covered.end() + number.end("id"))
    for leaf, (value, start, end) in found.items():
        yield from_words(
            f"coverages[].{leaf}",
            value,
            words_between(words, spans, start, end),
            page,
            role=_ROLE,
            reason=_IN_SENTENCE,
            item=item,
            extra={"relation": PROSE_RELATION},
        )


def _phone(words: tuple[Word, ...], page: PageReading, country: str) -> Iterator[Candidate]:
    """The number at which a sentence says that the patient can be reached."""
    text, spans = join_words(words)
    for reading, at, _behind in find_phones(words, country):
        start = next(first for word, (first, _last) in zip(words, spans, strict=True) if word is at[0])
        if _REACHED.search(text[max(0, start - _BEFORE_NUMBER) : start]):
            yield from_words(
                "patient.home_phone",
                reading.value,
                at,
                page,
                role=_ROLE,
                reason=_IN_SENTENCE,
                is_valid=reading.is_valid,
                reasons=reading.reasons,
            )


families.register("letters")(_Letters())
