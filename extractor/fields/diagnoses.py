"""Diagnosis codes: labelled answers, ticked boxes, and codes that prose names as the reason for treatment.

A code printed beside an unticked box is no value. A code of the right shape that ICD-10-CM does not have is kept as
printed and marked; look-alike codes are alternatives, never replacements.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from extractor.fields.base import Context, families
from extractor.fields.diagnosis_words import words_before, words_going_on
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.prose import ReadEntities, describing, inactive_codes
from extractor.fields.ticks import PRINTED_CHOICE, tick_features, tick_reason
from extractor.fields.typed_marks import is_passed_over, is_ticked, is_unticked
from extractor.knowledge.icd10cm import describe, is_code, normalise_code, ocr_variants
from extractor.packet import Answer
from extractor.packet.questions import fold
from models.record import Alternative, BBox, PageType, Reason
from models.stages.candidate import Candidate
from models.stages.entities import LocatedEntity
from models.stages.layout import CheckBox, Line, PageReading
from models.stages.text import Word, join_words, words_between, words_outside

_CODE = re.compile(r"(?<![A-Za-z0-9.])[A-Z][0-9][0-9A-Z](?:\s?\.\s?[0-9A-Z]{1,4})?(?![A-Za-z0-9])")
_UNDOTTED = re.compile(r"(?<![A-Za-z0-9.])[A-Z][0-9][0-9A-Z][0-9A-Z]{1,4}(?![A-Za-z0-9])")
_LOOSE = re.compile(r"(?<![A-Za-z0-9.])[A-Za-z0-9|]{3}(?:\s?[.,:·]\s?[0-9A-Za-z|]{1,4})?(?![A-Za-z0-9])")
_LABELLED = {"diagnosis_code": 1.0, "diagnosis": 0.95, "other_diagnosis_code": 0.95}
_NEGATED = re.compile(r"\b(family history|fhx?|r/o|rule[d]? out|history of|h/o)\b", re.IGNORECASE)
"""Questions whose ticked boxes name no active diagnosis."""
_UNCERTAIN = re.compile(r"\b(screening for|history of|h/o|unlikely|sibling)\b", re.IGNORECASE)
"""What the entities' contexts do not know: said of a past or only suspected problem."""
_CODES = frozenset({"diagnosis_code", "other_diagnosis_code"})
_IN_WORDS = frozenset({"diagnosis", "description"})
_FARTHEST_WORDS = 130.0
"""Points (rows count fourfold) from a code to the words that say it: about two rows."""
_LISTED = re.compile(r"^\W*(?:\d{1,2}\s?[.)]|[-*\u2022])\s+\S")
_NUMBERED = re.compile(r"\d{1,2}\s?[.)]|[-*\u2022]")
_LABEL_REST = re.compile(
    r"^\W*(?:\d{1,2}\s?[.)]|other\s*:|(?:(?:primary|secondary)\s+)?(?:diagnosis|dx)\b\s*:?)\s*", re.IGNORECASE
)
"""What stands before a diagnosis in its own line without being part of it."""
_LONGEST_LISTED = 12
"""Words of a line that lists a diagnosis with its code, and is no sentence."""
_BARE_ANSWER = 3
"""Words of an answer up to which it is a code with little beside it, and no sentence that may rule it out."""
_SAYS_DIAGNOSIS = re.compile(r"icd|diag|\bdx\b|indication", re.IGNORECASE)
_LIKE_HCPCS = re.compile(r"[A-Z]\d{4}")
"""J9312 under a mere "Code" is a drug's HCPCS rather than J93.12."""
_CHOICE = re.compile(r"\b(?:mark|check|select|circle|tick|choose)\b", re.IGNORECASE)
_REASONED = re.compile(r"diagnos|assessment|impression|indication|\bdx\b|icd|reason|problem", re.IGNORECASE)
_PROSE_PAGES = frozenset(
    {
        PageType.ORDER,
        PageType.ENROLLMENT_FORM,
        PageType.PRIOR_AUTHORIZATION,
        PageType.CLINICAL_NOTE,
        PageType.OTHER,
        PageType.DEMOGRAPHICS,
    }
)


class _Found(NamedTuple):
    """One code in a run of words."""

    code: str
    words: tuple[Word, ...]
    raw: str
    is_known: bool


