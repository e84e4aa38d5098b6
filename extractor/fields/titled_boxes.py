"""The boxes of a choice that a title heads, where the layout gave them no question: rows of boxes right below it."""

from collections.abc import Callable, Sequence

from models.stages.layout import CheckBox, Line, PageReading

_SAME_EDGE, _NEAR = 6.0, 60.0
"""Points by which a box may stand left of its title, and between the left edges of two rows' first boxes."""
_ABOVE, _ROWS_APART = 1.2, 2.2
"""Heights of a title by which its first box may reach over its bottom, and within which the next row stands."""


def boxes_below(titles: Sequence[Line], page: PageReading, is_choice: Callable[[CheckBox], bool]) -> list[CheckBox]:
    """The boxes beside and in rows right below each title for which ``is_choice`` holds."""
    found: list[CheckBox] = []
    boxes = sorted(page.layout.checkboxes, key=lambda box: box.bbox.top)
    for title in titles:
        group: list[CheckBox] = []
        bottom, height = title.bbox.bottom, title.bbox.height
        for box in boxes:
            is_level = bool(group) and box.bbox.y_overlap(group[-1].bbox) > 0
            is_column = abs(box.bbox.x0 - (group[0].bbox.x0 if group else title.bbox.x0)) < _NEAR
            is_next = is_column and -_ABOVE * height < box.bbox.top - bottom < _ROWS_APART * height
            if box.bbox.x0 > title.bbox.x0 - _SAME_EDGE and (is_level or is_next) and is_choice(box):
                group.append(box)
                bottom = max(bottom, box.bbox.bottom)
        found.extend(box for box in group if box not in found)
    return found
