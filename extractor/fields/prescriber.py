"""Who orders: name, credentials, NPI, telephone, fax. Not the pharmacy, the facility, the receiver or the PCP."""

import re
from collections.abc import Iterable, Sequence

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words, propose_unread_phone
from extractor.fields.names import propose_name_part, propose_whole_name, words_of
from extractor.fields.numbers import find_phones, find_ten_digits
from extractor.knowledge.names import NameReading, parse_credentials, parse_name
from extractor.knowledge.npi import is_in_issued_range, is_valid_npi, repairs
from extractor.packet import Answer, Role
from models.record import Alternative, BBox, Reason
from models.stages.candidate import Candidate
from models.stages.entities import EntityLabel
from models.stages.layout import Line, PageReading
from models.stages.text import Word, join_words, words_between

_NAME_PARTS = ("first_name", "last_name", "credentials")
_NAMES = frozenset({"provider_name", "full_name", "last_name"})
_CLOSING = re.compile(
    r"^\W*(?:sincerely|(?:best|kind|warm)?\s?regards|respectfully|yours truly|thank you)\b", re.IGNORECASE
)
_COPIED = re.compile(r"^\W*cc\b", re.IGNORECASE)
_LONGEST_NAME = 7
"""Words of a name with its credentials."""
_WRITER = 0.65
"""How surely the writer of a letter is the one who orders."""
_NPI_WORD = re.compile(r"^[*(]?n[.\s]?p[.\s]?[il1][.)]?[#:.]*", re.IGNORECASE)
_OF_PRACTICE = re.compile(r"\b(?:clinic|practice)\b", re.IGNORECASE)
_NOT_INDIVIDUAL = re.compile(
    r"group|facility|pharmacy|billing|organi[sz]ation|rendering|hospital|site|supervis", re.IGNORECASE
)


class _PrescriberName:
    name = "prescriber_name"
    paths = ("prescriber.first_name", "prescriber.last_name", "prescriber.credentials")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        named = False
        for answer in context.answers[page.page.page_no]:
            if answer.role is not Role.PRESCRIBER:
                continue
            named = named or (answer.attribute in _NAMES and bool(answer.words))
            if answer.attribute in {"provider_name", "full_name"}:
                yield from propose_whole_name(answer, page, "prescriber", Role.PRESCRIBER, _NAME_PARTS)
            elif answer.attribute in {"first_name", "last_name"}:
                yield from propose_name_part(answer, page, "prescriber", Role.PRESCRIBER)
            elif answer.attribute == "credentials" and answer.words:
                value = parse_credentials(answer.text)
                if value is not None:
                    yield from_answer("prescriber.credentials", value, answer, page, role=Role.PRESCRIBER)
        yield from _ticked_credentials(page)
        if not named:
            yield from _letter_writer(page, context)


def _letter_writer(page: PageReading, context: Context) -> Iterable[Candidate]:
    """Who signs a letter: the first person named below its closing words. Nobody's label says so: never sure."""
    closing = next((line for line in page.layout.lines if _CLOSING.match(line.text)), None)
    if closing is None:
        return
    signed = name_under(closing, page.layout.lines)
    if signed is not None:
        yield from _written(signed, parse_name(join_words(signed)[0]), page)
        return
    end = min((line.bbox.top for line in page.layout.lines if _COPIED.match(line.text)), default=float("inf"))
    people = [
        located
        for located in context.read_entities(page)
        if located.entity.label is EntityLabel.PERSON and closing.bbox.top < located.bbox.top < end
    ]
    for located in sorted(people, key=lambda person: person.bbox.top)[:1]:
        yield from _written(located.words, parse_name(located.entity.text), page)


def name_under(closing: Line, lines: Sequence[Line]) -> tuple[Word, ...] | None:
    """The first line below a closing that is a name with credentials; not one that gets a copy."""
    for line in sorted(lines, key=lambda line: line.bbox.top):
        if line.bbox.top <= closing.bbox.y_mid or line is closing:
            continue
        if _COPIED.match(line.text):
            return None
        reading = parse_name(line.text) if 2 <= len(line.words) <= _LONGEST_NAME else None
        is_plain = not any(character.isdigit() or character == ":" for character in line.text)
        if reading is not None and is_plain and reading.first and reading.last and reading.credentials:
            return line.words
    return None


