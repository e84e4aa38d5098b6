"""The inference runtime, imported in one place because importing it plainly would call home.

``openvino_telemetry`` reports to a statistics server on ``import openvino``; OpenVINO does without it where it cannot
be imported.
"""

import sys

sys.modules.setdefault("openvino_telemetry", None)  # type: ignore[arg-type]

import openvino  # noqa: E402 - after the line above
from openvino import opset13  # noqa: E402

__all__ = ["openvino", "opset13"]
