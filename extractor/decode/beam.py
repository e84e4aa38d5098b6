"""What a recogniser's output may say: CTC prefix beam search under a grammar.

Prefix search of Graves (2012, Supervised Sequence Labelling with Recurrent Neural Networks, section 7.5) in the beam
form of Hannun, Maas, Jurafsky and Ng (2014, First-Pass Large Vocabulary Continuous Speech Recognition using
Bi-Directional Recurrent DNNs): the probability of a text is the sum over all its alignments, kept for each prefix apart
by whether the last step was a blank. A grammar says which character may follow a prefix.
"""

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence

from models.stages.look import Seen

Admits = Callable[[str, str], bool]
"""Whether a character may follow a prefix."""

WIDTH = 24
"""Prefixes kept after each step."""
NARROWEST = 1e-7
"""A prefix this much less probable than the best is dropped."""


def search_texts(steps: Sequence[Sequence[Seen]], admits: Admits, width: int = WIDTH) -> Mapping[str, float]:
    """Texts that the grammar admits with their probabilities, the likeliest first; they sum to at most 1.

    Texts of one probability are in the order of their characters, so the order of classes within a step is of no
    account.
    """
    beams: Mapping[str, tuple[float, float]] = {"": (1.0, 0.0)}
    for step in steps:
        grown: dict[str, list[float]] = defaultdict(lambda: [0.0, 0.0])
        for prefix, (blank, ended) in beams.items():
            for character, probability in step:
                if not character:
                    grown[prefix][0] += (blank + ended) * probability
                elif prefix.endswith(character):
                    grown[prefix][1] += ended * probability
                    if blank and admits(prefix, character):
                        grown[prefix + character][1] += blank * probability
                elif admits(prefix, character):
                    grown[prefix + character][1] += (blank + ended) * probability
        beams = _keep_best(grown, width)
    return {text: blank + ended for text, (blank, ended) in beams.items()}


def _keep_best(grown: Mapping[str, Sequence[float]], width: int) -> Mapping[str, tuple[float, float]]:
    ordered = sorted(grown.items(), key=lambda item: (-item[1][0] - item[1][1], item[0]))[:width]
    least = NARROWEST * sum(ordered[0][1]) if ordered else 0.0
    return {text: (blank, ended) for text, (blank, ended) in ordered if blank + ended > least}
