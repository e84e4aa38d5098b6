"""Names of people in answers: the whole name under one label, or its parts under several."""

import re
from collections.abc import Iterable, Sequence

from extractor.fields.evidence import from_answer, is_blank_field, reading_features
from extractor.knowledge.labels import is_label_word
from extractor.knowledge.names import NameOrder, NameReading, parse_name
from extractor.packet import Answer, Role
from extractor.packet.questions import fold
from models.record import PageType, Quality, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word

_REFERENCES = (
    "see attached",
    "attached",
    "see face",
    "same as",
    "on file",
    "see demographic",
    "n a",
    "none",
    "see below",
    "see above",
    "self",
    "not applicable",
)
_TITLE_WORDS = frozenset(
    "order orders sheet form forms referral request enrollment enrolment application start page information info"  # noqa: SIM905
    " section attestation certification statement copy use only report record result results summary"
    " & and of the for to".split()
)
_PART = re.compile(r"[A-Za-zÀ-ÿ][A-Za-zÀ-ÿ'\u2019.\- ]*")
_WIDEST_GAP = 2.5
"""Heights of a word between two words of one name."""
_CREDENTIAL_LENGTH = 4
_SURE = 0.9
"""The least character score from which a comma that was not read is taken not to be there."""
_LAST_NAME_FIRST = frozenset({PageType.LAB_REPORT, PageType.IMAGING_REPORT, PageType.DEMOGRAPHICS})
_BREAKS = frozenset({"on", "at", "dated", "by", "-", "\u2013", "\u2014", "/"})
_CUT = re.compile(
    r"\d|[:;|]|^(?:dob|mrn|npi|phone|tel|fax|date|sex|gender|age|address|specialty|license|dea|signature)[:#]?$"
    r"|^\w{3,}(?:olog(?:y|ists?)|iatr(?:y|ics|ists?))[.,]?$",
    re.IGNORECASE,
)


def name_words(words: Sequence[Word]) -> tuple[Word, ...]:
    """The words up to the first that can be in no name: a digit, a colon, the next label, a specialty."""
    kept: list[Word] = []
    for word in words:
        if kept and word.bbox.x0 - kept[-1].bbox.x1 > _WIDEST_GAP * word.bbox.height:
            break
        # A stop ends the name and belongs to its last word.
        is_last = word.text.endswith(";") and _CUT.search(word.text[:-1]) is None
        if (_CUT.search(word.text) and not is_last) or word.text in _BREAKS:
            break
        kept.append(word.model_copy(update={"text": word.text.rstrip(";")}) if is_last else word)
        if is_last:
            break
    return tuple(kept)


def is_reference(text: str) -> bool:
    """Whether the answer only points elsewhere ("see attached")."""
    folded = fold(text)
    return any(folded == phrase or folded.startswith(phrase + " ") for phrase in _REFERENCES)


def _is_title_word(text: str) -> bool:
    """Whether a word is one of forms' titles and labels (``PHYSICIAN | ORDER SHEET``)."""
    return text.casefold().strip(".,:&-()") in _TITLE_WORDS or is_label_word(text)


def name_order(label: str) -> NameOrder | None:
    """The order a label asks for, None where it does not say."""
    folded = fold(label)
    if re.search(r"\blast( name)? (and )?first", folded):
        return "last_first"
    if re.search(r"\bfirst( name)? (and |middle |mi )*last", folded):
        return "first_last"
    return None


def propose_whole_name(
    answer: Answer, page: PageReading, prefix: str, role: Role, parts: Iterable[str]
) -> list[Candidate]:
    """Candidates for the parts of a name written under one label."""
    if not answer.words:
        if not is_blank_field(answer):
            return []
        wanted = [part for part in parts if part in {"first_name", "last_name"}]
        return [from_answer(f"{prefix}.{part}", None, answer, page, role=role) for part in wanted]
    words = name_words(answer.words)
    text = " ".join(word.text for word in words)
    if not words or is_reference(text) or all(_is_title_word(word.text) for word in words):
        return []
    reading = parse_name(_mended(text), name_order(answer.label))
    if reading is None:
        return []
    reading = _without_strange_tail(reading, text)
    validity = _validity(reading)
    item = f"p{page.page.page_no}:{round(answer.label_bbox.x0)},{round(answer.label_bbox.top)}"
    extra = {"anchor": 0.0} if _may_be_turned(text, reading, words, page, prefix) else None
    values = {
        "first_name": reading.first,
        "middle_name": reading.middle,
        "last_name": reading.last,
        "suffix": reading.suffix,
        "credentials": reading.credentials,
    }
    found: list[Candidate] = []
    for part in parts:
        value = values.get(part)
        if value is None:
            continue
        found.append(
            from_answer(
                f"{prefix}.{part}",
                value,
                answer,
                page,
                words=words_of(value, words) or words,
                validity=validity,
                # An initial is no name: the whole one stands elsewhere, or is asked for.
                is_valid=part != "first_name" or len(value.strip(".")) > 1,
                role=role,
                item=item,
                reasons=reading.reasons,
                extra=extra,
            )
        )
    return found


