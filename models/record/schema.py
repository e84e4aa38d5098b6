"""The record's JSON Schema, for whoever reads records in another language.

``python -m models.record.schema`` writes it beside this file.
"""

import json
from pathlib import Path

from models.record.extraction import Extraction

SCHEMA_FILE = Path(__file__).with_name("extraction.schema.json")
SCHEMA_ID = "urn:referral-extractor:extraction:1"


def record_schema() -> dict[str, object]:
    """JSON Schema (draft 2020-12) of the object that ``extractor extract`` prints."""
    schema = Extraction.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "$id": SCHEMA_ID, **schema}


def schema_text() -> str:
    """The committed file's text."""
    return json.dumps(record_schema(), indent=2, sort_keys=True, ensure_ascii=False) + "\n"


if __name__ == "__main__":
    SCHEMA_FILE.write_text(schema_text(), encoding="utf-8")
