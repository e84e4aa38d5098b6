"""Every member of every registry keeps the promises of its family; a new member enters these tests by registering."""

import json

import pytest

from extractor.errors import PluginError, UsageError
from extractor.export import exporters
from extractor.registry import Registry
from models.record import Document, Extraction, Software, Status

ONE = Extraction(
    document=Document(sha256="0" * 64, filename="fax.tif", media_type="image/tiff"),
    status=Status.FAILED,
    software=Software(version="0"),
)


@pytest.mark.parametrize("name", exporters.names())
def test_an_exporter_says_what_it_writes_and_writes_the_same_twice(name: str) -> None:
    exporter = exporters.get(name)
    kind, _, subtype = exporter.media_type.partition("/")
    assert kind and subtype
    assert exporter.suffix.startswith(".")
    for records in ((), (ONE,), (ONE, ONE)):
        written = exporter.export(records)
        assert isinstance(written, bytes)
        assert written == exporter.export(records)


def test_json_is_one_object_or_one_a_line() -> None:
    exporter = exporters.get("json")
    assert Extraction.model_validate_json(exporter.export([ONE])) == ONE
    lines = exporter.export([ONE, ONE]).splitlines()
    assert [json.loads(line)["document"]["filename"] for line in lines] == ["fax.tif", "fax.tif"]
    assert exporter.export([]) == b""


def test_an_unknown_name_lists_the_known_ones() -> None:
    with pytest.raises(UsageError, match="json"):
        exporters.get("no such format")


def test_a_name_is_given_once() -> None:
    registry: Registry[int] = Registry("number")
    registry.register("one")(1)
    with pytest.raises(PluginError):
        registry.register("one")(2)
