"""A second look at the values that a person might be spared: other readings of the same pixels, weighed by grammar."""

from extractor.decode.look import look_at
from extractor.decode.looker import looker
from extractor.decode.spots import find_spots
from extractor.decode.weigh import Weighed, weigh

__all__ = ["Weighed", "find_spots", "look_at", "looker", "weigh"]
