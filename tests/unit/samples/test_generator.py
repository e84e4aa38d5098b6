"""The generator without its fonts: reportlab's Vera stands in for all of them."""

import itertools
import json
import random
import struct
import zlib
from dataclasses import replace
from datetime import date
from pathlib import Path

import cv2
import numpy as np
import pytest
from PIL import Image

from models.record import Coverage, Diagnosis, Lab, Order, Patient, Prescriber, PriorTherapy
from samples.generator import case as cases
from samples.generator import damage, fonts, header, ink, legibility, packet, people, truth
from samples.generator.__main__ import main
from samples.generator.draw import specs
from samples.generator.forms import families
from samples.generator.ops import Said
from samples.generator.packet import Spec

POOLS = ("train", "tune", "retired", "test")
LEAVES = {
    "patient": Patient,
    "prescriber": Prescriber,
    "coverages": Coverage,
    "orders": Order,
    "diagnoses": Diagnosis,
    "prior_therapies": PriorTherapy,
    "labs": Lab,
}


def spec(*pages: tuple[str, str], **other: object) -> Spec:
    settings = {"name": "x", "seed": 5, "pool": "retired", "tier": "fine_fax", "container": "g4", "font": "vera"}
    return Spec(pages=pages, **{**settings, **other})


@pytest.mark.parametrize("seed", range(20))
def test_npi_passes_or_fails_its_check_digit(seed: int) -> None:
    rng = random.Random(seed)
    assert people.luhn("80840" + people.npi(rng))
    assert not people.luhn("80840" + people.npi(rng, is_valid=False))


def test_luhn_knows_the_published_example() -> None:
    assert people.luhn("808401234567893")
    assert not people.luhn("808401234567890")


def test_phones_are_reserved_for_fiction() -> None:
    for seed in range(30):
        case = cases.invent(random.Random(seed))
        for number in (case.home_phone, case.prescriber.phone, case.center.fax, case.payer_phone, case.emergency[2]):
            assert number[5:10] == "55501", number


def test_pools_share_nothing() -> None:
    for table in (fonts.PRINT, fonts.HAND, damage.KINDS, header.FORMATS):
        assert set(table) == set(POOLS)
        for first, second in itertools.combinations(POOLS, 2):
            assert not set(table[first]) & set(table[second])
    assert len(set(damage.HALFTONE.values())) == len(POOLS)


def test_every_pool_belongs_to_one_split() -> None:
    assert sorted(pool for pools in packet.POOLS.values() for pool in pools) == sorted(POOLS)
    assert packet.POOLS["test"] == ("test",)
    for split, pools in packet.POOLS.items():
        assert {one.pool for one in specs(40, 3, split)} == set(pools)
        assert all(one.split == split for one in specs(10, 3, split))


def test_there_are_ten_order_families_and_twenty_five_drugs() -> None:
    assert len(families(role="order")) >= 10
    assert len(cases.drugs()) >= 25
    assert all(drug["labs"] and set(drug["labs"]) <= set(cases.panels()) for drug in cases.drugs())


@pytest.mark.parametrize(("name", "ink_kind"), [(f.name, i) for f in families() for i in f.inks])
def test_every_family_says_only_fields_of_the_record(name: str, ink_kind: str) -> None:
    family = next(f for f in families() if f.name == name)
    for seed in (1, 2):
        rng = random.Random(seed)
        case = cases.invent(rng)
        sheets = family.draw(case, packet.look(spec(pool=family.pool), ink_kind, rng), rng)
        for sheet in sheets:
            sheet.announce(len(sheets))
            for said in sheet.drawing.said:
                assert 0 <= said.box[0] < said.box[2] <= sheet.width + 20, said
                assert 0 <= said.box[1] < said.box[3] <= sheet.drawing.height, said
        places = truth.renumber((1, said) for sheet in sheets for said in sheet.drawing.said)
        record = truth.referral(places, [1])
        for part, model in LEAVES.items():
            for item in record[part] if isinstance(record[part], list) else [record[part]]:
                assert set(item) == set(model.model_fields)
        if family.role == "order":
            assert record["patient"]["first_name"] == case.first_name
            assert record["prescriber"]["npi"] == case.prescriber.npi
            assert [o["dose"] for o in record["orders"]] == [o.dose for o in case.orders]
            assert record["orders"][0]["drug"] == case.drug.get("record", case.drug["generic"])
            assert record["orders"][0]["date"] == case.order_date.isoformat()


