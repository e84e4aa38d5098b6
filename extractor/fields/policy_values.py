"""What forms, face sheets and cards write of a policy alike: identifiers, the subscriber, the relationship."""

import re
from collections.abc import Iterator, Sequence

from extractor.fields.evidence import from_answer
from extractor.fields.names import is_reference, name_order, name_words
from extractor.knowledge.names import parse_name
from extractor.knowledge.organisations import is_payer_name
from extractor.knowledge.payer_words import mend_name
from extractor.packet import Answer
from extractor.packet.questions import fold, read_label
from models.record import Alternative, PageType, Quality, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word, join_words, words_between

LEAVES = (
    "rank",
    "payer",
    "plan",
    "member_id",
    "group_number",
    "bin",
    "pcn",
    "payer_phone",
    "subscriber_name",
    "relationship",
)
RELATIONSHIPS = {
    **dict.fromkeys(
        (
            "self",
            "same",
            "same as patient",
            "same as pt",
            "patient",
            "insured",
            "subscriber",
            "policy holder",
            "policyholder",
        ),
        "self",
    ),
    **dict.fromkeys(("spouse", "husband", "wife", "partner", "domestic partner"), "spouse"),
    **dict.fromkeys(("child", "son", "daughter", "stepchild", "dependent child"), "child"),
    **dict.fromkeys(("parent", "mother", "father", "stepparent"), "parent"),
    **dict.fromkeys(
        ("other", "guardian", "legal guardian", "grandparent", "grandchild", "sibling", "brother", "sister", "friend"),
        "other",
    ),
}
NEAR_WORD = Reason(code="near_word", text="a word of the name looked misread and was put right")
_MENDED, _SURE_READING = 0.7, 0.97
_POOR = frozenset({Quality.FINE_FAX, Quality.STANDARD_FAX, Quality.DEGRADED})
_SURE_LABEL = 0.96
_SHORTEST_CORRECTED = 6
_PCN = re.compile(r"[A-Z0-9]{2,10}(?![A-Za-z0-9])")
_IDENTIFIER = re.compile(r"(?<![A-Za-z0-9])[A-Za-z0-9][A-Za-z0-9\-]{3,19}(?![A-Za-z0-9])")
_SPACED_IDENTIFIER = re.compile(
    r"(?<![A-Za-z0-9])[A-Z]{0,4}\s?\d[\dA-Z]{1,8}(?:[\s\-][\dA-Z]{1,8}){1,4}(?![A-Za-z0-9])"
)
_PREFIXED_IDENTIFIER = re.compile(r"(?!(?:ID|NO|NR|NUM|GRP|MEM|POL|TEL|PH|FAX|BIN|PCN)\b)[A-Z]{2,4} \d{6,12}")
"""A payer's letters before the digits of its number: ``TVF 88120076``."""
_PLAN_BEHIND = re.compile(r"(?P<payer>.*\w)[\s,]+(?P<plan>(?:PPO|HMO|EPO|POS|HDHP|PFFS|HMO[- ]POS))", re.IGNORECASE)
_PATIENT_IS = re.compile(r"\b(?:pt|patient) is (?:the |an? |his |her |their )?([a-z]+)\b")
"""``Parent is insured; pt is child``."""
REFUSED = re.compile(
    r"^(?:n\s?/?\s?a|none|no|see .*|attached.*|.*\battached|copy of .*|on file|same.*|self|unknown|tbd|x+|yes"
    r"|not applicable)\W*$",
    re.IGNORECASE,
)
PAGE_FIT = {
    **dict.fromkeys(PageType, 0.7),
    PageType.INSURANCE_CARD: 1.0,
    PageType.DEMOGRAPHICS: 1.0,
    PageType.ORDER: 1.0,
    PageType.ENROLLMENT_FORM: 1.0,
    PageType.PRIOR_AUTHORIZATION: 0.95,
    PageType.LAB_REPORT: 0.5,
}
"""How much a page of each type is trusted to say of a policy, 0-1."""


def split_plan(text: str) -> tuple[str, str] | None:
    """A payer's name and the kind of plan behind it (``Harbor Mutual PPO``); None where no payer stands before one."""
    found = _PLAN_BEHIND.fullmatch(text.strip(" ,;/."))
    is_payer = found is not None and (len(found["payer"].split()) > 1 or is_payer_name(found["payer"]))
    return (found["payer"].strip(" ,"), found["plan"]) if found is not None and is_payer else None


def is_member_number(answer: Answer) -> bool:
    """Whether an answer's whole label asks for a member number: a ``Payer ID`` is the payer's own."""
    if answer.attribute != "member_id":
        return False
    whole = read_label(answer.label)
    return whole is None or whole.attribute == "member_id" or whole.score < _SURE_LABEL


def find_identifier(text: str) -> tuple[str, int, int, bool] | None:
    """The first identifier with a digit in ``text``, its place, and whether nothing else stands beside it."""
    bare = text.strip(" .,;:")
    spaced = _SPACED_IDENTIFIER.fullmatch(bare) or _PREFIXED_IDENTIFIER.fullmatch(bare)
    if spaced is not None and len(re.sub(r"\W", "", bare)) >= 6:
        start = text.index(bare)
        return bare, start, start + len(bare), True
    for found in _IDENTIFIER.finditer(text):
        if any(c.isdigit() for c in found.group()):
            return found.group(), found.start(), found.end(), found.group() == bare
    return None


