"""Whether a PDF's text is what its glyphs look like: broken font maps give text that no reader ever sees."""

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Iterable

# Letters in a thousand of English text, a to z (R. Lewand, Cryptological Mathematics, 2000).
_ENGLISH = (82, 15, 28, 43, 127, 22, 20, 61, 70, 2, 8, 40, 24, 67, 75, 19, 1, 60, 63, 91, 28, 10, 24, 2, 20, 1)
_LEAST_LETTERS = 80
_LEAST_LIKENESS = 0.3
_BAD_SHARE = 0.01

# Bullets and boxes set in a symbol font have no other code than one of the private area: their printed shapes.
SYMBOLS = {
    "\uf0b7": "\u2022",
    "\uf0a7": "\u25aa",
    "\uf0a8": "\u2610",
    "\uf06f": "\u2610",
    "\uf071": "\u2610",
    "\uf0fe": "\u2611",
    "\uf0fc": "\u2713",
    "\uf0fb": "\u2717",
    "\uf0fd": "\u2612",
    "\uf078": "\u2612",
    "\uf0d8": "\u27a2",
    "\uf0e0": "\u2192",
}


def is_garbled(words: Iterable[tuple[str, str]]) -> bool:
    """Whether (text, font name) words tell of a broken map in any of the fonts.

    Signs: codes without a character (``(cid:12)``), replacement, private or control characters inside words, and
    letters that are not distributed like those of words (a shifted or shuffled map).
    """
    texts: defaultdict[str, list[str]] = defaultdict(list)
    for text, font in words:
        texts[font].append(text)
    return any(_is_broken(of_font) for of_font in texts.values())


def _is_broken(texts: list[str]) -> bool:
    bad = sum(_is_bad(text) for text in texts)
    if bad and bad >= max(1.0, _BAD_SHARE * len(texts)):
        return True
    letters = Counter(letter for text in texts for letter in text.lower() if "a" <= letter <= "z")
    return letters.total() >= _LEAST_LETTERS and _likeness(letters) < _LEAST_LIKENESS


def _is_bad(text: str) -> bool:
    if "(cid:" in text or "\ufffd" in text:
        return True
    # One private character by itself is a bullet or a box of a symbol font.
    strange = sum(unicodedata.category(character) in ("Co", "Cc", "Cn", "Cs") for character in text)
    return strange > 0 and len(text) > 1


def _likeness(letters: Counter[str]) -> float:
    """Pearson's correlation of letter frequencies with those of English."""
    seen = [letters.get(chr(ord("a") + index), 0) for index in range(26)]
    mean_seen, mean_english = sum(seen) / 26, sum(_ENGLISH) / 26
    above = sum((s - mean_seen) * (e - mean_english) for s, e in zip(seen, _ENGLISH, strict=True))
    spread_seen = sum((s - mean_seen) ** 2 for s in seen)
    spread_english = sum((e - mean_english) ** 2 for e in _ENGLISH)
    return float(above / (spread_seen * spread_english) ** 0.5) if spread_seen else 0.0
