"""Eight-bit convolutions: the models' costliest layers computed in int8, ranges of activations measured beforehand.

Uniform affine quantisation as in Jacob et al. 2018, "Quantization and Training of Neural Networks for Efficient
Integer-Arithmetic-Only Inference": weights by output channel and symmetric, activations by layer. The runtime turns the
FakeQuantize pairs put in here into int8 kernels. Nothing of the weights is stored, only two numbers a layer.
"""

import hashlib
import json
from collections.abc import Mapping
from importlib.resources import files
from pathlib import Path

import numpy as np

from extractor.ocr.runtime import openvino as ov
from extractor.ocr.runtime import opset13

Range = tuple[float, float]


RANGES_FILE = "ppocr_ranges.json"
"""Made by ``tests/benchmarks/calibrate_ppocr.py``; how is said in the file."""


def load_ranges(weights: Path) -> Mapping[str, Range]:
    """Lowest and highest activation by layer for this file of weights; empty for weights nobody measured."""
    measured = json.loads(files("extractor.ocr").joinpath(RANGES_FILE).read_text(encoding="utf-8"))["weights"]
    entry = measured.get(hashlib.sha256(weights.read_bytes()).hexdigest(), {"ranges": {}})
    return {name: (float(low), float(high)) for name, (low, high) in entry["ranges"].items()}


def quantisable(model: ov.Model) -> list[ov.Node]:
    """Convolutions that work on a feature map and have enough input channels to be worth it."""
    found = []
    for node in model.get_ordered_ops():
        if node.get_type_name() != "Convolution" or node.input_value(1).get_node().get_type_name() != "Constant":
            continue
        _, channels, *_ = node.input_value(1).get_shape()
        height = node.input_value(0).get_partial_shape()[2]
        is_squeezed = height.is_static and height.get_length() == 1
        if channels >= 24 and not is_squeezed:
            found.append(node)
    return found


def quantise(model: ov.Model, ranges: Mapping[str, Range]) -> None:
    """Put FakeQuantize before the activations and weights of every layer named in ``ranges`` (lowest, highest)."""
    for node in quantisable(model):
        name = node.get_friendly_name()
        if name not in ranges:
            continue
        weights = node.input_value(1)
        values = weights.get_node().data
        # Half the range stays unused: without VNNI two products are summed in 16 bits, which eight-bit weights
        # would overflow.
        widest = 2 * np.abs(values).reshape(values.shape[0], -1).max(axis=1).reshape(-1, 1, 1, 1) + 1e-9
        widest = widest.astype(np.float32)
        low, high = (opset13.constant(np.float32(limit)) for limit in ranges[name])
        node.input(0).replace_source_output(
            opset13.fake_quantize(node.input_value(0), low, high, low, high, 256).output(0)
        )
        node.input(1).replace_source_output(
            opset13.fake_quantize(weights, -widest, widest, -widest, widest, 255).output(0)
        )
    model.validate_nodes_and_infer_types()