class _Diagnoses:
    name = "diagnoses"
    paths = ("diagnoses[].code", "diagnoses[].description")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        found = list(self._all(page, context))
        for index, make in enumerate(found):
            yield from (
                candidate.model_copy(update={"path": candidate.path.replace("[]", f"[{index}]")}) for candidate in make
            )

    def _all(self, page: PageReading, context: Context) -> Iterator[list[Candidate]]:
        unticked = [_label_box(box) for box in page.layout.checkboxes if box.is_checked is False]
        used: list[BBox] = []
        for box in page.layout.checkboxes:
            if box.is_checked is not False:
                yield from _from_box(box, page)
                used.append(_label_box(box))
        answers = context.answers[page.page.page_no]
        described = _describe_codes(answers)
        for index, answer in enumerate(answers):
            if answer.attribute in _LABELLED:
                words = words_outside(answer.words, [*unticked, *used])
                if len(words) > _BARE_ANSWER and find_codes(words, is_labelled=False):
                    inactive = inactive_codes(context.read_entities(page))
                    words = tuple(word for word in words if word.bbox not in inactive)
                yield from _from_answer(answer, words, page, described.get(index))
                used.extend(word.bbox for word in answer.words)
        if page.page.type in _PROSE_PAGES:
            yield from _from_lines(page, [*unticked, *used], context.read_entities)


def _describe_codes(answers: Sequence[Answer]) -> dict[int, Answer]:
    """For each answer that is a code alone, by its place, the answer beside or below it that says it in words."""
    codes = [i for i, a in enumerate(answers) if a.attribute in _CODES and _is_bare_code(a)]
    words = [i for i, a in enumerate(answers) if a.attribute in _IN_WORDS and a.words and not _is_bare_code(a)]
    ways = sorted((_way(answers[i], answers[j]), i, j) for i in codes for j in words)
    described: dict[int, Answer] = {}
    taken: set[int] = set()
    for way, i, j in ways:
        if way <= _FARTHEST_WORDS and i not in described and j not in taken:
            described[i] = answers[j]
            taken.add(j)
    return described


def _is_bare_code(answer: Answer) -> bool:
    found = find_codes(answer.words, is_labelled=True)
    return len(found) == 1 and _description(answer.words, found[0]) is None


def _way(code: Answer, words: Answer) -> float:
    """Points between two answers, rows weighing more; answers of one table row are together."""
    if code.item is not None or words.item is not None:
        return 0.0 if code.item == words.item else 2 * _FARTHEST_WORDS
    return 4 * abs(code.bbox.y_mid - words.bbox.y_mid) + 0.1 * max(0.0, -code.bbox.x_overlap(words.bbox))


def _label_box(box: CheckBox) -> BBox:
    return box.bbox.union(box.label_bbox) if box.label_bbox is not None else box.bbox


def find_codes(words: Sequence[Word], *, is_labelled: bool) -> list[_Found]:
    """Codes in the words; with a label also a shape that only an exchanged letter keeps from being a code."""
    text, spans = join_words(words)
    found: list[_Found] = []
    for match in _CODE.finditer(text):
        code = normalise_code(match.group())
        if code is not None and (is_labelled or is_code(code)):
            found.append(_Found(code, words_between(words, spans, *match.span()), match.group(), is_code(code)))
    if found or not is_labelled:
        return found
    for match in _UNDOTTED.finditer(text):
        code = normalise_code(match.group())
        if code is not None and is_code(code):
            found.append(_Found(code, words_between(words, spans, *match.span()), match.group(), True))
    if found:
        return found
    for match in _LOOSE.finditer(text):
        raw = match.group()
        if not (any(c.isdigit() for c in raw) and ("." in raw or any(c.isalpha() for c in raw))):
            continue
        code = normalise_code(raw)
        if code is not None and is_code(code):
            found.append(_Found(code, words_between(words, spans, *match.span()), raw, True))
        elif ocr_variants(raw):
            as_read = raw.upper().replace(" ", "")
            found.append(_Found(as_read, words_between(words, spans, *match.span()), raw, False))
    return found


