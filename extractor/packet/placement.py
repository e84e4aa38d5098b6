"""Of whom an answer speaks, told by its place, where its own label names nobody.

In this order: the title of its section; the labels it stands with (the same left margin, row after row; then the label
on its left); what only one person has (a date of birth is the patient's, a specialty the prescriber's).
"""

from collections.abc import Sequence

from extractor.knowledge.labels import match_section
from extractor.packet.answer import Answer
from extractor.packet.frames import place_by_frame
from extractor.packet.questions import Role, find_role, find_roles, fold, names_any_provider, names_only
from models.record import BBox
from models.stages.layout import Relation

ROLE_BY_LABEL, ROLE_BY_SECTION, ROLE_BY_NEIGHBOUR, ROLE_UNKNOWN = 1.0, 0.92, 0.75, 0.4
ROLE_BY_SIDE = 0.55
ROLE_BY_NATURE = 0.85
ROLE_BY_ROW = 0.65
ROLE_BESIDE_NAME = 0.8
_NEAR_NAME = 240.0
ROLE_OF_BARE_NPI = 0.4
"""Facilities, pharmacies and family doctors have one too: without anything beside it a person should look."""

_SIDES = {"to": Role.RECEIVER, "from": Role.PRESCRIBER, "fax_to": Role.RECEIVER}
"""Who stands behind a cover sheet's TO and FROM."""

_NATURE = {
    **dict.fromkeys(
        (
            "date_of_birth",
            "mrn",
            "sex",
            "age",
            "allergies",
            "height",
            "weight",
            "measure",
            "home_phone",
            "home_address",
        ),
        Role.PATIENT,
    ),
    **dict.fromkeys(("npi", "specialty", "provider_name", "credentials"), Role.PRESCRIBER),
}
_NEVER_PATIENTS = frozenset({"npi", "credentials", "specialty"})
"""An "Individual NPI" is no individual member's."""
_PROVIDERS = _NEVER_PATIENTS | {"provider_name"}
_MEMBERS = frozenset({Role.PATIENT, Role.PAYER, Role.SUBSCRIBER})
"""Under whose title a provider's name and number may stand, and are not theirs."""
_PERSONAL = frozenset({"home_phone", "mobile_phone", "work_phone"})
"""What a contact's label in the next row says nothing of: ``Mobile`` over ``Contact phone`` is the patient's."""
_MUTE = frozenset(
    {
        "member_id",
        "group_number",
        "bin",
        "pcn",
        "payer",
        "plan",
        "relationship",
        "other_id",
        "diagnosis",
        "diagnosis_code",
        "drug",
        "dose",
        "date",
        "signature",
    }
)
"""What says nothing of the person its neighbours speak of: a "Cardholder ID" stands among the patient's fields."""

_SECTIONS = {
    "patient": Role.PATIENT,
    "prescriber": Role.PRESCRIBER,
    "coverage": Role.PAYER,
    "facility": Role.FACILITY,
    "pharmacy": Role.PHARMACY,
}
_PEOPLE = frozenset({Role.PATIENT, Role.PRESCRIBER, Role.PAYER, Role.SUBSCRIBER})

OTHER_PROVIDERS = frozenset({Role.PCP, Role.SUPERVISOR, Role.PHARMACY, Role.CONTACT, Role.LABORATORY})
"""Under whose heading a mere "Physician" is theirs."""

_OWN_NAMES = frozenset({"full_name", "first_name", "middle_name", "last_name"})
_VAGUE = frozenset({"organization", "organisation", "location"})
_MARGIN = 14.0
_LINE_GAP = 2.6
_ROW_GAP = 150.0
_ROW_ABOVE = 48.0
_NAMES = frozenset({"full_name", "first_name", "last_name", "provider_name"})
_NUMBERS = frozenset({"phone", "fax", "phone_fax", "npi"})
_SIGNING = frozenset({"signature", "signature_date"})
"""What a family doctor, named in the row above, does not do on a form."""


def place_roles(answers: Sequence[Answer], frames: Sequence[BBox] = ()) -> tuple[Answer, ...]:
    """The answers (top to bottom, left to right) with a role wherever their place tells one.

    ``frames`` are the boxes that part the form into blocks.
    """
    done = [_from_section(_without_vague(answer)) for answer in _under_others(answers)]
    done = place_by_frame(done, frames)
    above = [_above(answer, done) for answer in done]
    left = [_left(answer, done) for answer in done]
    _spread(done, above)
    done = [_from_nature(answer) for answer in done]
    done = [_from_birth_in_row(answer, done) for answer in done]
    # Downwards first, then upwards: a bare "Name" stands above the date of birth that tells whose it is.
    _spread(done, above)
    _spread_up(done, above)
    _spread(done, left)
    done = [_from_birth_beside(answer, done) for answer in done]
    _spread(done, above)
    done = [_from_row_above(answer, done) for answer in done]
    done = [_from_name_near(answer, done) for answer in done]
    return tuple(_from_mixed_section(answer) for answer in done)


