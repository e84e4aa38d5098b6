"""One invented record with everything that formats find hard: odd wordings, partial dates, absences, formulas."""

from datetime import UTC, date, datetime

from models.record import (
    Address,
    BBox,
    Count,
    Coverage,
    Diagnosis,
    Document,
    DocumentKind,
    Extraction,
    Field,
    Flag,
    Lab,
    Lists,
    Number,
    Order,
    Patient,
    Prescriber,
    PriorTherapy,
    Readiness,
    Reason,
    Referral,
    ReferralKind,
    RuleOutcome,
    RuleResult,
    Severity,
    Software,
    State,
    Status,
    Text,
    Value,
    Verdict,
)


def said(value: str, source: str = "ocr:ppocr") -> Text:
    """A value as found on page 1."""
    box = BBox(72.0, 100.0, 180.5, 112.25)
    return Text(value=value, confidence=0.9375, state=State.FOUND, page_no=1, bbox=box, source=source, raw=value)


def absent(state: State) -> Text:
    """No value, for a reason."""
    return Text(state=state, page_no=1 if state is not State.NOT_ON_FORM else None)


STAFF_SAID = Text(value="Ortiz-O'Malley", confidence=1.0, state=State.CORRECTED, source="staff")
DOUBTED = Text(
    value="2120-11",
    confidence=0.41,
    state=State.NEEDS_REVIEW,
    page_no=2,
    source="ocr:ppocr",
    reasons=(Reason(code="runner_up", text="Another value is nearly as likely."),),
)

