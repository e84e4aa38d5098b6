"""The record's JSON Schema."""

import json
from typing import cast

from models.record import Document, Extraction, Software, Status
from models.record.schema import SCHEMA_FILE, record_schema, schema_text


def test_the_committed_schema_is_the_classes_own() -> None:
    assert SCHEMA_FILE.read_text(encoding="utf-8") == schema_text(), "run: python -m models.record.schema"


def test_every_key_that_is_printed_is_in_the_schema() -> None:
    schema = record_schema()
    document = Document(sha256=None, filename="a.tif", media_type=None)
    printed = json.loads(
        Extraction(document=document, status=Status.FAILED, software=Software(version="1")).model_dump_json()
    )
    properties = cast(dict[str, object], schema["properties"])
    assert printed.keys() == properties.keys()
    assert schema["$schema"] == "https://json-schema.org/draft/2020-12/schema"


def test_a_box_is_a_list_of_four_numbers() -> None:
    definitions = cast(dict[str, dict[str, object]], record_schema()["$defs"])
    box = next(value for name, value in definitions.items() if name.startswith("BBox"))
    assert (box["minItems"], box["maxItems"]) == (4, 4)
