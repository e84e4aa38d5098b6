"""Errors left behind: ``python -m tests.benchmarks.bench_errors_left [SEEDS]`` on the digital sample faxes.

Plants misreadings that can be values (one digit of a word another one, as sure as it was read), puts each fax together
anew, and counts what a person would miss who only looks at what the page asks for: fields that became wrong and were
accepted. Nothing else in the reading says that the digit is wrong, so what is caught is caught by rules: check digits,
other pages, thresholds, tables of codes.
"""

import random
import sys
import tempfile
from collections import Counter
from pathlib import Path

from extractor.artifacts import FolderArtifacts
from extractor.pipeline import extract_file, start_pool
from extractor.resolve.policy import load_policy
from extractor.resolve.spot_checks import plant
from models.record import ASKS, Extraction, State
from models.record.list_places import unplaced
from models.record.paths import walk_fields
from tests.browser.review_house import SAMPLES, options

FAXES = ("03_ehr_digital.pdf", "04_grid_acroform.pdf", "10_steps_acroform.pdf")


class Misread:
    """Kept readings in which a text stands changed, wherever it was read on the pages of the fax."""

    def __init__(self, kept: FolderArtifacts, was: str, now: str) -> None:
        self._kept, self._was, self._now = kept, was.encode(), now.encode()

    def get(self, key: str) -> bytes | None:
        data = self._kept.get(key)
        return data.replace(self._was, self._now) if data is not None and "-reading-" in key else data

    def put(self, key: str, data: bytes) -> None:
        pass


def values(extraction: Extraction) -> dict[tuple[object, ...], tuple[object, State]]:
    """Every field of the first referral by its name and its place on the page: rows of a list may move up."""
    fields = ((unplaced(path), field) for path, field in walk_fields(extraction.referrals[0]))
    return {(path, one.page_no, one.bbox): (one.value, one.state) for path, one in fields if one.value is not None}


def main() -> None:
    """Plant, read again, count."""
    seeds = int(sys.argv[1]) if len(sys.argv) > 1 else 12
    chance, today = random.Random(8), None
    found: Counter[str] = Counter()
    missed: Counter[str] = Counter()
    with tempfile.TemporaryDirectory() as folder, start_pool(options()) as pool:
        kept = FolderArtifacts(Path(folder))
        for name in FAXES:
            whole = extract_file(SAMPLES / name, options(), pool=pool, artifacts=kept).extraction
            before, today = values(whole), whole.referrals[0].created_at.date()
            fields = [
                field.raw
                for _, field in walk_fields(whole.referrals[0])
                if field.state is State.FOUND and field.raw and any(one.isdigit() for one in field.raw)
            ]
            for raw in chance.sample(fields, min(seeds, len(fields))):
                word = next(one for one in raw.split() if any(letter.isdigit() for letter in one))
                wrong = plant("coverages[].member_id", word, chance.random(), today)
                if wrong is None:
                    continue
                again = extract_file(SAMPLES / name, options(), pool=pool, artifacts=Misread(kept, word, wrong))
                changed = [
                    (key[0], state in ASKS)
                    for key, (value, state) in values(again.extraction).items()
                    if key in before and value != before[key][0]
                ]
                is_missed = any(not asks for _, asks in changed)
                found["planted"] += 1
                found["missed" if is_missed else "asked" if changed else "no wrong value came of it"] += 1
                missed.update(str(name) for name, asks in changed if not asks)
    print(dict(found))
    print("accepted wrong, by field:", dict(missed.most_common()))
    print("of these critical:", sum(count for name, count in missed.items() if name in load_policy().critical))


if __name__ == "__main__":
    main()
