"""``Referral``: everything one patient's pages say. Every leaf is a ``Field`` unless marked plain."""

from datetime import datetime
from enum import StrEnum

from pydantic import Field as Key

from models.record.field import Count, Flag, Number, Text
from models.record.readiness import Readiness
from models.record.value import Value


class ReferralKind(StrEnum):
    """``referral`` has an order, ``supplement`` has none for a known patient, ``stray`` is somebody else's page."""

    REFERRAL = "referral"
    SUPPLEMENT = "supplement"
    STRAY = "stray"


class Address(Value):
    """A postal address: ``state`` two letters, ``postal_code`` ``12345`` or ``12345-6789``."""

    line1: Text = Text()
    line2: Text = Text()
    city: Text = Text()
    state: Text = Text()
    postal_code: Text = Text()


class Patient(Value):
    """Who is to be treated; phones in E.164, dates ``YYYY-MM-DD``, height in cm, weight in kg."""

    first_name: Text = Text()
    middle_name: Text = Text()
    last_name: Text = Text()
    suffix: Text = Text()
    date_of_birth: Text = Text()
    sex: Text = Text()
    address: Address = Address()
    home_phone: Text = Text()
    mobile_phone: Text = Text()
    work_phone: Text = Text()
    email: Text = Text()
    mrn: Text = Text()
    height_cm: Number = Number()
    weight_kg: Number = Number()
    allergies: tuple[Text, ...] = ()


class Coverage(Value):
    """One insurance policy."""

    rank: Text = Text()
    payer: Text = Text()
    plan: Text = Text()
    member_id: Text = Text()
    group_number: Text = Text()
    bin: Text = Text()
    pcn: Text = Text()
    payer_phone: Text = Text()
    subscriber_name: Text = Text()
    relationship: Text = Text()


class Order(Value):
    """One drug order; a loading dose and a maintenance dose that differ are two orders."""

    date: Text = Text()
    priority: Text = Text()
    drug: Text = Text()
    brand: Text = Text()
    hcpcs: Text = Text()
    dose: Text = Text()
    route: Text = Text()
    frequency: Text = Text()
    duration: Text = Text()
    refills: Text = Text()
    start_date: Text = Text()
    course: Text = Text()
    last_treatment_date: Text = Text()
    premedications: tuple[Text, ...] = ()


class Diagnosis(Value):
    """A diagnosis: ICD-10-CM code with the dot, and the description as printed."""

    code: Text = Text()
    description: Text = Text()


class Prescriber(Value):
    """Who ordered. The receiving center's own name, phone, fax and NPI are never here."""

    first_name: Text = Text()
    last_name: Text = Text()
    credentials: Text = Text()
    npi: Text = Text()
    practice: Text = Text()
    address: Address = Address()
    phone: Text = Text()
    fax: Text = Text()
    signature_present: Flag = Flag()
    signature_date: Text = Text()


class PriorTherapy(Value):
    """A drug tried before; partial dates may be ``YYYY`` or ``YYYY-MM``."""

    drug: Text = Text()
    start: Text = Text()
    stop: Text = Text()
    outcome: Text = Text()


class Lab(Value):
    """One laboratory result row; ``result`` is null while pending."""

    test: Text = Text()
    loinc: Text = Text()
    result: Text = Text()
    unit: Text = Text()
    reference_range: Text = Text()
    flag: Text = Text()
    status: Text = Text()
    collected: Text = Text()


class Lists(Value):
    """For each list how many items it has; the confidence is the probability that the list is complete."""

    allergies: Count = Count()
    coverages: Count = Count()
    orders: Count = Count()
    premedications: Count = Count()
    diagnoses: Count = Count()
    prior_therapies: Count = Count()
    labs: Count = Count()


class Referral(Value):
    """One patient of one file. ``referral_id`` (plain) is minted once and kept across revisions.

    ``touchless`` (plain): as it was read, no field of it needs a person.
    """

    referral_id: str
    revision: int = Key(default=1, ge=1)
    supersedes: str | None = None
    created_at: datetime
    kind: ReferralKind
    touchless: bool = False
    pages: tuple[int, ...]
    patient: Patient = Patient()
    coverages: tuple[Coverage, ...] = ()
    orders: tuple[Order, ...] = ()
    diagnoses: tuple[Diagnosis, ...] = ()
    prescriber: Prescriber = Prescriber()
    prior_therapies: tuple[PriorTherapy, ...] = ()
    labs: tuple[Lab, ...] = ()
    lists: Lists = Lists()
    readiness: Readiness | None = None
