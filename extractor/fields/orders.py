"""What is ordered: drug and brand with dose, route and frequency, one item for each dose that differs.

A dose belongs to the drug of its own row or line, else to the nearest drug above it. A vial's strength, a volume, a
rate and a maximum are no dose. Premedications are no orders.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from extractor.fields.base import Context, families
from extractor.fields.evidence import from_answer, from_words, is_blank_field
from extractor.fields.order_readings import SUPPORTIVE, Leaf, NamedDrug, Unit, read_drugs, read_scheme, read_units
from extractor.fields.prose import without_other_drugs
from extractor.fields.statements import Statement, find_statements, find_unasked, is_route_or_scheme
from extractor.fields.ticks import PRINTED_CHOICE, tick_features, tick_reason
from extractor.fields.typed_marks import is_ticked
from extractor.fields.unlisted_drugs import read_unlisted
from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drugs import DOUBTFUL, find_drugs, is_usual_dose
from extractor.knowledge.frequencies import find_frequencies
from models.record import PageType, Reason
from models.stages.candidate import Candidate
from models.stages.layout import PageReading
from models.stages.text import join_words, words_between

_ORDER_PAGES = frozenset({PageType.ORDER, PageType.ENROLLMENT_FORM, PageType.PRIOR_AUTHORIZATION, PageType.OTHER})
_PROSE_PAGES = frozenset({PageType.CLINICAL_NOTE, PageType.COVER_SHEET})
_LEVEL = 0.5
"""Of a line's height that lies on a row."""
_PRINTED_CHOICE, _CHOICE_OF_SUBJECT = 0.3, 0.65
_STATED = 0.75
"""The strength from which on a drug is surely stated as ordered."""
_SEVERAL = Reason(code="several_drugs", text="the page names several drugs as ordered: check which")
_UNREAD = Reason(code="not_understood", text="what is written there was not understood as a dose")
_DIGIT = re.compile(r"\d")
_ELSEWHERE = Reason(code="drug_elsewhere", text="the page names no drug: check that the dose is of the one ordered")
_MOST_GOING_ON = 3
"""Doses of an order page that names no drug; more are no order."""
_SUBJECT = Reason(code="referred_drug", text="may be a printed choice; a subject line of the file names it too")


class _Orders:
    name = "orders"
    paths = ("orders[].drug", "orders[].brand", "orders[].dose", "orders[].route", "orders[].frequency")

    def propose(self, page: PageReading, context: Context) -> Iterable[Candidate]:
        if page.page.type not in _ORDER_PAGES | _PROSE_PAGES:
            return
        statements = find_statements(page, context.answers[page.page.page_no])
        statements = without_other_drugs(statements, page, context.read_entities)
        drugs = [drug for statement in statements for drug in read_drugs(statement)]
        if not drugs and page.page.type in _ORDER_PAGES:
            unasked = list(find_unasked(page, context.answers[page.page.page_no]))
            drugs = [drug for one in unasked for drug in read_drugs(one)]
            unlisted = [] if drugs else read_unlisted(statements, page)
            drugs, statements = drugs or unlisted, statements if unlisted else [*statements, *unasked]
        if not drugs and page.page.type is PageType.ORDER:
            yield from _go_on(page, statements)
        drugs = _doubt_lists(_without_supportive(drugs), page, _referred_drugs(context))
        if page.page.type in _PROSE_PAGES:
            drugs = [drug for drug in drugs if _is_planned(drug.statement)]
        is_supportive = all(drug.generic.value in SUPPORTIVE for drug in drugs)
        read = (read_units(statement, is_supportive=is_supportive) for statement in statements if drugs)
        units = [unit for found in read for unit in found]
        units = _without_stray_doses(units, drugs) or _without_dose(drugs)
        ordered = frozenset(drug.generic.value for drug in drugs)
        _share_schemes(units, [one for one in statements if _is_of(one, ordered)])
        yield from _write(page, _pair(units, drugs))
        yield from _blanks(page, context)


def _go_on(page: PageReading, statements: Sequence[Statement]) -> Iterator[Candidate]:
    """The doses of an order page that names no drug: the drug may stand on the page before. They always ask."""
    units = [unit for statement in statements for unit in read_units(statement) if unit.dose is not None]
    if not 0 < len(units) <= _MOST_GOING_ON:
        return
    _share_schemes(units, [one for one in statements if _is_of(one, frozenset())])
    for index, unit in enumerate(units):
        item = f"p{page.page.page_no}:order{index}"
        for name, leaf in {"dose": unit.dose, **unit.leaves}.items():
            if leaf is not None:
                leaf.is_valid = False
                leaf.reasons = (*leaf.reasons, _ELSEWHERE)
                yield _candidate(f"orders[{index}].{name}", leaf, page, item)


def _without_supportive(drugs: list[NamedDrug]) -> list[NamedDrug]:
    others = [drug for drug in drugs if drug.generic.value not in SUPPORTIVE]
    return others or drugs


