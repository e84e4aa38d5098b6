"""The inference runtime, imported in one place because importing it plainly would call home.

``openvino_telemetry`` reports to a statistics server on ``import openvino``; its converter of models (``tools.ovc``) is
half of the time the import takes and is not used here. OpenVINO does without either where it cannot be imported.
"""

import sys

for _unwanted in ("openvino_telemetry", "openvino.tools.ovc"):
    sys.modules.setdefault(_unwanted, None)  # type: ignore[arg-type]

import openvino  # noqa: E402 - after the lines above
from openvino import opset13  # noqa: E402

__all__ = ["openvino", "opset13"]
