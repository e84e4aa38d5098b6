"""What the trained entity model adds to rules and gazetteers, field by field, and what it costs.

    python -m tests.benchmarks.bench_ner                                   # notes of templates never trained on
    python -m tests.benchmarks.bench_ner --split tune --notes 60
    python -m tests.benchmarks.bench_ner --faxes DIR --readings build/ner  # faxes with truth; readings are kept

Notes are drawn as PDFs, one a fax, and go through the whole program; ``--wear`` damages the text as reading a fax does
before it is drawn. With and without the model the same readings are used. Intervals: 95 %, bootstrap over faxes
(``extractor.evaluate.intervals``). The second table is of spans in the text itself, exact in place and kind.
"""

import argparse
import subprocess
import sys
import tempfile
import time
from collections import Counter, defaultdict
from collections.abc import Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import numpy as np
from reportlab.lib.pagesizes import letter
from reportlab.pdfgen import canvas

from extractor import confidence, fields, packet, resolve
from extractor.artifacts import FolderArtifacts
from extractor.evaluate.fields import score_fields
from extractor.evaluate.intervals import percentiles, resample
from extractor.evaluate.score import Row, summarise
from extractor.evaluate.truth import load_truths
from extractor.fields import prose
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.icd10cm import is_code, normalise_code
from extractor.knowledge.therapies import normalise_partial
from extractor.ner import find_entities, page_entities
from extractor.ner.model import Kind, find_mentions
from extractor.ner.short_names import read_short_name
from extractor.ner.training import view_text
from extractor.pipeline import extract_file, start_pool
from models.record import Document, Extraction, Software, Status
from models.stages.candidate import Packet
from models.stages.entities import LocatedEntity
from models.stages.layout import Layout, PageReading
from models.stages.options import Options
from samples.prose.notes import Note, make_notes
from samples.prose.train import TODAY

FIELDS = ("prior_therapies", "diagnoses", "orders", "patient.allergies", "prescriber", "lists")
LOADING = (
    "import time; start = time.process_time(); from extractor.ner import find_entities; "
    "find_entities('Failed Humira.', is_learned={}); print(round(time.process_time() - start, 2))"
)
LINES_A_PAGE, TOP, LEFT, STEP, SIZE = 44, 720.0, 54.0, 14.5, 10


@dataclass(frozen=True)
class Fax:
    """A read fax and what it says."""

    name: str
    packet: Packet
    truth: Mapping[str, object]


def draw(note: Note, path: Path) -> None:
    """The note as a PDF with its own text."""
    pages = canvas.Canvas(str(path), pagesize=letter, invariant=1)
    lines = ["PROGRESS NOTE", "Patient: Jordan Alder    DOB: 03/14/1971", "", *note.marked.text.split("\n")]
    for first in range(0, len(lines), LINES_A_PAGE):
        pages.setFont("Helvetica", SIZE)
        for row, line in enumerate(lines[first : first + LINES_A_PAGE]):
            pages.drawString(LEFT, TOP - row * STEP, line)
        pages.showPage()
    pages.save()


def true_record(note: Note) -> dict[str, object]:
    """The earlier therapies and the coded diagnoses of a note, as the record has them."""
    therapies: dict[int, dict[str, object]] = defaultdict(lambda: dict.fromkeys(("drug", "start", "stop", "outcome")))
    for mark in note.marked.marks:
        for number in mark.therapies:
            leaf = "drug" if mark.label == "PRIOR" else mark.label.lower()
            value = " ".join(mark.value.split())
            therapies[number][leaf] = _drug(value) if leaf == "drug" else _partial(leaf, value)
    diagnoses = []
    active = [mark for mark in note.marked.marks if mark.label == "DX"]
    for mark in active:
        code = normalise_code(mark.value)
        if code is None or not is_code(code):
            continue
        beside = [
            other
            for other in active
            if other is not mark and min(abs(other.end - mark.start), abs(mark.end - other.start)) < 12
        ]
        diagnoses.append({"code": code, "description": " ".join(beside[0].value.split()) if beside else None})
    told = [therapy for therapy in therapies.values() if therapy["drug"] is not None]
    return {"referrals": [{"prior_therapies": told, "diagnoses": diagnoses}]}


def _drug(name: str) -> str:
    known = find_drugs(name, is_named=True)
    return read_short_name(name) or (known[0].generic if known else name.casefold())


def _partial(leaf: str, value: str) -> str | None:
    return value if leaf == "outcome" else normalise_partial(value)


def read_notes(notes: Sequence[Note], kept: Path, options: Options) -> Iterator[Fax]:
    """Draw and read notes; their readings are kept under ``kept``."""
    artifacts = FolderArtifacts(kept)
    with tempfile.TemporaryDirectory() as name, start_pool(options) as pool:
        for note in notes:
            drawn = Path(name) / f"{note.name}.pdf"
            draw(note, drawn)
            readings = extract_file(drawn, options, pool=pool, artifacts=artifacts).readings
            yield Fax(note.name, _assemble(note.name, readings), true_record(note))


def read_faxes(folder: Path, kept: Path, options: Options) -> Iterator[Fax]:
    """Faxes with truth; their readings are kept under ``kept``."""
    artifacts = FolderArtifacts(kept)
    with start_pool(options) as pool:
        for truth in load_truths(folder):
            readings = extract_file(truth.fax, options, pool=pool, artifacts=artifacts).readings
            yield Fax(truth.name, _assemble(truth.name, readings), truth.record)


def _assemble(name: str, readings: tuple[PageReading, ...]) -> Packet:
    assembled, _ = packet.assemble(name, readings, len(readings))
    return assembled