def _from_answer(
    answer: Answer, words: tuple[Word, ...], page: PageReading, described: Answer | None
) -> Iterator[list[Candidate]]:
    path = "diagnoses[].code"
    if not answer.words:
        if answer.attribute == "diagnosis_code" and is_blank_field(answer):
            yield [from_answer(path, None, answer, page)]
        return
    found = find_codes(words, is_labelled=answer.attribute != "diagnosis")
    if not _SAYS_DIAGNOSIS.search(answer.label):
        found = [code for code in found if not _LIKE_HCPCS.fullmatch(code.raw)]
    rank = _rank(answer)
    for index, code in enumerate(found):
        item = f"p{answer.page_no}:{answer.item or _place(answer)}:{index}"
        is_choice = _CHOICE.search(answer.label) is not None
        is_choice = is_choice or _is_passed_choice(answer, page)
        role = 0.3 if is_choice else 1.0
        extra = {"label": answer.label_score * _LABELLED[answer.attribute], "role": role, "primary": rank / (index + 1)}
        reasons = (_code_reason(code), *((PRINTED_CHOICE,) if is_choice else ()))
        group = [
            from_answer(
                path,
                code.code,
                answer,
                page,
                words=code.words,
                is_valid=code.is_known,
                item=item,
                extra=extra,
                alternatives=_alternatives(code),
                reasons=reasons,
            )
        ]
        description = _description(words, code) if len(found) == 1 else None
        if description is None and described is None and len(found) == 1:
            description = _on_its_line(page, code)
        if description is not None:
            text, words_of = _whole(page, description, code)
            group.append(
                from_answer("diagnoses[].description", text, answer, page, words=words_of, item=item, extra=extra)
            )
        elif described is not None and len(found) == 1:
            group.append(
                from_answer("diagnoses[].description", described.text, described, page, item=item, extra={"role": role})
            )
        yield group


def _is_passed_choice(answer: Answer, page: PageReading) -> bool:
    """Whether an answer stands before ticked choices on its row, as one of them whose own box was not seen."""
    return any(
        box.is_checked
        and bool(answer.words)
        and fold(box.question or "").endswith(fold(answer.text))
        and box.bbox.x0 > answer.bbox.x1
        and _code_in(box.label)
        for box in page.layout.checkboxes
    )


def _place(answer: Answer) -> str:
    return f"{round(answer.label_bbox.x0)},{round(answer.label_bbox.top)}"


def _rank(answer: Answer) -> float:
    folded = fold(answer.label)
    if "primary" in folded:
        return 1.0
    return 0.4 if answer.attribute == "other_diagnosis_code" else 0.8


def _alternatives(code: _Found) -> tuple[Alternative[str], ...]:
    return () if code.is_known else tuple(Alternative[str](value=value) for value in ocr_variants(code.code)[:5])


def _code_reason(code: _Found) -> Reason:
    if code.is_known:
        return Reason(code="code_exists", text=f"ICD-10-CM has {code.code}: {describe(code.code)}")
    return Reason(code="code_unknown", text="ICD-10-CM has no such code")


def _description(words: Sequence[Word], code: _Found) -> tuple[str, tuple[Word, ...]] | None:
    """What stands beside the code, without brackets and dashes; of a sentence what says the code."""
    others = words_before(words, code.words, code.code)
    others = others or tuple(word for word in words if word not in code.words)
    text = " ".join(word.text for word in others)
    text = _LABEL_REST.sub("", re.sub(r"\b(?:ICD[- ]?10(?:[- ]?CM)?|code)\b\s*[:#]?", "", text, flags=re.IGNORECASE))
    text = _close_brackets(" ".join(text.strip(" -\u2013\u2014:;,()[]/").split()))
    if (
        len(text) < 4
        or sum(character.isalpha() for character in text) < 0.6 * len(text)
        or find_codes(others, is_labelled=False)
    ):
        return None
    return text, others


def _whole(page: PageReading, description: tuple[str, tuple[Word, ...]], code: _Found) -> tuple[str, tuple[Word, ...]]:
    """A description with the rows below that it goes on in."""
    text, words = description
    margins = [word.bbox.x0 for word in (*words[:1], *code.words[:1])]
    rest = words_going_on(page.layout.lines, words, code.code, margins)
    return (" ".join([text, *(word.text for word in rest)]).strip(" ,;"), (*words, *rest)) if rest else description


def _close_brackets(text: str) -> str:
    """The text with the bracket closed that its end was cut in: ``Neuromyelitis optica [Devic``."""
    for opening, closing in ("()", "[]"):
        if text.count(opening) > text.count(closing):
            text += closing
    return text


def _on_its_line(page: PageReading, code: _Found) -> tuple[str, tuple[Word, ...]] | None:
    """The words of a sentence whose code has a label of its own: ``ulcerative colitis (ICD-10 K51.90)``."""
    line = next((line for line in page.layout.lines if code.words and code.words[0] in line.words), None)
    used = words_before(line.words, code.words, code.code) if line is not None else ()
    return (_close_brackets(" ".join(word.text for word in used).strip(" -:;,()[]/")), used) if used else None


