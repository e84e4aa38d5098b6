"""The names that the bundle uses: code systems, the program's own systems and extensions, and codes for record words.

The program's own extensions (all under ``urn:referral-extractor:extension:``):

=====================  =====================  ==================================================================
name                   on                     what it says
=====================  =====================  ==================================================================
state                  any absent element     the record's state: blank, not_on_form, illegible, conflicting
field                  Provenance.target      a field: ``path``, ``state``, ``confidence`` (0-1), ``source``, ``page``,
                                              ``box`` (x0 top x1 bottom in points, origin top left)
stated                 where a type is too    the record's own text of a dose, duration, number of refills or date
                       narrow for a value     that FHIR's type cannot hold
middle                 HumanName.given        the given name is a middle name, a first one is not known
unit                   Observation            the unit of a result that is no number, or is not there yet (UCUM)
brand                  MedicationRequest      the brand that the order names
last-treatment         MedicationRequest      when the drug was last given
signature              ServiceRequest         ``present`` and ``date``
revision, supersedes   ServiceRequest         the record's revision, and which one it replaces
count                  List                   how many items the list is said to have
page                   DocumentReference      a page of the file that is the patient's (1-based)
severity               Task.output            required or advisory
=====================  =====================  ==================================================================
"""

from collections.abc import Mapping

from models.record import RuleOutcome, State, Verdict

BASE = "urn:referral-extractor"
REFERRAL_ID = f"{BASE}:referral"
"""Identifier system: ``<referral_id>`` for the referral, ``<referral_id>/<part>`` for what belongs to it."""
REVISION_ID = f"{BASE}:revision"
SHA256 = f"{BASE}:sha256"
UNCHECKED_NPI = f"{BASE}:npi-as-printed"
"""An NPI that fails its check digit: never under the system of real NPIs."""
VERDICT = f"{BASE}:verdict"
RULE = f"{BASE}:rule"
RULE_OUTCOME = f"{BASE}:rule-outcome"
CHECK = f"{BASE}:check"
LIST_NAME = f"{BASE}:list"

NPI = "http://hl7.org/fhir/sid/us-npi"
ICD10CM = "http://hl7.org/fhir/sid/icd-10-cm"
LOINC = "http://loinc.org"
UCUM = "http://unitsofmeasure.org"
HCPCS = "http://www.cms.gov/Medicare/Coding/HCPCSReleaseCodeSets"
SNOMED = "http://snomed.info/sct"
TERMINOLOGY = "http://terminology.hl7.org/CodeSystem"
ROUTES = f"{TERMINOLOGY}/v2-0162"
IDENTIFIER_TYPE = f"{TERMINOLOGY}/v2-0203"
INTERPRETATION = f"{TERMINOLOGY}/v3-ObservationInterpretation"
DATA_ABSENT = f"{TERMINOLOGY}/data-absent-reason"

US_CORE = "http://hl7.org/fhir/us/core/StructureDefinition"
DATA_ABSENT_EXTENSION = "http://hl7.org/fhir/StructureDefinition/data-absent-reason"
NO_KNOWN_DRUG_ALLERGY = "409137002"


def extension_url(name: str) -> str:
    """The URL of one of the program's own extensions."""
    return f"{BASE}:extension:{name}"


ABSENT: Mapping[State, str] = {
    State.NOT_ON_FORM: "not-asked",
    State.BLANK: "asked-unknown",
    State.ILLEGIBLE: "error",
    State.CONFLICTING: "unknown",
    State.NEEDS_REVIEW: "unknown",
}
"""FHIR's reason for a value that is not there; the extension ``state`` beside it keeps the record's own word."""

EMPTY_LIST: Mapping[State, str] = {State.NOT_ON_FORM: "notasked"}
"""Why a list is empty where none was stated; every other state is ``unavailable``."""

LAB_STATUS: Mapping[str | None, str] = {
    "final": "final",
    "preliminary": "preliminary",
    "pending": "registered",
    "cancelled": "cancelled",
}
NO_RESULT: Mapping[str | None, str] = {"pending": "temp-unknown", "cancelled": "not-performed"}
RANKS: Mapping[str | None, int] = {"primary": 1, "secondary": 2, "tertiary": 3}
TASK_STATUS: Mapping[Verdict, str] = {
    Verdict.READY: "ready",
    Verdict.NEEDS_REVIEW: "on-hold",
    Verdict.INCOMPLETE: "requested",
}
OUTCOME_TEXT: Mapping[RuleOutcome, str] = {outcome: outcome.value.replace("_", " ") for outcome in RuleOutcome}
