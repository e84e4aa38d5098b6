"""Handwriting, deletions and stamps: what they draw and where."""

import random
from dataclasses import replace

import numpy as np
import pytest

from samples.generator import fonts, hand, ink, stamps
from samples.generator.ops import Drawing, Op

BOX = (100.0, 100.0, 180.0, 114.0)
POOLS = ("train", "tune", "retired", "test")


def own() -> hand.Hand:
    return hand.Hand(fonts.face("vera"))


def test_fonts_of_pools_are_disjoint_and_there_are_enough() -> None:
    for table in (fonts.PRINT, fonts.HAND):
        assert set(table) == set(POOLS)
        names = [name for pool in POOLS for name in table[pool]]
        assert len(names) == len(set(names))
        assert min(len(table[pool]) for pool in POOLS) >= 5
    assert sum(len(names) for names in fonts.HAND.values()) >= 20


@pytest.mark.parametrize("kind", hand.STRIKES)
def test_a_strike_crosses_the_word_and_stays_near_it(kind: str) -> None:
    for seed in range(20):
        points = [p for stroke in hand.strike(random.Random(seed), BOX, kind) for p in stroke.points]
        xs, ys = zip(*points, strict=True)
        assert min(xs) < 108
        assert max(xs) > 172
        assert 88 < min(ys) <= max(ys) < 126


def test_only_a_scribble_hides_what_it_deletes() -> None:
    def black(kind: str) -> float:
        drawing = Drawing(ops=list[Op](hand.strike(random.Random(1), BOX, kind)))
        x0, y0, x1, y1 = (round(v * ink.DPI / 72) for v in BOX)
        return float((ink.draw(drawing)[y0:y1, x0:x1] < 128).mean())

    assert black("scribble") > 0.3
    assert all(black(kind) < 0.3 for kind in hand.STRIKES if kind != "scribble")


@pytest.mark.parametrize(("slant", "angle"), [(0.0, 0.0), (0.2, 0.0), (-0.15, 6.0)])
def test_ink_of_a_written_word_lies_in_its_box(slant: float, angle: float) -> None:
    writer = replace(own(), slant=slant, drift=0.05, pressure=0.5, cramp=-0.05, unevenness=0.2)
    glyphs, box, end = hand.write_word(writer, random.Random(2), 100, 100, "Hillman", 14)
    drawing = Drawing(ops=[replace(glyph, angle=angle) for glyph in glyphs])
    rows, columns = np.nonzero(ink.draw(drawing) < 128)
    scale = ink.DPI / 72
    assert box[0] - 1.5 < columns.min() / scale
    assert columns.max() / scale < box[2] + 1.5
    assert box[1] - 1.5 < rows.min() / scale
    assert rows.max() / scale < box[3] + 1.5
    assert box[2] - 4 < end < box[2] + 6


def test_slant_leans_to_the_right() -> None:
    upright, _, _ = hand.write_word(own(), random.Random(2), 100, 100, "l", 40)
    leaning = replace(upright[0], angle=0.0, slant=0.3)
    pixels = ink.draw(Drawing(ops=[leaning])) < 128
    rows, _ = np.nonzero(pixels)
    top, bottom = pixels[rows.min() + 3], pixels[rows.max() - 3]
    assert np.nonzero(top)[0].mean() - np.nonzero(bottom)[0].mean() > 20


def test_a_loosened_hand_is_its_own_and_seeded() -> None:
    first = hand.loosen(own(), random.Random(1))
    assert first == hand.loosen(own(), random.Random(1))
    assert first != hand.loosen(own(), random.Random(2))
    assert first.face == own().face


@pytest.mark.parametrize("pool", POOLS)
def test_stamps_show_their_words_inside_their_box(pool: str) -> None:
    face = fonts.face("vera")
    made = [
        stamps.received(random.Random(3), pool, 300, 100, face, "NOV 20 2026"),
        stamps.practice(random.Random(3), pool, 300, 100, face, ("Larkspur Neurology", "12 Elm St")),
        stamps.word(random.Random(3), pool, 300, 100, face, "FAXED"),
    ]
    assert "2026" in [word.text for word in made[0].words]
    assert [word.text for word in made[1].words] == ["Larkspur", "Neurology", "12", "Elm", "St"]
    for stamp in made:
        for word in stamp.words:
            assert stamp.box[0] <= word.box[0] <= word.box[2] <= stamp.box[2]
            assert stamp.box[1] - 3 <= word.box[1] <= word.box[3] <= stamp.box[3] + 3
            x0, y0, x1, y1 = (round(v * ink.DPI / 72) for v in word.box)
            assert (ink.draw(Drawing(ops=list(stamp.ops)))[y0:y1, x0:x1] < 200).mean() > 0.05


def test_electronic_signatures_name_the_signer_in_words_of_their_pool() -> None:
    blocks: dict[str, set[str]] = {}
    for pool in POOLS:
        made = {stamps.electronic(random.Random(s), pool, "Ana Ruiz, MD", "11/20/2026", 872) for s in range(12)}
        assert all("Ana Ruiz, MD" in " ".join(lines) and "11/20/2026" in " ".join(lines) for lines in made)
        blocks[pool] = {lines[0] for lines in made}
    assert not blocks["train"] & blocks["tune"]
    assert not blocks["tune"] & blocks["test"]
    assert any("2:32 PM" in line for line in blocks["tune"])
