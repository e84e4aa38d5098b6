"""``Answer``: one understood label with what stands for it."""

from extractor.packet.questions import Role
from models.record import BBox, Value
from models.stages.layout import Relation
from models.stages.text import Word


class Answer(Value):
    """One label with what stands for it; ``words`` empty where nobody answered.

    ``label_score`` and ``role_score`` are 0-1; ``item`` groups the cells of one table row. ``has_strike``: part of
    what was written is crossed out, and left out of ``words`` where anything else stands there.
    """

    attribute: str
    role: Role | None
    label: str
    label_score: float
    role_score: float
    relation: Relation | None
    words: tuple[Word, ...]
    label_bbox: BBox
    bbox: BBox
    page_no: int
    section: str | None = None
    item: str | None = None
    has_strike: bool = False

    @property
    def text(self) -> str:
        """The words joined by single spaces."""
        return " ".join(word.text for word in self.words)
