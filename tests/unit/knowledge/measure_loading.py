"""What loading costs: ``python tests/unit/knowledge/measure_loading.py`` prints CPU seconds and resident megabytes."""

import importlib
import resource
import sys
from collections.abc import Callable


def cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_SELF)
    return usage.ru_utime + usage.ru_stime


def peak() -> float:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024


def measure(name: str, step: Callable[[], object]) -> None:
    before, memory = cpu(), peak()
    step()
    sys.stdout.write(f"{name:42}{cpu() - before:8.3f} s {peak() - memory:+8.1f} MB\n")


def main() -> None:
    importlib.import_module("models.record")
    importlib.import_module("phonenumbers")
    icd10cm = importlib.import_module("extractor.knowledge.icd10cm")
    drugs = importlib.import_module("extractor.knowledge.drugs")
    measure("ICD-10-CM: load", icd10cm.load)
    measure("ICD-10-CM: 10,000 look-ups", lambda: [icd10cm.is_code("M05.79") for _ in range(10_000)])
    measure("drugs: load and index", lambda: drugs.find_drugs("x"))
    ner = importlib.import_module("extractor.ner")
    measure("entities: first call (loads spaCy)", lambda: ner.find_entities("Dr. Kim"))
    line = "Patient failed Avonex. Start Ocrevus 300 mg IV day 1 and 15, Dx G35.A, NPI 1234567893, seen 11/02/2026.\n"
    measure("entities: a page of 3,100 characters", lambda: ner.find_entities(line * 30))


if __name__ == "__main__":
    main()
