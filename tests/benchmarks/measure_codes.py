"""What the book of diagnosis codes costs, and a release of full size laid over it.

``python -m tests.benchmarks.measure_codes`` opens the packaged book in fresh processes (milliseconds to the first
answer, memory it adds), then makes a zip of the shape CMS publishes from the packaged codes with three changes (a code
divided, one ended, one new), loads it, and says what the days before and after the change give.
"""

import subprocess
import sys
import tempfile
import time
import zipfile
from datetime import date, timedelta
from pathlib import Path

from extractor.knowledge import icd10cm
from extractor.knowledge.code_book import Entry
from extractor.knowledge.code_release import load_release
from extractor.knowledge.succession import find_succession
from tests.unit.knowledge.test_code_search import CMS_ZIP, order_file

_FRESH = """
import time
from extractor.knowledge import icd10cm
def resident():
    with open("/proc/self/status") as lines:
        return next(int(line.split()[1]) for line in lines if line.startswith("VmRSS"))
before, begun = resident(), time.perf_counter()
icd10cm.is_billable("G35.A")
opened = time.perf_counter() - begun
icd10cm.search_codes("rheumatoid arthritis")
searched = time.perf_counter() - begun - opened
for code in icd10cm.load().below("M"):
    icd10cm.is_billable(code.code)
print(1e3 * opened, 1e3 * searched, (resident() - before) / 1024)
"""
_RUNS = 5


def main() -> None:
    runs = [subprocess.check_output([sys.executable, "-c", _FRESH], text=True).split() for _ in range(_RUNS)]
    opened, searched, grown = (sorted(float(run[place]) for run in runs)[_RUNS // 2] for place in range(3))
    size = icd10cm.load().header
    print(f"first look-up (opens the book) {opened:.1f} ms, first search {searched:.1f} ms, memory +{grown:.1f} MiB")
    print("of", size["source"])
    base = icd10cm.load()
    current = [one for one in base if one.flag != "D" and one.code != "K5090"]
    divided = [one._replace(flag="H") if one.code == "M0579" else one for one in current]
    new = [
        Entry("M05791", "B", "", "", "Rheumatoid arthritis with rheumatoid factor of multiple sites, with nodules"),
        Entry("M05792", "B", "", "", "Rheumatoid arthritis with rheumatoid factor of multiple sites, with erosions"),
    ]
    with tempfile.TemporaryDirectory() as folder:
        source, target = Path(folder) / "2028.zip", Path(folder) / "codes.db"
        release = order_file(sorted((*divided, *new), key=lambda one: one.code))
        with zipfile.ZipFile(source, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in CMS_ZIP.items():
                archive.writestr(name.replace("2027", "2028"), content or release)
        begun = time.process_time()
        report = load_release(source, target, base)
        passed = time.process_time() - begun
        changed = f"{report.begun} begun and {report.ended} ended on {report.effective}"
        print(f"{report.codes} codes, {changed}; {passed:.1f} CPU s")
        icd10cm.use_book(target)
        for code, words in (("M05.79", "RA with rheumatoid factor of multiple sites, with nodules"), ("K50.90", "")):
            for day in (report.effective - timedelta(days=1), report.effective):
                found = find_succession(code, words, day)
                proposed = "nothing" if found is None else found.named or found.successors or "no successor"
                print(f"{code} on {day}: billable {icd10cm.is_billable(code, day)}, proposes {proposed}")
        print("G35 on", date(2025, 9, 30), icd10cm.is_billable("G35", date(2025, 9, 30)))
        icd10cm.use_book(None)


if __name__ == "__main__":
    main()
