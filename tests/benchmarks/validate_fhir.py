"""Both FHIR validators over a folder of truths: ``python tests/benchmarks/validate_fhir.py DIR [COUNT]``.

Prints errors and warnings by kind. ``--records`` takes records that ``extractor extract --out`` wrote in place of
truths. Needs ``python tests/fhir/definitions.py`` once; about 5 CPU seconds a referral.
"""

import argparse
import json
import re
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[2]))
sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "fhir"))

from validators import Issue, medplum_issues, pyrofile_issues

from extractor.export import ExportContext, exporters
from models.record import Extraction, ReferralKind
from samples.truth_records import all_records


def records(folder: Path, *, is_read: bool) -> Iterator[Extraction]:
    """The records of a folder: read ones, or those of the truths in it."""
    if not is_read:
        yield from all_records(folder)
        return
    for path in sorted(folder.glob("*.json")):
        yield Extraction.model_validate_json(path.read_bytes())


def kind_of(issue: Issue) -> str:
    """The issue without places and identities."""
    plain = re.sub(r"urn:uuid:[0-9a-f-]+", "UUID", f"{issue.path} {issue.text}")
    return re.sub(r"\[\d+\]", "[]", plain).replace("Bundle.entry[].resource.", "")[:150]


def main() -> int:
    """1 where any validator found an error."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folder", type=Path)
    parser.add_argument("count", nargs="?", type=int, default=10**6)
    parser.add_argument("--records", action="store_true")
    given = parser.parse_args()
    bundles = []
    for record in records(given.folder, is_read=given.records):
        for referral in record.referrals:
            if referral.kind is ReferralKind.REFERRAL and len(bundles) < given.count:
                (written,) = exporters.get("fhir").export(referral, ExportContext(extraction=record))
                bundles.append(json.loads(written.content))
    counts: Counter[tuple[str, str, str]] = Counter()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        said = {
            "@medplum/core": medplum_issues(bundles, folder),
            "pyrofile": [pyrofile_issues(bundle, folder) for bundle in bundles],
        }
    for validator, all_issues in said.items():
        for issues in all_issues:
            counts.update((issue.severity, validator, kind_of(issue)) for issue in issues)
    failed = {
        validator: sum(any(issue.severity == "error" for issue in issues) for issues in all_issues)
        for validator, all_issues in said.items()
    }
    print(f"{len(bundles)} bundles; with errors: {failed}")
    for (severity, validator, text), count in sorted(counts.items(), key=lambda pair: (pair[0][:2], -pair[1])):
        print(f"{severity:8} {validator:14} {count:6} {text}")
    return int(any(failed.values()))


if __name__ == "__main__":
    sys.exit(main())
