"""How a page is to be damaged: the plan, and drawing one for a tier and a pool."""

import random
from dataclasses import dataclass, replace

FAX_COLUMNS = 1728
TIERS = ("digital", "clean_scan", "fine_fax", "standard_fax", "degraded")
LIGHT = {
    "train": ("pepper", "dark_streak", "dropped", "edge", "heavy"),
    "retired": ("blobs", "pale_streak", "doubled", "fade", "wave"),
}
KINDS = {
    "train": (*LIGHT["train"], "fold", "drum"),
    "tune": ("hairs", "smear", "jitter", "cut", "bands", "curl", "holes", "burst"),
    "retired": (*LIGHT["retired"], "bleed", "corner"),
    "test": ("stain", "wrinkle", "ghost", "lamp", "marker", "slip", "staple"),
}
# What a flatbed scanner leaves on its pages too.
SCANNED = {
    "train": ("edge", "fold"),
    "tune": ("holes", "cut"),
    "retired": ("corner", "bleed"),
    "test": ("stain", "staple"),
}
# Set by what two plain readers make of the forms of the train split (``anchors``).
NOISE = {"fine_fax": (25.0, 37.0), "standard_fax": (28.0, 37.0)}
THRESHOLD = {"fine_fax": (140.0, 178.0), "standard_fax": (148.0, 180.0)}
# Powers of ten: real bilevel scans of 200 to 300 dpi have 30 to 300 lone specks in a million pixels, dirty ones 1,000.
SPECKLE = (-4.6, -2.9)
HALFTONE = {"train": "bayer", "tune": "cluster", "retired": "diffusion", "test": "line"}


@dataclass(frozen=True)
class Plan:
    """How one page is scanned and sent.

    ``blur`` in pixels at 300 dpi, ``noise`` and ``threshold`` in grey levels, ``speckle`` as the share of pixels that
    are black specks (four times as many are white ones), ``amounts`` from 0 to 1.
    """

    tier: str
    x_dpi: float = 204.0
    y_dpi: float = 196.0
    is_bilevel: bool = True
    skew: float = 0.0
    rotation: int = 0
    blur: float = 1.2
    noise: float = 12.0
    threshold: float = 150.0
    halftone: str | None = None
    generations: int = 1
    amounts: tuple[tuple[str, float], ...] = ()
    wear: str = "full"
    speckle: float = 0.0

    def amount(self, kind: str) -> float:
        """How strong a kind of damage is, 0 where it is absent."""
        return dict(self.amounts).get(kind, 0.0)


def plan(tier: str, pool: str, rng: random.Random, rotation: int = 0, wear: str = "full") -> Plan:
    """A plan of a tier with the kinds of damage of a pool.

    ``wear`` is ``full``, which is what the tiers are anchored with, or ``light``: the milder damage of the few faxes
    that are kept and shown.
    """
    return _light(tier, pool, rng, rotation) if wear == "light" else _full(tier, pool, rng, rotation)


def _full(tier: str, pool: str, rng: random.Random, rotation: int) -> Plan:
    if tier in ("digital", "clean_scan"):
        is_bilevel = rng.random() < 0.5
        dpi = 300.0 if is_bilevel else 200.0
        kinds = rng.sample(SCANNED[pool], rng.choice((0, 0, 1)))
        amounts = tuple((kind, rng.uniform(0.1, 0.35)) for kind in kinds)
        skew, threshold = rng.uniform(-0.6, 0.6), rng.uniform(140, 165)
        return Plan(tier, dpi, dpi, is_bilevel, skew, rotation, 0.9, 6.0, threshold, amounts=amounts)
    if tier == "degraded":
        return _degraded(pool, rng, rotation)
    amounts = tuple((kind, rng.uniform(0.1, 0.45)) for kind in rng.sample(KINDS[pool], rng.choice((1, 1, 2))))
    halftone = HALFTONE[pool] if rng.random() < 0.2 else None
    y_dpi = 196.0 if tier == "fine_fax" else 98.0
    blur, noise = rng.uniform(1.2, 1.9), rng.uniform(*NOISE[tier])
    threshold, speckle, skew = rng.uniform(*THRESHOLD[tier]), 10 ** rng.uniform(*SPECKLE), rng.gauss(0, 0.7)
    return Plan(tier, 204.0, y_dpi, True, skew, rotation, blur, noise, threshold, halftone, 1, amounts, speckle=speckle)


def _degraded(pool: str, rng: random.Random, rotation: int) -> Plan:
    """A coarse fax, or a fine one of a copy that was faxed before; three kinds of damage; dirtier; held askew."""
    is_coarse = rng.random() < 0.6
    base = _full("standard_fax" if is_coarse else "fine_fax", pool, rng, rotation)
    kinds = rng.sample(KINDS[pool], 3)
    return replace(
        base,
        tier="degraded",
        skew=rng.choice((-1, 1)) * rng.uniform(1.0, 5.0),
        noise=base.noise * (1.15 if is_coarse else 1.5),
        speckle=base.speckle * 2,
        generations=2 if not is_coarse or rng.random() < 0.4 else 1,
        amounts=tuple((kind, rng.uniform(0.5, 0.8 if kind == "pepper" else 1.0)) for kind in kinds),
    )


def _light(tier: str, pool: str, rng: random.Random, rotation: int) -> Plan:
    kinds = LIGHT[pool]
    if tier in ("digital", "clean_scan"):
        is_bilevel = rng.random() < 0.5
        dpi = 300.0 if is_bilevel else 200.0
        skew = rng.uniform(-0.6, 0.6)
        return Plan(tier, dpi, dpi, is_bilevel, skew, rotation, 0.9, 6.0, rng.uniform(140, 165), wear="light")
    if tier == "degraded":
        is_fine = rng.random() < 0.4
        base = _light("fine_fax" if is_fine else "standard_fax", pool, rng, rotation)
        amounts = tuple((kind, rng.uniform(0.5, 1.0)) for kind in rng.sample(kinds, 3))
        skew = rng.choice((-1, 1)) * rng.uniform(1.0, 5.0)
        generations = 2 if rng.random() < 0.75 else 1
        return replace(base, tier=tier, skew=skew, noise=base.noise * 1.4, generations=generations, amounts=amounts)
    amounts = tuple((kind, rng.uniform(0.1, 0.45)) for kind in rng.sample(kinds, rng.choice((1, 1, 2))))
    halftone = HALFTONE[pool] if rng.random() < 0.2 else None
    y_dpi = 196.0 if tier == "fine_fax" else 98.0
    skew = rng.gauss(0, 0.7)
    blur, noise = rng.uniform(1.2, 1.9), rng.uniform(16, 34)
    threshold = rng.uniform(125, 180)
    return Plan(tier, 204.0, y_dpi, True, skew, rotation, blur, noise, threshold, halftone, 1, amounts, "light")