def test_values_of_the_receiving_center_are_never_truth() -> None:
    fax = packet.build(spec(("steps", "typed"), ("face_list", "typed"), has_header=False))
    case = cases.invent(random.Random(5), None)
    values = json.dumps(fax.truth["referrals"])
    assert case.center.fax not in values
    assert case.prescriber.group_npi not in values
    assert case.primary_care.npi not in values
    assert case.emergency[2] not in values


def test_unsigned_is_false_and_undated() -> None:
    fax = packet.build(spec(("steps", "typed"), is_signed=False))
    prescriber = fax.truth["referrals"][0]["prescriber"]
    assert prescriber["signature_present"] is False
    assert prescriber["signature_date"] is None


def test_same_spec_same_bytes() -> None:
    wanted = spec(("answer_table", "hand"), container="g3_2d", tier="standard_fax")
    first, second = packet.build(wanted), packet.build(wanted)
    assert first == second
    assert packet.build(spec(("answer_table", "hand"), container="g3_2d", tier="standard_fax", seed=6)) != first


def test_lists_close_up_and_contradictions_are_refused() -> None:
    box = (0.0, 0.0, 1.0, 1.0)
    places = truth.renumber([(1, Said("diagnoses[1].code", "I10", box)), (2, Said("labs[4].test", "WBC", box))])
    assert [said.path for _, said in places] == ["diagnoses[0].code", "labs[0].test"]
    names = [(1, Said("patient.last_name", name, box)) for name in ("Shah", "Kim")]
    with pytest.raises(ValueError, match=r"patient\.last_name"):
        truth.referral(names, [1])


@pytest.mark.parametrize("rotation", [0, 90, 180, 270])
@pytest.mark.parametrize("tier", ["clean_scan", "fine_fax", "standard_fax", "degraded"])
def test_scanned_ink_lies_where_the_picture_says(tier: str, rotation: int) -> None:
    page = np.full((3300, 2550), 255, np.uint8)
    box = (400.0, 150.0, 500.0, 190.0)
    scale = ink.DPI / 72
    page[round(150 * scale) : round(190 * scale), round(400 * scale) : round(500 * scale)] = 0
    how = damage.plan(tier, "train", random.Random(3), rotation)
    picture = damage.scan(page, replace(how, skew=3.0, amounts=()), 1)
    x0, y0, x1, y1 = picture.place((410, 155, 490, 185))
    assert picture.pixels[y0:y1, x0:x1].mean() < 90
    x0, y0, x1, y1 = picture.place(box)
    dark = cv2.medianBlur(255 - picture.pixels, 5)
    outside = dark.copy()
    outside[max(0, y0 - 3) : y1 + 3, max(0, x0 - 3) : x1 + 3] = 0
    assert (outside > 128).mean() < 0.001