REFERRAL = Referral(
    referral_id="0badc0de-7",
    revision=1,
    created_at=datetime(2026, 11, 21, 8, 5, 1, tzinfo=UTC),
    kind=ReferralKind.REFERRAL,
    pages=(1, 2, 4),
    patient=Patient(
        first_name=absent(State.ILLEGIBLE),
        middle_name=said("Zo\u00eb"),
        last_name=STAFF_SAID,
        suffix=said("Jr"),
        date_of_birth=said("1999-02-28"),
        sex=absent(State.BLANK),
        address=Address(
            line1=said("12 'Quote\" St; Apt | 4"), city=said("S\u00e3o, Paulo"), state=absent(State.CONFLICTING)
        ),
        home_phone=said("+13035550147;ext=12"),
        email=absent(State.BLANK),
        mrn=said("=1+1"),
        height_cm=Number(state=State.ILLEGIBLE, page_no=1),
        weight_kg=Number(value=93.4, confidence=0.9, state=State.FOUND, page_no=1, source="derived"),
        allergies=(said("@SUM(A1:A9)"), said("-penicillin"), said("'quoted'")),
    ),
    coverages=(
        Coverage(rank=said("secondary"), payer=absent(State.BLANK), member_id=DOUBTED, bin=said("004336")),
        Coverage(payer=said("Summit & Sons <Health>"), payer_phone=said("+18005550100"), relationship=said("parent")),
    ),
    orders=(
        Order(
            date=said("2026-11-19"),
            drug=said("infliximab-dyyb"),
            brand=said("Inflectra"),
            hcpcs=said("Q5103"),
            dose=said("5 mg/kg (rounded to 400 mg)"),
            route=said("IV"),
            frequency=said("weeks 0, 2, 6 then every 8 weeks"),
            duration=said("until told otherwise"),
            refills=said("as needed"),
            start_date=said("2026-12"),
            course=said("maintenance"),
            last_treatment_date=said("2026-10-01"),
            premedications=(said("acetaminophen 650 mg PO"), said("+loratadine; 10 mg | PO")),
        ),
        Order(drug=absent(State.CONFLICTING), dose=absent(State.ILLEGIBLE), frequency=absent(State.BLANK)),
        Order(
            drug=said("immune globulin"),
            dose=said("0.40 g/kg"),
            frequency=said("every 1 weeks"),
            duration=said("1 year"),
            refills=said("0"),
            priority=said("stat"),
            route=said("SC"),
        ),
    ),
    diagnoses=(
        Diagnosis(code=said("G35.A"), description=said("Relapsing MS")),
        Diagnosis(code=absent(State.ILLEGIBLE), description=said("Anemia")),
    ),
    prescriber=Prescriber(
        first_name=said("Wei"),
        last_name=said("\u5f20"),
        credentials=said("PA-C"),
        npi=Text(value="1234567890", confidence=0.5, state=State.NEEDS_REVIEW, page_no=1, source="ocr:ppocr"),
        practice=absent(State.BLANK),
        phone=said("+13035550111"),
        fax=said("+13035550112"),
        signature_present=Flag(value=False, confidence=0.99, state=State.FOUND, page_no=2, source="derived"),
    ),
    prior_therapies=(
        PriorTherapy(
            drug=said("glatiramer acetate"), start=said("2019"), stop=said("2021-06"), outcome=said("lost response")
        ),
        PriorTherapy(drug=said("methotrexate"), start=said("spring 2020")),
    ),
    labs=(
        Lab(
            test=said("JCV Index"),
            loinc=said("100977-8"),
            result=said("<0.35"),
            unit=said("{index}"),
            status=said("final"),
            collected=said("2026-11-01"),
        ),
        Lab(
            test=said("WBC"),
            result=said("6.10"),
            unit=said("10*3/uL"),
            reference_range=said("3.4-10.8"),
            flag=said("HH"),
            status=said("preliminary"),
            collected=said("2026-11-01"),
        ),
        Lab(test=said("HBsAg"), result=said("non-reactive"), status=said("final")),
        Lab(
            test=said("ALT"),
            unit=said("[IU]/L"),
            status=said("pending"),
            collected=said("2026-11-02"),
            result=absent(State.BLANK),
        ),
        Lab(
            test=said("ANA titer"),
            result=said("1:80"),
            reference_range=said("<1:40"),
            status=said("final"),
            collected=said("early November"),
        ),
        Lab(
            test=absent(State.ILLEGIBLE),
            result=said("-0.5"),
            status=absent(State.CONFLICTING),
            collected=said("2026-11-02"),
        ),
    ),
    lists=Lists(
        allergies=Count(value=4, confidence=0.6, state=State.NEEDS_REVIEW, page_no=1),
        coverages=Count(value=2, confidence=0.9, state=State.FOUND),
        premedications=Count(value=0, confidence=0.9, state=State.FOUND),
        labs=Count(state=State.ILLEGIBLE, page_no=2),
    ),
    readiness=Readiness(
        verdict=Verdict.INCOMPLETE,
        as_of=date(2026, 11, 21),
        valid_until=date(2026, 12, 1),
        rules=(
            RuleResult(
                id="tb_screen",
                protocol="infliximab",
                order_index=0,
                severity=Severity.REQUIRED,
                title="Tuberculosis screening",
                result=RuleOutcome.MISSING,
                message="No tuberculosis test within 12 months is in the packet.",
                source="label",
            ),
        ),
    ),
)

EXTRACTION = Extraction(
    document=Document(
        sha256="ab" * 32,
        filename="incoming-7.tif",
        media_type="image/tiff",
        page_count=4,
        kind=DocumentKind.REFERRAL,
    ),
    status=Status.PARTIAL,
    software=Software(version="0.1.0"),
    referrals=(REFERRAL,),
)


def absent_everywhere(state: State) -> Referral:
    """The same referral with no value anywhere: every field is absent for one reason."""
    emptied = _emptied(REFERRAL, state)
    assert isinstance(emptied, Referral)
    return emptied


def _emptied(part: object, state: State) -> object:
    if isinstance(part, Field):
        return type(part)(state=state)
    if isinstance(part, Value) and not isinstance(part, Readiness):
        return part.model_copy(update={name: _emptied(getattr(part, name), state) for name in type(part).model_fields})
    return tuple(_emptied(item, state) for item in part) if isinstance(part, tuple) else part
