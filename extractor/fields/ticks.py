"""Ticked boxes as evidence: what is said of them, and how much they weigh.

A box whose mark is unclear is a candidate too, but hardly more likely than not.
"""

from models.record import Reason
from models.stages.layout import CheckBox

_UNCLEAR = 0.2

PRINTED_CHOICE = Reason(code="printed_choice", text="may be one of several printed choices that nobody ticked")


def tick_reason(box: CheckBox) -> Reason:
    """Why a value stands beside a box that is ticked, or may be."""
    if box.is_checked:
        return Reason(code="ticked", text="its box is ticked")
    return Reason(code="mark_unclear", text="the mark in its box is unclear")


def named_tick_reason(box: CheckBox) -> Reason:
    """The same where the value is not what the box's label says, so that the label is named."""
    if box.is_checked:
        return Reason(code="ticked", text=f"box '{box.label}' is ticked")
    return Reason(code="mark_unclear", text=f"box '{box.label}' has an unclear mark")


def tick_features(box: CheckBox) -> dict[str, float]:
    """The features (0 to 1) of a value that a ticked box names; an unclear mark proves nothing."""
    is_ticked = box.is_checked is True
    checked = 1.0 if is_ticked else _UNCLEAR
    return {"checked": checked, "label": 0.95, "relation": 1.0, "anchor": float(is_ticked)}
