"""One TensorFlow Lite graph with one input and one output, on a fixed number of threads."""

from pathlib import Path

import cv2
import numpy as np
import numpy.typing as npt
from ai_edge_litert.interpreter import Interpreter

from shared.pictures import RgbArray


class TfliteGraph:
    """Runs a uint8 image graph; not safe for two threads at once, as the interpreter owns its tensors."""

    def __init__(self, path: Path, threads: int) -> None:
        self._interpreter = Interpreter(str(path), num_threads=threads)
        self._interpreter.allocate_tensors()
        self._input = self._interpreter.get_input_details()[0]
        self._output = self._interpreter.get_output_details()[0]

    def run(self, picture: RgbArray) -> npt.NDArray[np.float32]:
        """Squeeze the picture into the graph's input size and return its output as real numbers (dequantised)."""
        _, height, width, _ = self._input["shape"]
        resized = cv2.resize(picture, (int(width), int(height)), interpolation=cv2.INTER_AREA)
        self._interpreter.set_tensor(self._input["index"], resized[None])
        self._interpreter.invoke()
        raw = np.asarray(self._interpreter.get_tensor(self._output["index"]), dtype=np.float32)
        scale, zero = self._output["quantization"]
        return (raw - zero) * np.float32(scale) if scale else raw
