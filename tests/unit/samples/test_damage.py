"""Damage: every kind does what its name says, pools share none, one seed gives one picture."""

import random
from dataclasses import replace
from functools import cache

import cv2
import numpy as np
import pytest

from samples.generator import damage, header, packet
from samples.generator.damage import Plan
from samples.generator.picture import Bend, Grey

POOLS = ("train", "tune", "retired", "test")
KINDS = [kind for pool in POOLS for kind in damage.KINDS[pool]]
PLAIN = Plan("fine_fax", blur=1.4, noise=20.0)


@cache
def page() -> Grey:
    """Lines of text on a letter page at 300 dpi."""
    sheet = np.full((3300, 2550), 255, np.uint8)
    for row in range(14):
        cv2.putText(sheet, "Infliximab 5 mg/kg IV", (180, 240 + 210 * row), cv2.FONT_HERSHEY_SIMPLEX, 3.4, 0, 7)
    return sheet


def test_pools_share_no_kind_halftone_header_or_set_of_marks() -> None:
    for table in (damage.KINDS, damage.SCANNED, header.FORMATS):
        assert set(table) == set(POOLS)
        for first in POOLS:
            for second in POOLS:
                assert first == second or not set(table[first]) & set(table[second])
    assert len({damage.HALFTONE[pool] for pool in POOLS}) == len(POOLS)
    assert len({frozenset(packet.MARKS[pool]) for pool in POOLS}) == len(POOLS)
    assert all(set(damage.LIGHT[pool]) <= set(damage.KINDS[pool]) for pool in damage.LIGHT)


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_changes_the_page_and_leaves_most_of_it(kind: str) -> None:
    plain = damage.scan(page(), PLAIN, 4).pixels
    hurt = damage.scan(page(), replace(PLAIN, amounts=((kind, 0.8),)), 4).pixels
    assert hurt.shape == plain.shape == (2156, 1728)
    assert set(np.unique(hurt)) == {0, 255}
    changed = float((hurt != plain).mean())
    assert 0.0001 < changed < 0.3


@pytest.mark.parametrize(
    "kind", ["heavy", "blobs", "holes", "dark_streak", "hairs", "edge", "ghost", "marker", "stain", "staple"]
)
def test_some_kinds_blacken(kind: str) -> None:
    plain = damage.scan(page(), PLAIN, 4).pixels
    assert damage.scan(page(), replace(PLAIN, amounts=((kind, 0.9),)), 4).pixels.mean() < plain.mean()


@pytest.mark.parametrize("kind", ["fade", "bands", "pale_streak"])
def test_some_kinds_whiten(kind: str) -> None:
    plain = damage.scan(page(), PLAIN, 4).pixels
    assert damage.scan(page(), replace(PLAIN, amounts=((kind, 0.9),)), 4).pixels.mean() > plain.mean()


@pytest.mark.parametrize("halftone", sorted(damage.HALFTONE.values()))
def test_halftones_turn_grey_into_dots(halftone: str) -> None:
    grey = np.full((3300, 2550), 148, np.uint8)
    how = Plan("fine_fax", blur=1.0, noise=1.0, threshold=160.0, halftone=halftone)
    dots = damage.scan(grey, how, 1).pixels[300:600, 300:600]
    assert 0.1 < float((dots == 0).mean()) < 0.9


@pytest.mark.parametrize("is_top", [True, False])
def test_a_bent_page_is_where_its_picture_says(is_top: bool) -> None:
    box = (30.0, 20.0, 60.0, 40.0) if is_top else (30.0, 750.0, 60.0, 770.0)
    flat = damage.scan(np.full((3300, 2550), 255, np.uint8), PLAIN, 2)
    x0, y0, x1, y1 = flat.place(box)
    high, wide = flat.pixels.shape
    sheet = np.full((high, wide), 255, np.uint8)
    sheet[y0:y1, x0:x1] = 0
    bend = Bend(9.0, 5.0, 0.6, is_top, wide, high)
    rows, columns = np.nonzero(bend.apply(sheet) < 128)
    found = (columns.min(), rows.min(), columns.max() + 1, rows.max() + 1)
    assert np.abs(np.subtract(found, replace(flat, bend=bend).place(box))).max() <= 3
    assert np.abs(np.subtract(found, flat.place(box))).max() > 3


@pytest.mark.parametrize("pool", POOLS)
@pytest.mark.parametrize("tier", damage.TIERS)
def test_plans_use_their_own_pool_and_one_seed_gives_one_picture(pool: str, tier: str) -> None:
    for seed in range(8):
        how = damage.plan(tier, pool, random.Random(seed))
        assert how == damage.plan(tier, pool, random.Random(seed))
        assert {kind for kind, _ in how.amounts} <= set(damage.KINDS[pool])
        assert how.halftone in (None, damage.HALFTONE[pool])
        if tier == "degraded":
            assert how.y_dpi == 98.0 or how.generations == 2
            assert len(how.amounts) == 3


def test_one_seed_gives_one_picture() -> None:
    how = damage.plan("degraded", "tune", random.Random(3))
    first = damage.scan(page(), how, 9).pixels
    assert np.array_equal(first, damage.scan(page(), how, 9).pixels)
    assert not np.array_equal(first, damage.scan(page(), how, 10).pixels)
