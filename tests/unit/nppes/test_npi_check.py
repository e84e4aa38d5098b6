"""The NPI of a referral held against the registry: asked about, proposed, flagged, and never changed."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractor.knowledge.protocols import load_protocols
from extractor.nppes import NpiRegistry, compare, load_file
from extractor.readiness import assess_readiness
from extractor.resolve.registration import check_registration
from models.record import Address, Prescriber, Referral, ReferralKind, RuleOutcome, State, Text
from tests.unit.nppes.public_file import npi_of, pack, person

ADA, NAMESAKE, CLINIC, GONE, FAR = (npi_of(number) for number in range(1, 6))
PLACE = {"line1": "4100 E MISSISSIPPI AVE", "city": "DENVER", "state": "CO", "zip": "802461234", "phone": "3035550147"}
ROWS = (
    person(ADA, "BRENNICK", "ADA", credentials="M.D.", other_last="TREMBLAY", **PLACE),
    person(NAMESAKE, "BRENNICK", "BORIS", **PLACE),
    person(CLINIC, "", "", **PLACE) | {"Entity Type Code": "2"},
    person(GONE, "BRENNICK", "ADA", ended="03/14/2019", **PLACE),
    person(FAR, "BRENNICK", "ADA", line1="9 OTHER ST", state="OH", zip="44101", phone="2165550101"),
)


@pytest.fixture(scope="module")
def registry(tmp_path_factory: pytest.TempPathFactory) -> NpiRegistry:
    folder: Path = tmp_path_factory.mktemp("npi")
    load_file(pack(folder / "full.zip", ROWS), folder / "npi.db")
    return NpiRegistry(folder / "npi.db")


def text(value: str | None, state: State = State.FOUND) -> Text:
    return Text(value=value, confidence=None if value is None else 0.99, state=state if value else State.BLANK)


def referral(number: str | None, **changes: object) -> Referral:
    prescriber = Prescriber(
        first_name=text("Ada"),
        last_name=text("Brennick"),
        credentials=text("MD"),
        npi=text(number),
        phone=text("+13035550147"),
        address=Address(line1=text("4100 E Mississippi Ave"), state=text("CO"), postal_code=text("80246")),
    ).model_copy(update=changes)
    return Referral(
        referral_id="r1",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(1,),
        prescriber=prescriber,
    )


def judged(checked: Referral) -> RuleOutcome:
    found = assess_readiness(checked, date(2026, 11, 23), load_protocols())
    return next(rule.result for rule in found.rules if rule.id == "npi_registered")


def test_a_number_that_fits_says_so_and_stays_as_it_is(registry: NpiRegistry) -> None:
    npi = check_registration(referral(ADA), registry).prescriber.npi
    assert (npi.value, npi.state, npi.alternatives) == (ADA, State.FOUND, ())
    assert [reason.text for reason in npi.reasons] == ["The registry agrees on name, state, phone or fax, specialty."]
    assert judged(check_registration(referral(ADA), registry)) is RuleOutcome.MET


@pytest.mark.parametrize(("last", "first"), [("Tremblay", "A."), ("Brennick-Lund", "Ada"), ("BRENNICK", None)])
def test_a_name_may_be_written_in_more_ways(registry: NpiRegistry, last: str, first: str | None) -> None:
    checked = check_registration(referral(ADA, last_name=text(last), first_name=text(first)), registry)
    assert [reason.code for reason in checked.prescriber.npi.reasons] == ["npi_registered"]


@pytest.mark.parametrize("npi", [NAMESAKE, CLINIC, npi_of(77)], ids=["first name", "organisation", "unknown"])
def test_somebody_elses_number_is_asked_about_with_the_right_one_beside_it(registry: NpiRegistry, npi: str) -> None:
    checked = check_registration(referral(npi), registry)
    field = checked.prescriber.npi
    assert (field.value, field.state) == (npi, State.NEEDS_REVIEW)
    assert [one.value for one in field.alternatives] == [ADA]
    assert judged(checked) is RuleOutcome.NEEDS_REVIEW


@pytest.mark.parametrize("state", [State.BLANK, State.NOT_ON_FORM, State.ILLEGIBLE])
def test_a_missing_number_is_proposed_and_not_taken(registry: NpiRegistry, state: State) -> None:
    field = check_registration(referral(None, npi=Text(state=state)), registry).prescriber.npi
    assert (field.value, field.state) == (None, State.NEEDS_REVIEW)
    assert [(one.value, one.confidence) for one in field.alternatives] == [(ADA, None)]
    assert field.reasons[-1].code == "npi_proposed"


def test_a_proposal_rests_on_name_and_phone_or_address(registry: NpiRegistry) -> None:
    nothing = {"npi": Text(), "phone": text(None), "address": Address()}
    assert check_registration(referral(None, **nothing), registry).prescriber.npi == Text()
    by_address = check_registration(referral(None, phone=text(None)), registry).prescriber.npi
    assert [one.value for one in by_address.alternatives] == [ADA]
    elsewhere = Address(line1=text("77 Elsewhere Rd"), postal_code=text("80246"))
    moved = check_registration(referral(None, phone=text(None), address=elsewhere), registry)
    assert moved.prescriber.npi.alternatives == ()
    other = check_registration(referral(None, last_name=text("Vossler")), registry)
    assert other.prescriber.npi.alternatives == ()


def test_a_deactivated_number_is_flagged(registry: NpiRegistry) -> None:
    checked = check_registration(referral(GONE), registry)
    assert checked.prescriber.npi.state is State.FOUND
    assert checked.prescriber.npi.reasons[-1].text.endswith("deactivated on 2019-03-14.")
    assert judged(checked) is RuleOutcome.ABNORMAL


def test_without_a_registry_nothing_changes() -> None:
    assert check_registration(referral(ADA), None) == referral(ADA)
    assert judged(referral(ADA)) is RuleOutcome.NOT_APPLICABLE


def test_features_say_what_is_known(registry: NpiRegistry) -> None:
    provider = registry.find(FAR)
    assert provider is not None
    compared = compare(referral(FAR, credentials=text("NP")).prescriber, provider)
    assert compared.features == {
        "npi_name": 1.0,
        "npi_state": 0.0,
        "npi_phone": 0.0,
        "npi_taxonomy": 0.0,
        "npi_active": 1.0,
    }