def _written(words: tuple[Word, ...], reading: NameReading | None, page: PageReading) -> Iterable[Candidate]:
    if reading is None:
        return
    parts = {"first_name": reading.first, "last_name": reading.last, "credentials": reading.credentials}
    reason = Reason(code="letter_signed", text="stands below the closing words of a letter")
    for part, value in parts.items():
        if value is not None:
            at = words_of(value, words) or words
            yield from_words(f"prescriber.{part}", value, at, page, role=_WRITER, reason=reason)
    if reading.middle is not None and reading.last is not None and len(reading.middle.strip(".")) > 1:
        # Two words may be a middle and a last name, or a last name of two: who signs knows.
        both = f"{reading.middle} {reading.last}"
        at = words_of(both, words) or words
        yield from_words("prescriber.last_name", both, at, page, role=_WRITER, reason=reason)


def _ticked_credentials(page: PageReading) -> Iterable[Candidate]:
    """``(Check one): [x] M.D. [ ] D.O.``"""
    for box in page.layout.checkboxes:
        value = parse_credentials(box.label) if box.label and len(box.label) < 12 else None
        if value is None or box.is_checked is False:
            continue
        reason = Reason(
            code="ticked" if box.is_checked else "mark_unclear",
            text=f"box '{box.label}' " + ("ticked" if box.is_checked else "unclear"),
        )
        yield from_words(
            "prescriber.credentials",
            value,
            (),
            page,
            role=0.8,
            reason=reason,
            bbox=box.bbox,
            raw=box.label,
            extra={
                "checked": 1.0 if box.is_checked else 0.3,
                "label": 0.9,
                "relation": 1.0,
                "anchor": float(box.is_checked is True),
            },
        )


class _Npi:
    name = "npi"
    paths = ("prescriber.npi",)

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        answers = context.answers[page.page.page_no]
        for answer in answers:
            is_own = answer.role in {Role.PRESCRIBER, None} and not _OF_PRACTICE.search(answer.label)
            if answer.attribute == "npi" and is_own:
                yield from _propose_npi(answer, page, context)
        covered = [word.bbox for answer in answers for word in answer.words]
        for line in page.layout.lines:
            yield from _npi_in_line(line, page, context, covered)


def _propose_npi(answer: Answer, page: PageReading, context: Context) -> Iterable[Candidate]:
    path = "prescriber.npi"
    extra = {"role": answer.role_score if answer.role is Role.PRESCRIBER else 0.6}
    if not answer.words:
        yield from_answer(path, None, answer, page, role=Role.PRESCRIBER, extra=extra)
        return
    text, spans = join_words(answer.words)
    found = find_ten_digits(text)
    is_shared = re.search(r"dea|tin|upin|lic", answer.label, re.IGNORECASE) is not None
    for digits, start, end, is_repaired in found[:2]:
        if digits in context.receiver_npis or (is_shared and not is_valid_npi(digits)):
            continue
        words = words_between(answer.words, spans, start, end)
        yield _npi_candidate(digits, answer, page, is_repaired=is_repaired, words=words, extra=extra)
    if not found and sum(character.isdigit() for character in text) >= 5 and not is_shared:
        why = Reason(code="not_ten_digits", text="what is written there is not ten digits")
        yield from_answer(
            path,
            None,
            answer,
            page,
            role=Role.PRESCRIBER,
            is_valid=False,
            is_illegible=True,
            reasons=(why,),
            extra=extra,
        )


