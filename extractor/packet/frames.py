"""Whose block of a form an answer stands in: a ruled box whose labels name one person speaks of that person."""

from collections.abc import Sequence

from extractor.packet.answer import Answer
from extractor.packet.questions import Role
from models.record import BBox, lies_on

ROLE_BY_FRAME = 0.75
_PEOPLE = frozenset({Role.PATIENT, Role.PRESCRIBER})
_BESIDE = {
    Role.PATIENT: frozenset({Role.PATIENT}),
    Role.PRESCRIBER: frozenset({Role.PRESCRIBER, Role.FACILITY, Role.PCP, Role.SUPERVISOR}),
}
"""Who else may be named in somebody's block: a family doctor among the prescriber's lines has a name and a number."""
_PLACES = frozenset({"address", "address_line2", "city", "state", "postal_code", "city_state_zip", "practice"})
"""What of a prescriber's block is his where other doctors are named in it too."""
_PERSONAL = _PLACES | {"full_name", "first_name", "last_name", "middle_name", "phone", "fax", "email"}


def place_by_frame(answers: Sequence[Answer], frames: Sequence[BBox]) -> list[Answer]:
    """The answers without a role, each with that of its block where all labels of the block agree on one."""
    done = list(answers)
    for frame in frames:
        inside = [index for index, answer in enumerate(done) if lies_on(answer.label_bbox, (frame,))]
        named = {role for index in inside if (role := _named(done[index])) is not None}
        people = named & _PEOPLE
        if len(people) != 1:
            continue
        role = people.pop()
        if not named <= _BESIDE[role]:
            continue
        asked = _PERSONAL if named <= {role, Role.FACILITY} else _PLACES
        for index in inside:
            if done[index].role is None and done[index].attribute in asked:
                done[index] = done[index].model_copy(update={"role": role, "role_score": ROLE_BY_FRAME})
    return done


def _named(answer: Answer) -> Role | None:
    """Of whom a label speaks by its own words; a date of birth is a patient's."""
    if answer.attribute == "date_of_birth" and answer.role is None:
        return Role.PATIENT
    return answer.role if answer.role_score >= 1.0 else None
