"""A blank page, as double-sided originals and feeder mistakes send them."""

import random

from samples.generator.case import Case
from samples.generator.forms.base import register
from samples.generator.sheet import Look, Sheet


def _blank(case: Case, look: Look, rng: random.Random) -> list[Sheet]:
    del case
    return [Sheet("blank", look, rng)]


register("blank_train", "train", "blank")(_blank)
register("blank_tune", "tune", "blank")(_blank)
register("blank_retired", "retired", "blank")(_blank)
register("blank_test", "test", "blank")(_blank)
