"""What ``extractor evaluate`` does: read, judge, count, and show it as tables, JSON or one HTML page."""

import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path

from extractor import confidence, resolve
from extractor.artifacts import Artifacts
from extractor.evaluate.baselines import BASELINES, judge_baseline
from extractor.evaluate.crops import cut_views
from extractor.evaluate.html import Gallery, make_page, views_of
from extractor.evaluate.judge import Judged
from extractor.evaluate.misses import find_misses
from extractor.evaluate.plain import to_plain
from extractor.evaluate.run import judge_folder
from extractor.evaluate.scorecard import Scorecard, make_scorecard
from extractor.evaluate.tables import Table, headline, make_tables
from extractor.evaluate.truth import Truth, load_truths
from extractor.reading import reading_version
from extractor.version import __version__
from models.stages.options import Options

FORMAT = 1
"""Of the JSON; it changes when a name in it changes or goes."""


class Watched(StrEnum):
    """What takes its time."""

    FAXES = "Faxes"
    BASELINES = "Plain readers"


Watch = Callable[[Watched, int, int], None]
"""Called with (what, how many are done, how many there are)."""


@dataclass(frozen=True, slots=True)
class Request:
    """The faxes under ``folder``; only fields whose key begins with one of ``keys``, if there are any."""

    folder: Path
    options: Options
    keys: tuple[str, ...] = ()
    has_baselines: bool = False


@dataclass(frozen=True, slots=True)
class Report:
    """A measured folder."""

    request: Request
    artifacts: Artifacts
    truths: Sequence[Truth]
    judged: Sequence[Judged]
    card: Scorecard
    others: tuple[Scorecard, ...]
    made_at: datetime

    def headline(self) -> str:
        """The figures that matter most, in one line."""
        return headline(self.card)

    def tables(self) -> Iterator[Table]:
        """All tables."""
        return make_tables(self.card, self.others)

    def as_json(self) -> str:
        """Every figure. No text of a fax and no file name."""
        software = {
            "version": __version__,
            "reading": reading_version(self.request.options),
            "calibration": confidence.VERSION,
            "policy": resolve.POLICY,
        }
        readers = [to_plain(card) for card in (self.card, *self.others)]
        whole = {"format": FORMAT, "made_at": self.made_at.isoformat(timespec="seconds"), "software": software}
        return json.dumps(whole | {"fields": self.request.keys, "readers": readers}, indent=1) + "\n"

    def as_html(self, most: int) -> str:
        """One page with the ``most`` worst misses. It holds patient data where the faxes do."""
        misses = find_misses(self.judged, self.truths)
        shown = misses[:most]
        views = [view for miss in shown for _, view in views_of(miss, self.truths[miss.fax])]
        pictures = cut_views(views, self.request.options, self.artifacts)
        title = f"Referral extractor {__version__}: {self.card.faxes} faxes, {self.made_at:%Y-%m-%d}"
        return make_page(title, self.card, self.others, Gallery(shown, len(misses), self.truths, pictures))


def evaluate_folder(request: Request, artifacts: Artifacts, watch: Watch) -> Report:
    """Measure. Raises ``FileUnavailable`` for a folder without truth, ``RecordError`` for a truth out of shape."""
    truths = load_truths(request.folder)
    judged = judge_folder(
        truths,
        request.options,
        artifacts,
        keys=request.keys,
        progress=lambda done, total: watch(Watched.FAXES, done, total),
    )
    others = []
    for number, name in enumerate(BASELINES if request.has_baselines else ()):

        def advance(done: int, total: int, before: int = number * len(truths)) -> None:
            watch(Watched.BASELINES, before + done, len(BASELINES) * total)

        plain = judge_baseline(name, truths, request.options, artifacts, keys=request.keys, progress=advance)
        others.append(make_scorecard(name, plain))
    card = make_scorecard("this version", judged)
    return Report(request, artifacts, truths, judged, card, tuple(others), datetime.now(UTC))