def _without_stray_doses(units: list[Unit], drugs: Sequence[NamedDrug]) -> list[Unit]:
    """Where labels, rows or boxes give doses, a bare line that names no drug gives none."""

    def is_anchored(unit: Unit) -> bool:
        statement = unit.statement
        return statement.answer is not None or statement.box is not None or any(d.statement is statement for d in drugs)

    anchored = [unit for unit in units if is_anchored(unit)]
    return anchored or units


def _without_dose(drugs: Sequence[NamedDrug]) -> list[Unit]:
    """What holds the route and the scheme of the one drug that is ordered, where its dose was not read."""
    sure = [drug for drug in drugs if drug.strength >= _STATED]
    return [Unit(None, sure[0].statement)] if len({drug.generic.value for drug in sure}) == 1 else []


def _referred_drugs(context: Context) -> frozenset[str]:
    """Drugs that the subject lines of the file name: ``Re: Referral, Uplizna``."""
    subjects = [a.text for asked in context.answers.values() for a in asked if a.attribute == "subject" and a.words]
    return frozenset(m.generic for text in subjects for m in find_drugs(text) if m.infused and m.score > DOUBTFUL)


def _doubt_lists(drugs: list[NamedDrug], page: PageReading, referred: frozenset[str]) -> list[NamedDrug]:
    """Drugs named in bare lines of a page that offers drugs by boxes, or that names several, are a printed choice.

    A box that the layout missed would else turn what nobody ticked into an order. The drug that the file is about is
    the likeliest of them.
    """
    _doubt_several(drugs)
    offers_boxes = any(mention.infused for box in page.layout.checkboxes for mention in find_drugs(box.label))
    named = {drug.generic.value for drug in drugs}
    for drug in drugs:
        statement = drug.statement
        is_bare = statement.answer is None and statement.box is None
        if is_bare and is_ticked(statement.text, page.layout.lines):
            continue
        if is_bare and (offers_boxes or len(named) > 1):
            is_subject = drug.generic.value in referred
            drug.strength = min(drug.strength, _CHOICE_OF_SUBJECT if is_subject else _PRINTED_CHOICE)
            for leaf in (drug.generic, drug.brand):
                if leaf is not None:
                    leaf.statement = replace(statement, strength=drug.strength)
                    leaf.validity = min(leaf.validity, drug.strength)
                    leaf.reasons = (*leaf.reasons, _SUBJECT if is_subject else PRINTED_CHOICE)
    return drugs


def _doubt_several(drugs: Sequence[NamedDrug]) -> None:
    """Two drugs ordered on one page are rare: one of them may be what was tried, or is taken at home."""
    if len({drug.generic.value for drug in drugs}) < 2:
        return
    for drug in drugs:
        for leaf in (drug.generic, drug.brand):
            if leaf is not None:
                leaf.is_valid = False
                leaf.reasons = (*leaf.reasons, _SEVERAL)


def _is_planned(statement: Statement) -> bool:
    return (
        re.search(
            r"\b(plan|start|begin|initiate|order(?:ed)?|recommend|refer(?:red|ral)?|infusion|treat with|proceed)\b",
            statement.text,
            re.IGNORECASE,
        )
        is not None
    )


def _is_piece_of_row(statement: Statement, units: Sequence[Unit]) -> bool:
    """``Dose 5 mg/kg | by IV | weekly``: a route or scheme alone on a dose's row."""
    is_level = any(statement.bbox.y_overlap(u.statement.bbox) > _LEVEL * statement.bbox.height for u in units)
    return is_level and is_route_or_scheme(statement.text)


def _is_of(statement: Statement, ordered: frozenset[str]) -> bool:
    """Whether a statement may be about the ordered drugs: the route of a premedication is not theirs."""
    named = {mention.generic for mention in find_drugs(statement.text)}
    return not named or not named.isdisjoint(ordered)


def _share_schemes(units: list[Unit], statements: Sequence[Statement]) -> None:
    """Give routes and schemes that stand by themselves to the units that have none: same row first, nearest next."""
    for statement in statements:
        text, spans = join_words(statement.words)
        if statement.answer is None and statement.box is None and not _is_piece_of_row(statement, units):
            continue
        if any(unit.statement is statement for unit in units):
            continue
        lacking = [u for u in units if "frequency" not in u.leaves and u.statement.item == statement.item]
        schemes = find_frequencies(text)
        if len(schemes) == len(lacking) > 1:
            for unit, scheme in zip(lacking, schemes, strict=True):
                words = words_between(statement.words, spans, scheme.start, scheme.end)
                unit.leaves["frequency"] = Leaf(
                    scheme.value, words, statement, 0.4 if scheme.is_ambiguous else 1.0, scheme.reasons
                )
        for name, leaf in read_scheme(statement, text, spans, 0, len(text)).items():
            if statement.answer is not None and statement.answer.attribute in {"refills", "duration", "strength"}:
                continue
            lacking = [u for u in units if name not in u.leaves and u.statement.item == statement.item]
            if not lacking:
                continue
            if name == "route":
                for unit in lacking:
                    unit.leaves[name] = leaf
            else:
                nearest = min(lacking, key=lambda u: abs(u.statement.bbox.y_mid - statement.bbox.y_mid))
                nearest.leaves[name] = leaf


