"""Whether two pages speak of one person: names that may be misread, dates of birth, record numbers.

Two identifiers make sure (The Joint Commission, NPSG.01.01.01): a name that is alike and a date of birth that is the
same, or one of them where the page does not state the other. What is neither clearly the same nor clearly another is
unsure, and a person looks.
"""

from enum import StrEnum

from rapidfuzz import fuzz
from rapidfuzz.distance import Levenshtein

from extractor.packet.identity import Identity

LOOKALIKES = str.maketrans({"0": "o", "1": "l", "i": "l", "j": "l", "5": "s", "8": "b", "6": "g", "9": "g", "2": "z"})
"""What one reading of a character may stand for another of."""
_SHORT, _LONG = 3, 6
"""Letters of a word from which one may be misread, and from which two may."""
_OTHER_WORD = 60.0
"""Likeness (0-100) below which two words are two names."""
_SLIP, _FAR_BIRTH = 1, 3
"""Digits of month, day and year: what one misread digit changes, and what shows another day."""
_SHORTEST_MRN = 5


class Likeness(StrEnum):
    """How two words, names or dates stand to each other."""

    SAME = "same"
    NEAR = "near"
    OTHER = "other"
    UNTOLD = "untold"


class Verdict(StrEnum):
    """Whether a page is a person's: ``unsure`` where something speaks against it, ``nothing`` where nothing speaks."""

    AGREES = "agrees"
    UNSURE = "unsure"
    DISAGREES = "disagrees"
    NOTHING = "nothing"


def is_same_mrn(first: Identity, second: Identity) -> bool:
    """Whether both state one record number, long enough to be nobody else's."""
    return first.mrn is not None and first.mrn == second.mrn and len(first.mrn) >= _SHORTEST_MRN


def is_twins_name(first: Identity, second: Identity) -> bool:
    """Whether labels give one family name and two given names: kin, who may stand on each other's pages."""
    if _compare_family(first.last, second.last) is not Likeness.SAME:
        return False
    both = ((first, second), (second, first))
    is_crossed = any(
        compare_words(one.first, word) is not Likeness.OTHER
        for one, other in both
        for word in other.names
        if one.first is not None
    )
    is_one_named_twice = is_crossed and not all(_has_name_of_its_own(one, other) for one, other in both)
    return not is_one_named_twice and _is_other_given(first.first, second.first)


def _has_name_of_its_own(one: Identity, other: Identity) -> bool:
    """Whether no word of the other name is like one of this: a person called by the middle name has none."""
    return any(all(compare_words(word, known) is Likeness.OTHER for known in other.names) for word in one.names)


def judge(name: Likeness, birth: Likeness, page: Identity, person: Identity) -> Verdict:
    """The verdict on a page whose name and date of birth are so alike to the person's."""
    is_sure = page.is_sure and person.is_sure
    is_other_suffix = page.suffix is not None and person.suffix is not None and page.suffix != person.suffix
    if name is Likeness.OTHER:
        return _of_other_name(birth, page, person, is_sure=is_sure)
    if birth is Likeness.OTHER:
        is_far = _apart(page, person) >= _FAR_BIRTH
        is_other = (is_far and is_sure) or (is_other_suffix and name is Likeness.SAME)
        return Verdict.DISAGREES if is_other else Verdict.UNSURE
    if name is Likeness.SAME:
        if birth is Likeness.SAME:
            return Verdict.UNSURE if _is_other_twin(page, person) else Verdict.AGREES
        is_certain = page.is_certain and person.is_certain
        is_half_told = page.suffix != person.suffix or page.has_unread_birth
        return Verdict.UNSURE if is_half_told or (birth is Likeness.NEAR and is_certain) else Verdict.AGREES
    if name is Likeness.NEAR:
        return Verdict.AGREES if birth is Likeness.SAME else Verdict.UNSURE
    return Verdict.NOTHING if birth is Likeness.UNTOLD else Verdict.UNSURE


def _is_other_twin(first: Identity, second: Identity) -> bool:
    """Whether two given names that are alike (Mark, Mary) were read with certainty: then no letter is misread."""
    here, there = first.first, second.first
    if here is None or there is None or not (first.is_certain and second.is_certain):
        return False
    is_one = here.startswith(there) or there.startswith(here) or here in second.names or there in first.names
    return not is_one and letters_apart(here, there) > 0


def _of_other_name(birth: Likeness, page: Identity, person: Identity, *, is_sure: bool) -> Verdict:
    """Another name: twins share the birthday and the family name; a wholly other name may be that of a false label."""
    if birth is Likeness.SAME:
        return Verdict.DISAGREES if is_sure and is_twins_name(page, person) else Verdict.UNSURE
    if birth is Likeness.OTHER:
        return Verdict.DISAGREES
    is_whole = all(one.first and one.last for one in (page, person))
    return Verdict.DISAGREES if is_sure and is_whole and not _is_family(page, person) else Verdict.UNSURE


