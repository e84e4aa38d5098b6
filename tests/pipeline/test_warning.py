"""What the command says where Tesseract is not installed."""

import json
import os
import subprocess
import sys
from pathlib import Path

FAX = Path(__file__).parents[2] / "samples" / "faxes" / "01_grid_typed.tif"


def test_without_tesseract_a_fax_is_read_and_one_line_names_the_package(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "extractor", "extract", str(FAX)],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "PATH": str(tmp_path)},
    )
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("warning: ")
    assert "apt-get install tesseract-ocr" in line
    assert json.loads(done.stdout)["status"] == "complete"
    assert '"ocr:ppocr"' in done.stdout
