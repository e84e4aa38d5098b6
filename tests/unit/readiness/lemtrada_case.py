"""A Lemtrada referral with everything it needs, and ways to spoil it. All of it is invented."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import cache

from extractor.knowledge.protocols import ProtocolBook, load_protocols
from extractor.readiness import assess_readiness
from models.record import (
    BBox,
    Document,
    Failure,
    Field,
    Lists,
    Page,
    PageType,
    Quality,
    Readiness,
    Referral,
    RuleResult,
    State,
)
from models.record.paths import AnyField

TODAY = date(2026, 11, 22)
START = "2026-11-30"
PAGES = (PageType.ORDER, PageType.CLINICAL_NOTE, PageType.LAB_REPORT)
DOCUMENT = Document(
    sha256=None,
    filename="fax.tif",
    media_type=None,
    page_count=len(PAGES),
    pages=tuple(Page(page_no=n, type=kind, quality=Quality.DIGITAL) for n, kind in enumerate(PAGES, start=1)),
)
MISSING_PAGE = Failure(stage="packet", code="pages_missing", message="4 pages are announced and 3 arrived.")
LAB_NAMES: Mapping[str, tuple[str, str, str | None]] = {
    "hiv": ("HIV Ag/Ab, 4th Generation", "non-reactive", None),
    "tb": ("QuantiFERON-TB Gold Plus", "negative", None),
    "hepatitis_c": ("Hepatitis C Antibody", "non-reactive", None),
    "hepatitis_b": ("HBsAg", "negative", None),
    "varicella": ("Varicella Zoster IgG", "positive", None),
    "wbc": ("White Blood Cell Count", "6.1", "10*3/uL"),
    "hemoglobin": ("Hemoglobin", "13.4", "g/dL"),
    "platelets": ("Platelet Count", "244", "10*3/uL"),
    "neutrophils": ("Absolute Neutrophils", "3.6", "10*3/uL"),
    "lymphocytes": ("Absolute Lymphocytes", "1.9", "10*3/uL"),
    "creatinine": ("Creatinine", "0.8", "mg/dL"),
    "ua_wbc": ("WBC, Urine", "0-5", "/[HPF]"),
    "ua_rbc": ("RBC, Urine", "0-2", "/[HPF]"),
    "thyroid": ("TSH", "1.7", "u[IU]/mL"),
}
LABS = {name: index for index, name in enumerate(LAB_NAMES)}
"""The place of each row in ``labs``."""


def found(value: object, page: int = 1, state: State = State.FOUND) -> dict[str, object]:
    """A field that was read surely."""
    box = BBox(72.0, 72.0, 144.0, 84.0)
    return {"value": value, "confidence": 0.97, "state": state, "page_no": page, "bbox": box, "source": "embedded"}


def lab(name: str, collected: str = "2026-11-16") -> dict[str, object]:
    """One final row."""
    test, result, unit = LAB_NAMES[name]
    row = {"test": found(test, 3), "result": found(result, 3), "collected": found(collected, 3)}
    unit_field = {} if unit is None else {"unit": found(unit, 3)}
    return {**row, **unit_field, "status": found("final", 3)}


@cache
def complete() -> Referral:
    """Everything that Lemtrada needs."""
    address = {
        "line1": found("12 Elm St"),
        "city": found("Denver"),
        "state": found("CO"),
        "postal_code": found("80202"),
    }
    plain = {
        "referral_id": "r1",
        "created_at": datetime(2026, 11, 22, tzinfo=UTC),
        "kind": "referral",
        "pages": (1, 2, 3),
        "patient": {
            "first_name": found("Mara"),
            "last_name": found("Quillen"),
            "date_of_birth": found("1988-02-03"),
            "sex": found("female"),
            "address": address,
            "home_phone": found("+13035550111"),
            "mobile_phone": found("+13035550112"),
            "weight_kg": found(70.0),
            "allergies": (found("penicillin"),),
        },
        "coverages": ({"payer": found("Summit Valley Health"), "member_id": found("DZW557504870")},),
        "orders": (
            {
                "date": found("2026-11-10"),
                "drug": found("alemtuzumab"),
                "brand": found("Lemtrada"),
                "dose": found("12 mg"),
                "route": found("IV"),
                "frequency": found("daily x 5 days"),
                "course": found("first"),
                "start_date": found(START),
                "premedications": (found("methylprednisolone 1000 mg IV"),),
            },
        ),
        "diagnoses": ({"code": found("G35.A"), "description": found("Relapsing-remitting multiple sclerosis")},),
        "prescriber": {
            "first_name": found("Anders"),
            "last_name": found("Delacroix"),
            "npi": found("1916408796"),
            "phone": found("+14025550161"),
            "fax": found("+14025550144"),
            "address": address,
            "signature_present": found(True),
        },
        "prior_therapies": (
            therapy("glatiramer acetate", "inadequate response"),
            therapy("dimethyl fumarate", "disease progression"),
        ),
        "labs": tuple(lab(name) for name in LAB_NAMES),
    }
    return with_counts(Referral.model_validate(plain))


def therapy(drug: str, outcome: str) -> dict[str, object]:
    """One drug that was tried before."""
    return {"drug": found(drug, 2), "start": found("2019", 2), "stop": found("2021", 2), "outcome": found(outcome, 2)}


def with_counts(referral: Referral) -> Referral:
    """The referral with every list known to be complete."""
    sizes = {name: len(getattr(referral, name, ())) for name in Lists.model_fields}
    sizes["allergies"] = len(referral.patient.allergies)
    sizes["premedications"] = len({p.value for order in referral.orders for p in order.premedications})
    return referral.model_copy(update={"lists": Lists.model_validate({k: found(v) for k, v in sizes.items()})})


def put(referral: Referral, path: str, field: AnyField | dict[str, object] | None) -> Referral:
    """The referral with another field at ``path``; None takes an item of a list away, and the count goes along."""
    value = field.model_dump() if isinstance(field, Field) else field
    changed = Referral.model_validate(_changed(referral.model_dump(), _keys(path), value))
    return with_counts(changed) if field is None else changed


def put_list(referral: Referral, path: str, items: list[object]) -> Referral:
    """The referral with other items in a list."""
    return Referral.model_validate(_changed(referral.model_dump(), _keys(path), tuple(items)))


def _keys(path: str) -> list[str]:
    return path.replace("[", ".").replace("]", "").split(".")


def _changed(tree: object, keys: list[str], value: object) -> object:
    """The tree with ``value`` at ``keys``; None takes an item of a list away."""
    if not keys:
        return value
    key, *rest = keys
    if isinstance(tree, dict):
        return {**tree, key: _changed(tree[key], rest, value)}
    assert isinstance(tree, tuple)
    place = int(key)
    new = () if value is None and not rest else (_changed(tree[place], rest, value),)
    return (*tree[:place], *new, *tree[place + 1 :])


def add(referral: Referral, name: str, item: dict[str, object]) -> Referral:
    """The referral with one item more, and its lists complete."""
    return with_counts(put_list(referral, name, [*referral.model_dump()[name], item]))


def judge(
    referral: Referral,
    as_of: date = TODAY,
    *,
    failures: tuple[Failure, ...] = (),
    document: Document = DOCUMENT,
    book: ProtocolBook | None = None,
) -> Readiness:
    """The verdict with the packaged protocols."""
    return assess_readiness(referral, as_of, book or load_protocols(), document, failures)


def rule(readiness: Readiness, name: str, order: int | None = None) -> RuleResult:
    """The result of one rule, the first of its name unless an order is named."""
    return next(r for r in readiness.rules if r.id == name and (order is None or r.order_index == order))


def lowered(field: AnyField, state: State) -> AnyField:
    """The same field read less surely; what cannot be read has no value."""
    if state is State.ILLEGIBLE:
        return field.model_copy(update={"state": state, "value": None, "confidence": None})
    return field.model_copy(update={"state": state})
