"""Paths of the record without the places of list items: ``orders[2].dose`` and ``orders[*].dose`` ask the same.

Standard library only.
"""

import re

_PLACE = re.compile(r"\[[^\]]*\]")


def unplaced(path: str) -> str:
    """``path`` with every place in a list, a number or ``*``, taken out: ``orders[].dose``."""
    return _PLACE.sub("[]", path)


def leaf_name(path: str) -> str:
    """The last part of ``path``, without a place: ``orders[2].dose`` gives ``dose``, ``labs[0]`` gives ``labs``."""
    return _PLACE.sub("", path).rpartition(".")[2]
