"""Referrals with a verdict to write letters about, and letters sent through a fax machine."""

import io
from datetime import UTC, date, datetime
from functools import cache

import cv2
import numpy as np
import pdfplumber
import pypdfium2
from PIL import Image

from extractor.letter import LetterRequest
from extractor.pixels import RenderedPage
from models.record import (
    BBox,
    Order,
    Patient,
    Prescriber,
    Readiness,
    Referral,
    ReferralKind,
    RuleEvidence,
    RuleOutcome,
    RuleResult,
    Severity,
    State,
    Text,
    Verdict,
)

DAY = date(2026, 11, 23)
WRITTEN = BBox(200, 300, 320, 316)
REQUEST = LetterRequest(
    letter_id="LQJNJRHE6RHMPBYU", written_on=DAY, return_fax="+13035550150", center="Alpine Infusion Center"
)


def text(value: str | None, state: State = State.FOUND) -> Text:
    return Text(value=value, confidence=None if value is None else 0.99, state=state)


def unread(page_no: int = 1, bbox: BBox = WRITTEN) -> Text:
    return Text(state=State.ILLEGIBLE, page_no=page_no, bbox=bbox)


def rule(
    title: str,
    result: RuleOutcome = RuleOutcome.MISSING,
    said: str = "the result did not come with the referral; please send it.",
    *,
    paths: tuple[str, ...] = (),
    severity: Severity = Severity.REQUIRED,
    order_index: int | None = None,
) -> RuleResult:
    return RuleResult(
        id="rule",
        protocol="drug",
        order_index=order_index,
        severity=severity,
        title=title,
        result=result,
        message=f"{title}: {said}",
        source="label",
        evidence=tuple(RuleEvidence(path=path, page_no=1, bbox=WRITTEN) for path in paths),
    )


def referral(*rules: RuleResult, **changes: object) -> Referral:
    whole = Referral(
        referral_id="r1",
        created_at=datetime(2026, 11, 20, tzinfo=UTC),
        kind=ReferralKind.REFERRAL,
        pages=(1, 2),
        patient=Patient(first_name=text("Marisol"), last_name=text("Quintero"), date_of_birth=text("1984-03-12")),
        prescriber=Prescriber(
            first_name=text("Ada"), last_name=text("Brennick"), fax=text("+13035550147", State.CONFIRMED), npi=unread()
        ),
        orders=(Order(drug=text("alemtuzumab"), brand=text("Lemtrada")),),
        readiness=Readiness(verdict=Verdict.INCOMPLETE, as_of=DAY, rules=rules),
    )
    return whole.model_copy(update=changes)


def read_text(content: bytes) -> str:
    """The text of the one page, its lines joined."""
    with pdfplumber.open(io.BytesIO(content)) as pdf:
        (page,) = pdf.pages
        return " ".join((page.extract_text() or "").split())


def crop(seed: int = 1) -> bytes:
    """A picture of ink as PNG."""
    pixels = np.random.default_rng(seed).integers(0, 2, (40, 300)).astype(np.uint8) * 255
    target = io.BytesIO()
    Image.fromarray(pixels).save(target, "PNG")
    return target.getvalue()


def send_by_fax(
    content: bytes, y_dpi: int, compression: str, *, angle: float = 1.0, noise: float = 0.01, turns: int = 0
) -> RenderedPage:
    """The page in one bit, skewed (degrees), with that share of pixels flipped, coded and decoded by libtiff."""
    skewed = np.asarray(_print(content).rotate(angle, Image.Resampling.BILINEAR, fillcolor=255))
    size = (1728, 11 * y_dpi)
    pixels = cv2.resize(np.ascontiguousarray(np.rot90(skewed, turns)), size, interpolation=cv2.INTER_AREA) > 127
    flipped = np.random.default_rng(y_dpi).random(pixels.shape) < noise
    target = io.BytesIO()
    Image.fromarray(pixels ^ flipped).save(target, "TIFF", compression=compression, dpi=(204, y_dpi))
    decoded = np.asarray(Image.open(io.BytesIO(target.getvalue())).convert("L"))
    return RenderedPage(page_no=1, pixels=decoded, x_dpi=204.0, y_dpi=float(y_dpi), is_bilevel=True)


@cache
def _print(content: bytes) -> Image.Image:
    """The page on paper."""
    return pypdfium2.PdfDocument(content)[0].render(scale=250 / 72, grayscale=True).to_pil()
