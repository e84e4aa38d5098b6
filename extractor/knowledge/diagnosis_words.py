"""What abbreviations of diagnoses stand for, from ``data/diagnosis_words.yaml``."""

import re
from functools import cache
from importlib.resources import files

import yaml

DATA_FILE = "diagnosis_words.yaml"
_WORD = re.compile(r"[A-Za-z]+")


@cache
def load_abbreviations() -> dict[str, str]:
    """Abbreviation in capitals to words."""
    text = files(__package__).joinpath("data", DATA_FILE).read_text(encoding="utf-8")
    return {str(short): str(words) for short, words in yaml.safe_load(text).items()}


def spell_out(text: str) -> str:
    """The text with each known abbreviation as its words: a word in capitals, or all there is (``as`` is a word)."""
    known = load_abbreviations()
    whole = known.get(text.strip().upper())
    return whole or _WORD.sub(lambda word: known.get(word[0], word[0]), text)
