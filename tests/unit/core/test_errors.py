import pickle
import re

import pytest

from extractor import errors
from extractor.errors import ExtractorError


def all_errors(kind: type[ExtractorError] = ExtractorError) -> list[type[ExtractorError]]:
    return [kind, *(deep for child in kind.__subclasses__() for deep in all_errors(child))]


def test_codes_and_exit_codes_are_unique() -> None:
    kinds = all_errors()
    assert len({kind.code for kind in kinds}) == len(kinds)
    assert len({kind.exit_code for kind in kinds}) == len(kinds)


def test_the_drawn_tree_is_the_tree() -> None:
    drawn = dict(re.findall(r"(\w+) +exit (\d+)", errors.__doc__ or ""))
    assert drawn == {kind.__name__: str(kind.exit_code) for kind in all_errors()}


@pytest.mark.parametrize("kind", all_errors())
def test_an_error_survives_the_way_from_a_worker(kind: type[ExtractorError]) -> None:
    back = pickle.loads(pickle.dumps(kind("Send it again.", page_no=3)))
    assert type(back) is kind
    assert (back.message, back.page_no, str(back)) == ("Send it again.", 3, "Send it again.")
