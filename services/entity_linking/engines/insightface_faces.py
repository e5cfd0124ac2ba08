"""InsightFace's buffalo_l: SCRFD boxes with five landmarks and ArcFace vectors (Deng et al. 2019). The code is MIT, the weights
are for non-commercial research only."""

from collections.abc import Sequence
from importlib import import_module
from pathlib import Path

import cv2
import numpy as np

from services.entity_linking.engine import DetectedFace, FaceVector
from services.entity_linking.thresholds import LIMITS
from shared.errors import WeightsError
from shared.pictures import RgbArray
from shared.schemas.base import Box

MODEL = "insightface-buffalo-l"
_SIDE = 640  # of the detector's input
_FACE = 112  # of an aligned face
_BATCH = 32
_INSTALL = "`pip install -r deploy/requirements/vision-gpu.txt`"


class InsightFace:
    """A folder with the ONNX files of a detector and of a recogniser, as InsightFace's model packs have them."""

    detector_id = MODEL
    vector_id = MODEL
    dimensions = 512
    same_person = LIMITS.max_arcface_distance
    slope = LIMITS.arcface_slope

    def __init__(self, folder: Path, device: str) -> None:
        """Load the two networks; raises WeightsError."""
        try:
            analysis = import_module("insightface.app").FaceAnalysis
            self._align = import_module("insightface.utils.face_align").norm_crop
        except ImportError as error:
            raise WeightsError(f"{MODEL} needs a package that is missing ({error}): {_INSTALL}") from error
        providers = ["CUDAExecutionProvider"] if device == "cuda" else []
        parts = ["detection", "recognition"]
        try:
            loaded = analysis(str(folder), allowed_modules=parts, providers=[*providers, "CPUExecutionProvider"])
            loaded.prepare(0 if device == "cuda" else -1, det_thresh=LIMITS.min_scrfd_score, det_size=(_SIDE, _SIDE))
            self._detector, self._recogniser = (loaded.models[part] for part in parts)
        except Exception as error:  # insightface asserts, and onnxruntime has errors of its own
            raise WeightsError(
                f"{MODEL}: {folder} must hold the ONNX files of a detector and of a recogniser ({str(error)[:200]})"
            ) from error

    def detect(self, picture: RgbArray) -> list[DetectedFace]:
        """Faces of an HxWx3 RGB picture, best first."""
        boxes, marks = self._detector.detect(_bgr(picture))
        faces = [_face(row, points, picture) for row, points in zip(boxes, marks, strict=True)]
        return sorted((face for face in faces if face), key=lambda face: -face.confidence)

    def embed(self, faces: Sequence[tuple[RgbArray, DetectedFace]]) -> FaceVector:
        """Unit vectors [N, 512], aligned on the landmarks; without landmarks the box is taken as it is."""
        crops = [self._crop(picture, face) for picture, face in faces]
        rows = [self._recogniser.get_feat(crops[start : start + _BATCH]) for start in range(0, len(crops), _BATCH)]
        vectors = np.concatenate(rows).astype(np.float64) if rows else np.zeros((0, self.dimensions))
        return np.asarray(vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), np.finfo(np.float64).tiny))

    def _crop(self, picture: RgbArray, face: DetectedFace) -> RgbArray:
        if len(face.landmarks) == 5:
            return np.asarray(self._align(_bgr(picture), np.array(face.landmarks, dtype=np.float32), image_size=_FACE))
        box = face.box
        cut = picture[max(0, int(box.y0)) : int(np.ceil(box.y1)), max(0, int(box.x0)) : int(np.ceil(box.x1))]
        return np.asarray(cv2.resize(_bgr(cut), (_FACE, _FACE)))


def _bgr(picture: RgbArray) -> RgbArray:
    return np.ascontiguousarray(picture[..., ::-1])


def _face(row: FaceVector, points: FaceVector, picture: RgbArray) -> DetectedFace | None:
    height, width = picture.shape[:2]
    x0, x1 = (round(float(np.clip(v, 0, width)), 1) for v in (row[0], row[2]))
    y0, y1 = (round(float(np.clip(v, 0, height)), 1) for v in (row[1], row[3]))
    if min(x1 - x0, y1 - y0) < LIMITS.min_face_side:
        return None
    landmarks = tuple((round(float(x), 1), round(float(y), 1)) for x, y in points)
    return DetectedFace(Box(x0=x0, y0=y0, x1=x1, y1=y1), landmarks, round(min(1.0, float(row[4])), 4))
