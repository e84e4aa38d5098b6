"""Addresses of the patient and of the prescriber's practice, whole or in labelled parts, and the practice's name.

Nobody else's address is one of these: the role of the answer decides, and an insurance card has none of them.
"""

import re
from collections.abc import Iterable, Iterator, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, is_blank_field
from extractor.fields.names import is_reference
from extractor.knowledge.addresses import (
    PARTS,
    AddressReading,
    is_street,
    is_unit,
    is_zip_of,
    parse_address,
    parse_postal_code,
    parse_state,
)
from extractor.knowledge.organisations import is_practice_name
from extractor.packet import Answer, Role
from extractor.packet.questions import fold, is_label_word
from models.record import BBox, PageType, Reason, lies_on
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import Word, words_between

_OWNERS = {Role.PATIENT: "patient", Role.PRESCRIBER: "prescriber"}
WHOLE = frozenset({"line1", "city", "state", "postal_code"})
"""What an address needs that no label asks for."""
_WHOLE = frozenset({"address", "home_address"})
_LETTER = 2
_PARTS = frozenset({"address_line2", "city", "state", "postal_code", "city_state_zip"})
_MARGIN, _GAP, _COLUMN_GAP = 14.0, 9.0, 24.0
"""Points between the left edges, and between the rows, of an address and its next line; and between columns."""
_REPAIRED, _INCONSISTENT = 0.5, 0.4
_MOST_WORDS, _LONGEST_NAME = 18, 8
_TITLES = frozenset({"note", "notes", "visit", "report", "summary", "letter"})
"""Words of pages' titles: behind ``Office visit`` stands no name."""
_LABEL_REST = frozenset({"address", "street address", "street"})
"""Words of a label of two rows that stand among its answer."""
"""Pages whose head names a laboratory or a payer."""


class _Addresses:
    name = "addresses"
    paths = (*(f"{owner}.address.{part}" for owner in _OWNERS.values() for part in PARTS), "prescriber.practice")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type is PageType.INSURANCE_CARD:
            return
        answers = context.answers[page.page.page_no]
        for answer in answers:
            if answer.role not in _OWNERS:
                continue
            if answer.attribute in _WHOLE:
                yield from _from_whole(answer, page, answers)
            elif answer.attribute in _PARTS:
                yield from _from_part(answer, page, answers)


