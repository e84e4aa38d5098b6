"""``python -m samples.importers.hl7v2 DIR``: reads the messages in DIR and prints what they say, one path a line."""

import sys
from pathlib import Path

from samples.importers.hl7v2.reader import read_messages

for stem, files in {
    file.name.rpartition("-")[0]: sorted(file.parent.glob(f"{file.name.rpartition('-')[0]}-*.hl7"))
    for file in sorted(Path(sys.argv[1]).glob("*-referral.hl7"))
}.items():
    incoming = read_messages(file.read_bytes().decode() for file in files)
    print(stem, incoming.referral_id, *incoming.kinds)
    for path, value in sorted(incoming.values.items()):
        print(f"  {path}: {value!r}")
