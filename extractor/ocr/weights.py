"""The PP-OCRv6 small models: where they lie, their alphabet, and how they are built for the CPU.

The weights (Apache-2.0, PaddlePaddle) come inside the ``rapidocr`` wheel; its pipeline is not used. The runtime is
OpenVINO: measured faster than onnxruntime on both models, see ``tests/benchmarks/bench_reading.py``.
"""

import hashlib
import importlib.metadata
import importlib.util
import re
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from extractor.errors import EngineError, EngineUnavailable
from extractor.ocr.quantisation import load_ranges, quantise
from extractor.ocr.runtime import openvino as ov
from extractor.ocr.runtime import opset13
from models.stages.options import OcrOptions

DETECTOR = "PP-OCRv6_det_small.onnx"
RECOGNISER = "PP-OCRv6_rec_small.onnx"

LATIN = (
    "!\"#$%&'()*+,-./0123456789:;<=>?@ABCDEFGHIJKLMNOPQRSTUVWXYZ[\\]^_`abcdefghijklmnopqrstuvwxyz{|}~"
    "áàâäãåçéèêëíìîïñóòôöõøúùûüýšžčćłńÁÀÂÄÃÅÇÉÈÊËÍÎÏÑÓÔÖÕØÚÛÜÝŠŽČĆŁŃßæœ"
    "°±µ²³×½¼§®™•·–—‘’“”≥≤□■☐☑☒✓✔✘○●"  # noqa: RUF001 - the characters themselves
)
"""Kept of the recogniser's 18,708 characters: what US forms print, names of Latin alphabets, box and tick marks."""


@dataclass(frozen=True, slots=True)
class Recogniser:
    """The built line recogniser; ``alphabet[class]`` is the character, entry 0 the CTC blank, the last one a space."""

    model: ov.CompiledModel
    alphabet: tuple[str, ...]


def find_weights(name: str) -> Path:
    """The file inside the installed ``rapidocr`` wheel, found without importing it."""
    spec = importlib.util.find_spec("rapidocr")
    for folder in (spec.submodule_search_locations or []) if spec else []:
        path = Path(folder) / "models" / name
        if path.is_file():
            return path
    raise EngineUnavailable(f"The weights {name} are missing: pip install 'rapidocr>=3.10,<3.11'.")


def weights_version(options: OcrOptions) -> str:
    """Versions of weights and runtime, the alphabet that is kept, and the precision."""
    rapidocr = importlib.metadata.version("rapidocr")
    runtime = importlib.metadata.version("openvino")
    precision = "int8" if options.is_eight_bit else "f32"
    letters = hashlib.sha256(LATIN.encode()).hexdigest()[:6]
    return f"PP-OCRv6-small rapidocr-{rapidocr} openvino-{runtime} latin-{letters} {precision}"


def _core(options: OcrOptions) -> ov.Core:
    core = ov.Core()
    core.set_property(
        "CPU",
        {"INFERENCE_NUM_THREADS": options.threads, "NUM_STREAMS": 1, "PERFORMANCE_HINT": "LATENCY"},
    )
    if options.cache_dir:
        core.set_property({"CACHE_DIR": options.cache_dir})
    return core


def build_detector(options: OcrOptions, height: int, width: int) -> ov.CompiledModel:
    """The text detector for one input size (multiples of 32): (1, 1, height, width) to a map (1, 1, height, width).

    A fixed size starts a second of CPU sooner and takes 200 MB less than one built for any size.
    """
    path = find_weights(DETECTOR)
    try:
        core = _core(options)
        model = core.read_model(path)
        _take_grey(model)
        model.reshape([1, 1, height, width])
        if options.is_eight_bit:
            quantise(model, load_ranges(path))
        return core.compile_model(model, "CPU")
    except RuntimeError as error:
        raise EngineError("The text detector could not be built: reinstall rapidocr and openvino.") from error


def build_recogniser(options: OcrOptions) -> Recogniser:
    """The line recogniser, (n, 1, 48, width) to probabilities (n, width / 8, classes), its head cut to ``LATIN``.

    The head is a matrix of 18,710 columns, one a class; dropping columns before the softmax leaves the order of the
    kept classes as it was and takes off the time of the rest.
    """
    path = find_weights(RECOGNISER)
    try:
        core = _core(options)
        model = core.read_model(path)
        characters = _characters(path)
        index = {character: number for number, character in enumerate(characters, start=1)}
        kept = [character for character in LATIN if character in index]
        classes = [0, *(index[character] for character in kept), len(characters) + 1]
        _cut_head(model, classes)
        _take_grey(model)
        if options.is_eight_bit:
            quantise(model, load_ranges(path))
        return Recogniser(core.compile_model(model, "CPU"), ("", *kept, " "))
    except RuntimeError as error:
        raise EngineError("The text recogniser could not be built: reinstall rapidocr and openvino.") from error


def _characters(path: Path) -> list[str]:
    """The alphabet from the model's metadata (one character a line under the key ``character``).

    Read from the tail of the file: protobuf wire format, field 14 (metadata_props) of ModelProto.
    """
    data = path.read_bytes()
    found = re.search(rb"\x0a\x09character\x12((?:[\x80-\xff])*[\x00-\x7f])", data)
    if found is None:
        raise EngineError("The recogniser's weights hold no alphabet: reinstall rapidocr.")
    length = sum((byte & 0x7F) << (7 * place) for place, byte in enumerate(found.group(1)))
    return data[found.end() : found.end() + length].decode().splitlines()


def _take_grey(model: ov.Model) -> None:
    """One channel in instead of three alike: the first convolution's weights are summed over them."""
    parameter = model.get_parameters()[0]
    (use,) = parameter.output(0).get_target_inputs()
    convolution = use.get_node()
    weights: NDArray[np.float32] = convolution.input_value(1).get_node().data
    constant = opset13.constant(np.ascontiguousarray(weights.sum(axis=1, keepdims=True)))
    convolution.input(1).replace_source_output(constant.output(0))
    shape = parameter.get_partial_shape()
    shape[1] = 1
    parameter.set_partial_shape(shape)
    model.validate_nodes_and_infer_types()


def _cut_head(model: ov.Model, classes: list[int]) -> None:
    """Keep only ``classes`` of the last fully connected layer (MatMul, Add, Softmax)."""
    softmax = model.get_results()[0].input_value(0).get_node()
    node = softmax.input_value(0).get_node()
    while node.get_type_name() != "Add":
        node = node.input_value(0).get_node()
    matmul = node.input_value(0).get_node()
    for owner, place in ((node, 1), (matmul, 1)):
        weights: NDArray[np.float32] = owner.input_value(place).get_node().data
        constant = opset13.constant(np.ascontiguousarray(weights[..., classes]))
        owner.input(place).replace_source_output(constant.output(0))
    model.validate_nodes_and_infer_types()
