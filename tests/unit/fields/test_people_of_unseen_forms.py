"""The patient, the prescriber and the practice where a form says in its own way who they are."""

import pytest
from oracle_pages import PageMaker
from proposed import at, propose_all

from extractor.fields.diagnosis_words import words_going_on
from models.record import BBox
from models.stages.layout import Line
from models.stages.text import Word


def _order() -> PageMaker:
    return PageMaker().line("Infusion Order Form")


def _address(found: tuple[object, ...], who: str) -> list[object]:
    return [at(found, f"{who}.address.{part}") for part in ("line1", "city", "state", "postal_code")]  # type: ignore[arg-type]


def test_a_clinician_named_as_ordering_goes_before_the_referring_one() -> None:
    found = propose_all(
        _order()
        .row(("Patient Name", "Ana Ruiz"), ("DOB", "01/02/1980"))
        .row(("Referring Provider", "Hugo Stein, PA-C"))
        .row(("Ordering Provider", "Nadia Montrose, MD"))
    )
    roles = {one.value: one.features["role"] for one in found if one.path == "prescriber.last_name"}
    assert roles["Montrose"] == 1.0
    assert roles["Stein"] < 0.5


@pytest.mark.parametrize("other", ["", "Nadia Montrose, MD"])
def test_a_referring_clinician_alone_is_the_prescriber(other: str) -> None:
    found = propose_all(_order().row(("Referring Provider", "Nadia Montrose, MD")).row(("Ordering Provider", other)))
    roles = [one.features["role"] for one in found if one.path == "prescriber.last_name" and one.value == "Montrose"]
    assert set(roles) == {1.0}


def test_a_name_before_the_labels_of_a_banner_is_the_patients() -> None:
    maker = _order().line("Bartholomew J. Quan MRN: 4400917 DOB: 8/9/1971")
    found = propose_all(maker.row(("Medication", "Entyvio")))
    assert at(found, "patient.first_name") == ["Bartholomew"]
    assert at(found, "patient.last_name") == ["Quan"]


def test_an_account_number_is_asked_about() -> None:
    found = propose_all(_order().row(("Patient Name", "Ana Ruiz"), ("Account Number", "61288")))
    assert [one.is_valid for one in found if one.path == "patient.mrn"] == [False]


def test_six_digits_are_a_record_number_and_no_day() -> None:
    found = propose_all(_order().row(("Patient Name", "Ana Ruiz"), ("MRN", "220946")))
    assert at(found, "patient.mrn") == ["220946"]


def test_a_sex_behind_the_date_of_birth_is_asked_about() -> None:
    found = propose_all(_order().row(("Patient Name", "Ana Ruiz")).line("DOB: 02/06/1952 F"))
    sexes = [one for one in found if one.path == "patient.sex"]
    assert [one.value for one in sexes] == ["female"]
    assert sexes[0].features["role"] < 0.5


def test_a_paragraph_about_the_patient_gives_address_and_telephone_to_check() -> None:
    maker = _order().line(
        "1. Who: Gwendolyn Tsosie, DOB 11 Aug 1982, chart KV77031, tel (home) 303-555-0169, 61 Portage"
    )
    maker.y -= 4
    found = propose_all(maker.line("Creek Ct, Denver, CO 80202. Weighs 59.4 kg."))
    assert _address(found, "patient") == [["61 Portage Creek Ct"], ["Denver"], ["CO"], ["80202"]]
    assert at(found, "patient.home_phone") == ["+13035550169"]
    told = [one for one in found if one.path.startswith(("patient.address", "patient.home"))]
    assert not any(one.is_valid for one in told)


def test_a_line_of_practice_and_address_before_its_telephone_is_the_prescribers() -> None:
    maker = _order()
    for number in range(6):
        maker.row((f"Item {number}", "yes"))
    maker.row(("Prescriber", "Nadia Montrose, MD"))
    maker.line("Harborlight Gastroenterology, 77 Quarry St, Omaha, NE 68114 Ph 402-555-0133 Fax 402-555-0134")
    found = propose_all(maker)
    assert at(found, "prescriber.practice") == ["Harborlight Gastroenterology"]
    assert _address(found, "prescriber") == [["77 Quarry St"], ["Omaha"], ["NE"], ["68114"]]


def test_a_name_over_the_street_heads_the_paper_though_it_is_like_no_practices() -> None:
    maker = PageMaker().line("HILL COUNTRY NERVE AND MUSCLE").line("5500 Bluebonnet Pkwy, Suite 7, Austin, TX 78745")
    found = propose_all(maker.line("Ph 512-555-0147 Fax 512-555-0148").row(("Patient Name", "Ana Ruiz")))
    practices = [one for one in found if one.path == "prescriber.practice"]
    assert [one.value for one in practices] == ["HILL COUNTRY NERVE AND MUSCLE"]
    assert practices[0].features["role"] < 0.5


