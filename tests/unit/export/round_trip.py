"""Record to format to an independent reader: what did not come back, save what the export report lists."""

from collections.abc import Callable, Mapping, Sequence

from extractor.export import Exported
from models.record import Referral, State
from models.record.paths import walk_fields
from samples.importers import Imported, Scalar
from samples.importers.csv_import import read_tables
from samples.importers.fhir_import import read_bundle
from samples.importers.hl7v2.reader import read_messages
from samples.importers.json_import import read_record

Reader = Callable[[Sequence[Exported]], Imported]

_LINE_ENDS = ("\r\n", *"\r\v\f\x1c\x1d\x1e\x85\u2028\u2029")
_SILENT = frozenset({State.FOUND, State.NOT_ON_FORM})
_NOT_FIELDS = frozenset({"revision", "pages", "document.sha256", "supersedes", "readiness.verdict", "readiness.as_of"})
"""What the HL7 messages tell beside the fields of the record."""


def _messages(parts: Sequence[Exported]) -> Imported:
    incoming = read_messages(part.content.decode() for part in parts)
    values = {path: value for path, value in incoming.values.items() if path not in _NOT_FIELDS}
    states = {path: state for path, state in incoming.states.items() if State(state) not in _SILENT}
    return Imported(str(incoming.referral_id), int(incoming.values["revision"]), values, states)


READERS: Mapping[str, Reader] = {
    "json": lambda parts: read_record(parts[0].content)[0],
    "csv": lambda parts: read_tables(parts[0].content, parts[1].content)[0],
    "hl7": _messages,
    "fhir": lambda parts: read_bundle(parts[0].content),
}


def as_text(value: Scalar, like: object) -> str:
    """``value`` as text, by what the record holds there: numbers by their value, one kind of line end."""
    if isinstance(like, bool):
        return str(value).lower()
    if isinstance(like, int | float):
        return repr(float(value))
    text = str(value)
    for end in _LINE_ENDS:
        text = text.replace(end, "\n")
    return text


def differences(referral: Referral, parts: Sequence[Exported], read: Reader) -> list[str]:
    """Paths whose value or state did not come back, without those the report lists."""
    told = read(parts)
    if (told.referral_id, told.revision) != (referral.referral_id, referral.revision):
        return ["referral_id"]
    fields = dict(walk_fields(referral))
    wanted = {path: as_text(one.value, one.value) for path, one in fields.items() if one.value is not None}
    values = {
        path: as_text(value, fields[path].value if path in fields else None) for path, value in told.values.items()
    }
    reasons = {path: one.state.value for path, one in fields.items() if one.state not in _SILENT}
    wrong = {path for path in wanted.keys() | values.keys() if wanted.get(path) != values.get(path)}
    wrong |= {path for path in reasons.keys() | told.states.keys() if reasons.get(path) != told.states.get(path)}
    return sorted(wrong - {loss.path for part in parts for loss in part.losses})
