"""Crops for a letter, cut from the file that the record was read from."""

from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path

from extractor.errors import ExtractorError, UsageError
from extractor.isolation import Task
from extractor.letter.unread import Place
from extractor.pipeline import start_pool
from extractor.reading import CropRequest, OpenRequest, crop_page, open_file
from models.stages.options import Options


def cut_places(path: Path, sha256: str | None, places: Iterable[Place], options: Options) -> Mapping[Place, bytes]:
    """Each place as PNG; places on pages that cannot be rendered are left out.

    Raises ``UsageError`` where the file is not the one with that sha256: its pages may be another patient's. Raises an
    ``InputError`` where it cannot be opened.
    """
    by_page: dict[int, list[Place]] = defaultdict(list)
    for place in places:
        by_page[place.page_no].append(place)
    found: dict[Place, bytes] = {}
    with start_pool(options) as pool:
        opening = Task(OpenRequest(str(path.absolute()), options.ingest), None, options.pool.open_seconds)
        ((_, document),) = pool.run(open_file, [opening])
        if isinstance(document, ExtractorError):
            raise document
        if document.sha256 != sha256:
            raise UsageError("This is not the file that the record was read from: give that one, or leave out --fax.")
        pages = list(by_page.values())
        tasks = [
            Task(
                CropRequest(document, some[0].page_no, tuple(place.bbox for place in some), options),
                page_no=some[0].page_no,
                seconds=options.pool.page_seconds,
            )
            for some in pages
        ]
        for index, pictures in pool.run(crop_page, tasks):
            if not isinstance(pictures, ExtractorError):
                found |= {place: data for place, data in zip(pages[index], pictures, strict=True) if data}
    return found
