"""The JSON export is the record: its schema, its version, one referral a file."""

import json
from datetime import UTC, datetime

from extractor.export import ExportContext, exporters
from models.record import Document, Extraction, Referral, ReferralKind, Software, Status
from models.record.schema import record_schema

REFERRAL = Referral(
    referral_id="r-1", created_at=datetime(2026, 1, 2, tzinfo=UTC), kind=ReferralKind.REFERRAL, pages=(1,)
)
OTHER = REFERRAL.model_copy(update={"referral_id": "r-2"})
EXTRACTION = Extraction(
    document=Document(sha256="0" * 64, filename="fax.tif", media_type="image/tiff"),
    status=Status.COMPLETE,
    software=Software(version="0"),
    referrals=(REFERRAL, OTHER),
)


def test_json_is_the_record_with_one_referral() -> None:
    (written,) = exporters.get("json").export(OTHER, ExportContext(extraction=EXTRACTION))
    record = Extraction.model_validate_json(written.content)
    assert record == EXTRACTION.model_copy(update={"referrals": (OTHER,)})
    assert written.losses == ()
    assert json.loads(written.content)["schema_version"] == "1"


def test_the_schema_names_the_version_of_the_record() -> None:
    assert str(record_schema()["$id"]).endswith(f":{EXTRACTION.schema_version}")