def test_a_clinician_heads_their_own_paper() -> None:
    maker = PageMaker().line("Solomon T. Blackwater, DO").line("Flathead Kidney Care")
    maker.line("419 Third Ave East, Kalispell, MT 59901").row(("Patient Name", "Ana Ruiz"))
    found = propose_all(maker)
    assert at(found, "prescriber.last_name") == ["Blackwater"]
    assert at(found, "prescriber.practice") == ["Flathead Kidney Care"]


def test_a_label_for_practice_and_address_gives_both_and_the_whole_city() -> None:
    maker = _order().row(("Practice and address", "Bayou Rheumatology Group, 7400 Perkins Row, Suite 310, Baton"))
    pair = maker.pairs[-1]
    below = tuple(
        word.model_copy(update={"bbox": BBox(word.bbox.x0, word.bbox.top + 14, word.bbox.x1, word.bbox.bottom + 14)})
        for word in PageMaker().row(("a", "Rouge, LA 70810")).pairs[0].value
    )
    maker.pairs[-1] = pair.model_copy(update={"value": (*pair.value, *below)})
    found = propose_all(maker)
    assert at(found, "prescriber.practice") == ["Bayou Rheumatology Group"]
    assert _address(found, "prescriber") == [["7400 Perkins Row"], ["Baton Rouge"], ["LA"], ["70810"]]


def test_a_street_keeps_its_last_word() -> None:
    found = propose_all(_order().row(("Patient address", "16 Kahele Street, Kihei, HI 96753")))
    assert at(found, "patient.address.line1") == ["16 Kahele Street"]


@pytest.mark.parametrize(
    ("address", "city"),
    [("31 Pinecone Trl, Two Harbors, MN 55616", "Two Harbors"), ("406 Sunflower Rd, Lindsborg, KS-67456", "Lindsborg")],
)
def test_cities_that_look_like_streets_and_states_that_touch_their_postal_code(address: str, city: str) -> None:
    assert at(propose_all(_order().row(("Patient address", address))), "patient.address.city") == [city]


def test_a_kind_in_brackets_is_no_number() -> None:
    maker = _order().row(("Patient Name", "Ana Ruiz")).row(("Primary phone", "(work)"))
    maker.y -= 18
    found = propose_all(maker.line("303-555-0184", x0=220.0))
    assert at(found, "patient.work_phone") == ["+13035550184"]


def test_who_signs_a_letter_is_not_who_gets_a_copy() -> None:
    maker = PageMaker().line("Dear colleagues,").line("Please give inebilizumab 300 mg on day 1 and day 15.")
    maker.line("Sincerely,").line("Beatriz Ocampo").line("Beatriz Ocampo, MD").line("cc: Lenore Vasko, MD")
    found = propose_all(maker)
    assert at(found, "prescriber.last_name") == ["Ocampo"]
    signed = [one for one in found if one.path == "prescriber.signature_present"]
    assert [(one.value, one.is_valid) for one in signed] == [(True, False)]


def test_a_signature_read_as_text_is_asked_about() -> None:
    maker = _order().row(("Signature", "C. Mehrabi")).signature("Signature", None)
    area, pair = maker.signatures[-1], maker.pairs[0]
    maker.signatures[-1] = area.model_copy(update={"label_bbox": pair.label_bbox, "area": pair.area})
    signed = [one for one in propose_all(maker) if one.path == "prescriber.signature_present"]
    assert [(one.value, one.is_valid) for one in signed] == [(True, False)]


def _line(text: str, x0: float, top: float) -> Line:
    words = []
    for part in text.split():
        words.append(Word(text=part, bbox=BBox(x0, top, x0 + 5 * len(part), top + 10), source="ocr:test"))
        x0 += 5 * len(part) + 4
    return Line(words=tuple(words), bbox=BBox(words[0].bbox.x0, top, x0 - 4, top + 10))


@pytest.mark.parametrize(
    ("below", "rest"), [("arthropathy", ["arthropathy"]), ("Drug: golimumab", []), ("Hypertension", [])]
)
def test_a_description_goes_on_in_rows_that_say_the_rest_of_it(below: str, rest: list[str]) -> None:
    upper, lower = _line("L40.59 Other psoriatic", 40, 100), _line(below, 40, 112)
    found = words_going_on((upper, lower), upper.words[1:], "L40.59", [40.0])
    assert [word.text for word in found] == rest