def _from_box(box: CheckBox, page: PageReading) -> Iterator[list[Candidate]]:
    words = page.layout.words_in(box.label_bbox) if box.label_bbox is not None else ()
    if not words or _NEGATED.search(box.question or ""):
        return
    reason = tick_reason(box)
    for index, code in enumerate(find_codes(words, is_labelled=False)[:2]):
        item = f"p{page.page.page_no}:box{round(box.bbox.x0)},{round(box.bbox.top)}:{index}"
        extra = {**tick_features(box), "primary": 0.85 / (index + 1)}
        group = [
            from_words(
                "diagnoses[].code",
                code.code,
                code.words,
                page,
                role=1.0,
                reason=reason,
                item=item,
                extra=extra,
                reasons=(_code_reason(code),),
            )
        ]
        description = _description(words, code)
        if description is not None:
            text, described = _whole(page, description, code)
            group.append(
                from_words(
                    "diagnoses[].description", text, described, page, role=1.0, reason=reason, item=item, extra=extra
                )
            )
        yield group


def _code_in(text: str) -> bool:
    return any(is_code(match.group()) for match in _CODE.finditer(text))


def _from_lines(page: PageReading, used: Sequence[BBox], read_entities: ReadEntities) -> Iterator[list[Candidate]]:
    """Codes in running text; many side by side without marks are a printed list, not an answer."""
    groups: list[list[Candidate]] = []
    before = ""
    offers_boxes = any(_code_in(box.label) for box in page.layout.checkboxes)
    for line in page.layout.lines:
        words = words_outside(line.words, used)
        if is_unticked(line.text, page.layout.lines) or is_passed_over(line, page.layout.lines):
            continue
        codes = find_codes(words, is_labelled=False)
        context = f"{before} {line.text}"
        title = page.layout.title_of(line.section)
        before = line.text
        if not codes or _UNCERTAIN.search(line.text):
            continue
        inactive = inactive_codes(read_entities(page))
        codes = [code for code in codes if not any(word.bbox in inactive for word in code.words)]
        is_reason = bool(_REASONED.search(context) or _REASONED.search(title))
        for index, code in enumerate(codes):
            # Three characters without a dot are also room numbers, vitamins and grades.
            if len(code.code) < 4 and not is_reason:
                continue
            reason = Reason(
                code="in_text", text="named in a line of text" + (" about the diagnosis" if is_reason else "")
            )
            item = f"p{page.page.page_no}:line{round(line.bbox.top)},{round(line.bbox.x0)}:{index}"
            groups.append(
                [
                    from_words(
                        "diagnoses[].code",
                        code.code,
                        code.words,
                        page,
                        role=0.3
                        if offers_boxes and not is_ticked(line.text, page.layout.lines)
                        else (0.8 if is_reason else 0.35),
                        reason=reason,
                        item=item,
                        extra={"primary": 0.5 / (index + 1)},
                        reasons=(_code_reason(code),),
                    ),
                    *(
                        _listed_words(line, words, codes[0], page, item=item, entities=read_entities(page))
                        if len(codes) == 1
                        else ()
                    ),
                ]
            )
    if len(groups) <= 4 or page.page.type is PageType.CLINICAL_NOTE:
        yield from groups


def _listed_words(
    line: Line,
    words: Sequence[Word],
    code: _Found,
    page: PageReading,
    *,
    item: str,
    entities: Sequence[LocatedEntity],
) -> Iterator[Candidate]:
    """The words of ``2. Hypothyroidism (E03.9)``, and those of a sentence that say its code."""
    is_listed = _LISTED.match(line.text) is not None
    is_listed = is_listed or (page.page.type is not PageType.CLINICAL_NOTE and words[0] in code.words)
    used = words_before(words, code.words, code.code)
    text = _close_brackets(" ".join(word.text for word in used).strip(" -\u2013\u2014:;,[]/"))
    told = None if used else describing(code.words, entities)
    if told is not None:
        text, used = str(told.entity.value), told.words
    if not used and is_listed and len(words) <= _LONGEST_LISTED:
        text, used = _description([w for w in words if not _NUMBERED.fullmatch(w.text)], code) or ("", ())
    if used and text:
        text, used = _whole(page, (text, tuple(used)), code)
        reason = Reason(code="in_text", text="stands beside its code")
        path = "diagnoses[].description"
        yield from_words(path, text, used, page, role=0.8, reason=reason, item=item, extra={"relation": 0.8})


families.register("diagnoses")(_Diagnoses())