def compare_names(first: Identity, second: Identity) -> Likeness:
    """Given name with given name and family name with family name, in whichever order they were read."""
    if not first.names or not second.names:
        return Likeness.UNTOLD
    if not all(one.first and one.last for one in (first, second)):
        return Likeness.NEAR if _is_family(first, second) else Likeness.OTHER
    if _holds_all(first, second):
        return Likeness.SAME
    straight = _worse(_compare_given(first, second), _compare_family(first.last, second.last))
    turned_first = Identity(first=" ".join(first.last[:1]) or None, last=(first.first,) if first.first else ())
    turned = _worse(_compare_given(turned_first, second), _compare_family(turned_first.last, second.last))
    return straight if straight is Likeness.SAME or turned is not Likeness.SAME else turned


def _holds_all(first: Identity, second: Identity) -> bool:
    """Whether all words of the shorter name are in the longer one, in any order, both with their given names."""
    if not all(one.first and len(one.first) > 1 and len(one.names) > 1 for one in (first, second)):
        return False
    shorter, longer = sorted((first.names, second.names), key=len)
    return all(any(compare_words(word, other) is Likeness.SAME for other in longer) for word in shorter)


def _worse(first: Likeness, second: Likeness) -> Likeness:
    if Likeness.OTHER in (first, second):
        return Likeness.OTHER
    both = (first, second)
    return Likeness.SAME if both == (Likeness.SAME, Likeness.SAME) else Likeness.NEAR


def _compare_given(first: Identity, second: Identity) -> Likeness:
    """Given names; an initial may stand for either, and a nickname begins like the name."""
    here, there = first.first, second.first
    if not here or not there:
        return Likeness.UNTOLD
    if min(len(here), len(there)) == 1:
        return Likeness.NEAR if here[0] == there[0] else Likeness.OTHER
    found = compare_words(here, there)
    return Likeness.NEAR if found is Likeness.OTHER and not _is_other_given(here, there) else found


def _is_other_given(first: str | None, second: str | None) -> bool:
    if first is None or second is None or min(len(first), len(second)) < 3:
        return False
    return first[0] != second[0] and compare_words(first, second) is Likeness.OTHER


def _is_family(first: Identity, second: Identity) -> bool:
    """Whether any word of one name is in the other: kin, or one person misread."""
    return any(compare_words(a, b) is not Likeness.OTHER for a in first.names for b in second.names)


def _compare_family(first: tuple[str, ...], second: tuple[str, ...]) -> Likeness:
    """Family names, of which one page may print a part, and join or split the parts."""
    if not first or not second:
        return Likeness.UNTOLD
    joined = compare_words("".join(first), "".join(second))
    if joined is Likeness.SAME:
        return joined
    shorter, longer = sorted((first, second), key=len)
    parts = [_best([compare_words(word, other) for other in longer]) for word in shorter]
    if all(part is Likeness.SAME for part in parts):
        return Likeness.SAME
    return Likeness.NEAR if Likeness.NEAR in (*parts, joined) or Likeness.SAME in parts else Likeness.OTHER


def _best(found: list[Likeness]) -> Likeness:
    return next(one for one in (Likeness.SAME, Likeness.NEAR, Likeness.OTHER) if one in found)


def compare_words(first: str, second: str) -> Likeness:
    """Two folded words: one or two misread letters make no other word of a long one."""
    apart = letters_apart(first, second)
    letters = max(len(first), len(second))
    bearable = 2 if letters >= _LONG else 1 if letters >= _SHORT else 0
    if apart <= bearable:
        return Likeness.SAME
    alike = fuzz.ratio(first.translate(LOOKALIKES), second.translate(LOOKALIKES))
    return Likeness.OTHER if alike < _OTHER_WORD and apart > 1 else Likeness.NEAR


def letters_apart(first: str, second: str) -> int:
    """Letters by which two folded words differ, those that look alike taken for one."""
    return Levenshtein.distance(first.translate(LOOKALIKES), second.translate(LOOKALIKES))


def compare_births(first: Identity, second: Identity) -> Likeness:
    """Dates of birth: a digit may be misread, or slip."""
    if not first.birth or not second.birth:
        return Likeness.UNTOLD
    apart = _apart(first, second)
    return Likeness.SAME if apart == 0 else Likeness.NEAR if apart <= _SLIP else Likeness.OTHER


def _apart(first: Identity, second: Identity) -> int:
    return Levenshtein.distance(first.birth or "", second.birth or "")
