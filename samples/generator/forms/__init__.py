"""Form families: one file each, registered under a name with the split that may use it."""

from samples.generator.forms import (  # noqa: F401
    answer_table,
    blank,
    boxed_grid,
    card,
    comb_enrollment,
    cover,
    ehr_printout,
    face,
    label_below,
    labs,
    letter,
    note,
    order_set,
    steps,
    two_column,
    underlined,
)
from samples.generator.forms.base import families, family

__all__ = ["families", "family"]