def _npi_candidate(
    digits: str,
    answer: Answer,
    page: PageReading,
    *,
    is_repaired: bool,
    words: tuple[Word, ...],
    extra: dict[str, float],
) -> Candidate:
    if len(digits) != 10:
        why = Reason(code="not_ten_digits", text=f"{len(digits)} digits are read where ten must stand")
        return from_answer(
            "prescriber.npi",
            None,
            answer,
            page,
            words=words,
            role=Role.PRESCRIBER,
            is_valid=False,
            is_illegible=True,
            reasons=(why,),
            extra=extra,
        )
    is_valid = is_valid_npi(digits)
    reasons = [_check_reason(is_valid)]
    if is_repaired:
        reasons.append(Reason(code="repaired", text="a letter was read where a digit must stand"))
    return from_answer(
        "prescriber.npi",
        digits,
        answer,
        page,
        words=words,
        role=Role.PRESCRIBER,
        is_valid=is_valid,
        validity=(1.0 - 0.2 * is_repaired - 0.4 * (not is_in_issued_range(digits))) if is_valid else 0.0,
        alternatives=tuple(Alternative[str](value=value) for value in repairs(digits)),
        reasons=reasons,
        extra={**extra, "verified": 1.0 if is_valid else 0.0},
    )


def _check_reason(is_valid: bool) -> Reason:
    if is_valid:
        return Reason(code="check_digit_valid", text="the check digit is right")
    return Reason(code="check_digit_wrong", text="the check digit is wrong: a digit is misread or misprinted")


def _npi_in_line(line: Line, page: PageReading, context: Context, covered: Sequence[BBox]) -> Iterable[Candidate]:
    """``NPI 1234567893`` where no label was made of it: letterheads, electronic signatures."""
    words = line.words
    for index, word in enumerate(words):
        match = _NPI_WORD.match(word.text)
        if match is None or _NOT_INDIVIDUAL.search(" ".join(w.text for w in words[max(0, index - 3) : index])):
            continue
        rest = (word, *words[index + 1 : index + 5]) if match.end() < len(word.text) else words[index + 1 : index + 5]
        if not rest or any(w.bbox in covered for w in rest[:1]):
            continue
        text, spans = join_words(rest)
        for digits, start, end, _repaired in find_ten_digits(text)[:1]:
            if start > match.end() + 6 or not is_valid_npi(digits) or digits in context.receiver_npis:
                continue
            yield from_words(
                "prescriber.npi",
                digits,
                words_between(rest, spans, start, end),
                page,
                role=0.5,
                reason=Reason(code="beside_npi", text="stands behind 'NPI' in a line of text"),
                reasons=(_check_reason(True),),
            )


class _PrescriberPhones:
    name = "prescriber_phones"
    paths = ("prescriber.phone", "prescriber.fax")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        for answer in context.answers[page.page.page_no]:
            if answer.role is not Role.PRESCRIBER:
                continue
            if answer.attribute in {"phone", "work_phone"}:
                yield from _propose_numbers(answer, page, context, ("phone",))
            elif answer.attribute == "fax":
                yield from _propose_numbers(answer, page, context, ("fax",))
            elif answer.attribute == "phone_fax":
                yield from _propose_numbers(answer, page, context, ("phone", "fax"))


def _propose_numbers(
    answer: Answer, page: PageReading, context: Context, kinds: tuple[str, ...]
) -> Iterable[Candidate]:
    if not answer.words:
        for kind in kinds:
            yield from_answer(f"prescriber.{kind}", None, answer, page, role=Role.PRESCRIBER)
        return
    found = find_phones(answer.words, context.country)
    for (reading, words, _behind), kind in zip(found, kinds, strict=False):
        if reading.e164 in context.receiver_phones:
            continue
        yield from_answer(
            f"prescriber.{kind}",
            reading.value,
            answer,
            page,
            words=words,
            role=Role.PRESCRIBER,
            is_valid=reading.is_valid,
            reasons=reading.reasons,
        )
    if not found:
        yield from propose_unread_phone(f"prescriber.{kinds[0]}", answer, page, Role.PRESCRIBER)


families.register("prescriber_name")(_PrescriberName())
families.register("npi")(_Npi())
families.register("prescriber_phones")(_PrescriberPhones())
