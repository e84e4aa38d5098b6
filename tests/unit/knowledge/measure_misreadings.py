"""How often a misread drug name is found, doubted, missed, or taken for another; and ordinary words taken for drugs.

``python tests/unit/knowledge/measure_misreadings.py`` prints both tables. Misreadings are drawn with a fixed seed from
pairs an engine confuses (not the pairs the finder knows); ordinary words are those of Python's own documentation.
"""

import random
import re
import sys
import sysconfig
from collections import Counter
from pathlib import Path

from extractor.knowledge.drugs import DOUBTFUL, find_drugs, products
from extractor.knowledge.formulary import load

SEED = 7
CONFUSIONS = {
    "o": ["0", "c", "e"], "l": ["1", "i", "t"], "i": ["1", "l"], "e": ["c", "o"], "a": ["o", "e", "u"], "s": ["5", "8"],
    "b": ["8", "h"], "g": ["9", "q"], "m": ["rn", "nn"], "n": ["ri", "u", "h"], "u": ["v", "ii", "n"], "v": ["y", "u"],
    "r": ["n"], "t": ["l", "f"], "c": ["e", "o"], "d": ["cl"], "w": ["vv"], "h": ["b", "n"], "z": ["2"], "x": ["k"],
    "y": ["v"], "f": ["t"], "k": ["h"], "q": ["g"], "j": ["i"], "p": ["n"],
}  # fmt: skip


def misread(name: str, changes: int, rng: random.Random) -> str:
    letters = list(name)
    places = [place for place, letter in enumerate(letters) if letter.lower() in CONFUSIONS]
    for place in rng.sample(places, min(changes, len(places))):
        letters[place] = rng.choice(CONFUSIONS[letters[place].lower()])
    return "".join(letters)


def outcome(name: str, text: str, *, is_named: bool) -> str:
    mentions = find_drugs(text, is_named=is_named)
    if not mentions:
        return "missed"
    if mentions[0].score <= DOUBTFUL:
        return "doubted"
    return "right" if mentions[0].generic in {drug.generic for drug in products(name)} else "wrong"


def ordinary_words() -> list[str]:
    counts: Counter[str] = Counter()
    for file in sorted(Path(sysconfig.get_paths()["stdlib"]).rglob("*.py")):
        if "site-packages" not in file.parts:
            text = file.read_text(encoding="utf-8", errors="ignore")
            counts.update(word.lower() for word in re.findall(r"\b[A-Za-z]{4,}\b", text))
    return sorted(word for word, count in counts.items() if count >= 3)


def main() -> None:
    infused = [drug for drug in load().drugs if drug.infused]
    names = sorted({name for drug in infused for name in (*drug.brands, drug.generic) if len(name) >= 6})
    sys.stdout.write("glyphs  asked      n   right doubted  missed   wrong\n")
    for changes in (1, 2):
        for is_named in (False, True):
            rng = random.Random(SEED)
            counts = Counter(
                outcome(name, misread(name, changes, rng), is_named=is_named) for name in names for _ in range(6)
            )
            total = counts.total()
            shares = "".join(f"{counts[kind] / total:8.3f}" for kind in ("right", "doubted", "missed", "wrong"))
            sys.stdout.write(f"{changes:6}  {is_named!s:5} {total:6}{shares}\n")
    words = ordinary_words()
    taken = [(word, m.generic) for word in words for m in find_drugs(word) if DOUBTFUL < m.score < 1]
    sys.stdout.write(f"{len(words)} ordinary words, {len(taken)} taken for a misread drug: {taken}\n")


if __name__ == "__main__":
    main()