def _mended(text: str) -> str:
    """The text with what a lost comma and a split word leave behind put right.

    ``Roe. Jane``, ``Roe Jr. Jane``: only a last name stands before a stop or a suffix. ``W endell`` is one word.
    """
    text = re.sub(r"\b([A-Z]) (?=[a-z]{2})", r"\1", text)
    text = re.sub(r"^([A-Za-z'\u2019\-]{4,})\.\s+(?=[A-Za-z])", r"\1, ", text)
    if "," in text:
        return text
    return re.sub(r"^([\w'\u2019\-]+ (?:Jr|Sr|II|III)\.?) (?=[A-Z])", r"\1, ", text)


def _without_strange_tail(reading: NameReading, text: str) -> NameReading:
    """``Jane Roe, MvD``: a short word behind the comma of a whole name is a misread credential, not a first name."""
    before, comma, behind = text.partition(",")
    is_strange = comma and len(before.split()) >= 2 and len(behind.strip(" .,")) <= _CREDENTIAL_LENGTH
    if not is_strange or reading.credentials is not None or reading.suffix is not None:
        return reading
    whole = parse_name(before, "first_last")
    if whole is None:
        return reading
    why = Reason(code="odd_characters", text="what stands behind the name is no credential that is known")
    return whole.model_copy(update={"reasons": (*whole.reasons, why)})


def _may_be_turned(text: str, reading: NameReading, words: Sequence[Word], page: PageReading, prefix: str) -> bool:
    """Whether the comma of ``Last, First`` may have been lost on the way: then nobody can tell which name is which.

    A patient's name on a fax, and anybody's where reports print the last name first. Text from the file itself keeps
    its commas, and so does what was read without any doubt.
    """
    head = text.split(reading.credentials, maxsplit=1)[0] if reading.credentials else text
    if "," in head.strip(" ,") or not any(reason.code == "order_assumed" for reason in reading.reasons):
        return False
    is_poor = page.page.quality in {None, Quality.STANDARD_FAX, Quality.DEGRADED}
    if text.isupper() and page.page.type in _LAST_NAME_FIRST and prefix == "patient":
        return True  # reports print the last name first, and some without the comma
    is_faint = is_poor or reading_features(words).get("reading_min", 0.0) < _SURE
    is_at_risk = prefix == "patient" or page.page.type in _LAST_NAME_FIRST
    return is_faint and is_at_risk and any(word.source != "embedded" for word in words)


def _validity(reading: NameReading) -> float:
    codes = {reason.code for reason in reading.reasons}
    score = 1.0
    if "single_word" in codes or reading.first is None or reading.last is None:
        score -= 0.5
    if reading.first is not None and len(reading.first.strip(".")) == 1:
        score -= 0.5
    if "odd_characters" in codes:
        score -= 0.3
    if codes & {"many_commas", "middle_or_last"}:
        score -= 0.25
    return max(0.0, score)


def words_of(value: str, words: Sequence[Word]) -> tuple[Word, ...]:
    """The words that make up ``value``, in order; () where they cannot be told."""
    wanted = set(fold(value).split())
    return tuple(word for word in words if set(fold(word.text).split()) & wanted)


def propose_name_part(answer: Answer, page: PageReading, prefix: str, role: Role) -> list[Candidate]:
    """The candidate for one part of a name with its own label."""
    path = f"{prefix}.{answer.attribute}"
    if not answer.words:
        return [from_answer(path, None, answer, page, role=role)]
    words = name_words(answer.words)
    text = " ".join(word.text for word in words).strip(" ,")
    found = _PART.search(text)
    if found is None or is_reference(text):
        return []
    value = found.group().strip(" -'")
    if value.islower() and all(is_label_word(word) for word in value.split()):
        return []
    if answer.attribute == "middle_name" and len(value.strip(".")) == 1:
        value = value.strip(".")
    reading = parse_name(text)
    item = f"p{page.page.page_no}:{answer.section or round(answer.label_bbox.top / 60)}"
    if answer.attribute == "last_name" and reading is not None and reading.suffix and reading.first:
        value, suffix = f"{reading.first} {reading.last or ''}".strip(), reading.suffix
        whole = from_answer(path, value, answer, page, words=words, role=role, item=item)
        return [whole, from_answer(f"{prefix}.suffix", suffix, answer, page, words=words, role=role, item=item)]
    is_clean = re.fullmatch(r"[A-Za-zÀ-ÿ'\u2019.\- ,]+", text) is not None
    is_short = len(value.split()) <= 3
    return [
        from_answer(
            path, value, answer, page, words=words, role=role, item=item, validity=1.0 if is_clean and is_short else 0.6
        )
    ]
