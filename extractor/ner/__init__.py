"""Entities in running text: drugs with how the sentence speaks of them, doses, codes, dates, numbers, people.

Importing this package is cheap; spaCy is loaded by the first call.
"""

from extractor.ner.entities import find_entities
from extractor.ner.located import page_entities

__all__ = ["find_entities", "page_entities"]
