"""What the command says where Tesseract is not installed."""

import subprocess
import sys
from pathlib import Path

from models.record import Extraction, Status
from tests.sample_readings import find_fax


def test_without_tesseract_a_fax_is_read_and_one_line_names_the_package(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-m", "extractor", "extract", str(find_fax("01_"))],
        capture_output=True,
        text=True,
        check=False,
        env={"PATH": str(tmp_path), "HOME": str(tmp_path)},
    )
    assert done.returncode == 0
    (line,) = done.stderr.splitlines()
    assert line.startswith("warning: ")
    assert "apt-get install tesseract-ocr" in line
    record = Extraction.model_validate_json(done.stdout)
    assert record.status is Status.COMPLETE
    assert record.referrals
    assert '"ocr:ppocr"' in done.stdout
