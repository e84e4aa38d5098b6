"""The forms and packets of the generator: what they show, what truth says of it, and that nothing covers anything."""

import random
import re
from collections import Counter
from datetime import date
from typing import Any

import pytest

from models.record import DocumentKind, Extraction, PageType
from models.record.normalise import canonical, is_same
from samples.generator import case as cases
from samples.generator import draw, fonts, packet, traps, truth
from samples.generator.forms import families, family
from samples.generator.ops import WordBox
from samples.generator.packet import Other, Spec
from samples.generator.sheet import Look, Sheet

SPLITS = ("train", "tune", "test")
POOLS = ("train", "tune", "retired", "test")
ROLES = ("order", "cover", "face", "card", "note", "labs", "imaging", "medications", "prior_auth", "rems", "blank")
LETTERS = ("cancellation", "reply", "misdirected")
FORMS = [(f.name, ink) for f in families() for ink in f.inks]
DATE = r"\d{4}-\d{2}-\d{2}"
FORMATS = {
    r"date_of_birth|signature_date|start_date|last_treatment_date|collected|\.date$": DATE,
    r"(phone|fax)$": r"\+1\d{10}(;ext=\d+)?",
    r"\.npi$": r"\d{10}",
    r"\.state$": r"[A-Z]{2}",
    r"postal_code$": r"\d{5}(-\d{4})?",
    r"patient\.sex": "female|male",
    r"diagnoses\[\d+\]\.code": r"[A-TV-Z]\d[0-9A-Z](\.[0-9A-Z]{1,4})?",
    r"\.priority": "routine|urgent|stat",
    r"\.route": "IV|SC|IM|PO",
    r"\.dose": r"[\d.]+ (g|mg)(/kg|/m2)?",
    r"\.duration": r"\d+ months",
    r"\.refills": r"\d+",
    r"\.rank": "primary|secondary",
    r"relationship": "self|spouse|child|parent|other",
    r"labs\[\d+\]\.flag": "H|L",
    r"labs\[\d+\]\.status": "final|pending",
    r"\.(start|stop)$": r"\d{4}",
}


def spec(*pages: tuple[str, str], **other: object) -> Spec:
    settings = {"name": "x", "seed": 5, "pool": "tune", "tier": "digital", "container": "pdf_digital", "font": "vera"}
    return Spec(pages=pages, **{**settings, **other})


def drawn(name: str, ink: str, seed: int) -> list[Sheet]:
    """A family's pages with every trap on odd seeds and none on even ones; Vera runs wide, so it is drawn smaller."""
    rng = random.Random(seed)
    wanted = frozenset(traps.CHANCES) if seed % 2 else frozenset()
    case = cases.trapped(cases.invent(rng), wanted)
    look = packet.look(spec(pool=family(name).pool), ink, rng)
    face, bold = (fonts.Face(f"{f.name}-small", f.path, 0.86) for f in (look.body, look.bold))
    pen: Any = face if ink == "typed" else look.pen
    sheets = family(name).draw(case, Look(face, bold, pen, look.pen_size, look.marks, look.other_pen), rng)
    for sheet in sheets:
        sheet.announce(len(sheets))
    return sheets


def field(value: object) -> dict[str, object]:
    return {} if value is None else {"value": value, "confidence": 1.0, "state": "found"}


def fields(tree: Any) -> Any:
    if isinstance(tree, dict):
        return {name: fields(value) for name, value in tree.items()}
    return [fields(value) for value in tree] if isinstance(tree, list) else field(tree)


def extraction(record: dict[str, Any]) -> Extraction:
    """A truth in the record's own classes."""
    referrals = []
    for number, one in enumerate(record["referrals"]):
        plain = {
            "kind": one["kind"],
            "pages": one["pages"],
            "referral_id": str(number),
            "created_at": "2026-11-20T00:00",
        }
        referrals.append({**{k: fields(v) for k, v in one.items() if k not in plain}, **plain})
    document = {"sha256": None, "filename": "x", "media_type": None, **record["document"]}
    return Extraction.model_validate(
        {"document": document, "status": "complete", "software": {"version": "0"}, "referrals": referrals}
    )


def share_covered(one: WordBox, other: WordBox) -> float:
    """The shared area as a part of the smaller box."""
    wide = min(one.box[2], other.box[2]) - max(one.box[0], other.box[0])
    high = min(one.box[3], other.box[3]) - max(one.box[1], other.box[1])
    small = min((w.box[2] - w.box[0]) * (w.box[3] - w.box[1]) for w in (one, other))
    return wide * high / small if wide > 0 and high > 0 and small > 0 else 0.0


