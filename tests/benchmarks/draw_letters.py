"""The letter to look at, printed and after a fax, and how often its code still reads.

``python -m tests.benchmarks.draw_letters OUT [--sends 20]`` writes five letters (usual, many items, crops, more than
fits, long names) into OUT, each as PDF, as printed and as a fax brings it, and sends the first one often through the
damage of the sample generator. ``corner``: read where a page is not known to be a letter; ``page``: where its words say
so; ``blank``: a page with the code covered, for the time it takes to find none.
"""

import argparse
import io
import random
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path

import cv2
import numpy as np
import pypdfium2
from PIL import Image

from extractor.image.barcode import find_letter_id
from extractor.letter import find_places, write_letter
from extractor.pixels import Gray, RenderedPage
from models.record import Referral, RuleOutcome, Severity
from samples.generator.damage.plans import plan
from samples.generator.damage.scanner import scan
from samples.generator.ink import DPI
from samples.generator.picture import Picture
from tests.unit.letter.lettered import REQUEST, referral, rule, text, unread

TIERS = ("fine_fax", "standard_fax", "degraded")
POOLS = ("retired", "train", "tune")
_SENT = "the result did not come with the referral; please send it."
_OLD = (
    "the result of 2026-09-02 is too old, 89 days before the start date 2026-11-30; 30 days at most. Please send one."
)
_USUAL = (
    rule("HIV test", said=_SENT),
    rule("Serum creatinine", RuleOutcome.EXPIRED, _OLD),
    rule(
        "Tuberculosis test",
        RuleOutcome.PENDING,
        "the result of 2026-11-16 is still pending; please send the final one.",
    ),
    rule("Prescriber's signature", said="the signature is missing; please send a signed order."),
    rule("Varicella zoster antibody", said=_SENT, severity=Severity.ADVISORY),
)


def letters() -> dict[str, Referral]:
    """What each of the letters is about."""
    unreadable = rule("Prescriber's NPI", RuleOutcome.UNREADABLE, "the NPI cannot be read.", paths=("prescriber.npi",))
    many = [rule(f"Laboratory test {number}", said=_SENT) for number in range(1, 15)]
    overflow = [rule(f"Laboratory test {number}", RuleOutcome.EXPIRED, _OLD) for number in range(1, 61)]
    base = referral()
    long = {
        "patient": base.patient.model_copy(
            update={
                "first_name": text("Maximiliana Esperanza Guadalupe"),
                "last_name": text("Featherstonehaugh-Wolfeschlegelsteinhausen"),
            }
        ),
        "prescriber": base.prescriber.model_copy(
            update={
                "last_name": text("Papadimitrakopoulos-Venkatanarasimharajuvaripeta"),
                "practice": text(
                    "Greater Northern Rocky Mountain Neuroscience and Infusion Specialists of Colorado, PLLC"
                ),
                "fax": unread(),
            }
        ),
    }
    return {
        "usual": referral(*_USUAL),
        "many": referral(*many, *_USUAL),
        "crops": referral(*_USUAL, unreadable),
        "overflow": referral(*overflow, unreadable),
        "long_names": referral(*_USUAL, **long),
    }


def crop() -> bytes:
    """Handwriting that nobody can read, as PNG: loops of a pen."""
    pixels = np.full((60, 330), 255, np.uint8)
    step = np.linspace(0, 60, 1200)
    places = np.stack([20 + 4.6 * step + 6 * np.sin(2.1 * step), 32 + 11 * np.sin(1.7 * step) * np.cos(0.31 * step)], 1)
    cv2.polylines(pixels, [places.astype(np.int32)], isClosed=False, color=40, thickness=2)
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()


def printed(content: bytes) -> Gray:
    """The page on paper, gray, at the generator's resolution."""
    return np.asarray(pypdfium2.PdfDocument(content)[0].render(scale=DPI / 72, grayscale=True).to_pil())


def as_page(sent: Picture) -> RenderedPage:
    """What the receiving end gets."""
    return RenderedPage(page_no=1, pixels=sent.pixels, x_dpi=sent.x_dpi, y_dpi=sent.y_dpi, is_bilevel=sent.is_bilevel)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--sends", type=int, default=20)
    asked = parser.parse_args()
    asked.out.mkdir(parents=True, exist_ok=True)
    reads: Counter[tuple[str, str]] = Counter()
    seconds: Counter[str] = Counter()
    for name, about in letters().items():
        places = {place: crop() for place in find_places(about)}
        letter = write_letter(about, REQUEST, places)
        (asked.out / f"{name}.pdf").write_bytes(letter.content)
        page = printed(letter.content)
        Image.fromarray(page).resize((850, 1100)).save(asked.out / f"{name}_printed.png")
        for tier in TIERS:
            for seed in range(asked.sends if name == "usual" else 1):
                sent = scan(page, plan(tier, POOLS[seed % len(POOLS)], random.Random(seed)), seed)
                if name == "usual":
                    _count(as_page(sent), tier, reads, seconds)
                if seed == 0:
                    shown = Image.fromarray(sent.pixels).resize((850, 1100), Image.Resampling.BOX)
                    shown.save(asked.out / f"{name}_{tier}.png")
        print(f"{name}: {letter.asked} asked, {letter.left_out} without room", flush=True)
    for (tier, view), count in reads.items():
        print(f"{tier:14}{view:8}{count:4} of {asked.sends} read")
    for view, passed in seconds.items():
        print(f"{view:8}{passed / asked.sends / len(TIERS):6.3f} CPU s a page")


def _count(page: RenderedPage, tier: str, reads: Counter[tuple[str, str]], seconds: Counter[str]) -> None:
    """Look for the code in each way, and where there is none."""
    covered = page.pixels.copy()
    covered[: covered.shape[0] // 4, covered.shape[1] // 2 :] = 255
    for view, shown, is_letter in (
        ("corner", page, False),
        ("page", page, True),
        ("blank", replace(page, pixels=covered), False),
    ):
        begun = time.process_time()
        found = find_letter_id(shown, is_letter=is_letter)
        seconds[view] += time.process_time() - begun
        if view != "blank":
            reads[tier, view] += found == REQUEST.letter_id
        assert found in {None, REQUEST.letter_id}


if __name__ == "__main__":
    main()