def _by_rules(layout: Layout, *, today: date | None = None, is_learned: bool) -> tuple[LocatedEntity, ...]:
    del is_learned
    return page_entities(layout, today=today, is_learned=False)


@contextmanager
def without_model() -> Iterator[None]:
    """Entities come from rules and gazetteers alone."""
    prose.page_entities = _by_rules
    try:
        yield
    finally:
        prose.page_entities = page_entities


def judge(fax: Fax, options: Options) -> tuple[Row, ...]:
    """The fields of a fax against its truth."""
    found = confidence.score(fields.propose(fax.packet, options.site, TODAY), fax.packet)
    referrals = resolve.assemble_referrals(fax.packet, found, (), options, _noon())
    document = Document(sha256="0", filename=fax.name, media_type=None)
    record = Extraction(
        document=document, status=Status.COMPLETE, failures=(), software=Software(version="0"), referrals=referrals
    )
    return tuple(row for row in score_fields(fax.truth, record) if row.path.startswith(FIELDS))


def _noon() -> datetime:
    return datetime(TODAY.year, TODAY.month, TODAY.day, 12, tzinfo=UTC)


def compare(before: Sequence[Sequence[Row]], now: Sequence[Sequence[Row]]) -> None:
    """F1 of every field without and with the model, and the interval of the difference."""
    keys = sorted({row.key for rows in (*before, *now) for row in rows})
    weights = resample(len(now))
    print(f"{'field':30} {'n':>5} {'rules':>6} {'with':>6} {'difference (95 %)':>24} {'wrong':>11} {'silent':>9}")
    for key in [*keys, "prior_therapies", "diagnoses", ""]:
        pairs = [[[row for row in rows if row.key.startswith(key)] for rows in side] for side in (before, now)]
        old, new = (summarise(row for rows in side for row in rows) for side in pairs)
        if not old.truths and not new.read and not old.read:
            continue
        rates = [_rates(side, weights) for side in pairs]
        low, high = percentiles(rates[1] - rates[0])
        gain = (new.f1 or 0.0) - (old.f1 or 0.0)
        wrong = f"{old.read - old.correct}->{new.read - new.correct}"
        silent = f"{old.silent}->{new.silent}"
        span = f"{gain:+.3f} [{low:+.3f}, {high:+.3f}]"
        print(
            f"{key or 'all':30} {new.truths:5} {old.f1 or 0:6.3f} {new.f1 or 0:6.3f} {span:>24} {wrong:>11} {silent:>9}"
        )


def _rates(side: Sequence[Sequence[Row]], weights: "np.ndarray") -> "np.ndarray":
    counts = [summarise(rows) for rows in side]
    right = weights @ np.array([2.0 * count.correct for count in counts])
    return right / np.maximum(1.0, weights @ np.array([float(count.read + count.truths) for count in counts]))


def spans(notes: Sequence[Note]) -> None:
    """Precision and recall of the model's spans, exact in place and kind."""
    right: Counter[str] = Counter()
    found: Counter[str] = Counter()
    true: Counter[str] = Counter()
    for note in notes:
        text = note.marked.text
        truth = {(mark.start, mark.end, mark.label) for mark in note.marked.marks}
        seen = {(one.start, one.end, str(one.kind)) for one in find_mentions(view_text(text, TODAY), text)}
        for counter, marks in ((right, truth & seen), (found, seen), (true, truth)):
            counter.update(mark[2] for mark in marks)
    print(f"{'kind':14} {'n':>5} {'precision':>10} {'recall':>8} {'F1':>7}")
    for kind in [*map(str, Kind), "all"]:
        r, f, t = (sum(c.values()) if kind == "all" else c[kind] for c in (right, found, true))
        print(f"{kind:14} {t:5} {r / max(1, f):10.3f} {r / max(1, t):8.3f} {2 * r / max(1, f + t):7.3f}")


def cost(faxes: Sequence[Fax]) -> None:
    """CPU seconds of loading, and milliseconds a page with and without the model."""
    texts = [page.layout.text for fax in faxes for page in fax.packet.pages if page.layout.text]
    for name, is_learned in (("spaCy, rules and gazetteers", False), ("and the model", True)):
        spent = subprocess.run(  # in a fresh process: here all is loaded
            [sys.executable, "-c", f"{LOADING.format(is_learned)}"], check=True, capture_output=True, text=True
        )
        print(f"loading {name}: {spent.stdout.strip()} s of CPU")
    for name, is_learned in (("rules", False), ("rules and model", True)):
        start = time.process_time()
        for text in texts:
            find_entities(text, today=TODAY, is_learned=is_learned)
        print(f"{name}: {1000 * (time.process_time() - start) / len(texts):.1f} ms a page of {len(texts)} pages")


def main(arguments: list[str] | None = None) -> int:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--split", default="held", choices=("train", "tune", "held"))
    parser.add_argument("--notes", type=int, default=120)
    parser.add_argument("--seed", type=int, default=99)
    parser.add_argument("--wear", type=float, default=0.0, help="share of characters changed")
    parser.add_argument("--faxes", type=Path, default=None)
    parser.add_argument("--readings", type=Path, default=Path("build/ner"))
    options, settings = parser.parse_args(arguments), Options()
    if options.faxes is None:
        notes = make_notes(options.notes, options.seed, options.split, wear=options.wear)
        faxes = list(read_notes(notes, options.readings, settings))
    else:
        notes, faxes = [], list(read_faxes(options.faxes, options.readings, settings))
    cost(faxes)
    with without_model():
        before = [judge(fax, settings) for fax in faxes]
    compare(before, [judge(fax, settings) for fax in faxes])
    if notes:
        spans(notes)
    return 0


if __name__ == "__main__":
    sys.exit(main())