def test_each_pool_has_families_of_its_own_for_every_role() -> None:
    assert {f.pool for f in families()} == set(POOLS)
    for role in (*ROLES, *LETTERS):
        names = [{f.name for f in families(pool, role)} for pool in POOLS]
        assert all(names), role
        assert len(set.union(*names)) == sum(len(n) for n in names)
    assert all(len(families(pool, "labs")) >= 2 for pool in POOLS)
    blank = {family("blank_test").draw}
    for pool in ("train", "tune", "retired"):
        assert not {f.draw for f in families(pool)} & {f.draw for f in families("test")} - blank


def test_there_are_at_least_24_order_families() -> None:
    assert len(families(role="order")) >= 24
    assert all(len(families(pool, "order")) >= 6 for pool in POOLS)
    assert len(families("test", "order")) >= 8
    assert len(families("test", "labs")) >= 4


def test_every_page_type_occurs() -> None:
    shown = {sheet.page_type for f in families() for sheet in drawn(f.name, f.inks[0], 2)}
    assert shown == {page_type.value for page_type in PageType}


@pytest.mark.parametrize(("name", "ink"), FORMS)
def test_a_family_says_values_as_the_record_writes_them(name: str, ink: str) -> None:
    for seed in (3, 4):
        sheets = drawn(name, ink, seed)
        places, blank = truth.places(dict(enumerate(sheets, 1)))
        for _, said in places:
            assert is_same(said.path, said.value, canonical(said.path, said.value)) or isinstance(said.value, bool)
            for pattern, wanted in FORMATS.items():
                if re.search(pattern, said.path):
                    assert re.fullmatch(wanted, str(said.value)), said
        assert not set(blank) & {said.path for _, said in places}
        one = truth.referral(places, list(range(1, len(sheets) + 1)))
        extraction({"document": {}, "referrals": [one]})


@pytest.mark.parametrize(("name", "ink"), [(n, i) for n, i in FORMS if i in ("typed", "acroform")])
def test_no_word_covers_another_and_none_leaves_the_page(name: str, ink: str) -> None:
    for seed in (2, 3, 5):
        for sheet in drawn(name, ink, seed):
            words = sheet.drawing.words
            for word in words:
                assert 0 < word.box[0] < word.box[2] <= sheet.width, (seed, word)
                assert 0 < word.box[1] < word.box[3] <= sheet.drawing.height, (seed, word)
            near = sorted(words, key=lambda word: word.box[1])
            for index, one in enumerate(near):
                for other in near[index + 1 :]:
                    if other.box[1] > one.box[3]:
                        break
                    assert share_covered(one, other) < 0.2, (seed, one, other)


def test_what_is_left_empty_is_blank() -> None:
    new = next(seed for seed in range(9) if cases.invent(random.Random(seed)).last_treatment is None)
    fax = packet.build(spec(("dense_grid", "typed"), seed=new))
    assert fax.truth["referrals"][0]["orders"][0]["last_treatment_date"] is None
    assert "orders[0].last_treatment_date" in fax.truth["blank"]
    sheet = Sheet("order", packet.look(spec(), "typed", random.Random(1)), random.Random(1))
    sheet.blank = ["patient.allergies[0]", "coverages[1].payer", "patient.email"]
    assert truth.places({1: sheet})[1] == ["lists.allergies", "lists.coverages", "patient.email"]


def test_a_corrected_value_counts_as_corrected() -> None:
    for seed in range(40):
        sheets = drawn("lettered", "typed", 2 * seed + 1)
        if "crossed_out" in sheets[0].traps:
            break
    values = {said.path: said.value for said in sheets[0].drawing.said}
    case = cases.invent(random.Random(2 * seed + 1))
    assert values["patient.date_of_birth"] == case.date_of_birth.isoformat()
    assert values["prescriber.npi"] == case.prescriber.npi
    assert values["orders[0].dose"] == case.orders[0].dose


@pytest.mark.parametrize("relation", ["twin", "junior", "none"])
def test_two_patients_in_one_fax_are_two_referrals(relation: str) -> None:
    other = Other((("memo", "typed"), ("labs_letter", "typed")), relation)
    fax = packet.build(spec(("label_column", "typed"), others=(other,)))
    first, second = fax.truth["referrals"]
    assert (first["pages"], second["pages"][0]) == ([1], 2)
    assert second["kind"] == "referral"
    assert len(fax.truth["others"]) == 1
    assert {"boxes", "legible", "blank"} == set(fax.truth["others"][0])
    assert all(place["page_no"] > 1 for places in fax.truth["others"][0]["boxes"].values() for place in places)
    mine, theirs = first["patient"], second["patient"]
    assert (mine["last_name"] == theirs["last_name"]) == (relation != "none")
    assert (mine["date_of_birth"] == theirs["date_of_birth"]) == (relation == "twin")
    if relation == "junior":
        assert mine["first_name"] == theirs["first_name"]
        assert {mine["suffix"], theirs["suffix"]} == {"Jr", "Sr"}
    assert f"two_patients_{relation}" in fax.truth["generator"]["traps"]
    extraction(fax.truth)