def find_corrected(text: str) -> tuple[str, str] | None:
    """Two identifiers of one shape in one answer, the later first: one was struck out and written anew."""
    found = [one.group() for one in _IDENTIFIER.finditer(text) if any(c.isdigit() for c in one.group())]
    if len(found) != 2 or _shape(found[0]) != _shape(found[1]) or len(found[0]) < _SHORTEST_CORRECTED:
        return None
    return None if found[0] == found[1] else (found[1], found[0])


def _shape(text: str) -> str:
    return re.sub(r"[A-Za-z]", "A", re.sub(r"\d", "0", text))


def write_name(
    path: str,
    text: str,
    answer: Answer,
    page: PageReading,
    *,
    words: Sequence[Word],
    item: str | None,
    extra: dict[str, float],
    validity: float = 1.0,
) -> Candidate:
    """A payer's or a plan's name; one with a misread word put right goes to a person, what was read beside it."""
    value = read_name(text, words, page)
    is_whole = value == text
    return from_answer(
        path,
        value,
        answer,
        page,
        words=words,
        item=item,
        extra=extra,
        is_valid=is_whole,
        validity=validity if is_whole else _MENDED,
        alternatives=() if is_whole else (Alternative[str](value=text),),
        reasons=() if is_whole else (NEAR_WORD,),
    )


def read_name(text: str, words: Sequence[Word], page: PageReading) -> str:
    """A payer's or plan's name; on a poor page any word may be misread, else those that the engine doubted."""
    least = 1.0 if page.page.quality in _POOR else _SURE_READING
    return mend_name(text, {word.text.strip(" .,;:/") for word in words if _is_doubtful(word, least)})


def _is_doubtful(word: Word, least: float) -> bool:
    scores = word.char_confidences or (() if word.confidence is None else (word.confidence,))
    return word.source != "embedded" and min(scores, default=1.0) < least


def read_pcn(text: str) -> str | None:
    """A processor control number: capitals and digits, never a plain word."""
    found = _PCN.match(text.strip(" .,"))
    return None if found is None or REFUSED.match(text) else found.group()


def write_identifier(
    leaf: str, answer: Answer, page: PageReading, item: str | None, extra: dict[str, float]
) -> Iterator[Candidate]:
    """A member or group number as printed; nothing where the answer holds no identifier."""
    path = f"coverages[].{leaf}"
    corrected = find_corrected(answer.text)
    if corrected is not None:
        why = Reason(code="written_twice", text="two values stand there; the first may be struck out")
        others = (Alternative[str](value=corrected[1]),)
        yield from_answer(
            path,
            corrected[0],
            answer,
            page,
            item=item,
            extra=extra,
            is_valid=False,
            alternatives=others,
            reasons=(why,),
        )
        return
    read = find_identifier(answer.text)
    if read is None:
        return
    value, start, end, is_whole = read
    _, spans = join_words(answer.words)
    words = words_between(answer.words, spans, start, end)
    validity = 1.0 if is_whole else 0.7
    yield from_answer(path, value, answer, page, words=words, item=item, extra=extra, validity=validity)


def write_subscriber(
    answer: Answer, page: PageReading, item: str | None, extra: dict[str, float]
) -> Iterator[Candidate]:
    """A subscriber's name, and the relationship that stands behind it: ``Ana Bell (self)``."""
    text, spans = join_words(answer.words)
    behind = re.search(r"[(/,\-\u2013]\s*([A-Za-z ]{4,20}?)\s*\)?\s*$", text)
    relation = read_relationship(behind.group(1)) if behind is not None else None
    if behind is not None and relation is not None:
        yield from_answer(
            "coverages[].relationship",
            relation,
            answer,
            page,
            words=words_between(answer.words, spans, behind.start(1), behind.end(1)),
            item=item,
            extra=extra,
        )
        text = text[: behind.start()].strip()
    whole = read_relationship(text)
    if whole is not None:
        yield from_answer("coverages[].relationship", whole, answer, page, item=item, extra=extra)
        return
    words = name_words(tuple(w for w, (start, _) in zip(answer.words, spans, strict=True) if start < len(text)))
    name = " ".join(word.text for word in words)
    name = name[: len(text)].strip(" ,(/")
    reading = None if is_reference(name) or not name else parse_name(name, name_order(answer.label))
    if reading is None or reading.last is None:
        return
    yield from_answer(
        "coverages[].subscriber_name",
        name,
        answer,
        page,
        words=words,
        item=item,
        extra=extra,
        validity=1.0 if reading.first else 0.5,
    )


def read_relationship(text: str) -> str | None:
    """``self``, ``spouse``, ``child``, ``parent`` or ``other``; None for text that names no relationship."""
    plain = fold(text)
    folded = re.sub(r"^(?:the )?patients? (?:is )?(?:the )?", "", plain) or plain
    said = _PATIENT_IS.search(plain)
    return RELATIONSHIPS.get(folded) or (RELATIONSHIPS.get(said[1]) if said is not None else None)
