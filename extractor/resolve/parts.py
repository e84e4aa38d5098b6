"""The parts of a referral, each from the candidates for its fields."""

from collections.abc import Iterable, Sequence
from typing import TypeVar

from extractor.resolve.absence import NOT_SEEN
from extractor.resolve.checks import check_allergies, check_code, check_dose, check_drug, check_therapy
from extractor.resolve.items import Item, merge_diagnoses, merge_orders, page_items
from extractor.resolve.merging import merge_coverages, merge_labs, merge_prior_therapies, merge_texts
from extractor.resolve.scene import Scene
from models.record import (
    Address,
    Coverage,
    Diagnosis,
    Lab,
    Order,
    Patient,
    Prescriber,
    PriorTherapy,
    Reason,
    State,
    Text,
)
from models.stages.candidate import Scored

_PATIENT_TEXTS = (
    "first_name",
    "middle_name",
    "last_name",
    "suffix",
    "date_of_birth",
    "sex",
    "home_phone",
    "mobile_phone",
    "work_phone",
    "email",
    "mrn",
)
_PRESCRIBER_TEXTS = ("first_name", "last_name", "credentials", "npi", "practice", "phone", "fax", "signature_date")
_SHARED = ("date", "priority", "hcpcs", "duration", "refills", "start_date", "course", "last_treatment_date")
"""What a form prints once for all its orders."""
_OF_MAINTENANCE = frozenset({"duration", "refills"})
"""Printed once beside a loading and a maintenance dose, they belong to the maintenance dose."""
_OF_FIRST = frozenset({"start_date", "last_treatment_date"})
"""Printed once, they belong to the dose that is given first."""
_DOSED_ONCE = frozenset({"once", "day 1"})

M = TypeVar("M", Order, Diagnosis, Coverage, PriorTherapy, Lab)


def resolve_patient(scene: Scene) -> Patient:
    """Who is to be treated."""
    read = {name: scene.text(f"patient.{name}") for name in _PATIENT_TEXTS}
    read["middle_name"] = scene.text("patient.middle_name", _with_whole_names(scene.at("patient.middle_name")))
    if read["last_name"].value is None:
        # Where the name itself was not read, its smaller parts were not either.
        for part in ("middle_name", "suffix"):
            if read[part].state is State.NOT_ON_FORM:
                read[part] = Text(state=State.NEEDS_REVIEW, reasons=(NOT_SEEN,))
    return Patient(
        **read,
        address=_address(scene, "patient.address"),
        height_cm=scene.number("patient.height_cm"),
        weight_kg=scene.number("patient.weight_kg"),
        allergies=check_allergies(_texts(scene, "patient.allergies")),
    )


def resolve_prescriber(scene: Scene) -> Prescriber:
    """Who ordered, and whether they signed."""
    read = {name: scene.text(f"prescriber.{name}") for name in _PRESCRIBER_TEXTS}
    present = scene.flag("prescriber.signature_present")
    signed = read["signature_date"]
    if present.value is False and signed.value is not None:
        why = Reason(code="dated_but_unsigned", text="a date stands beside an empty signature")
        read["signature_date"] = signed.model_copy(
            update={"state": State.NEEDS_REVIEW, "reasons": (*signed.reasons, why)}
        )
    return Prescriber(**read, signature_present=present, address=_address(scene, "prescriber.address"))


def resolve_orders(scene: Scene) -> tuple[Order, ...]:
    """What is ordered, with what the form says once of all of it."""
    items = merge_orders(page_items(scene.scored, "orders"))
    premedications = _texts(scene, "orders[*].premedications")
    first, maintenance = _first(items), _maintenance(items)
    is_staged = first != maintenance  # a course printed once is that of one stage, and nothing tells of which
    orders = []
    for index, item in enumerate(items):
        order = _fill(Order(), scene, item, f"orders[{index}]")
        shared = {
            name: scene.text(f"orders[*].{name}")
            for name in _SHARED
            if not item.says(name)
            and (name not in _OF_MAINTENANCE or index in maintenance)
            and (name not in _OF_FIRST or index in first)
            and (name != "course" or not is_staged)
        }
        orders.append(order.model_copy(update={**shared, "premedications": premedications}))
    return tuple(check_dose(check_drug(check_code(order))) for order in orders)


def _first(items: Sequence[Item]) -> frozenset[int]:
    """The places of the first dose of each drug."""
    first: dict[str | None, int] = {}
    for place, item in enumerate(items):
        first.setdefault(item.key("drug"), place)
    return frozenset(first.values())


def _maintenance(items: Sequence[Item]) -> frozenset[int]:
    """The places of the orders that a duration or refills printed once belong to: the last dose of each drug."""
    last: dict[str | None, int] = {}
    for place, item in enumerate(items):
        drug = item.key("drug")
        if drug not in last or item.key("frequency") not in _DOSED_ONCE:
            last[drug] = place
    return frozenset(last.values())


def resolve_diagnoses(scene: Scene) -> tuple[Diagnosis, ...]:
    """Why, the primary diagnosis first."""
    return _items(Diagnosis(), scene, merge_diagnoses(page_items(scene.scored, "diagnoses")), "diagnoses")


def resolve_coverages(scene: Scene) -> tuple[Coverage, ...]:
    """Who pays, the primary coverage first."""
    return _items(Coverage(), scene, merge_coverages(page_items(scene.scored, "coverages")), "coverages")


def resolve_prior_therapies(scene: Scene) -> tuple[PriorTherapy, ...]:
    """What was tried before."""
    items = merge_prior_therapies(page_items(scene.scored, "prior_therapies"))
    return tuple(check_therapy(one) for one in _items(PriorTherapy(), scene, items, "prior_therapies"))


def resolve_labs(scene: Scene) -> tuple[Lab, ...]:
    """Results of laboratory reports, as they stand."""
    return _items(Lab(), scene, merge_labs(page_items(scene.scored, "labs")), "labs")


def _items(empty: M, scene: Scene, items: Iterable[Item], name: str) -> tuple[M, ...]:
    return tuple(_fill(empty, scene, item, f"{name}[{index}]") for index, item in enumerate(items))


def _fill(empty: M, scene: Scene, item: Item, path: str) -> M:
    leaves = [name for name, info in type(empty).model_fields.items() if info.annotation is Text]
    return empty.model_copy(update={name: scene.text(f"{path}.{name}", item.of(name)) for name in leaves})


def _texts(scene: Scene, path: str) -> tuple[Text, ...]:
    groups = merge_texts(scene.at(f"{path}[]"))
    return tuple(scene.text(f"{path}[{index}]", group) for index, group in enumerate(groups))


def _with_whole_names(scored: Sequence[Scored]) -> list[Scored]:
    """An initial stands for the one name on another page that begins with it."""
    names = {str(one.candidate.value) for one in scored if one.candidate.value is not None}
    whole = {name for name in names if len(name.strip(".")) > 1}
    read = []
    for one in scored:
        initial = str(one.candidate.value or "").strip(".").casefold()
        fitting = [name for name in whole if name.casefold().startswith(initial)]
        if len(initial) == 1 and len(fitting) == 1:
            said = one.candidate.model_copy(update={"value": fitting[0]})
            read.append(one.model_copy(update={"candidate": said}))
        else:
            read.append(one)
    return read


def _address(scene: Scene, path: str) -> Address:
    return Address(**{name: scene.text(f"{path}.{name}") for name in Address.model_fields})
