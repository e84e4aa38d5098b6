"""A whole fax: the case, the forms that show it, the hands that filled them in, the machine that sent it."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from samples.generator import case as cases
from samples.generator import damage, files, fonts, header, ink, legibility, traps, truth
from samples.generator.forms import family
from samples.generator.hand import Hand, loosen
from samples.generator.ops import WordBox
from samples.generator.picture import Grey, Picture
from samples.generator.sheet import Look, Sheet

MARKS = {
    "train": ("cross", "tick", "scribble"),
    "tune": ("cross", "tick", "slash"),
    "test": ("tick", "fill", "slash", "cross"),
}
HEADER_FACES = {"train": "cousine", "tune": "inconsolata", "test": "courier-prime"}


@dataclass(frozen=True)
class Other:
    """Pages of somebody else in the same fax, put in before page ``at`` of the rest (None: at the end).

    ``relation`` to the first patient: ``twin``, ``junior`` (father and son of one name) or ``none``. A ``stray`` page
    got in by mistake; otherwise it is a second referral.
    """

    pages: tuple[tuple[str, str], ...]
    relation: str = "none"
    is_stray: bool = False
    at: int | None = None


@dataclass(frozen=True)
class Spec:
    """What to make. ``pages`` are (family, ink) with ink ``typed``, ``hand``, ``mixed`` or ``acroform``.

    ``kind`` is what the whole fax is, ``traps`` the names of what may mislead a reader (``traps.CHANCES``).

    ``container``: ``g3_1d``, ``g3_2d``, ``g4`` (TIFF), ``pdf_ccitt``, ``pdf_jpeg``, ``pdf_digital`` or ``pdf_mixed``
    (the first family's pages digital, the rest scanned). ``turned`` gives rotations by page number. ``wear`` is that of
    ``damage.plan``; ``light`` also keeps handwriting plain.
    """

    name: str
    seed: int
    split: str
    tier: str
    container: str
    pages: tuple[tuple[str, str], ...]
    brand: str | None = None
    is_npi_valid: bool = True
    is_signed: bool = True
    has_header: bool = True
    dpi_tag: str = "true"
    turned: dict[int, int] = field(default_factory=dict)
    has_text_layer: bool = False
    font: str | None = None
    wear: str = "full"
    kind: str = "referral"
    others: tuple[Other, ...] = ()
    traps: frozenset[str] = frozenset()


@dataclass(frozen=True)
class Fax:
    """The file and what is true of it."""

    name: str
    suffix: str
    data: bytes
    truth: dict[str, Any]
    words: dict[str, Any]


def look(spec: Spec, ink_kind: str, rng: random.Random) -> Look:
    """Fonts and pen of one form."""
    bare = spec.font is not None
    body = spec.font or rng.choice(fonts.PRINT[spec.split])
    hand_name = spec.font or rng.choice(fonts.HAND[spec.split])
    typed_name = spec.font or rng.choice(fonts.PRINT[spec.split])
    slope = rng.gauss(0, 0.006)
    written = Hand(fonts.face(hand_name), rng.uniform(0.6, 1.4), slope, rng.uniform(0.0, 0.2))
    if spec.wear == "full":
        written = loosen(written, rng)
    typed = fonts.face(typed_name)
    pens: dict[str, Hand | fonts.Face | None] = {"hand": written, "mixed": written, "typed": typed, "acroform": None}
    pen = pens[ink_kind]
    size = rng.uniform(12.5, 15) if isinstance(pen, Hand) else rng.uniform(8.5, 10.5)
    if pen is None:
        size = 9.0
    marks = tuple(rng.sample(MARKS[spec.split], 2))
    bold = fonts.face(body, 700)
    return Look(fonts.face(body), bold, pen, size if not bare else 10.0, marks, typed if ink_kind == "mixed" else None)


def build(spec: Spec) -> Fax:
    """The fax of a spec; the same for the same spec and libraries. Raises ``FileNotFoundError`` without its fonts."""
    rng = random.Random(spec.seed)
    case = cases.trapped(cases.invent(rng, spec.brand, spec.is_npi_valid, spec.is_signed), spec.traps)
    if any(other.relation == "junior" for other in spec.others):
        case = replace(case, suffix="Jr" if case.date_of_birth.year > 1970 else "Sr")
    # The first font drawn serves the whole packet of a clinic's own pages; forms of others differ.
    sheets: list[Sheet] = []
    for name, ink_kind in spec.pages:
        sheets += family(name).draw(case, look(spec, ink_kind, rng), rng)
    people = [case, *_add_others(spec, case, sheets)]
    for sheet in sheets:
        sheet.announce(len(sheets))
    digital = _digital_pages(spec, sheets)
    pictures: dict[int, Picture] = {}
    words: list[list[WordBox]] = [list(s.drawing.words) for s in sheets]
    greys = {i: ink.draw(s.drawing) for i, s in enumerate(sheets) if i not in digital}
    line = _header(spec, case, len(sheets), rng)
    plans: dict[int, damage.Plan] = {}
    base = damage.plan(_image_tier(spec), spec.split, rng, wear=spec.wear)
    for index, grey in greys.items():
        landscape = 90 if sheets[index].drawing.width > sheets[index].drawing.height else 0
        turn = spec.turned.get(index + 1, landscape)
        plans[index] = replace(base, rotation=turn, skew=base.skew * rng.uniform(0.6, 1.1) * rng.choice((1, 1, -1)))
        picture = damage.scan(grey, plans[index], rng.randrange(2**32))
        if line is not None:
            face = fonts.face(spec.font or HEADER_FACES[spec.split])
            picture, stamped = header.stamp(picture, line, index + 1, face)
            words[index] += stamped
        pictures[index] = picture
    data = _bytes(spec, sheets, pictures)
    suffix = ".tif" if spec.container.startswith("g") else ".pdf"
    tiers = ["digital" if i in digital else _image_tier(spec) for i in range(len(sheets))]
    record = _truth(spec, sheets, tiers, plans, line)
    record["generator"]["traps"] = traps.found(spec, people, sheets)
    for part in (record, *record["others"]):
        part["legible"] = _legible(greys, pictures, part)
    return Fax(spec.name, suffix, data, record, _words(sheets, words, tiers))


def _add_others(spec: Spec, first: cases.Case, sheets: list[Sheet]) -> list[cases.Case]:
    """Put the other people's pages in among ``sheets``; who they are."""
    found = []
    for number, other in enumerate(spec.others, 1):
        rng = random.Random(f"{spec.seed}/other/{number}")
        if other.relation == "none":
            case = cases.stranger(rng, first, is_of_same_office=not other.is_stray)
        else:
            case = cases.relative(rng, first, other.relation)
        case = cases.trapped(case, spec.traps)
        pages: list[Sheet] = []
        for name, ink_kind in other.pages:
            pages += family(name).draw(case, look(spec, ink_kind, rng), rng)
        for sheet in pages:
            sheet.owner = number
        at = len(sheets) if other.at is None else other.at - 1
        sheets[at:at] = pages
        found.append(case)
    return found


def _image_tier(spec: Spec) -> str:
    return "clean_scan" if spec.tier == "digital" else spec.tier


def _digital_pages(spec: Spec, sheets: list[Sheet]) -> set[int]:
    if spec.container == "pdf_digital":
        return set(range(len(sheets)))
    if spec.container == "pdf_mixed":
        return {i for i, s in enumerate(sheets) if s.page_type in ("order", "enrollment_form", "cover_sheet")}
    return set()


def _header(spec: Spec, case: cases.Case, total: int, rng: random.Random) -> header.Header | None:
    if not spec.has_header or spec.tier in ("digital", "clean_scan"):
        return None
    sent_at = datetime.combine(case.order_date, datetime.min.time()) + timedelta(minutes=rng.randint(480, 1080))
    who = case.prescriber
    return header.choose(rng, spec.split, who.practice, who.fax, case.center.fax, sent_at, total)


def _bytes(spec: Spec, sheets: list[Sheet], pictures: dict[int, Picture]) -> bytes:
    if spec.container in files.TIFF:
        return files.tiff([pictures[i] for i in range(len(sheets))], spec.container, spec.dpi_tag)
    pages = [pictures.get(i, s.drawing) for i, s in enumerate(sheets)]
    layers = dict.fromkeys(pictures, "8atient N@me  Qrder f0rm\nI)OB  rnm dd yyy") if spec.has_text_layer else None
    return files.document(pages, "jpeg" if spec.container == "pdf_jpeg" else "ccitt", layers)


def _truth(
    spec: Spec, sheets: list[Sheet], tiers: list[str], plans: dict[int, damage.Plan], line: header.Header | None
) -> dict[str, Any]:
    pages = [
        {"page_no": i + 1, "type": s.page_type, "quality": tiers[i], "rotation": plans[i].rotation if i in plans else 0}
        for i, s in enumerate(sheets)
    ]
    referrals, shown = [], []
    for owner in sorted({0, *(s.owner for s in sheets)}):
        mine = {i + 1: s for i, s in enumerate(sheets) if s.owner == owner}
        places, blank = truth.places(mine)
        is_stray = spec.others[owner - 1].is_stray if owner else spec.kind == "misdirected"
        referrals.append(truth.referral(places, sorted(mine), is_stray))
        shown.append({"boxes": truth.boxes(places), "legible": {}, "blank": blank})
    return {
        "document": {"kind": spec.kind, "pages": pages, "fax_header": line.truth() if line else None},
        "referrals": referrals,
        **shown[0],
        "others": shown[1:],
        "generator": {
            "seed": spec.seed,
            "split": spec.split,
            "tier": spec.tier,
            "container": spec.container,
            "families": [name for name, _ in spec.pages],
            "inks": [ink_kind for _, ink_kind in spec.pages],
            "skews": [round(plans[i].skew, 2) if i in plans else 0.0 for i in range(len(sheets))],
            "damage": sorted({kind for p in plans.values() for kind, _ in p.amounts}),
        },
    }


def _legible(greys: dict[int, Grey], pictures: dict[int, Picture], record: dict[str, Any]) -> dict[str, bool]:
    clean = {i: legibility.reference(grey, pictures[i]) for i, grey in greys.items()}
    legible = {}
    for path, found in record["boxes"].items():
        states = []
        for place in found:
            index = place["page_no"] - 1
            box = tuple(place["bbox"])
            states.append(index not in pictures or legibility.is_legible(clean[index], pictures[index], box))
        legible[path] = any(states)
    return legible


def _words(sheets: list[Sheet], words: list[list[WordBox]], tiers: list[str]) -> dict[str, Any]:
    pages = []
    for index, sheet in enumerate(sheets):
        entries = []
        for word in words[index]:
            entry: dict[str, Any] = {
                "text": word.text,
                "bbox": [round(v, 1) for v in word.box],
                "is_handwritten": word.is_handwritten,
            }
            if word.is_header:
                entry["is_header"] = True
            entries.append(entry)
        kind = "mixed" if sheet.look.other_pen else "handwritten" if sheet.has_handwriting else "typed"
        pages.append(
            {
                "page_no": index + 1,
                "width": sheet.width,
                "height": sheet.drawing.height,
                "tier": tiers[index],
                "kind": kind,
                "words": entries,
            }
        )
    return {"pages": pages}
