"""What all fields of one person share: their pages, candidates, answers, and how well the pages were read."""

from collections.abc import Sequence

from extractor.confidence import doubtful_share
from extractor.fields import attempted_paths
from extractor.packet import Answer, fold, has_words, is_asked, read_answers
from extractor.resolve.absence import OWNER_CONTESTED, OWNER_UNSURE
from extractor.resolve.choice import Setting, choose
from extractor.resolve.policy import Policy
from models.record import Flag, Number, PageStatus, Quality, Text, lies_on
from models.record.list_places import unplaced
from models.stages.candidate import Packet, Person, Scored
from models.stages.layout import PageReading

_ASKED = (
    "middle_name",
    "suffix",
    "mobile_phone",
    "work_phone",
    "home_phone",
    "email",
    "mrn",
    "credentials",
    "fax",
    "route",
    "frequency",
    "duration",
    "refills",
    "member_id",
    "relationship",
    "start_date",
    "last_treatment_date",
)
"""Attributes whose label, seen without an answer, keeps a field from being ``not_on_form``."""

_DOUBTFUL_SHARE = 0.08
"""A page with more than this share of words that were read with doubt is not trusted to be empty."""

UNOWNED = 0.5
"""The most that a value of a page may be worth that may be another patient's."""
_SURE_LABEL = 0.7
"""A label with a word below this score may ask something else than was read."""


class Scene:
    """One person of a packet and everything that was proposed for them."""

    def __init__(
        self, packet: Packet, person: Person, scored: Sequence[Scored], policy: Policy, *, is_whole_file: bool
    ) -> None:
        self.person = person
        self.pages = [page for page in packet.pages if page.page.page_no in person.pages]
        self.scored = [_weighed(one, person) for one in scored if one.candidate.page_no in person.pages]
        self.answers: list[Answer] = [answer for page in self.pages for answer in read_answers(page)]
        text = " ".join(f" {fold(line.text)} " for page in self.pages for line in page.layout.lines)
        self.setting = Setting(
            policy=policy,
            quality={page.page.page_no: page.page.quality for page in self.pages},
            is_all_seen=is_whole_file and _has_all_pages(packet) and all(_is_well_read(page) for page in self.pages),
            doubtful_pages=frozenset(page.page.page_no for page in self.pages if not _is_legible(page)),
            attempted=frozenset(unplaced(path) for path in attempted_paths()),
            asked=frozenset(name for name in _ASKED if is_asked(name, text)),
        )

    def text(self, path: str, candidates: Sequence[Scored] | None = None) -> Text:
        """The text field of ``path``, from its own candidates unless others are given."""
        return choose(Text, str, path, self.at(path) if candidates is None else candidates, self.setting)

    def flag(self, path: str) -> Flag:
        """The yes or no of ``path``."""
        return choose(Flag, bool, path, self.at(path), self.setting)

    def number(self, path: str) -> Number:
        """The number of ``path``."""
        return choose(Number, float, path, self.at(path), self.setting)

    def at(self, path: str) -> list[Scored]:
        """All candidates for ``path``."""
        return [one for one in self.scored if one.candidate.path == path]


def _weighed(one: Scored, person: Person) -> Scored:
    """The candidate, doubted where its page does not say or seems to deny that it is this person's."""
    page_no = one.candidate.page_no
    why = OWNER_UNSURE if page_no in person.guessed else OWNER_CONTESTED if page_no in person.contested else None
    if why is None:
        return one
    candidate = one.candidate.model_copy(update={"reasons": (*one.candidate.reasons, why)})
    return Scored(candidate=candidate, probability=min(one.probability, UNOWNED))


def _has_all_pages(packet: Packet) -> bool:
    """Whether none of the person's pages may stand among another's."""
    return len(packet.people) == 1 or not any(person.guessed or person.contested for person in packet.people)


def _is_well_read(page: PageReading) -> bool:
    is_good = page.page.quality not in {Quality.DEGRADED, Quality.STANDARD_FAX}
    is_read = has_words(page) or page.is_blank is not False
    return page.page.status is PageStatus.OK and is_good and is_read and _is_legible(page) and _has_sure_labels(page)


def _has_sure_labels(page: PageReading) -> bool:
    """Whether every label was read surely: a label that was not may be the one that seems to be missing."""
    labels = [pair.label_bbox for pair in page.layout.key_values]
    return all(
        (word.confidence is None or word.confidence >= _SURE_LABEL) and word.read_as in {None, word.text}
        for word in page.words.words
        if lies_on(word.bbox, labels)
    )


def _is_legible(page: PageReading) -> bool:
    return doubtful_share(page) <= _DOUBTFUL_SHARE
