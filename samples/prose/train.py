"""Trains the entity model and writes it with its card: ``python -m samples.prose.train``."""

import argparse
import sys
import time
from datetime import date
from pathlib import Path

from extractor.ner.model import Kind, Mention
from extractor.ner.training import Settings, TrainingText, train
from samples.prose.notes import Note, make_notes

TODAY = date(2026, 11, 20)
NOTES, SEED = 2200, 7
MODEL = Path(__file__).resolve().parents[2] / "extractor" / "ner" / "data" / "entities.gz"


def as_training(note: Note) -> TrainingText:
    """A note with its marks as the model is to find them."""
    marks = (Mention(Kind(mark.label), mark.start, mark.end) for mark in note.marked.marks)
    return TrainingText(note.marked.text, tuple(marks))


def main(arguments: list[str] | None = None) -> int:
    """Make the notes, train, write the model."""
    parser = argparse.ArgumentParser(prog="python -m samples.prose.train", description=__doc__)
    parser.add_argument("--out", type=Path, default=MODEL, help="where the model goes")
    parser.add_argument("--notes", type=int, default=NOTES, help="how many notes to learn from")
    parser.add_argument("--seed", type=int, default=SEED)
    parser.add_argument("--epochs", type=int, default=Settings().epochs)
    options = parser.parse_args(arguments)
    texts = [as_training(note) for note in make_notes(options.notes, options.seed, "train")]
    start = time.process_time()

    def report(epoch: int, loss: float) -> None:
        print(f"epoch {epoch}: loss {loss:.0f}, {time.process_time() - start:.0f} s of CPU", file=sys.stderr)

    packed = train(texts, Settings(seed=options.seed, epochs=options.epochs), TODAY, report)
    options.out.parent.mkdir(parents=True, exist_ok=True)
    options.out.write_bytes(packed)
    print(f"{options.out.name}: {len(packed) / 1e6:.2f} MB from {len(texts)} notes")
    return 0


if __name__ == "__main__":
    sys.exit(main())
