"""Specs drawn at random for measurement sets."""

import random
from dataclasses import replace

from samples.generator.damage import TIERS
from samples.generator.forms import families
from samples.generator.packet import POOLS, Other, Spec
from samples.generator.traps import CHANCES

CONTAINERS = {
    "digital": ("pdf_digital", "pdf_mixed"),
    "clean_scan": ("pdf_jpeg", "pdf_ccitt", "g4"),
    "fine_fax": ("g4", "g3_2d", "g3_1d", "pdf_ccitt"),
    "standard_fax": ("g3_1d", "g3_2d", "g4"),
    "degraded": ("g3_1d", "g4", "pdf_ccitt"),
}
Roles = tuple[tuple[str, float], ...]
# What kinds of fax arrive: how many in a hundred, and the pages of each with their chances.
KINDS: dict[str, tuple[int, Roles]] = {
    "referral": (
        88,
        (
            ("cover", 0.5),
            ("order", 1.0),
            ("prior_auth", 0.1),
            ("rems", 0.08),
            ("face", 0.45),
            ("card", 0.4),
            ("medications", 0.2),
            ("note", 0.4),
            ("imaging", 0.15),
            ("labs", 0.55),
            ("blank", 0.08),
        ),
    ),
    "supplement": (4, (("cover", 0.4), ("labs", 1.0))),
    "cancellation": (3, (("cancellation", 1.0),)),
    "prior_auth_reply": (3, (("reply", 1.0),)),
    "misdirected": (2, (("misdirected", 1.0),)),
}
TWO_PATIENTS, STRAY = 0.07, 0.08
RELATIONS = ("twin", "junior", "none")


def specs(count: int, seed: int, split: str, tier: str | None = None, font: str | None = None) -> list[Spec]:
    """``count`` specs of a split, tiers in turn unless one is asked for."""
    return [_spec(index, seed, split, tier or TIERS[index % len(TIERS)], font) for index in range(count)]


def _spec(index: int, seed: int, split: str, tier: str, font: str | None) -> Spec:
    rng = random.Random(f"{seed}/{split}/{tier}/{index}")
    # Drawn apart, so that what was drawn before stays as it was.
    pool = random.Random(f"{seed}/{split}/{tier}/{index}/pool").choice(POOLS[split])
    container = rng.choice(CONTAINERS[tier])
    kind = rng.choices(list(KINDS), [share for share, _ in KINDS.values()])[0]
    pages = [
        page for role, chance in KINDS[kind][1] if rng.random() < chance for page in _page(rng, pool, role, container)
    ]
    turned = {}
    if tier in ("clean_scan", "degraded", "fine_fax") and rng.random() < 0.2:
        turned = {rng.randint(1, len(pages)): rng.choice((90, 180, 180, 270) if tier == "clean_scan" else (180,))}
    spec = Spec(
        name=f"{split}_{tier}_{seed}_{index:04d}",
        seed=rng.randrange(2**31),
        pool=pool,
        tier=tier,
        container=container,
        pages=tuple(pages),
        is_npi_valid=rng.random() > 0.06,
        is_signed=rng.random() > 0.12,
        has_header=rng.random() < 0.85,
        dpi_tag=rng.choice(("true", "true", "true", "72", "absent", "zero")),
        turned=turned,
        font=font,
        kind=kind,
        traps=frozenset(name for name, chance in CHANCES.items() if rng.random() < chance),
    )
    return replace(spec, others=_others(rng, spec)) if kind == "referral" else spec


def _page(rng: random.Random, pool: str, role: str, container: str) -> list[tuple[str, str]]:
    """One family of a role with an ink that the container can carry."""
    chosen = rng.choice(families(pool, role))
    inks = [ink for ink in chosen.inks if (ink == "acroform") <= (container == "pdf_digital")]
    # Nobody writes by hand on a page that is printed straight into a file.
    if container == "pdf_digital" or (container == "pdf_mixed" and role in ("order", "cover")):
        inks = [ink for ink in inks if ink in ("typed", "acroform")]
    return [(chosen.name, rng.choice(inks or ["typed"]))]


def _others(rng: random.Random, spec: Spec) -> tuple[Other, ...]:
    """A second patient's referral at the end, or a page of a stranger somewhere."""
    chance = rng.random()
    if chance < TWO_PATIENTS:
        roles = ("order", *(role for role in ("face", "labs") if rng.random() < 0.4))
        pages = [page for role in roles for page in _page(rng, spec.pool, role, spec.container)]
        return (Other(tuple(pages), rng.choice(RELATIONS)),)
    if chance < TWO_PATIENTS + STRAY:
        pages = _page(rng, spec.pool, rng.choice(("labs", "note", "face", "imaging")), spec.container)
        return (Other(tuple(pages), is_stray=True, at=rng.randint(2, len(spec.pages) + 1)),)
    return ()
