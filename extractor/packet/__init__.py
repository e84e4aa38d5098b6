"""Layouts to a packet: page types, whose pages are whose, what is missing."""

from extractor.packet.answer import Answer
from extractor.packet.answers import read_answers
from extractor.packet.assembly import assemble
from extractor.packet.letterhead import ROLE_BY_LETTERHEAD, own_pieces
from extractor.packet.letters import Letter, find_letter, sentences
from extractor.packet.page_type import has_words
from extractor.packet.questions import Role, fold, is_asked

__all__ = [
    "ROLE_BY_LETTERHEAD",
    "Answer",
    "Letter",
    "Role",
    "assemble",
    "find_letter",
    "fold",
    "has_words",
    "is_asked",
    "own_pieces",
    "read_answers",
    "sentences",
]