def _pair(units: list[Unit], drugs: Sequence[NamedDrug]) -> list[tuple[NamedDrug, Unit | None]]:
    """Every unit with its drug, then drugs that no unit took and that are surely stated."""
    pairs: list[tuple[NamedDrug, Unit | None]] = []
    for unit in units:
        drug = _drug_of(unit, drugs)
        if drug is not None:
            pairs.append((drug, unit))
    taken = {drug.generic.value for drug, _unit in pairs}
    best = max((drug.strength for drug in drugs), default=0.0)
    for drug in drugs:
        is_sure = drug.strength >= _STATED or (not pairs and drug.strength >= best - 0.05)
        if drug.generic.value not in taken and is_sure and drug.statement.item is None:
            taken.add(drug.generic.value)
            pairs.append((drug, None))
    for drug in drugs:
        if drug.statement.item is not None and not any(drug is d for d, _u in pairs):
            pairs.append((drug, None))
    return pairs


def _drug_of(unit: Unit, drugs: Sequence[NamedDrug]) -> NamedDrug | None:
    own = [drug for drug in drugs if drug.statement is unit.statement]
    if own:
        return own[0]
    rows = [drug for drug in drugs if unit.statement.item is not None and drug.statement.item == unit.statement.item]
    if rows:
        return rows[0]
    box = unit.statement.bbox

    def distance(drug: NamedDrug) -> float:
        there = drug.statement.bbox
        rows = (
            0.0
            if there.y_overlap(box) > 0
            else (box.top - there.bottom if there.top < box.top else 3 * (there.top - box.bottom) + 60)
        )
        return rows + 250 * (1 - drug.strength)

    return min(drugs, key=distance, default=None)


def _write(page: PageReading, pairs: Sequence[tuple[NamedDrug, Unit | None]]) -> Iterator[Candidate]:
    for index, (drug, unit) in enumerate(pairs):
        item = f"p{page.page.page_no}:order{index}"
        leaves: dict[str, Leaf] = {"drug": drug.generic}
        brand = drug.brand
        if brand is not None:
            leaves["brand"] = brand
        if unit is not None:
            if unit.dose is not None:
                leaves["dose"] = _weighed(unit.dose, drug.generic.value)
            leaves.update(unit.leaves)
        for name, leaf in leaves.items():
            yield _candidate(f"orders[{index}].{name}", leaf, page, item)


def _weighed(dose: Leaf, drug: str) -> Leaf:
    """The dose with the feature ``usual``: 0 where doses of the drug are known and this is none of them."""
    return replace(dose, extra={**dose.extra, "usual": 0.0 if is_usual_dose(drug, dose.value) is False else 1.0})


def _candidate(path: str, leaf: Leaf, page: PageReading, item: str) -> Candidate:
    statement = leaf.statement
    if statement.answer is not None:
        return from_answer(
            path,
            leaf.value,
            statement.answer,
            page,
            words=leaf.words,
            item=item,
            validity=leaf.validity,
            is_valid=leaf.is_valid,
            alternatives=leaf.alternatives,
            extra={"role": statement.strength, "verified": 1.0 if leaf.is_verified else 0.0, **leaf.extra},
            reasons=leaf.reasons,
        )
    if statement.box is not None:
        reason = tick_reason(statement.box)
        verified = 1.0 if leaf.is_verified else 0.0
        extra = {**tick_features(statement.box), "valid": leaf.validity, "verified": verified}
    else:
        reason = Reason(code="in_text", text="named in a line of text")
        extra = {"label": statement.strength, "relation": 0.8, "valid": leaf.validity}
    return from_words(
        path,
        leaf.value,
        leaf.words,
        page,
        role=statement.strength,
        reason=reason,
        is_valid=leaf.is_valid,
        item=item,
        reasons=leaf.reasons,
        extra={**extra, **leaf.extra},
    ).model_copy(update={"alternatives": leaf.alternatives})


def _blanks(page: PageReading, context: Context) -> Iterator[Candidate]:
    """Labels for drug or dose that nobody answered, and doses whose answer could not be read."""
    for answer in context.answers[page.page.page_no]:
        if answer.attribute not in {"drug", "dose"} or page.page.type not in _ORDER_PAGES:
            continue
        path = f"orders[*].{answer.attribute}"
        if is_blank_field(answer):
            yield from_answer(path, None, answer, page)
        elif answer.attribute == "dose" and not parse_doses(answer.text) and _DIGIT.search(answer.text):
            yield from_answer(path, None, answer, page, is_valid=False, is_illegible=True, reasons=(_UNREAD,))


families.register("orders")(_Orders())