def test_a_stray_page_is_somebody_elses() -> None:
    other = Other((("labs_letter", "typed"),), is_stray=True, at=2)
    fax = packet.build(spec(("memo", "typed"), ("note_consult", "typed"), others=(other,)))
    first, stray = fax.truth["referrals"]
    assert stray["kind"] == "stray"
    assert 2 in stray["pages"]
    assert not set(first["pages"]) & set(stray["pages"])
    assert first["labs"] == []
    assert first["patient"]["last_name"] != stray["patient"]["last_name"]


@pytest.mark.parametrize(
    ("kind", "name", "referral"),
    [
        ("supplement", "labs_value_flag", "supplement"),
        ("cancellation", "cancel_form", "supplement"),
        ("prior_auth_reply", "reply_boxes", "supplement"),
        ("misdirected", "astray_pharmacy", "stray"),
    ],
)
def test_faxes_that_order_nothing(kind: str, name: str, referral: str) -> None:
    fax = packet.build(spec((name, "typed"), kind=kind))
    one = fax.truth["referrals"][0]
    assert DocumentKind(fax.truth["document"]["kind"]) == kind
    assert one["kind"] == referral
    assert one["orders"] == []
    assert one["prescriber"]["signature_present"] is None


def test_traps_are_named_where_they_are() -> None:
    pages = (("lettered", "typed"), ("labs_value_flag", "typed"))
    full = packet.build(spec(*pages, traps=frozenset(traps.CHANCES), is_npi_valid=False)).truth
    assert {"group_npi", "supervisor", "center_fax", "npi_fails_check", "pending", "stat"} <= set(
        full["generator"]["traps"]
    )
    assert full["referrals"][0]["orders"][0]["priority"] == "stat"
    assert any(lab["result"] is None and lab["status"] == "pending" for lab in full["referrals"][0]["labs"])
    bare = packet.build(spec(("dense_grid", "typed"))).truth["generator"]["traps"]
    assert not {"group_npi", "supervisor", "pcp", "emergency"} & set(bare)


@pytest.mark.parametrize("split", SPLITS)
def test_drawn_specs_stay_in_their_split_and_cover_the_kinds(split: str) -> None:
    pools = packet.POOLS[split]
    found = draw.specs(300 * len(pools), 7, split)
    pages = [page for one in found for page in (*one.pages, *(p for o in one.others for p in o.pages))]
    assert all(family(name).pool in pools and ink in (*family(name).inks, "typed") for name, ink in pages)
    assert {one.kind for one in found} == {"referral", "supplement", "cancellation", "prior_auth_reply", "misdirected"}
    assert Counter(other.is_stray for one in found for other in one.others)[False] > 5
    assert {name for name, _ in pages} == {f.name for pool in pools for f in families(pool)}


@pytest.mark.parametrize("pool", POOLS)
def test_one_seed_gives_one_fax(pool: str) -> None:
    names = [families(pool, role)[-1].name for role in ("order", "labs")]
    wanted = spec(*((name, "typed") for name in names), pool=pool, traps=frozenset(traps.CHANCES))
    assert packet.build(wanted) == packet.build(wanted)
    extraction(packet.build(wanted).truth)


def test_stamps_stand_beside_what_is_filled_in() -> None:
    for seed in range(12):
        fax = packet.build(spec(("memo", "typed"), seed=seed, container="g4", tier="fine_fax", has_header=False))
        if "stamp" in fax.truth["generator"]["traps"]:
            break
    places = [place["bbox"] for found in fax.truth["boxes"].values() for place in found]
    stamped = fax.words["pages"][0]["words"][-1]["bbox"]
    assert all(
        min(stamped[2], b[2]) <= max(stamped[0], b[0]) or min(stamped[3], b[3]) <= max(stamped[1], b[1]) for b in places
    )


def test_codes_and_check_digits_of_the_tables() -> None:
    for drug in cases.drugs():
        assert re.fullmatch(r"[JQ]\d{4}", drug["hcpcs"])
        assert all(re.fullmatch(r"[\d.]+ (g|mg)(/kg|/m2)?", o["dose"]) for r in drug["regimens"] for o in r)
    for row in (row for rows in cases.panels().values() for row in rows):
        body, check = row["loinc"].split("-")
        digits = [int(char) for char in reversed(body)]
        total = sum(sum(divmod(d * 2, 10)) if place % 2 == 0 else d for place, d in enumerate(digits))
        assert (10 - total % 10) % 10 == int(check), row["loinc"]
    assert date.fromisoformat("2026-11-20") == cases.TODAY
