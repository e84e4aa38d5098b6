"""A whole fax: the case, the forms that show it, the hands that filled them in, the machine that sent it."""

import random
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from samples.generator import case as cases
from samples.generator import damage, files, fonts, header, ink, legibility, stamps, traps, truth
from samples.generator.forms import family
from samples.generator.hand import Hand, loosen
from samples.generator.ops import Box, WordBox, union
from samples.generator.picture import Grey, Picture
from samples.generator.sheet import Look, Sheet

MARKS = {
    "train": ("cross", "tick", "scribble"),
    "tune": ("cross", "tick", "slash"),
    "retired": ("tick", "fill", "slash", "cross"),
    "test": ("cross", "hook", "dot"),
}
HEADER_FACES = {"train": "cousine", "tune": "inconsolata", "retired": "courier-prime", "test": "fira-mono"}
# What a split draws with: the kinds of one pool at a time, so that a fax never mixes two.
POOLS = {"train": ("train",), "tune": ("tune", "retired"), "test": ("test",)}


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

    ``pool`` names the families, fonts and kinds of damage it may use (``POOLS`` says whose they are); ``kind`` is what
    the whole fax is, ``traps`` the names of what may mislead a reader (``traps.CHANCES``).

    ``container``: ``g3_1d``, ``g3_2d``, ``g4`` (TIFF), ``pdf_ccitt``, ``pdf_jpeg``, ``pdf_digital`` or ``pdf_mixed``
    (the first family's pages digital, the rest scanned). ``turned`` gives rotations by page number. ``wear`` is that of
    ``damage.plan``; ``light`` also keeps handwriting plain.
    """

    name: str
    seed: int
    pool: str
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

    @property
    def split(self) -> str:
        """``train``, ``tune`` or ``test``."""
        return next(split for split, pools in POOLS.items() if self.pool in pools)


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
    body = spec.font or rng.choice(fonts.PRINT[spec.pool])
    hand_name = spec.font or rng.choice(fonts.HAND[spec.pool])
    typed_name = spec.font or rng.choice(fonts.PRINT[spec.pool])
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
    marks = tuple(rng.sample(MARKS[spec.pool], 2))
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
    if spec.wear == "full":
        _stamp(spec, case, [sheet for index, sheet in enumerate(sheets) if index not in digital])
    pictures: dict[int, Picture] = {}
    words: list[list[WordBox]] = [list(s.drawing.words) for s in sheets]
    greys = {i: ink.draw(s.drawing) for i, s in enumerate(sheets) if i not in digital}
    line = _header(spec, case, len(sheets), rng)
    plans: dict[int, damage.Plan] = {}
    base = damage.plan(_image_tier(spec), spec.pool, rng, wear=spec.wear)
    for index, grey in greys.items():
        landscape = 90 if sheets[index].drawing.width > sheets[index].drawing.height else 0
        turn = spec.turned.get(index + 1, landscape)
        plans[index] = replace(base, rotation=turn, skew=base.skew * rng.uniform(0.6, 1.1) * rng.choice((1, 1, -1)))
        picture = damage.scan(grey, plans[index], rng.randrange(2**32))
        if line is not None:
            face = fonts.face(spec.font or HEADER_FACES[spec.pool])
            picture, stamped = header.stamp(picture, line, index + 1, face)
            words[index] += stamped
        pictures[index] = picture
    data = _bytes(spec, sheets, pictures)
    suffix = ".tif" if spec.container.startswith("g") else ".pdf"
    tiers = ["digital" if i in digital else _image_tier(spec) for i in range(len(sheets))]
    record = _truth(spec, sheets, tiers, plans, line)
    record["generator"]["traps"] = traps.found(spec, people, sheets)
    for part in (record, *record["others"]):
        # The faxes that are kept have to keep their truth, which was made before digits counted apart.
        digits = [_with_digits(found) for found in words] if spec.wear == "full" else [[] for _ in words]
        part["legible"] = _legible(greys, pictures, part, digits)
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


def _stamp(spec: Spec, case: cases.Case, sheets: list[Sheet]) -> None:
    """Stamps of the office or of who received the fax, where a page has room for them."""
    rng = random.Random(f"{spec.seed}/stamps")
    day = (case.order_date + timedelta(days=rng.randint(0, 3))).strftime(rng.choice(("%b %d %Y", "%m/%d/%Y"))).upper()
    office = (case.prescriber.practice, case.prescriber.address.line1)
    for number, sheet in enumerate(sheets):
        if rng.random() > (0.3 if number == 0 else 0.08):
            continue
        kinds = ("received", "received", "practice", "word") if sheet.owner == 0 else ("received", "word")
        face, kind = sheet.look.bold, rng.choice(kinds)
        if kind == "received":
            made = partial(stamps.received, rng, spec.pool, face=face, day=day)
        elif kind == "practice":
            made = partial(stamps.practice, rng, spec.pool, face=face, lines=office)
        else:
            made = partial(stamps.word, rng, spec.pool, face=face, text=rng.choice(("FAXED", "COPY", "SCANNED")))
        taken = [word.box for word in sheet.drawing.words] + [said.box for said in sheet.drawing.said]
        place = stamps.choose_place(rng, taken, (190.0, 62.0), (sheet.width, sheet.drawing.height))
        if place is not None:
            impression = made(x=place[0] + 14, y=place[1] + 14)
            sheet.drawing.ops.extend(impression.ops)
            sheet.drawing.words.extend(impression.words)
            if kind == "practice":
                split = len(office[0].split())
                for path, text, some in (
                    ("prescriber.practice", office[0], impression.words[:split]),
                    ("prescriber.address.line1", office[1], impression.words[split:]),
                ):
                    sheet.say(((path, text),), union([word.box for word in some]))
            sheet.traps.add("stamp")


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
    return header.choose(rng, spec.pool, who.practice, who.fax, case.center.fax, sent_at, total)


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
            "pool": spec.pool,
            "tier": spec.tier,
            "container": spec.container,
            "families": [name for name, _ in spec.pages],
            "inks": [ink_kind for _, ink_kind in spec.pages],
            "skews": [round(plans[i].skew, 2) if i in plans else 0.0 for i in range(len(sheets))],
            "damage": sorted({kind for p in plans.values() for kind, _ in p.amounts}),
        },
    }


def _with_digits(words: list[WordBox]) -> list[Box]:
    return [word.box for word in words if any(char.isdigit() for char in word.text) and not word.is_header]


def _legible(
    greys: dict[int, Grey], pictures: dict[int, Picture], record: dict[str, Any], digits: list[list[Box]]
) -> dict[str, bool]:
    clean = {i: legibility.reference(grey, pictures[i]) for i, grey in greys.items()}
    legible = {}
    for path, found in record["boxes"].items():
        states = []
        for place in found:
            index = place["page_no"] - 1
            box = tuple(place["bbox"])
            if index not in pictures:
                states.append(True)
                continue
            has_digits = any(_is_inside(word, box) for word in digits[index])
            states.append(legibility.is_legible(clean[index], pictures[index], box, has_digits))
        legible[path] = any(states)
    return legible


def _is_inside(word: Box, box: Box) -> bool:
    x, y = (word[0] + word[2]) / 2, (word[1] + word[3]) / 2
    return box[0] - 1 <= x <= box[2] + 1 and box[1] - 1 <= y <= box[3] + 1


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
