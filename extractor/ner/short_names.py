"""What short forms of drugs mean where the text speaks of a drug; elsewhere they mean other things or nothing."""

from functools import cache
from importlib import resources

import yaml


@cache
def _short_names() -> dict[str, str]:
    text = resources.files("extractor.ner").joinpath("data/short_names.yaml").read_text(encoding="utf-8")
    names: dict[str, str] = yaml.safe_load(text)["short_names"]
    return names


def read_short_name(text: str) -> str | None:
    """The generic name that a short form stands for, None for what is none: ``HCQ`` is hydroxychloroquine."""
    return _short_names().get("".join(text.split()).strip(".,;:()").upper())
