"""Values of records known to be right or wrong, each with the evidence for it: what calibration is fitted to."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import UTC, datetime
from pathlib import Path

from pydantic import ValidationError

from extractor import confidence, fields, packet
from extractor.artifacts import Artifacts
from extractor.confidence import Evidence
from extractor.decode import looker
from extractor.errors import ExtractorError, RecordError
from extractor.evaluate.fields import score_fields
from extractor.evaluate.score import Outcome
from extractor.evaluate.truth import Truth
from extractor.pipeline import extract_file, start_pool
from extractor.reading import KeptReadings
from extractor.resolve import (
    LookAgain,
    draft_referrals,
    find_doubts,
    gather_evidence,
    join_looks,
    look_nowhere,
    weigh_looks,
)
from extractor.resolve.policy import load_policy
from extractor.resolve.settling import replace_fields
from extractor.version import __version__
from models.record import Document, Extraction, Referral, Software, Status, Value
from models.record.paths import AnyField, walk_fields
from models.stages.layout import PageReading
from models.stages.look import Reader
from models.stages.options import Options

Progress = Callable[[int, int], None]
"""Called with (faxes done, faxes in all)."""


class Sample(Value):
    """One value with its evidence and whether it is right.

    ``fax`` tells faxes apart, ``form`` families of forms. ``group``: the policy's group of the field.
    """

    evidence: Evidence
    is_right: bool
    fax: str
    form: str
    group: str


def collect_samples(
    truths: Sequence[Truth], options: Options, artifacts: Artifacts, progress: Progress | None = None
) -> Iterator[Sample]:
    """Every value of every fax. ``artifacts`` keeps the readings; a file that cannot be read has no value."""
    with start_pool(options) as pool:
        for number, truth in enumerate(truths):
            try:
                result = extract_file(truth.fax, options, pool=pool, artifacts=artifacts)
            except ExtractorError:
                continue
            opened = KeptReadings(artifacts, options).find_document(truth.fax, options.ingest.max_bytes)
            look_again = look_nowhere if opened is None else looker(opened, options, pool, artifacts, {})
            document = result.extraction.document
            sha256, pages = document.sha256 or "", document.page_count
            yield from sample_fax(truth, sha256, result.readings, pages, options, look_again=look_again)
            if progress is not None:
                progress(number + 1, len(truths))


def sample_fax(
    truth: Truth,
    sha256: str,
    readings: Sequence[PageReading],
    pages: int,
    options: Options,
    *,
    look_again: LookAgain = look_nowhere,
) -> Iterator[Sample]:
    """The values that are drafted from what was read of one fax.

    A second look is taken wherever a rule leaves the decision to the probability, so that what it changes is learnt
    without regard to the calibration in use.
    """
    policy = load_policy(options.policy)
    whole, failures = packet.assemble(sha256, readings, pages)
    now = datetime.now(UTC)
    scored = confidence.score(fields.propose(whole, options.site, now.date()), whole)
    drafts = draft_referrals(whole, scored, failures, now, policy)
    spots = {spot for draft in drafts for places in find_doubts(draft, whole, policy).values() for spot in places}
    looks = join_looks(*(look_again(sorted(spots), reader) for reader in (Reader.RECOGNISER, Reader.SECOND)))
    evidence = [gather_evidence(draft, whole, scored, weigh_looks(draft, whole, looks, policy)) for draft in drafts]
    values = [dict(walk_fields(draft)) for draft in drafts]
    for row in score_fields(truth.record, _named(drafts)):
        if row.raw is None or row.read is None:
            continue
        number, _, path = row.raw.partition(" ")
        yield Sample(
            evidence=evidence[int(number)][path],
            is_right=row.outcome is Outcome.CORRECT,
            fax=truth.name,
            form=_form(truth, values[int(number)][path].page_no or 1),
            group=policy.group(path),
        )


def write_samples(samples: Iterable[Sample], file: Path) -> None:
    """One line of JSON a value. It holds paths, numbers and codes, no text of a fax."""
    with file.open("w", encoding="utf-8") as out:
        out.writelines(sample.model_dump_json() + "\n" for sample in samples)


def read_samples(file: Path) -> tuple[Sample, ...]:
    """What ``write_samples`` wrote. Raises ``RecordError`` for a line of another shape."""
    try:
        with file.open(encoding="utf-8") as lines:
            return tuple(Sample.model_validate_json(line) for line in lines)
    except ValidationError as error:
        raise RecordError(f"{file.name} does not hold samples of this version: collect them again.") from error


def _named(drafts: Sequence[Referral]) -> Extraction:
    """The drafts as a record in which each field's place in it stands for its raw text: scoring passes that on."""
    named = []
    for number, draft in enumerate(drafts):
        fields_: dict[str, AnyField] = {
            path: field.model_copy(update={"raw": f"{number} {path}"}) for path, field in walk_fields(draft)
        }
        named.append(replace_fields(draft, fields_))
    return Extraction(
        document=Document(sha256=None, filename="", media_type=None),
        status=Status.COMPLETE,
        software=Software(version=__version__),
        referrals=tuple(named),
    )


def _form(truth: Truth, page_no: int) -> str:
    """The family of the page's form where the truth names it; else the fax is a family of its own."""
    generator = truth.record.get("generator")
    families = generator.get("families") if isinstance(generator, dict) else None
    return str(families[page_no - 1]) if families and page_no <= len(families) else truth.name
