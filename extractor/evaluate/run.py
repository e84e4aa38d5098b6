"""A folder of faxes with truth, read and judged."""

import time
from collections.abc import Callable, Sequence

from extractor.artifacts import Artifacts
from extractor.errors import ExtractorError
from extractor.evaluate.judge import Judged, judge_fax
from extractor.evaluate.truth import Truth
from extractor.pipeline import extract_file, failed_extraction, start_pool
from models.stages.options import Options

Progress = Callable[[int, int], None]
"""Called with (faxes done, faxes in all)."""


def judge_folder(
    truths: Sequence[Truth],
    options: Options,
    artifacts: Artifacts,
    *,
    keys: Sequence[str] = (),
    progress: Progress | None = None,
) -> tuple[Judged, ...]:
    """Extract every fax as ``extractor extract`` would and compare it with its truth.

    ``artifacts`` keeps the readings, so that another run only extracts. ``keys`` keeps only fields that begin so. A
    file that cannot be read is judged as a record without a referral.
    """
    judged = []
    with start_pool(options) as pool:
        for number, truth in enumerate(truths):
            try:
                # Reading is done in other processes: what this one spends is the extraction.
                start, began = time.process_time(), time.perf_counter()
                result = extract_file(truth.fax, options, pool=pool, artifacts=artifacts)
                extraction, readings = result.extraction, result.readings
                seconds, wall = time.process_time() - start, time.perf_counter() - began
            except ExtractorError as error:
                extraction, readings = failed_extraction(truth.fax, error, options), ()
                seconds, wall = 0.0, 0.0
            judged.append(judge_fax(number, truth, extraction, readings, keys=keys, seconds=seconds, wall=wall))
            if progress is not None:
                progress(number + 1, len(truths))
    return tuple(judged)
