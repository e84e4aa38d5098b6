"""What must accompany an order, for each drug: the files beside this one, their schema and their loader."""

from extractor.knowledge.protocols.book import COMMON, ProtocolBook, load_protocols
from extractor.knowledge.protocols.listing import list_protocols, show_protocol
from extractor.knowledge.protocols.rules import Protocol, Rule

__all__ = ["COMMON", "Protocol", "ProtocolBook", "Rule", "list_protocols", "load_protocols", "show_protocol"]
