"""The weights of the first confidence: data in ``first.json`` beside its card."""

import json
from functools import cache
from importlib import resources

from models.record import Value


class Agreement(Value):
    """Log-odds added for the same value seen elsewhere, up to ``most``."""

    other_page: float
    same_page: float
    most: float


class Caps(Value):
    """Upper bounds of a probability. ``reading_min`` pairs a least character score with the cap below it.

    ``reading_min_verified`` does so for values that passed a check which a misread character would fail.
    """

    quality: dict[str, float]
    unknown_quality: float
    invalid: float
    unclear_mark: float
    reading_min: tuple[tuple[float, float], ...]
    reading_min_verified: tuple[tuple[float, float], ...]


class Model(Value):
    """A logistic model: log-odds = bias + weights times features, then agreement, contradiction and caps."""

    version: str
    card: dict[str, object]
    bias: float
    weights: dict[str, float]
    defaults: dict[str, float]
    agreement: Agreement
    contradiction: float
    caps: Caps


@cache
def load_model() -> Model:
    """The packaged weights, checked."""
    text = resources.files("extractor.confidence").joinpath("first.json").read_text(encoding="utf-8")
    return Model.model_validate(json.loads(text))
