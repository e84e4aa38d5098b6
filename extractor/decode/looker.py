"""Second looks at one file: taken in the processes that read pages, kept with the readings."""

import hashlib
import json
from collections.abc import Callable, Mapping, Sequence
from itertools import groupby

from pydantic import TypeAdapter, ValidationError

from extractor import ocr
from extractor.artifacts import Artifacts, code_version
from extractor.decode.look import LookRequest, look_again
from extractor.errors import ExtractorError
from extractor.image import PackedPage
from extractor.isolation import Task, WorkerPool
from extractor.reading import page_key
from models.stages.document import IncomingDocument
from models.stages.look import Look, Reader, Spot
from models.stages.options import Options

_LOOKS = TypeAdapter(tuple[Look, ...])


def looker(
    document: IncomingDocument,
    options: Options,
    pool: WorkerPool,
    artifacts: Artifacts,
    packed: Mapping[int, PackedPage],
) -> Callable[[Sequence[Spot], Reader], Mapping[Spot, Look]]:
    """A function that looks again at spots of ``document``.

    ``artifacts`` keeps what was seen (patient data). ``packed``: pages that are at hand, by number; others are prepared
    anew. A page at which nobody can look again is left out: its values are
    judged by what was read of them first.
    """

    def look(spots: Sequence[Spot], reader: Reader) -> Mapping[Spot, Look]:
        pages = {number: tuple(group) for number, group in groupby(sorted(spots), key=lambda spot: spot.page_no)}
        keys = {number: _key(document, number, page, reader, options) for number, page in pages.items()}
        found = {number: kept for number, key in keys.items() if (kept := _parse(artifacts.get(key))) is not None}
        missing = [number for number in pages if number not in found]
        tasks = [
            Task(
                LookRequest(document, number, pages[number], reader, options, packed.get(number)),
                number,
                options.pool.page_seconds,
            )
            for number in missing
        ]
        for index, outcome in pool.run(look_again, tasks):
            if not isinstance(outcome, ExtractorError):
                found[missing[index]] = outcome
                artifacts.put(keys[missing[index]], _LOOKS.dump_json(outcome))
        return {one.spot: one for looks in found.values() for one in looks}

    return look


def _key(document: IncomingDocument, page_no: int, spots: Sequence[Spot], reader: Reader, options: Options) -> str:
    """Holds all that a look depends on: the code, both readers, the options, and the spots."""
    readers = sorted((name, found.version) for name, found in ocr.available_engines(options.ocr).items())
    where = hashlib.sha256(json.dumps(spots).encode()).hexdigest()
    told = (options.ingest, options.image, options.ocr.model_copy(update={"cache_dir": None}))
    version = f"{code_version(look_again.__module__)} {readers} {told} {reader} {where}"
    return page_key(document, "looks", version, page_no)


def _parse(data: bytes | None) -> tuple[Look, ...] | None:
    try:
        return None if data is None else _LOOKS.validate_json(data)
    except ValidationError:
        return None
