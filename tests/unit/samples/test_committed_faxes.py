"""The faxes in samples/faxes: complete, small, in the formats that the table claims, and true."""

import json
from pathlib import Path

import pypdfium2
import pytest
from PIL import Image

from models.record import PageType, Quality
from samples.generator import committed, fonts, packet

FAXES = Path(__file__).resolve().parents[3] / "samples" / "faxes"
NAMES = [spec.name for spec in committed.SPECS]


def source(name: str) -> Path:
    return next(p for p in (FAXES / f"{name}.tif", FAXES / f"{name}.pdf") if p.exists())


def load(name: str, kind: str) -> dict[str, object]:
    return json.loads((FAXES / f"{name}.{kind}.json").read_text(encoding="utf-8"))


def test_the_set_is_complete_and_small() -> None:
    files = {p.name for p in FAXES.iterdir()}
    assert len(NAMES) >= 14
    assert files == {source(n).name for n in NAMES} | {f"{n}.{k}.json" for n in NAMES for k in ("truth", "words")}
    assert sum(p.stat().st_size for p in FAXES.iterdir()) < 6_000_000


def test_every_fax_is_in_the_table() -> None:
    table = (FAXES.parent / "README.md").read_text(encoding="utf-8")
    assert [n for n in NAMES if source(n).name not in table] == []


@pytest.mark.parametrize("name", NAMES)
def test_pages_agree(name: str) -> None:
    truth, words = load(name, "truth"), load(name, "words")
    pages = truth["document"]["pages"]
    if source(name).suffix == ".tif":
        with Image.open(source(name)) as image:
            assert image.n_frames == len(pages) == len(words["pages"])
            assert image.size[0] == 1728
    else:
        pdf = pypdfium2.PdfDocument(source(name))
        assert len(pdf) == len(pages) == len(words["pages"])
        pdf.close()
    for page in pages:
        assert page["type"] in {t.value for t in PageType}
        assert page["quality"] in {q.value for q in Quality}


@pytest.mark.parametrize("name", NAMES)
def test_names_stand_where_truth_says(name: str) -> None:
    truth, words = load(name, "truth"), load(name, "words")
    patient = truth["referrals"][0]["patient"]
    for leaf in ("first_name", "last_name"):
        for place in truth["boxes"][f"patient.{leaf}"]:
            x0, top, x1, bottom = place["bbox"]
            inside = [
                w["text"]
                for w in words["pages"][place["page_no"] - 1]["words"]
                if w["bbox"][0] < x1 and w["bbox"][2] > x0 and w["bbox"][1] < bottom and w["bbox"][3] > top
            ]
            assert patient[leaf].casefold() in " ".join(inside).casefold()


def test_the_set_covers_inks_and_tiers() -> None:
    pages = [page for name in NAMES for page in load(name, "words")["pages"]]
    assert {p["kind"] for p in pages} == {"typed", "handwritten", "mixed"}
    assert {p["tier"] for p in pages} == {q.value for q in Quality}


@pytest.mark.skipif(not fonts.is_installed(), reason="fonts are fetched by python -m samples.generator.fonts")
def test_a_committed_fax_can_be_remade() -> None:
    spec = committed.SPECS[0]
    assert packet.build(spec).data == source(spec.name).read_bytes()
