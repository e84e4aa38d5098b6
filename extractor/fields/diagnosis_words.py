"""The words before a code in running text that say the same: ``for ulcerative pancolitis (K51.00)``.

A sentence says more than the diagnosis. Where its words begin is told by the code's own description: of all runs of
words that end at the code the one that agrees with it best, as share of its words that the description has and of
the description's words that it has.
"""

import re
from collections.abc import Sequence

from extractor.knowledge.icd10cm import describe
from extractor.packet.questions import fold
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