def test_erased_ink_is_not_legible() -> None:
    page = np.full((3300, 2550), 255, np.uint8)
    cv2.putText(page, "Lindqvist", (500, 600), cv2.FONT_HERSHEY_SIMPLEX, 1.6, 0, 4)
    box = (118.0, 130.0, 182.0, 148.0)
    picture = damage.scan(page, damage.Plan("fine_fax", blur=1.2, noise=10), 1)
    clean = legibility.reference(page, picture)
    assert legibility.is_legible(clean, picture, box)
    tiles = legibility.likeness(clean, picture, box)
    assert min(tiles) > legibility.WORST_OF_DIGITS
    x0, y0, x1, y1 = picture.place(box)
    picture.pixels[y0:y1, (x0 + x1) // 2 : x1] = 255
    assert not legibility.is_legible(clean, picture, box)


def test_digits_need_more_than_words(monkeypatch: pytest.MonkeyPatch) -> None:
    page = np.full((3300, 2550), 255, np.uint8)
    picture = damage.scan(page, damage.Plan("fine_fax"), 1)
    monkeypatch.setattr(legibility, "likeness", lambda *_: [0.75, 0.72, 0.78])
    box = (10.0, 10.0, 20.0, 20.0)
    assert legibility.is_legible(page, picture, box)
    assert not legibility.is_legible(page, picture, box, has_digits=True)


def test_fax_pages_are_1728_wide_and_tagged(tmp_path: Path) -> None:
    for container, option in (("g3_1d", 0), ("g3_2d", 1), ("g4", None)):
        tier = "fine_fax" if container == "g4" else "standard_fax"
        fax = packet.build(spec(("letter", "typed"), container=container, tier=tier))
        (tmp_path / "x.tif").write_bytes(fax.data)
        with Image.open(tmp_path / "x.tif") as image:
            assert image.size == (1728, 2156 if container == "g4" else 1078)
            assert image.mode == "1"
            assert image.info["dpi"] == (204, 196 if container == "g4" else 98)
            assert dict(image.tag_v2).get(292) == option
            assert 0.005 < 1 - np.asarray(image).mean() < 0.4


@pytest.mark.parametrize(("tag", "wanted"), [("72", 72), ("zero", 0), ("absent", None)])
def test_wrong_resolution_tags(tmp_path: Path, tag: str, wanted: int | None) -> None:
    fax = packet.build(spec(("blank_retired", "typed"), dpi_tag=tag))
    (tmp_path / "x.tif").write_bytes(fax.data)
    with Image.open(tmp_path / "x.tif") as image:
        assert image.tag_v2.get(282) == wanted


def test_header_says_what_truth_says() -> None:
    fax = packet.build(spec(("letter", "typed"), ("blank_retired", "typed")))
    said = fax.truth["document"]["fax_header"]
    stamped = [w for w in fax.words["pages"][1]["words"] if w.get("is_header")]
    assert stamped
    assert date.fromisoformat(said["sent_at"][:10]) == date.fromisoformat(
        fax.truth["referrals"][0]["orders"][0]["date"]
    )
    assert all(w["bbox"][1] < 20 for w in stamped)


def test_woff_unpacks_to_the_font_it_holds(tmp_path: Path) -> None:
    font = fonts.VERA.read_bytes()
    count = struct.unpack(">H", font[4:6])[0]
    directory, bodies, position = b"", b"", 44 + 20 * count
    for index in range(count):
        tag, checksum, offset, length = struct.unpack(">4sIII", font[12 + 16 * index : 28 + 16 * index])
        packed = zlib.compress(font[offset : offset + length])
        body = packed if len(packed) < length else font[offset : offset + length]
        directory += struct.pack(">4sIIII", tag, position + len(bodies), len(body), length, checksum)
        bodies += body + b"\0" * (-len(body) % 4)
    woff = b"wOFF" + font[:4] + b"\0" * 4 + struct.pack(">H", count) + b"\0" * 30 + directory + bodies
    path = tmp_path / "x.ttf"
    path.write_bytes(fonts.unpack_woff(woff))
    assert fonts.Face("x", path).width("Infusion", 20) == fonts.face("vera").width("Infusion", 20)


def test_command_line_writes_faxes_with_truth_and_words(tmp_path: Path) -> None:
    assert main(["--out", str(tmp_path), "--count", "1", "--seed", "9", "--tier", "digital", "--font", "vera"]) == 0
    kinds = sorted("".join(p.suffixes) for p in tmp_path.iterdir())
    assert kinds == [".pdf", ".truth.json", ".words.json"]


def test_an_interrupted_run_is_resumed(tmp_path: Path) -> None:
    command = ["--out", str(tmp_path), "--count", "2", "--seed", "9", "--tier", "digital", "--font", "vera"]
    assert main(command) == 0
    first, second = sorted(tmp_path.glob("*.words.json"))
    second.unlink()
    first.write_text("kept")
    assert main([*command, "--resume"]) == 0
    assert first.read_text() == "kept"
    assert second.exists()
    assert main(command) == 0
    assert first.read_text() != "kept"


def test_missing_fonts_say_how_to_get_them(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fonts, "CACHE", tmp_path)
    assert not fonts.is_installed()
    with pytest.raises(FileNotFoundError, match=r"python -m samples\.generator\.fonts"):
        fonts.face("kalam")


def test_drawn_specs_use_one_split_and_the_asked_tier() -> None:
    by_name = {f.name: f for f in families()}
    for drawn in specs(20, 3, "train", "degraded"):
        assert drawn.tier == "degraded"
        assert all(by_name[name].pool == "train" and kind in by_name[name].inks for name, kind in drawn.pages)
