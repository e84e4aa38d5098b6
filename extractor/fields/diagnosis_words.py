"""The words before a code in running text that say the same: ``for ulcerative pancolitis (K51.00)``.

A sentence says more than the diagnosis. Where its words begin is told by the code's own description: of all runs of
words that end at the code the one that agrees with it best, as share of its words that the description has and of
the description's words that it has.
"""

import re
from collections.abc import Sequence

from extractor.knowledge.icd10cm import describe
from extractor.packet.questions import fold
from models.stages.layout import Line
from models.stages.text import Word

_LONGEST = 14
"""Words of a description."""
_LEAST_SHARE = 0.55
"""Share of a run's words that the code's description must have."""
_BESIDE_CODE = re.compile(r"\W*(?:icd|icd-?10|icd-?10-?cm|10|cm|code|dx)?\W*", re.IGNORECASE)
_FOLLOWED = re.compile(r"[.;:!?]$")
_SMALL = frozenset(
    "a an and as by due for from has have her his in is my of on or the their to unspecified with without".split()  # noqa: SIM905
)
_INITIALS = re.compile(r"\W*[A-Z]{2,6}\W*")
_ROW_GAP = 1.3
"""Heights of text between two rows of one description."""
_WORD_STEM = 5
"""Letters in which two forms of one word agree: ``relapsing`` and ``relapse``."""


def words_before(words: Sequence[Word], code: Sequence[Word], value: str) -> tuple[Word, ...]:
    """The words of the line that describe the code which stands behind them; () where none do."""
    first = next((index for index, word in enumerate(words) if word in code), 0)
    run = list(words[:first])
    while run and _BESIDE_CODE.fullmatch(run[-1].text):
        run.pop()
    for index in range(len(run) - 2, -1, -1):
        if _FOLLOWED.search(run[index].text):
            run = run[index + 1 :]
            break
    run = run[-_LONGEST:]
    official = describe(value)
    if not run or not official:
        return ()
    wanted = _stems(official.split())
    if not wanted:
        return ()
    ranked = [(_agreement(run[start:], wanted), -start) for start in range(len(run))]
    agreement, place = max(ranked)
    if agreement <= 0.0:
        return (run[-1],) if _INITIALS.fullmatch(run[-1].text) else ()
    return tuple(run[-place:])


def words_going_on(
    lines: Sequence[Line], said: Sequence[Word], value: str, margins: Sequence[float]
) -> tuple[Word, ...]:
    """The words of the rows below that a description goes on in, ``... without rheumatoid factor, multiple | sites``.

    A row goes on with it if it begins at one of ``margins`` (points) right below the last one and says, as a whole,
    words of the code's own description that are not said yet.
    """
    official = _stems((describe(value) or "").split())
    wanted = official - _stems([word.text for word in said])
    here = next((line for line in lines if said and line.words[-1] == said[-1]), None)
    found: list[Word] = []
    while here is not None and wanted:
        below = next((line for line in lines if _is_next_row(here, line, margins)), None)
        stems = _stems([word.text for word in below.words]) if below is not None else set[str]()
        if below is None or not stems <= official or not stems & wanted:
            break
        found.extend(below.words)
        wanted -= stems
        here = below
    return tuple(found)


def _is_next_row(upper: Line, lower: Line, margins: Sequence[float]) -> bool:
    height = max(upper.bbox.height, lower.bbox.height)
    is_below = lower.bbox.y_mid > upper.bbox.y_mid and lower.bbox.top - upper.bbox.bottom < _ROW_GAP * height
    return is_below and any(abs(lower.bbox.x0 - margin) < height for margin in (*margins, upper.bbox.x0))


def _stems(words: Sequence[str]) -> set[str]:
    return {part[:_WORD_STEM] for word in words for part in fold(word).split() if part not in _SMALL}


def _agreement(run: Sequence[Word], wanted: set[str]) -> float:
    """0 where a run begins with a word that is not the description's, or says much else."""
    opening = _stems([run[0].text])
    stems = _stems([word.text for word in run])
    shared = stems & wanted
    if not shared or not opening or not opening & wanted or len(shared) < _LEAST_SHARE * len(stems):
        return 0.0
    return 0.5 * len(shared) / len(stems) + 0.5 * len(shared) / len(wanted)
