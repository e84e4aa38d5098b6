"""Both FHIR validators over every referral of a folder of faxes: the truth, and what was read.

    extractor extract FAXES/*.pdf FAXES/*.tif --out RECORDS
    python tests/benchmarks/validate_fhir.py FAXES --records RECORDS [--count N]

FAXES holds NAME.truth.json, RECORDS the records (patient data). Prints errors, and warnings by kind with the reason why
they stay; exit code 1 for an error or a warning that has no reason. Needs ``python tests/fhir/definitions.py`` once;
about 4 CPU seconds a referral, nearly all of it pyrofile's.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fhir"))

from validators import EXPLAINED, Issue, errors, medplum_issues, pyrofile_issues, unexplained

from extractor.export import ExportContext, exporters
from models.record import Extraction, ReferralKind
from samples.truth_records import all_records
from tests.unit.export.us_core import claims, misses

Bundle = Mapping[str, object]


def read_records(folder: Path) -> Iterator[Extraction]:
    """The records that ``extractor extract --out`` wrote."""
    for path in sorted(folder.glob("*.json")):
        yield Extraction.model_validate_json(path.read_bytes())


def bundles_of(records: Iterable[Extraction], count: int) -> list[Bundle]:
    """The Bundle of each referral, at most ``count``."""
    made: list[Bundle] = []
    for record in records:
        for referral in record.referrals:
            if referral.kind is ReferralKind.REFERRAL and len(made) < count:
                (written,) = exporters.get("fhir").export(referral, ExportContext(extraction=record))
                made.append(json.loads(written.content))
    return made


def kind_of(issue: Issue) -> str:
    """The issue without places and identities."""
    plain = re.sub(r"urn:uuid:[0-9a-f-]+", "UUID", f"{issue.path} {issue.text}")
    return re.sub(r"\[\d+\]", "[]", plain).replace("Bundle.entry[].resource.", "")[:150]


def report(name: str, bundles: Sequence[Bundle], folder: Path) -> bool:
    """Print what both say; whether there is no error and no warning without a reason."""
    said = {
        "@medplum/core": medplum_issues(bundles, folder),
        "pyrofile": [pyrofile_issues(bundle, folder) for bundle in bundles],
    }
    resources = sum(len(bundle["entry"]) for bundle in bundles)
    print(f"{name}: {len(bundles)} bundles, {resources} resources")
    is_good = True
    for validator, answers in said.items():
        every = [issue for issues in answers for issue in issues]
        strange = unexplained(every)
        wrong = errors(every)
        is_good &= not wrong and not strange
        print(
            f"  {validator}: {len(wrong)} errors, {len(every) - len(wrong)} warnings, {len(strange)} without a reason"
        )
        for text, count in Counter(map(kind_of, wrong)).most_common():
            print(f"    error    {count:6} {text}")
        for text, count in Counter(re.sub(r"\[\d+\]|urn:uuid:\S+", "", text)[:150] for text in strange).most_common():
            print(f"    warning  {count:6} {text}")
        for pattern, reason in EXPLAINED.items():
            count = sum(bool(re.search(pattern, f"{issue.path} {issue.text}")) for issue in every)
            if count:
                print(f"    warning  {count:6} {reason}")
    claimed: Counter[str] = Counter()
    short: Counter[str] = Counter()
    for resource in (entry["resource"] for bundle in bundles for entry in bundle["entry"]):
        for profile in claims(resource):
            claimed[profile] += 1
            short.update(f"{profile}: {element}" for element in misses(resource, profile))
    print("  US Core claimed: " + ", ".join(f"{name} {count}" for name, count in sorted(claimed.items())))
    for text, count in short.most_common():
        print(f"    error    {count:6} {text} is mandatory in US Core")
    return is_good and not short


def main() -> int:
    """1 where any validator found something that is not accounted for."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("faxes", type=Path)
    parser.add_argument("--records", type=Path)
    parser.add_argument("--count", type=int, default=10**6)
    given = parser.parse_args()
    sets = {"truth": bundles_of(all_records(given.faxes), given.count)}
    if given.records is not None:
        sets["read"] = bundles_of(read_records(given.records), given.count)
    with tempfile.TemporaryDirectory() as name:
        good = [report(what, bundles, Path(name)) for what, bundles in sets.items()]
    return int(not all(good))


if __name__ == "__main__":
    sys.exit(main())
