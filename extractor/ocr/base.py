"""What a text reader is: the Protocol every engine follows, and the registry through which all of them come in."""

import io
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from extractor.pixels import PageImage
from extractor.registry import Registry
from models.record import BBox
from models.stages.options import OcrOptions
from models.stages.text import Word, Words

Probabilities = NDArray[np.float16]
"""Class probabilities of one run of text, shape (steps, classes); every row sums to 1."""


@dataclass(frozen=True, slots=True)
class Reading:
    """One page as read.

    ``probabilities`` has one matrix for each run of text (``Word.segment``), to which ``Word.steps`` points; None
    where the engine has none. ``alphabet`` names the classes (columns): entry 0 is the CTC blank, "".
    """

    words: Words
    probabilities: tuple[Probabilities, ...] | None = None
    alphabet: tuple[str, ...] = ()


def pack_probabilities(reading: Reading) -> bytes | None:
    """The matrices and the alphabet as one compressed NPZ, None where there are none."""
    if reading.probabilities is None:
        return None
    out = io.BytesIO()
    matrices = {f"{segment:04d}": matrix for segment, matrix in enumerate(reading.probabilities)}
    np.savez_compressed(out, alphabet=np.array(reading.alphabet), **matrices)  # type: ignore[arg-type]
    return out.getvalue()


def unpack_probabilities(data: bytes) -> tuple[tuple[Probabilities, ...], tuple[str, ...]]:
    """What ``pack_probabilities`` packed: (matrices by segment, alphabet)."""
    with np.load(io.BytesIO(data)) as packed:
        names = sorted(name for name in packed.files if name != "alphabet")
        return tuple(packed[name] for name in names), tuple(str(letter) for letter in packed["alphabet"])


@dataclass(frozen=True, slots=True)
class ReadLine:
    """What stands inside one box that was given for reading; ``words`` empty where nothing could be read.

    ``bbox`` is the box as asked, in points; ``probabilities`` and ``alphabet`` as in ``Reading``.
    """

    bbox: BBox
    words: tuple[Word, ...]
    probabilities: Probabilities | None = None
    alphabet: tuple[str, ...] = ()

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)


class Engine(Protocol):
    """Reads words from the pixels of a page. ``version`` changes whenever the same page could read differently."""

    @property
    def name(self) -> str:
        """The name in the registry."""
        ...

    @property
    def version(self) -> str:
        """Engine, weights and the settings that matter, in one line."""
        ...

    def read(self, page: PageImage) -> Reading:
        """All words of the page; a page without text has none. Raises ``EngineError``."""
        ...

    def recognise(self, page: PageImage, boxes: Sequence[BBox]) -> tuple[ReadLine, ...]:
        """Read each box (points) as one line of text, in the order given. Raises ``EngineError``."""
        ...


EngineFactory = Callable[[OcrOptions], Engine]
"""Builds an engine; raises ``EngineUnavailable`` that names the package to install when something is missing."""

engines: Registry[EngineFactory] = Registry("engines")
