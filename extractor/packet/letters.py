"""Letters: a salutation, running text, and a closing over a signature. One that asks for an infusion is an order.

In their text a label is answered by the rest of its sentence.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from extractor.knowledge.doses import parse_doses
from extractor.knowledge.drugs import DOUBTFUL, find_drugs
from extractor.knowledge.salutations import is_closing, is_salutation
from extractor.packet.answer import Answer
from extractor.packet.paragraphs import find_paragraphs
from models.record import BBox, bounding_box, lies_on
from models.stages.layout import Layout, Line
from models.stages.text import Word

_ASKS = re.compile(
    r"\bplease (?:give|administer|infuse|start|begin|initiate|treat|schedule|arrange|proceed|provide)\b"
    r"|\bI(?: am|'m| have)? (?:\w+ )?(?:refer|order|prescrib|request)\w*"
    r"|\b(?:I|we) (?:would like|wish|plan|intend) to (?:start|begin|initiate|treat|order|refer)\b"
    r"|\b(?:infusion|treatment|my) orders?\b|\border(?:ed|ing)?\s*:",
    re.IGNORECASE,
)
_ABBREVIATED = re.compile(r"^(?:[A-Za-z]|Dr|Mr|Mrs|Ms|St|vs|approx|No|Rd|Ave|Blvd)\.$")
"""What ends in a point and no sentence."""
_SENTENCE, _FEWEST_LINES = 8, 4
"""Words of a line of running text, and lines of it that a page without salutation must have."""
_LONGEST_ANSWER = 40
"""Words."""
_PARAGRAPH = 0.7
"""Of a line's height that more than parts two lines of one paragraph."""


@dataclass(frozen=True, slots=True)
class Letter:
    """The lines of a letter, ``salutation`` or ``closing`` None where that stands on another page; ``body`` between.

    ``head`` is what stands above the salutation: sender, addressee, subject.
    """

    salutation: Line | None
    closing: Line | None
    body: tuple[Line, ...]
    head: tuple[Line, ...] = ()

    @property
    def text(self) -> str:
        """The running text in one line."""
        return " ".join(line.text for line in self.body)


def find_letter(layout: Layout) -> Letter | None:
    """The letter on a page, None where nobody is addressed and none is signed.

    A page of running text over a closing is the end of a letter whose salutation stands on the page before.
    """
    lines = sorted(layout.lines, key=lambda line: line.bbox.top)
    salutation = next((line for line in lines if is_salutation(line.text)), None)
    start = salutation.bbox.y_mid if salutation is not None else 0.0
    below = [line for line in lines if line.bbox.top > start]
    closing = next((line for line in below if is_closing(line.text)), None)
    end = closing.bbox.top if closing is not None else float("inf")
    body = tuple(line for line in below if line.bbox.y_mid < end)
    if salutation is None and (closing is None or sum(len(line.words) >= _SENTENCE for line in body) < _FEWEST_LINES):
        return None
    head = tuple(line for line in lines if salutation is not None and line.bbox.y_mid < salutation.bbox.top)
    return Letter(salutation, closing, body, head)


def sentences(letter: Letter) -> Iterator[tuple[Word, ...]]:
    """The words of the running text sentence by sentence; one may go on in the next line, none over a paragraph."""
    run: list[Word] = []
    for place, line in enumerate(letter.body):
        above = letter.body[place - 1] if place else None
        if run and above is not None and line.bbox.top - above.bbox.bottom > _PARAGRAPH * line.bbox.height:
            yield tuple(run)
            run = []
        for word in line.words:
            run.append(word)
            if word.text.endswith((".", "?", "!")) and not _ABBREVIATED.match(word.text):
                yield tuple(run)
                run = []
    if run:
        yield tuple(run)


def goes_on(first: Letter, second: Letter) -> bool:
    """Whether the second page ends the letter that the first begins: addressed there, signed here."""
    return first.salutation is not None and first.closing is None and second.salutation is None


def joined(first: Letter, second: Letter) -> Letter:
    """One letter of the two pages that it stands on."""
    return Letter(first.salutation, second.closing, (*first.body, *second.body), first.head)


def is_order(letter: Letter) -> bool:
    """Whether a letter asks that a drug be infused: it names one with a dose, and says that somebody should give it.

    The drug may be named in the subject above the salutation.
    """
    text = letter.text
    named = " ".join(line.text for line in (*letter.head, *letter.body))
    names_drug = any(mention.infused and mention.score > DOUBTFUL for mention in find_drugs(named))
    has_dose = any(dose.kind == "dose" for dose in parse_doses(text))
    return names_drug and has_dose and _ASKS.search(text) is not None


def end_sentences(answers: Sequence[Answer], layout: Layout) -> list[Answer]:
    """The answers; those to labels in running text with all of their sentence, which may go on in the next line."""
    letter = find_letter(layout)
    texts = [letter.body] if letter is not None else list(find_paragraphs(layout))
    labels = [answer.label_bbox for answer in answers]
    ended = list(answers)
    for text in texts:
        places = [line.bbox for line in text]
        words = [word for line in text for word in line.words]
        ended = [_ended(one, words, labels) if lies_on(one.label_bbox, places) else one for one in ended]
    return ended


def _ended(answer: Answer, words: Sequence[Word], labels: Sequence[BBox]) -> Answer:
    inside = [place for place, word in enumerate(words) if lies_on(word.bbox, (answer.label_bbox,))]
    if not inside:
        return answer
    run: list[Word] = []
    for word in words[inside[-1] + 1 : inside[-1] + 1 + _LONGEST_ANSWER]:
        if lies_on(word.bbox, labels):
            break
        run.append(word)
        if word.text.endswith((".", "?", "!")) and not _ABBREVIATED.match(word.text):
            break
    if not run:
        return answer
    return answer.model_copy(update={"words": tuple(run), "bbox": bounding_box([word.bbox for word in run])})