def _from_whole(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> Iterator[Candidate]:
    owner = _OWNERS[answer.role] if answer.role is not None else ""
    if not answer.words:
        if is_blank_field(answer):
            for blank in ("line1", "city", "state", "postal_code"):
                if blank == "line1" or not _has_part(answer, answers):
                    yield from_answer(f"{owner}.address.{blank}", None, answer, page, role=answer.role)
        return
    own = tuple(
        word
        for before, word in zip((None, *answer.words), answer.words, strict=False)
        if fold(word.text) not in _LABEL_REST or (before is not None and _is_behind(before, word))
    )
    words = (*own, *_next_lines(answer, page, answers))
    text, spans = join_rows(words)
    if is_reference(text):
        return
    reading = parse_address(text)
    if reading is None or not {"line1", "postal_code"} & set(reading.parts):
        value = " ".join(text.split())
        if len(answer.words) <= _MOST_WORDS and any(c.isalpha() for c in value):
            why = Reason(code="not_an_address", text="no house number or post box is read there")
            yield from_answer(
                f"{owner}.address.line1", value, answer, page, role=answer.role, is_valid=False, reasons=(why,)
            )
        return
    yield from _practice_before(answer, page, words, spans, reading)
    has_both = {"state", "postal_code"} <= set(reading.parts)
    for name, part in reading.parts.items():
        is_tail = name in {"state", "postal_code"}
        validity = 1.0
        if is_tail and has_both and not reading.is_consistent:
            validity = _INCONSISTENT
        elif is_tail and reading.is_repaired:
            validity = _REPAIRED
        yield from_answer(
            f"{owner}.address.{name}",
            part.value,
            answer,
            page,
            words=words_between(words, spans, part.start, part.end),
            role=answer.role,
            validity=validity,
            is_valid=name != "line1" or any(character.isdigit() for character in part.value),
            reasons=reading.reasons if is_tail else (),
            extra={"verified": 1.0} if is_tail and reading.is_consistent else None,
        )


def _is_behind(before: Word, word: Word) -> bool:
    """Whether a word goes on with another on its row: ``16 Kahele | Street`` ends in no rest of a label."""
    return word.bbox.x0 > before.bbox.x0 and word.bbox.y_overlap(before.bbox) > 0.5 * word.bbox.height


def _practice_before(
    answer: Answer,
    page: PageReading,
    words: Sequence[Word],
    spans: Sequence[tuple[int, int]],
    reading: AddressReading,
) -> Iterator[Candidate]:
    """The practice's name before its street under one label: ``Practice and address``."""
    street = reading.parts.get("line1")
    if street is None or answer.role is not Role.PRESCRIBER:
        return
    before = words_between(words, spans, 0, street.start) if street.start else ()
    name = " ".join(word.text for word in before).strip(" ,;-")
    if 2 <= len(before) <= _LONGEST_NAME and is_practice_name(name) and not any(c.isdigit() for c in name):
        yield from_answer("prescriber.practice", name, answer, page, words=before, role=Role.PRESCRIBER)


def _has_part(answer: Answer, answers: Sequence[Answer]) -> bool:
    """Whether the form asks for the city apart from the street."""
    return any(other.role is answer.role and other.attribute in {"city", "city_state_zip"} for other in answers)


def join_rows(words: Sequence[Word]) -> tuple[str, list[tuple[int, int]]]:
    """The words joined by spaces, rows by line breaks, with each word's first and last (exclusive) character."""
    text, row = "", 0
    spans: list[tuple[int, int]] = []
    for index, word in enumerate(words):
        if index:
            before = words[index - 1].bbox
            is_same_row = word.bbox.y_overlap(before) > 0.3 * min(word.bbox.height, before.height)
            is_cut = not is_same_row and _is_cut_city(text[row:], word.text)
            text += " " if is_same_row or is_cut else "\n"
            row = row if is_same_row else len(text)
        spans.append((len(text), len(text) + len(word.text)))
        text += word.text
    return text, spans


def _is_cut_city(row: str, following: str) -> bool:
    """Whether a row ends in the first word of a city that goes on below: ``12 Elm St, Baton`` and ``Rouge, LA``."""
    head, comma, tail = row.rpartition(",")
    last = tail.strip()
    is_word = bool(comma) and last.isalpha() and last[:1].isupper() and not is_unit(f"{last} 1")
    has_number = any(character.isdigit() for character in head)
    return is_word and has_number and following.endswith(",") and following[:1].isupper()


def _next_lines(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> tuple[Word, ...]:
    """The rows below an address that go on with it and that no label asks for: ``Omaha, NE 68114``."""
    reading = parse_address(join_rows(answer.words)[0])
    if reading is not None and "postal_code" in reading.parts:
        return ()
    taken = [answer.label_bbox for answer in answers] + [w.bbox for other in answers for w in other.words]
    taken.extend(pair.label_bbox for pair in page.layout.key_values)
    found: list[Word] = []
    box = answer.bbox
    for line in sorted(page.layout.lines, key=lambda line: line.bbox.top):
        right = [w for w in line.words if w.bbox.x0 > box.x0 - _MARGIN]
        words = _runs(right)[0] if right else ()
        if not words or abs(words[0].bbox.x0 - box.x0) > _MARGIN or not -3.0 <= words[0].bbox.top - box.bottom <= _GAP:
            continue
        if any(lies_on(word.bbox, taken, 0.3) for word in words):
            break
        below = parse_address(" ".join(word.text for word in words))
        has_tail = below is not None and "state" in below.parts and "line1" not in below.parts
        if not has_tail and not is_unit(words[0].text + " " + " ".join(w.text for w in words[1:2])):
            break
        found.extend(words)
        box = BBox(box.x0, box.top, box.x1, words[-1].bbox.bottom)
        if has_tail:
            break
    return tuple(found)


def _runs(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """The words parted at wide gaps: the next column is somebody else's."""
    runs: list[list[Word]] = []
    for word in words:
        if runs and word.bbox.x0 - runs[-1][-1].bbox.x1 <= _COLUMN_GAP:
            runs[-1].append(word)
        else:
            runs.append([word])
    return [tuple(run) for run in runs]


def _from_part(answer: Answer, page: PageReading, answers: Sequence[Answer]) -> Iterator[Candidate]:
    owner = _OWNERS[answer.role] if answer.role is not None else ""
    prefix = f"{owner}.address"
    if answer.attribute == "city_state_zip":
        yield from _from_tail(answer, page, prefix)
        return
    part = {"address_line2": "line2"}.get(answer.attribute, answer.attribute)
    path = f"{prefix}.{part}"
    if not answer.words:
        if is_blank_field(answer) or answer.attribute in {"city", "state", "postal_code"}:
            yield from_answer(path, None, answer, page, role=answer.role)
        return
    text = answer.text.strip(" ,.;:")
    if is_reference(text):
        return
    if part == "line2":
        value = text if is_unit(text) else f"{_unit_word(answer.label)} {text}".strip()
        # A unit has a number or a letter: words alone stand below "Unit" in a table of results too.
        is_place = is_unit(text) or len(text) <= _LETTER or any(c.isdigit() for c in text)
        if len(text) <= 24 and is_place and any(c.isalnum() for c in text):
            yield from_answer(path, value, answer, page, role=answer.role)
    elif part == "city":
        yield from _from_city(answer, page, prefix, text)
    else:
        yield from _from_code(answer, page, path, part, answers)


def _unit_word(label: str) -> str:
    """The designator that the label prints instead of the answer: ``Apt #: 4`` is ``Apt 4``."""
    found = re.match(r"\s*(apt|apartment|suite|ste|unit)\b[^/]*$", label.strip(" :#."), re.IGNORECASE)
    return found.group(1).capitalize() if found is not None else ""


def _from_city(answer: Answer, page: PageReading, prefix: str, text: str) -> Iterator[Candidate]:
    """``Omaha``, or ``Omaha, NE 68114`` where the labels for the rest are empty."""
    reading = parse_address(text)
    if reading is not None and (
        "postal_code" in reading.parts or ("state" in reading.parts and "city" in reading.parts)
    ):
        yield from _from_tail(answer, page, prefix)
    elif any(c.isalpha() for c in text) and len(text) <= 40 and not is_street(text):
        is_clean = not any(c.isdigit() for c in text)
        yield from_answer(f"{prefix}.city", text, answer, page, role=answer.role, validity=1.0 if is_clean else 0.4)


def _from_tail(answer: Answer, page: PageReading, prefix: str) -> Iterator[Candidate]:
    if not answer.words:
        for blank in ("city", "state", "postal_code"):
            yield from_answer(f"{prefix}.{blank}", None, answer, page, role=answer.role)
        return
    text, spans = join_rows(answer.words)
    reading = parse_address(text)
    if reading is None:
        return
    has_both = {"state", "postal_code"} <= set(reading.parts)
    for name, part in reading.parts.items():
        is_tail = name in {"state", "postal_code"}
        validity = _INCONSISTENT if is_tail and has_both and not reading.is_consistent else 1.0
        yield from_answer(
            f"{prefix}.{name}",
            part.value,
            answer,
            page,
            words=words_between(answer.words, spans, part.start, part.end),
            role=answer.role,
            validity=min(validity, _REPAIRED) if is_tail and reading.is_repaired else validity,
            reasons=reading.reasons if is_tail else (),
            extra={"verified": 1.0} if is_tail and reading.is_consistent else None,
        )


def _from_code(
    answer: Answer, page: PageReading, path: str, part: str, answers: Sequence[Answer]
) -> Iterator[Candidate]:
    """A state or a postal code under a label of its own, checked against the other one on its row."""
    read = parse_state(answer.text) if part == "state" else parse_postal_code(answer.text)
    if read is None:
        reading = parse_address(answer.text)
        if reading is not None and {"state", "postal_code"} <= set(reading.parts):
            yield from _from_tail(answer, page, path.rsplit(".", 1)[0])
            return
        why = Reason(code=f"not_a_{part}", text=f"what is written there is no {part.replace('_', ' ')}")
        yield from_answer(path, None, answer, page, role=answer.role, is_valid=False, is_illegible=True, reasons=(why,))
        return
    value, is_repaired = read
    fits = _fits_partner(value, part, answer, answers)
    reasons = []
    if fits is not None:
        reasons.append(
            Reason(code="zip_of_state", text="the postal code lies in the state")
            if fits
            else Reason(code="zip_not_of_state", text="the postal code does not lie in the state")
        )
    if is_repaired:
        reasons.append(Reason(code="repaired", text="a letter and a digit that look alike were exchanged"))
    yield from_answer(
        path,
        value,
        answer,
        page,
        role=answer.role,
        validity=_INCONSISTENT if fits is False else _REPAIRED if is_repaired else 1.0,
        reasons=reasons,
        extra={"verified": 1.0} if fits and not is_repaired else None,
    )


def _fits_partner(value: str, part: str, answer: Answer, answers: Sequence[Answer]) -> bool | None:
    wanted = "postal_code" if part == "state" else "state"
    near = [
        other
        for other in answers
        if other.attribute == wanted
        and other.role is answer.role
        and other.words
        and abs(other.label_bbox.y_mid - answer.label_bbox.y_mid) < 40
    ]
    if not near:
        return None
    other = min(near, key=lambda other: abs(other.label_bbox.y_mid - answer.label_bbox.y_mid))
    read = parse_postal_code(other.text) if part == "state" else parse_state(other.text)
    if read is None:
        return None
    return is_zip_of(read[0], value) if part == "state" else is_zip_of(value, read[0])


class _Practice:
    name = "practice"
    paths = ("prescriber.practice",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        answers = context.answers[page.page.page_no]
        for answer in answers:
            if answer.attribute != "practice" or answer.role is not Role.PRESCRIBER:
                continue
            if answer.words:
                text = answer.text.strip(" ,;")
                is_title = all(is_label_word(word) or word in _TITLES for word in fold(text).split())
                is_name = not is_reference(text) and not is_title
                if is_name and len(answer.words) <= 10 and any(c.isalpha() for c in text):
                    yield from_answer("prescriber.practice", text, answer, page, role=Role.PRESCRIBER)
            elif is_blank_field(answer):
                yield from_answer("prescriber.practice", None, answer, page, role=Role.PRESCRIBER)


families.register("addresses")(_Addresses())
families.register("practice")(_Practice())
