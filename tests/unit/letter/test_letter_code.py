"""The code on the letter, read from pages that went through a fax machine."""

import random
from dataclasses import replace

import numpy as np
import pypdfium2
import pytest
from lettered import REQUEST, read_text, referral, rule, send_by_fax

from extractor.image.barcode import find_letter_id, says_letter
from extractor.letter import write_letter
from extractor.letter.sheet import Sheet
from extractor.pixels import RenderedPage
from samples.generator.damage.plans import plan
from samples.generator.damage.scanner import scan
from samples.generator.ink import DPI

LETTER = write_letter(referral(rule("HIV test"), rule("TB test")), REQUEST, {}).content


@pytest.mark.parametrize(
    ("y_dpi", "compression", "angle", "turns"),
    [
        (196, "group3", 1.0, 0),
        (196, "group4", -1.0, 0),
        (98, "group3", -1.0, 0),
        (98, "group4", 1.0, 0),
        (98, "group4", 1.0, 2),
    ],
)
def test_it_reads_after_a_fax(y_dpi: int, compression: str, angle: float, turns: int) -> None:
    page = send_by_fax(LETTER, y_dpi, compression, angle=angle, turns=turns)
    assert find_letter_id(page) == REQUEST.letter_id
    assert turns or find_letter_id(page, is_letter=False) == REQUEST.letter_id


@pytest.mark.parametrize(("tier", "seed"), [("fine_fax", 0), ("standard_fax", 0), ("standard_fax", 3), ("degraded", 0)])
def test_it_reads_where_the_fax_frays_its_edges(tier: str, seed: int) -> None:
    printed = np.asarray(pypdfium2.PdfDocument(LETTER)[0].render(scale=DPI / 72, grayscale=True).to_pil())
    sent = scan(printed, plan(tier, "retired", random.Random(seed)), seed)
    page = RenderedPage(page_no=1, pixels=sent.pixels, x_dpi=sent.x_dpi, y_dpi=sent.y_dpi, is_bilevel=True)
    for is_letter in (True, False):
        assert find_letter_id(page, is_letter=is_letter) == REQUEST.letter_id


def test_it_reads_where_the_resolution_is_tagged_wrong() -> None:
    assert find_letter_id(replace(send_by_fax(LETTER, 98, "group4"), y_dpi=196.0)) == REQUEST.letter_id


def test_another_code_is_no_letter() -> None:
    sheet = Sheet("Other")
    sheet.code(100, 100, 104, "HTTPS://EXAMPLE")
    assert find_letter_id(send_by_fax(sheet.finish(), 196, "group4")) is None


def test_two_letters_on_one_page_are_none() -> None:
    sheet = Sheet("Two")
    sheet.code(100, 100, 104, REQUEST.letter_id)
    sheet.code(350, 400, 104, "LAAAAAAAAAAAAAAA")
    assert find_letter_id(send_by_fax(sheet.finish(), 196, "group4", noise=0.0)) is None


def test_its_words_are_known() -> None:
    assert says_letter(read_text(LETTER))
    assert says_letter("ltems missing for a refenal. Put this page on top ofyour reply: fax us the letters below")
    assert not says_letter("Referral form: list all items. Please fax your reply to this number.")


@pytest.mark.parametrize("shape", [(1078, 1728), (1, 1), (2, 3000)])
def test_a_page_without_a_code_has_none(shape: tuple[int, int]) -> None:
    page = send_by_fax(LETTER, 98, "group4")
    assert find_letter_id(replace(page, pixels=np.full(shape, 255, np.uint8))) is None


def test_noise_is_no_code() -> None:
    pixels = np.random.default_rng(3).integers(0, 2, (600, 800)).astype(np.uint8) * 255
    assert find_letter_id(replace(send_by_fax(LETTER, 98, "group4"), pixels=pixels)) is None
