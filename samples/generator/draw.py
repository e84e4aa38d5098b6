"""Specs drawn at random for measurement sets."""

import random

from samples.generator.damage import TIERS
from samples.generator.forms import families
from samples.generator.packet import Spec

CONTAINERS = {
    "digital": ("pdf_digital", "pdf_mixed"),
    "clean_scan": ("pdf_jpeg", "pdf_ccitt", "g4"),
    "fine_fax": ("g4", "g3_2d", "g3_1d", "pdf_ccitt"),
    "standard_fax": ("g3_1d", "g3_2d", "g4"),
    "degraded": ("g3_1d", "g4", "pdf_ccitt"),
}


def specs(count: int, seed: int, split: str, tier: str | None = None, font: str | None = None) -> list[Spec]:
    """``count`` specs of a split, tiers in turn unless one is asked for."""
    return [_spec(index, seed, split, tier or TIERS[index % len(TIERS)], font) for index in range(count)]


def _spec(index: int, seed: int, split: str, tier: str, font: str | None) -> Spec:
    rng = random.Random(f"{seed}/{split}/{tier}/{index}")
    container = rng.choice(CONTAINERS[tier])
    pages: list[tuple[str, str]] = []
    for role, chance in (
        ("cover", 0.5),
        ("order", 1.0),
        ("face", 0.5),
        ("card", 0.4),
        ("note", 0.4),
        ("labs", 0.6),
        ("blank", 0.08),
    ):
        found = families(split, role)
        if not found or rng.random() >= chance:
            continue
        chosen = rng.choice(found)
        inks = [i for i in chosen.inks if (i == "acroform") <= (container == "pdf_digital")]
        if container.startswith("pdf_digital"):
            inks = [i for i in inks if i in ("typed", "acroform")]
        pages.append((chosen.name, rng.choice(inks or ["typed"])))
    turned = {}
    if tier in ("clean_scan", "degraded", "fine_fax") and rng.random() < 0.2:
        turned = {rng.randint(1, len(pages)): rng.choice((90, 180, 180, 270) if tier == "clean_scan" else (180,))}
    return Spec(
        name=f"{split}_{tier}_{seed}_{index:04d}",
        seed=rng.randrange(2**31),
        split=split,
        tier=tier,
        container=container,
        pages=tuple(pages),
        is_npi_valid=rng.random() > 0.06,
        is_signed=rng.random() > 0.12,
        has_header=rng.random() < 0.85,
        dpi_tag=rng.choice(("true", "true", "true", "72", "absent", "zero")),
        turned=turned,
        font=font,
    )
