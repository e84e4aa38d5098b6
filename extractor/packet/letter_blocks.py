"""The head of a page as blocks of lines that stand together, each the practice's that orders or the center's.

The paper of a practice often names the center too ("Fax orders to ..."), and forms of a center the practice: a block
belongs to who is named in it. A title ("Ocrevus Infusion Orders") is no name.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from extractor.knowledge.addresses import is_street
from extractor.knowledge.drugs import find_drugs
from extractor.knowledge.organisations import is_practice_name
from extractor.packet.questions import Role, find_role
from models.record import BBox, bounding_box
from models.stages.layout import Line

_LINE_GAP = 1.3
"""Text heights between two lines of one block."""
_ALIGNED = 12.0
"""Points between left edges, right edges or middles of lines of one block."""
_LONGEST_NAME, _SHORTEST_NAME = 8, 2
_TITLE = re.compile(
    r"\b(?:orders?|referral|form|request|prescription|enrol?lment|authorization|fax|tel|phone|call|page|date|name|dob)\b"
    r"|\d{3}",
    re.IGNORECASE,
)
_INFUSION = re.compile(r"\binfusions?\b", re.IGNORECASE)
_CARE = re.compile(r"(?:the|an?|of|for|new|out-?patient|in-?patient|home|iv|intravenous|iron|ambulatory|biologic|drug|"
                   r"medication|therapy|treatment|infusions?|services?|orders?)", re.IGNORECASE)  # fmt: skip
"""Words that say what is done, and name nobody who does it."""


@dataclass(frozen=True, slots=True)
class Block:
    """Lines of one block, top to bottom, and whose it is: None where nobody is named in it."""

    lines: tuple[Line, ...]
    owner: Role | None

    @property
    def bbox(self) -> BBox:
        """The box around the lines."""
        return bounding_box([line.bbox for line in self.lines])


def part_blocks(pieces: Sequence[Line]) -> tuple[Block, ...]:
    """The blocks of a head's pieces (see ``letterhead.head_pieces``)."""
    blocks: list[list[Line]] = []
    for piece in sorted(pieces, key=lambda one: (one.bbox.top, one.bbox.x0)):
        home = None if _turns(piece) else _home_of(piece, blocks)
        if home is None:
            blocks.append([piece])
        else:
            home.append(piece)
    return tuple(Block(tuple(lines), _owner_of(lines)) for lines in blocks)


def owner_of_head(blocks: Sequence[Block]) -> Role | None:
    """Whose paper it is: the practice's where its name stands in a block, else the center's; None where none is named.

    Both may be named: then the upper one's, for a sender's name stands above what the fax is for.
    """
    owned = [block for block in blocks if block.owner is not None]
    return min(owned, key=lambda block: block.bbox.top).owner if owned else None


def names_center(text: str) -> bool:
    """Whether a text names who infuses: ``Clearbrook Infusion``, not ``Outpatient infusion``, ``Ocrevus infusion``."""
    if find_role(text) is Role.RECEIVER:
        return True
    if not _INFUSION.search(text) or find_drugs(text) or _TITLE.search(text):
        return False
    return any(word[:1].isupper() and not _CARE.fullmatch(word.strip(".,;:()")) for word in text.split())


def _turns(piece: Line) -> bool:
    """Whether a piece begins what is said of the receiver: ``Fax orders to``."""
    return find_role(piece.text) is Role.RECEIVER


def _home_of(piece: Line, blocks: Sequence[list[Line]]) -> list[Line] | None:
    for block in reversed(blocks):
        last = block[-1]
        if abs(last.bbox.y_mid - piece.bbox.y_mid) < 0.5 * last.bbox.height:
            if any(piece.bbox.x0 >= line.bbox.x1 for line in block[-1:]) and _is_of_one_line(last, piece):
                return block
            continue
        gap = piece.bbox.top - max(line.bbox.bottom for line in block)
        if gap < _LINE_GAP * min(last.bbox.height, piece.bbox.height) and any(_is_aligned(one, piece) for one in block):
            return block
    return None


def _is_of_one_line(left: Line, right: Line) -> bool:
    """Whether two pieces were parted by a mark only: ``12 Elm St | Denver``."""
    return right.bbox.x0 - left.bbox.x1 < 2.5 * max(left.bbox.height, right.bbox.height)


def _is_aligned(upper: Line, lower: Line) -> bool:
    one, two = upper.bbox, lower.bbox
    is_edge = min(abs(one.x0 - two.x0), abs(one.x1 - two.x1), abs(one.x0 + one.x1 - two.x0 - two.x1) / 2) < _ALIGNED
    return is_edge or (one.x0 <= two.x0 and two.x1 <= one.x1) or (two.x0 <= one.x0 and one.x1 <= two.x1)


def _owner_of(lines: Sequence[Line]) -> Role | None:
    if any(names_center(line.text) for line in lines):
        return Role.RECEIVER
    names = [line.text for line in lines if not _TITLE.search(line.text) and not find_drugs(line.text)]
    names = [name for name in names if _SHORTEST_NAME <= len(name.split()) <= _LONGEST_NAME]
    is_named = any(is_practice_name(name) for name in names)
    # A name that is like no practice's heads a street or a telephone number all the same.
    has_place = bool(names) and any(is_street(line.text) for line in lines)
    return Role.PRESCRIBER if is_named or has_place else None
