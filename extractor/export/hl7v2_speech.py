"""What a message has said of a referral, so that nothing is dropped without notice.

Each segment asks for the fields it carries by their path; what no segment asked for, or could not say in its data type,
is then written as a local observation with its path, and every field's state and confidence as another.
"""

from collections.abc import Callable, Mapping

from extractor.export.hl7v2_text import EMPTY, NULL, Er7, components, escaped, segment, timestamp
from models.record import Referral, State
from models.record.paths import AnyField, walk_fields

LOCAL = Er7("99REX")
"""The local coding system of this program's own codes (HL7 reserves 99xxx for such)."""


class Speech:
    """The fields of one message: those whose path begins with ``under`` and not with one of ``without``.

    ``earlier``: the revision that the receiver has, if any.

    A value that was there and is no more is said as null, so that the receiver deletes it; one that never was is left
    empty, so that the receiver keeps what it knows from elsewhere.
    """

    def __init__(
        self, referral: Referral, earlier: Referral | None, under: str = "", *, without: tuple[str, ...] = ()
    ) -> None:
        self.fields = {
            path: field
            for path, field in walk_fields(referral)
            if path.startswith(under) and not path.startswith(without)
        }
        self._earlier = {} if earlier is None else dict(walk_fields(earlier))
        self._said: set[str] = set()

    def value(self, path: str) -> str | None:
        """The value as text, without counting as said."""
        field = self.fields.get(path)
        return None if field is None else as_text(field)

    def text(self, path: str) -> Er7:
        """The value as it is."""
        return self._say(path, escaped(self.value(path)))

    def date(self, path: str) -> Er7:
        """The value as a date, whole or partial; left to the local observations where it is none."""
        return self._say(path, timestamp(self.value(path)))

    def code(self, path: str, table: Mapping[str, str]) -> Er7:
        """The value's code in ``table``; left to the local observations where the table has none."""
        known = table.get(self.value(path) or "")
        return self._say(path, None if known is None else escaped(known))

    def match(self, path: str, reading: Callable[[str], Er7 | None]) -> Er7:
        """The value as ``reading`` writes it; left to the local observations where it gives None."""
        value = self.value(path)
        return self._say(path, None if value is None else reading(value))

    def is_gone(self, path: str) -> bool:
        """Whether the receiver has a value that is no more."""
        before = self._earlier.get(path)
        return self.value(path) is None and before is not None and before.value is not None

    def rest(self) -> list[Er7]:
        """OBX segments for the values that are not said yet, and for the states of all.

        Set ids are left empty for the caller (``numbered``). A field with neither is ``not_on_form``.
        """
        lines: list[Er7] = []
        for path, field in self.fields.items():
            value = as_text(field)
            if value is not None and path not in self._said:
                self._said.add(path)
                lines.append(local_value(path, value))
            if field.state is not State.NOT_ON_FORM or field.source is not None:
                lines.append(_state(path, field))
        return lines

    def _say(self, path: str, written: Er7 | None) -> Er7:
        if self.is_gone(path):
            return NULL
        if not written:
            return EMPTY
        self._said.add(path)
        return written


def as_text(field: AnyField) -> str | None:
    """A value as text: numbers in their shortest form, booleans ``true`` and ``false``."""
    value = field.value
    if value is None or isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    return repr(value)


def local_value(path: str, value: str) -> Er7:
    """An OBX with a value that has no field of its own; the path is its sub-id."""
    return _local("VALUE", "Value of a field", path, escaped(value))


def numbered(lines: list[Er7]) -> list[Er7]:
    """The OBX segments with set ids from 1."""
    return [Er7(line.replace("OBX||", f"OBX|{number}|", 1)) for number, line in enumerate(lines, start=1)]


def _state(path: str, field: AnyField) -> Er7:
    more = {15: components(escaped(field.source), EMPTY, LOCAL) if field.source else EMPTY}
    if field.confidence is not None:
        more[9] = Er7(f"{field.confidence:.4f}")
    return _local("STATE", "State of a field", path, Er7(field.state.value), more)


def _local(code: str, title: str, path: str, value: Er7, more: Mapping[int, Er7] | None = None) -> Er7:
    identifier = components(Er7(code), Er7(title), LOCAL)
    return segment("OBX", {2: Er7("ST"), 3: identifier, 4: escaped(path), 5: value, 11: Er7("F"), **(more or {})})