def _under_others(answers: Sequence[Answer]) -> tuple[Answer, ...]:
    """Bare numbers right below somebody who is not whom the section is about: ``PCP``, his name, ``Ph``, ``Fax``."""
    done = list(answers)
    for index, answer in enumerate(done):
        if answer.role is not None or answer.attribute not in _NUMBERS:
            continue
        leader = _above(answer, done)
        leader = _left(answer, done) if leader is None else leader
        role = None if leader is None or done[leader].attribute in _MUTE else done[leader].role
        if role is not None and role in OTHER_PROVIDERS:
            done[index] = _with_role(answer, role, ROLE_BY_NEIGHBOUR)
    return tuple(done)


def _without_vague(answer: Answer) -> Answer:
    """``Organization`` and ``Location`` alone name nobody: below a prescriber's name they are the prescriber's own."""
    if answer.role is Role.CONTACT and answer.attribute == "payer_phone":
        return _with_role(answer, Role.PAYER, answer.role_score)  # "Insurer contact number"
    is_vague = answer.role is Role.FACILITY and fold(answer.label) in _VAGUE
    return answer.model_copy(update={"role": None, "role_score": 0.0}) if is_vague else answer


def _with_role(answer: Answer, role: Role, score: float) -> Answer:
    return answer.model_copy(update={"role": role, "role_score": score})


def _from_section(answer: Answer) -> Answer:
    if answer.role is Role.PATIENT and answer.attribute in _NEVER_PATIENTS:
        return _with_role(answer, Role.PRESCRIBER, ROLE_BY_NATURE)
    roles = _roles_of_title(answer.section) if answer.section is not None else ()
    if len(roles) == 1 and roles[0] in OTHER_PROVIDERS and names_any_provider(answer.label):
        return _with_role(answer, roles[0], ROLE_BY_SECTION)
    if roles == (Role.PRESCRIBER,) and answer.role is Role.FACILITY and answer.attribute == "practice":
        return _with_role(answer, Role.PRESCRIBER, ROLE_BY_SECTION)
    if answer.role is not None:
        return answer
    if answer.attribute in _SIDES:
        return _with_role(answer, _SIDES[answer.attribute], ROLE_BY_SIDE)
    is_theirs = len(roles) == 1 and (roles[0] not in _MEMBERS or answer.attribute not in _PROVIDERS)
    return _with_role(answer, roles[0], ROLE_BY_SECTION) if is_theirs else answer


def _from_mixed_section(answer: Answer) -> Answer:
    if answer.role is not None or answer.section is None:
        return answer
    role = find_role(answer.section) if names_only(answer.section) else None
    return answer if role is None else _with_role(answer, role, ROLE_UNKNOWN)


def _from_row_above(answer: Answer, answers: Sequence[Answer]) -> Answer:
    """A telephone or fax that stands alone, with the role that the whole row above it has."""
    if answer.role is not None or answer.attribute not in _NUMBERS:
        return answer
    top = answer.label_bbox.top
    above = [o for o in answers if 4 < top - o.label_bbox.top < _ROW_ABOVE and o.section == answer.section]
    if not above:
        return answer
    lowest = max(o.label_bbox.top for o in above)
    row = [o for o in above if lowest - o.label_bbox.top < 4]
    roles = {o.role for o in row}
    role = roles.pop() if len(roles) == 1 else None
    is_other_column = min(o.label_bbox.x0 for o in row) > answer.label_bbox.x1
    return answer if role is None else _with_role(answer, role, ROLE_UNKNOWN if is_other_column else ROLE_BY_ROW)


def _from_name_near(answer: Answer, answers: Sequence[Answer]) -> Answer:
    """A bare NPI whose nearest label that names somebody is the prescriber's own name."""
    if answer.attribute != "npi" or answer.role is not Role.PRESCRIBER or answer.role_score > ROLE_OF_BARE_NPI:
        return answer
    named = [o for o in answers if o is not answer and o.role_score >= ROLE_BY_LABEL and _way(answer, o) < _NEAR_NAME]
    nearest = min(named, key=lambda o: _way(answer, o), default=None)
    is_prescriber = (
        nearest is not None
        and nearest.role is Role.PRESCRIBER
        and nearest.attribute in {"provider_name", "full_name", "last_name"}
        and bool(nearest.words)
    )
    return _with_role(answer, Role.PRESCRIBER, ROLE_BESIDE_NAME) if is_prescriber else answer


def _from_birth_beside(answer: Answer, answers: Sequence[Answer]) -> Answer:
    """A bare name with the patient's date of birth as the next question of its row: ``Name ____ DOB ____``."""
    if answer.role is not None or answer.attribute != "full_name":
        return answer
    box = answer.label_bbox
    behind = [o for o in answers if o.label_bbox.x0 >= box.x1 and _is_same_row(box, o.label_bbox)]
    following = min(behind, key=lambda o: o.label_bbox.x0, default=None)
    is_patient = following is not None and following.attribute == "date_of_birth" and following.role is Role.PATIENT
    return _with_role(answer, Role.PATIENT, ROLE_BY_NEIGHBOUR) if is_patient else answer


