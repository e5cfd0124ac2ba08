"""Faces as regions with quality and the person around them, and clusters of faces of one person."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

from services.entity_linking.engine import DetectedFace, FaceVector
from services.entity_linking.thresholds import LIMITS
from shared.ids import make_id
from shared.pictures import RgbArray
from shared.schemas.linking import Face
from shared.schemas.vision import Region

_TINY = float(np.finfo(np.float64).tiny)
_MAX_DISTANCE = 2.0
"""Of two unit vectors."""


@dataclass(frozen=True)
class EmbeddedFace:
    """A face with its unit vector."""

    face: Face
    vector: FaceVector


def make_face(region: Region, detected: DetectedFace, picture: RgbArray, objects: Sequence[Region]) -> Face:
    """The face with its quality and the person box that holds it."""
    good = min(quality(picture, region), frontal(detected.landmarks))
    return Face(region=region, landmarks=detected.landmarks, quality=good, person_region_id=_person(region, objects))


def face_region(article_id: str, image_id: str, detected: DetectedFace, model: str) -> Region:
    """A region of kind ``face``."""
    ident = make_id("region", article_id, image_id, "face", detected.box.model_dump_json())
    box, confidence = detected.box, detected.confidence
    return Region(
        id=ident, image_id=image_id, box=box, kind="face", label="face", entity_type="PER", confidence=confidence, model=model
    )


def quality(picture: RgbArray, region: Region) -> float:
    """How well a face can be recognised, in [0, 1]: the smaller of size and sharpness (Laplacian variance)."""
    box = region.box
    cut = picture[int(box.y0) : int(np.ceil(box.y1)), int(box.x0) : int(np.ceil(box.x1))]
    grey = cv2.resize(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), (112, 112), interpolation=cv2.INTER_AREA)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var()) / LIMITS.sharp_face_variance
    return round(min(1.0, sharpness, min(box.x1 - box.x0, box.y1 - box.y0) / LIMITS.large_face_side), 4)


def frontal(landmarks: Sequence[tuple[float, float]]) -> float:
    """How far a face looks at the camera, in [0, 1]: how alike the distances of the eyes from the nose are."""
    if len(landmarks) < 3:
        return 1.0
    left, right, nose = (np.asarray(point) for point in landmarks[:3])
    near, far = sorted((float(np.linalg.norm(left - nose)), float(np.linalg.norm(right - nose))))
    return round(min(1.0, near / max(far, _TINY) / LIMITS.frontal_eye_ratio), 4)


def _person(face: Region, objects: Sequence[Region]) -> str | None:
    """The smallest person box that holds most of the face."""
    holding = [
        o
        for o in objects
        if o.image_id == face.image_id
        and o.label == "person"
        and o.box.intersection(face.box) / face.box.area >= LIMITS.min_face_in_person
    ]
    return min(holding, key=lambda o: (o.box.area, o.id)).id if holding else None


def cluster(faces: Sequence[EmbeddedFace], same_person: float) -> list[list[EmbeddedFace]]:
    """Groups of faces of one person; faces of one picture stay apart."""
    pictures = [face.face.region.image_id for face in faces]
    labels = group(np.array([face.vector for face in faces]), same_person, pictures)
    groups = [[face for face, label in zip(faces, labels, strict=True) if label == wanted] for wanted in sorted(set(labels))]
    return sorted(groups, key=lambda group: group[0].face.region.id)


def group(vectors: FaceVector, same_person: float, pictures: Sequence[str] = ()) -> list[int]:
    """A label for each vector [N, D]: average linkage of L2 distances, cut at ``same_person``; rows of one picture stay apart."""
    if len(vectors) < 2:
        return [0] * len(vectors)
    distances = pdist(vectors)
    if pictures:
        left, right = np.triu_indices(len(vectors), k=1)
        distances[np.asarray(pictures)[left] == np.asarray(pictures)[right]] = _MAX_DISTANCE
    labels = fcluster(linkage(distances, method="average"), t=same_person, criterion="distance")
    return [int(label) for label in labels]
