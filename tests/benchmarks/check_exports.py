"""Every format over every referral of a folder of faxes: the truth, and what was read.

    extractor extract FAXES/*.pdf FAXES/*.tif --out RECORDS
    python tests/benchmarks/check_exports.py FAXES --records RECORDS

FAXES holds NAME.truth.json, RECORDS the records (patient data). Each referral is written in each format and read back
by a reader that knows nothing of this program (``samples/importers``): every value and every reason of absence has to
come back, save what the export report lists. Of HL7 messages hl7apy has to accept every one, and hl7apy and hl7 have to
see the same in every field. Prints counts and paths, never values; exit code 1 where anything is wrong. About 2 CPU
seconds a referral, nearly all of it hl7apy's.
"""

import argparse
import sys
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parent))

from validate_fhir import read_records

from extractor.errors import RecordError
from extractor.export import ExportContext, Exported, exporters
from extractor.export.hl7v2_check import check_message
from models.record import Extraction, Referral, ReferralKind
from models.record.list_places import unplaced
from models.record.paths import walk_fields
from samples.truth_records import all_records
from tests.unit.export.hl7_fields import by_hl7, by_hl7apy
from tests.unit.export.round_trip import READERS, differences


def check_parsers(part: Exported) -> tuple[int, str | None]:
    """How many fields both parsers saw, and what is wrong with the message, if anything."""
    text = part.content.decode()
    try:
        check_message(part.content)
    except RecordError:
        return 0, f"{part.part}: hl7apy refuses it"
    one, other = sorted(by_hl7apy(text)), sorted(by_hl7(text))
    if one == other:
        return len(one), None
    places = sorted({f"{leaf.segment}-{leaf.field}" for leaf in set(one) ^ set(other)})
    return len(one), f"{part.part}: the parsers differ in {' '.join(places[:5])}"


def referrals_of(records: Iterable[Extraction]) -> Iterator[tuple[Extraction, Referral]]:
    """Every referral with the record of its file."""
    for record in records:
        yield from ((record, one) for one in record.referrals if one.kind is ReferralKind.REFERRAL)


def check(what: str, records: Iterable[Extraction]) -> bool:
    """Print what came back and what did not; whether all did."""
    counts: Counter[str] = Counter()
    wrong: Counter[str] = Counter()
    for record, referral in referrals_of(records):
        counts["referrals"] += 1
        counts["values"] += sum(one.value is not None for _, one in walk_fields(referral))
        for name, read in READERS.items():
            parts = exporters.get(name).export(referral, ExportContext(extraction=record))
            wrong.update(f"{name}: {unplaced(path)} did not come back" for path in differences(referral, parts, read))
            counts[f"losses {name}"] += sum(len(part.losses) for part in parts)
            if name == "hl7":
                for seen, fault in map(check_parsers, parts):
                    counts["messages"] += 1
                    counts["HL7 fields"] += seen
                    wrong.update([] if fault is None else [fault])
    print(f"{what}: " + ", ".join(f"{name} {count}" for name, count in counts.items()))
    for text, count in wrong.most_common():
        print(f"  {count:5} {text}")
    print(f"  {sum(wrong.values())} differences")
    return not wrong


def main() -> int:
    """1 where anything did not come back."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faxes", type=Path)
    parser.add_argument("--records", type=Path)
    given = parser.parse_args()
    good = check("truth", all_records(given.faxes))
    if given.records is not None:
        good &= check("read", read_records(given.records))
    return int(not good)


if __name__ == "__main__":
    sys.exit(main())
