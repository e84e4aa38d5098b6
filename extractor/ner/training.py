"""Training the entity model: the same bytes for the same texts, settings and library versions, on one thread."""

import gzip
import random
from collections.abc import Callable, Sequence
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

from extractor.ner.model import OUTSIDE, Mention, make_doc, make_pipeline
from extractor.ner.pipeline import analyse
from extractor.ner.rules import find_by_rules
from extractor.ner.tokens import TokenView, view_tokens
from models.stages.entities import EntityLabel

if TYPE_CHECKING:
    from spacy.language import Language
    from spacy.training import Example

_HIDDEN_SHARE = 0.15
"""Of the drugs that the lists know, shown to the model as if they did not."""
_BATCH_TOKENS = 300


class Settings(NamedTuple):
    """``seed`` decides everything that is drawn; ``epochs`` passes over the texts; ``rate`` falls to a tenth."""

    seed: int = 1
    epochs: int = 6
    dropout: float = 0.2
    rate: float = 0.001


class TrainingText(NamedTuple):
    """A text and what it names."""

    text: str
    mentions: tuple[Mention, ...]


def train(
    texts: Sequence[TrainingText],
    settings: Settings,
    today: date,
    report: Callable[[int, float], None] = lambda _epoch, _loss: None,
) -> bytes:
    """The trained model, packed. ``report`` is told the number and the loss of each pass."""
    import spacy

    spacy.util.fix_random_seed(settings.seed)  # type: ignore[attr-defined]
    rng = random.Random(settings.seed)  # noqa: S311 - draws order, not secrets
    nlp = make_pipeline()
    examples = [_example(nlp, text, rng, today) for text in texts]
    optimizer = nlp.initialize(lambda: examples[:50])
    for epoch in range(settings.epochs):
        optimizer.learn_rate = settings.rate * 0.1 ** (epoch / max(1, settings.epochs - 1))
        rng.shuffle(examples)
        losses: dict[str, float] = {}
        for batch in _batches(examples):
            nlp.update(batch, sgd=optimizer, drop=settings.dropout, losses=losses)
        report(epoch + 1, losses["tagger"])
    with nlp.use_params(optimizer.averages):
        return gzip.compress(nlp.to_bytes(exclude=["tokenizer", "vocab"]), mtime=0)


def view_text(
    text: str, today: date, *, hidden_share: float = 0.0, rng: random.Random | None = None
) -> tuple[TokenView, ...]:
    """A text as the model sees it."""
    found = find_by_rules(text, today)
    drugs = [entity.start for entity in found if entity.label is EntityLabel.DRUG]
    hidden = frozenset(start for start in drugs if rng is not None and rng.random() < hidden_share)
    return view_tokens(text, found, analyse(text), hidden=hidden)


def _example(nlp: "Language", text: TrainingText, rng: random.Random, today: date) -> "Example":
    from spacy.training import Example

    views = view_text(text.text, today, hidden_share=_HIDDEN_SHARE, rng=rng)
    labels = [OUTSIDE] * len(views)
    for mention in text.mentions:
        held = [place for place, view in enumerate(views) if view.start < mention.end and view.end > mention.start]
        if held and views[held[0]].start >= mention.start - 1 and views[held[-1]].end <= mention.end + 1:
            for place in held:
                labels[place] = f"I-{mention.kind}"
            labels[held[0]] = f"B-{mention.kind}"
            labels[held[-1]] = f"{'L' if len(held) > 1 else 'U'}-{mention.kind}"
    doc = make_doc(nlp, views, text.text)
    return Example.from_dict(doc, {"words": [token.text for token in doc], "tags": labels})


def _batches(examples: Sequence["Example"]) -> list[list["Example"]]:
    batches: list[list[Example]] = []
    size = _BATCH_TOKENS
    for example in examples:
        if size >= _BATCH_TOKENS:
            batches.append([])
            size = 0
        batches[-1].append(example)
        size += len(example)
    return batches
