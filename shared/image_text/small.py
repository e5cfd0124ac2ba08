"""The image-text encoder trained here: an EfficientNet-Lite2 tower, and a head on MiniLM's token states (model/README.md)."""

import json
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from tokenizers import Tokenizer

from shared.image_text.encoder import Floats, ImageCodes
from shared.image_text.trunk import LOWER_ID, Lower
from shared.image_text.windows import windows
from shared.onnx import Device, session
from shared.pictures import RgbArray
from shared.sentence_vectors import MODEL_ID as MINILM_ID
from shared.sentence_vectors import TOKENIZER_ID, MiniLM
from shared.settings import Settings
from shared.weights import Weights

PICTURES_ID = "newsgraph-pictures"
MODEL_IDS = (LOWER_ID, PICTURES_ID, MINILM_ID, TOKENIZER_ID)
_AT_ONCE = 8
_MAX_PIECES = 32  # as in training, with [CLS] and [SEP]
_OVERLAP = 8


@dataclass(frozen=True)
class PictureReading:
    """Everything the tower says of N pictures: codes, logits of each head [N,K], and of objects by cell [N,9,9,K]."""

    codes: ImageCodes
    heads: dict[str, Floats]
    places: Floats


class SmallEncoder:
    """An ImageTextEncoder that runs on a CPU: about 30 ms a picture.

    The network reads 32 word pieces. A longer text is read in windows that overlap by 8, and its vector is the mean of theirs at
    unit length: on the 1,000 pictures of Flickr8k's dev split with three captions joined (45 pieces), text to image R@1 is 29.5,
    against 25.4 by the first window alone, 27.4 by the best window and 27.6 by all pieces at once, of which the network saw
    never so many; with five captions (65 pieces) 28.1, 24.7, 26.4 and 25.4.
    """

    model_id = PICTURES_ID
    max_pieces: int | None = None

    def __init__(self, weights: Weights, device: Device = "cpu", threads: int = 1) -> None:
        folder = weights.path(PICTURES_ID)
        labels = json.loads((folder / "labels.json").read_text(encoding="utf-8"))
        self.scale, self.phrase_scale = float(labels["sentence_scale"]), float(labels["phrase_scale"])
        self._lower = Lower(weights.path(LOWER_ID), device, threads)
        self._tower = session(folder / "tower.onnx", device, threads)
        self._text = session(folder / "text.onnx", device, threads)
        self._minilm = MiniLM(weights.path(MINILM_ID), weights.path(TOKENIZER_ID), device)
        self._tokenizer = Tokenizer.from_file(str(weights.path(TOKENIZER_ID)))
        self._tokenizer.no_truncation()
        self._tokenizer.no_padding()

    def read(self, pictures: Sequence[RgbArray]) -> PictureReading:
        """Run the tower; raises ValueError without pictures."""
        parts = [self._run(pictures[start : start + _AT_ONCE]) for start in range(0, len(pictures), _AT_ONCE)]
        joined = {name: np.concatenate([part[name] for part in parts]) for name in parts[0]}
        codes = ImageCodes(joined.pop("vector"), joined.pop("cells"), joined.pop("features"))
        return PictureReading(codes, heads=joined, places=joined.pop("places"))

    def images(self, pictures: Sequence[RgbArray]) -> ImageCodes:
        """Codes of pictures."""
        return self.read(pictures).codes

    def texts(self, texts: Sequence[str]) -> Floats:
        """Unit vectors [N,512]."""
        return self._encode(texts)[0]

    def phrases(self, phrases: Sequence[str]) -> Floats:
        """Unit vectors [N,256]."""
        return self._encode(phrases)[1]

    def _run(self, pictures: Sequence[RgbArray]) -> dict[str, Floats]:
        names = [output.name for output in self._tower.get_outputs()]
        return dict(zip(names, self._tower.run(names, {"lower": self._lower(pictures)}), strict=True))

    def _encode(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Sentence and phrase vectors: the means over the windows of each text, at unit length."""
        parts = [windows(self._tokenizer, text, _MAX_PIECES - 2, _OVERLAP) for text in texts]
        sentences, phrases = self._encode_windows([part for row in parts for part in row])
        ends = np.cumsum([len(row) for row in parts])[:-1]
        return _pooled(sentences, ends), _pooled(phrases, ends)

    def _encode_windows(self, texts: Sequence[str]) -> tuple[Floats, Floats]:
        """Texts of one length at a time: so that a vector depends on its text only, never on its neighbours."""
        states = [rows[:_MAX_PIECES] for rows in self._minilm.states(texts)]
        sentences, phrases = np.zeros((len(texts), 512), np.float32), np.zeros((len(texts), 256), np.float32)
        for length in sorted({len(rows) for rows in states}):
            rows = [number for number, state in enumerate(states) if len(state) == length]
            batch = np.stack([states[number] for number in rows])
            sentences[rows], phrases[rows] = self._text.run(None, {"states": batch, "mask": np.ones(batch.shape[:2], bool)})
        return sentences, phrases


def _pooled(vectors: Floats, ends: npt.NDArray[np.int64]) -> Floats:
    """The mean of each part of the rows, at unit length; a part of one row stays as it is."""
    if len(vectors) == 0:
        return vectors
    return np.stack([part[0] if len(part) == 1 else _mean(part) for part in np.split(vectors, ends)])


def _mean(vectors: Floats) -> Floats:
    mean: Floats = vectors.mean(axis=0)
    return mean / np.linalg.norm(mean)


def load_small(settings: Settings, threads: int = 1) -> SmallEncoder:
    """The encoder from the registry; raises WeightsError."""
    return SmallEncoder(Weights.of(settings), settings.device, threads)
