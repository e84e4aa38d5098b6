"""Layouts to a packet: page types, whose pages are whose, what is missing."""

from extractor.packet.answer import Answer
from extractor.packet.answers import read_answers
from extractor.packet.assembly import assemble
from extractor.packet.page_type import has_words
from extractor.packet.questions import Role, fold, is_asked

__all__ = ["Answer", "Role", "assemble", "fold", "has_words", "is_asked", "read_answers"]
