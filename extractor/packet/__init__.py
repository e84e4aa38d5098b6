"""Layouts to a packet: page types, whose pages are whose, what is missing."""

from extractor.packet.answer import Answer
from extractor.packet.answers import read_answers
from extractor.packet.assembly import assemble
from extractor.packet.letterhead import ROLE_BY_LETTERHEAD, find_owner, head_pieces
from extractor.packet.letters import Letter, find_letter
from extractor.packet.page_type import has_words
from extractor.packet.questions import Role, fold, is_asked

__all__ = [
    "ROLE_BY_LETTERHEAD",
    "Answer",
    "Letter",
    "Role",
    "assemble",
    "find_letter",
    "find_owner",
    "fold",
    "has_words",
    "head_pieces",
    "is_asked",
    "read_answers",
]
