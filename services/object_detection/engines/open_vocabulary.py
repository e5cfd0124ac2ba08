"""Boxes for phrases: Grounding DINO (Liu et al. 2023) and OWLv2 (Minderer et al. 2023) through transformers, both Apache-2.0."""

from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np
import numpy.typing as npt

from services.object_detection.detections import Detection, clip, merge
from services.object_detection.engines.torch_device import batches, inference, require
from services.object_detection.thresholds import LIMITS
from shared.errors import WeightsError
from shared.pictures import RgbArray

Floats = npt.NDArray[np.float32]
_BATCH = 4


class _TransformersDetector:
    """A checkpoint folder (config, processor, tokenizer, safetensors) of a zero-shot detector."""

    def __init__(self, model_id: str, folder: Path, device: str, threshold: float) -> None:
        self.model_id, self._device, self._threshold = model_id, device, threshold
        transformers = require("transformers", model_id)
        self._torch = require("torch", model_id)
        try:
            self._processor = transformers.AutoProcessor.from_pretrained(folder, local_files_only=True)
            auto = transformers.AutoModelForZeroShotObjectDetection
            self._model = auto.from_pretrained(folder, local_files_only=True).eval().to(device)
        except (OSError, ValueError, RuntimeError, KeyError, ImportError) as error:
            raise WeightsError(f"{model_id}: {folder} does not load as a zero-shot detector: {str(error)[:300]}") from error

    def _detections(self, phrases: Sequence[str], scores: Floats, boxes: Floats, picture: RgbArray) -> list[Detection]:
        """``scores`` [Q, P] of each query for each phrase, ``boxes`` [Q, 4] corners in pixels; each phrase without duplicates."""
        height, width = picture.shape[:2]
        found = []
        for query, number in zip(*np.nonzero(scores >= self._threshold), strict=True):
            x0, y0, x1, y1 = (float(value) for value in boxes[query])
            box = clip((x0, y0, x1, y1), width, height)
            if box is not None:
                found.append(Detection(phrases[number], round(float(scores[query, number]), 4), box))
        return merge(found)


class GroundingDino(_TransformersDetector):
    """Grounding DINO: all phrases in one text, "a tank. a rocket launcher."; long lists are asked in several rounds."""

    def __init__(self, model_id: str, folder: Path, device: str, threshold: float | None = None) -> None:
        """Load the folder; raises WeightsError."""
        super().__init__(model_id, folder, device, LIMITS.min_grounding_dino if threshold is None else threshold)

    def find(self, pictures: Sequence[RgbArray], phrases: Sequence[str]) -> list[list[Detection]]:
        """Detections of each picture, labelled with the phrase as given; the score is the mean over the phrase's word pieces."""
        found: list[list[Detection]] = [[] for _ in pictures]
        for asked in self._rounds(list(dict.fromkeys(phrases))):
            for numbers in batches(range(len(pictures)), _BATCH):
                answers = self._ask([pictures[number] for number in numbers], asked)
                for number, answer in zip(numbers, answers, strict=True):
                    found[number] += answer
        return found

    def _rounds(self, phrases: Sequence[str]) -> Iterator[list[str]]:
        """Lists of phrases that fit into the model's longest text, each with its full stop."""
        most = int(self._model.config.max_text_len) - 2
        asked: list[str] = []
        used = 0
        for phrase in phrases:
            pieces = len(self._processor.tokenizer(_said(phrase), add_special_tokens=False)["input_ids"])
            if pieces > most or not phrase.strip():
                continue
            if used + pieces > most:
                yield asked
                asked, used = [], 0
            asked, used = [*asked, phrase], used + pieces
        if asked:
            yield asked

    def _ask(self, pictures: Sequence[RgbArray], phrases: Sequence[str]) -> list[list[Detection]]:
        text = "".join(_said(phrase) for phrase in phrases)
        inputs = self._processor(images=list(pictures), text=[text] * len(pictures), return_tensors="pt").to(self._device)
        with inference(self._device):
            outputs = self._model(**inputs)
            pieces = outputs.logits.float().sigmoid().cpu().numpy()
            boxes = outputs.pred_boxes.float().cpu().numpy()
        places = _pieces_of(phrases, self._processor.tokenizer(text, return_offsets_mapping=True)["offset_mapping"])
        answers = []
        for row, picture in enumerate(pictures):
            scores = np.stack([pieces[row][:, place].mean(axis=1) for place in places], axis=1)
            answers.append(self._detections(phrases, scores, _corners(boxes[row], picture), picture))
        return answers


class Owlv2(_TransformersDetector):
    """OWLv2: each phrase in a prompt of its own."""

    def __init__(self, model_id: str, folder: Path, device: str, threshold: float | None = None) -> None:
        """Load the folder; raises WeightsError."""
        super().__init__(model_id, folder, device, LIMITS.min_owlv2 if threshold is None else threshold)

    def find(self, pictures: Sequence[RgbArray], phrases: Sequence[str]) -> list[list[Detection]]:
        """Detections of each picture, labelled with the phrase as given."""
        asked = [phrase for phrase in dict.fromkeys(phrases) if phrase.strip()]
        if not asked:
            return [[] for _ in pictures]
        return [found for group in batches(pictures, _BATCH) for found in self._ask(group, asked)]

    def _ask(self, pictures: Sequence[RgbArray], phrases: Sequence[str]) -> list[list[Detection]]:
        prompts = [[f"a photo of {phrase}" for phrase in phrases]] * len(pictures)
        longest = int(self._model.config.text_config.max_position_embeddings)
        options = {"padding": "max_length", "truncation": True, "max_length": longest, "return_tensors": "pt"}
        inputs = self._processor(text=prompts, images=list(pictures), **options).to(self._device)
        with inference(self._device):
            outputs = self._model(**inputs)
            scores = outputs.logits.float().sigmoid().cpu().numpy()
            boxes = outputs.pred_boxes.float().cpu().numpy()
        return [
            self._detections(phrases, scores[row], _corners(boxes[row], picture, square=True), picture)
            for row, picture in enumerate(pictures)
        ]


def _said(phrase: str) -> str:
    """The phrase as Grounding DINO reads it: lower case, ended by the only full stop."""
    return " ".join(phrase.lower().replace(".", " ").split()) + ". "


def _pieces_of(phrases: Sequence[str], offsets: Sequence[tuple[int, int]]) -> list[list[int]]:
    """The word pieces of each phrase of the text, without its full stop."""
    places, start = [], 0
    for phrase in phrases:
        end = start + len(_said(phrase)) - len(". ")
        places.append([number for number, (first, last) in enumerate(offsets) if start <= first < last <= end])
        start = end + len(". ")
    return places


def _corners(boxes: Floats, picture: RgbArray, square: bool = False) -> Floats:
    """From centres and sizes as shares to corners in pixels; ``square``: shares of the picture padded to its longer side."""
    height, width = picture.shape[:2]
    across = (max(height, width),) * 2 if square else (width, height)
    centre, half = boxes[:, :2], boxes[:, 2:] / 2
    return np.concatenate([centre - half, centre + half], axis=1) * np.array([*across, *across], dtype=np.float32)
