"""The letter to the prescriber's office that asks for what is missing; it is written here and sent by people."""

from extractor.letter.page import write_letter
from extractor.letter.request import Letter, LetterRequest, make_request
from extractor.letter.unread import Place, find_places

__all__ = ["Letter", "LetterRequest", "Place", "find_places", "make_request", "write_letter"]