def _way(answer: Answer, other: Answer) -> float:
    """Points from label to label; the next row counts more than the next column."""
    here, there = answer.label_bbox, other.label_bbox
    return 3 * abs(here.y_mid - there.y_mid) + 0.25 * abs(here.x0 - there.x0)


def _from_nature(answer: Answer) -> Answer:
    if answer.role is not None or answer.attribute not in _NATURE:
        return answer
    score = ROLE_OF_BARE_NPI if answer.attribute == "npi" else ROLE_BY_NATURE
    return _with_role(answer, _NATURE[answer.attribute], score)


def _from_birth_in_row(answer: Answer, answers: Sequence[Answer]) -> Answer:
    """A name without a role in the row of the patient's date of birth: ``Given name | Family name | Birth date``."""
    if answer.role is not None or answer.attribute not in _OWN_NAMES:
        return answer
    is_theirs = any(
        other.attribute == "date_of_birth"
        and other.role is Role.PATIENT
        and _is_same_row(answer.label_bbox, other.label_bbox)
        and _is_company(answer, other)
        for other in answers
    )
    return _with_role(answer, Role.PATIENT, ROLE_BY_NEIGHBOUR) if is_theirs else answer


def _roles_of_title(title: str) -> tuple[Role, ...]:
    """The one person a section's title names; () for titles of forms and letterheads that only contain such a word."""
    known = match_section(title)
    if known is not None:
        return (_SECTIONS[known[0]],) if known[0] in _SECTIONS else ()
    roles = find_roles(title)
    people = tuple(role for role in roles if role in _PEOPLE)
    if Role.FACILITY in roles and people == (Role.PRESCRIBER,):
        roles = people
    return roles if names_only(title) else ()


def _spread(answers: list[Answer], leaders: Sequence[int | None]) -> None:
    """Give role-less answers the role of their leader, in reading order so that it runs down a whole column."""
    for index in range(len(leaders)):
        leader = leaders[index]
        while leader is not None and answers[leader].attribute == "npi" and answers[leader].role is Role.FACILITY:
            leader = leaders[leader]  # a "Site NPI" among the prescriber's fields says nothing of the next row
        if answers[index].role is None and leader is not None:
            _hand_over(answers, leader, index)


def _spread_up(answers: list[Answer], above: Sequence[int | None]) -> None:
    for index in range(len(answers) - 1, -1, -1):
        leader = above[index]
        # The name of somebody else, a relative to call, begins what is theirs and says nothing of what stands above.
        is_begun = answers[index].attribute in _NAMES and answers[index].role in OTHER_PROVIDERS
        if leader is None or answers[leader].role is not None or is_begun:
            continue
        if answers[index].role not in OTHER_PROVIDERS or answers[leader].attribute not in _PERSONAL:
            _hand_over(answers, index, leader)


def _hand_over(answers: list[Answer], source: int, target: int) -> None:
    giver = answers[source]
    if giver.role is None or giver.attribute in _MUTE:
        return
    if giver.role in OTHER_PROVIDERS and answers[target].attribute in _SIGNING:
        return
    answers[target] = _with_role(answers[target], giver.role, min(ROLE_BY_NEIGHBOUR, giver.role_score))


def _above(answer: Answer, answers: Sequence[Answer]) -> int | None:
    """The answer right above with the same left margin."""
    box = answer.label_bbox
    reach = _LINE_GAP * max(box.height, 6.0)
    # A caption's row begins with what is written over it.
    top = min(box.top, answer.bbox.top) if answer.words and answer.relation is Relation.ABOVE else box.top
    best: tuple[float, int] | None = None
    for index, other in enumerate(answers):
        there = other.label_bbox
        bottom = max(there.bottom, other.bbox.bottom) if other.words else there.bottom
        gap = top - bottom
        is_near = -0.5 * box.height <= gap < reach and there.top < box.top - 2
        if (
            is_near
            and abs(there.x0 - box.x0) < _MARGIN
            and _is_company(answer, other)
            and (best is None or gap < best[0])
        ):
            best = (gap, index)
    return None if best is None else best[1]


def _left(answer: Answer, answers: Sequence[Answer]) -> int | None:
    """The answer on the left, on the same row."""
    box = answer.label_bbox
    best: tuple[float, int] | None = None
    for index, other in enumerate(answers):
        there = other.label_bbox
        if there.x1 > box.x0 + 2 or not _is_same_row(box, there) or not _is_company(answer, other):
            continue
        end = max(there.x1, min(other.bbox.x1, box.x0)) if other.words else there.x1
        gap = box.x0 - end
        if gap < _ROW_GAP and (best is None or gap < best[0]):
            best = (gap, index)
    return None if best is None else best[1]


def _is_same_row(first: BBox, second: BBox) -> bool:
    return first.y_overlap(second) > 0.4 * max(1.0, min(first.height, second.height))


def _is_company(answer: Answer, other: Answer) -> bool:
    return other is not answer and other.section == answer.section and other.item is None
