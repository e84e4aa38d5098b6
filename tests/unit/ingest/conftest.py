import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from extractor.ingest import open_document, render_page
from extractor.pixels import RenderedPage
from models.stages.options import IngestOptions

sys.path.insert(0, str(Path(__file__).parents[2] / "faults"))

Render = Callable[..., RenderedPage]


@pytest.fixture
def render(tmp_path: Path) -> Render:
    """Open bytes as a file without a telling name and render one page of it."""

    def _render(data: bytes, page_no: int = 1, **options: int) -> RenderedPage:
        path = tmp_path / "incoming"
        path.write_bytes(data)
        chosen = IngestOptions(**options)
        return render_page(open_document(path, chosen), page_no, chosen)

    return _render
