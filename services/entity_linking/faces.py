"""Faces as regions with quality and the person around them, and clusters of faces of one person."""

from collections.abc import Sequence
from dataclasses import dataclass

import cv2
import numpy as np
from scipy.cluster.hierarchy import fcluster, linkage
from scipy.spatial.distance import pdist

from services.entity_linking.engines.centerface import DetectedFace
from services.entity_linking.engines.dlib_faces import FaceVector
from shared.ids import make_id
from shared.pictures import RgbArray
from shared.schemas.linking import Face
from shared.schemas.vision import Region

SAME_PERSON = 0.55
"""L2 distance: between the largest of the same person (.446) and the smallest of different people (.599) that were seen."""
_SHARP = 60.0
_LARGE = 80.0
_IN_PERSON = 0.6


@dataclass(frozen=True)
class EmbeddedFace:
    """A face with its 128-d vector, which stays in this process."""

    face: Face
    vector: FaceVector


def same_person(distance: float) -> float:
    """Confidence that two faces at this L2 distance show one person; 0.5 at the threshold."""
    return round(float(1 / (1 + np.exp((distance - SAME_PERSON) * 18))), 4)


def make_face(region: Region, detected: DetectedFace, picture: RgbArray, objects: Sequence[Region]) -> Face:
    """The face with its quality and the person box that holds it."""
    return Face(
        region=region, landmarks=detected.landmarks, quality=quality(picture, region), person_region_id=_person(region, objects)
    )


def face_region(article_id: str, image_id: str, detected: DetectedFace, model: str) -> Region:
    """A region of kind ``face``."""
    ident = make_id("region", article_id, image_id, "face", detected.box.model_dump_json())
    box, confidence = detected.box, detected.confidence
    return Region(
        id=ident, image_id=image_id, box=box, kind="face", label="face", entity_type="PER", confidence=confidence, model=model
    )


def quality(picture: RgbArray, region: Region) -> float:
    """How well a face can be recognised, in [0, 1]: the smaller of size (1 at 80 pixels) and sharpness (Laplacian variance)."""
    box = region.box
    cut = picture[int(box.y0) : int(np.ceil(box.y1)), int(box.x0) : int(np.ceil(box.x1))]
    grey = cv2.resize(cv2.cvtColor(cut, cv2.COLOR_RGB2GRAY), (112, 112), interpolation=cv2.INTER_AREA)
    sharpness = float(cv2.Laplacian(grey, cv2.CV_64F).var()) / _SHARP
    return round(min(1.0, sharpness, min(box.x1 - box.x0, box.y1 - box.y0) / _LARGE), 4)


def _person(face: Region, objects: Sequence[Region]) -> str | None:
    """The smallest person box that holds most of the face."""
    holding = [
        o
        for o in objects
        if o.image_id == face.image_id and o.label == "person" and o.box.intersection(face.box) / face.box.area >= _IN_PERSON
    ]
    return min(holding, key=lambda o: (o.box.area, o.id)).id if holding else None


def cluster(faces: Sequence[EmbeddedFace]) -> list[list[EmbeddedFace]]:
    """Groups of faces of one person: average linkage cut at the same-person distance; faces of one picture stay apart."""
    if len(faces) < 2:
        return [[face] for face in faces]
    distances = pdist(np.stack([face.vector for face in faces]))
    pairs = ((a, b) for a in range(len(faces)) for b in range(a + 1, len(faces)))
    for index, (a, b) in enumerate(pairs):
        if faces[a].face.region.image_id == faces[b].face.region.image_id:
            distances[index] = 2.0
    labels = fcluster(linkage(distances, method="average"), t=SAME_PERSON, criterion="distance")
    groups = [[face for face, label in zip(faces, labels, strict=True) if label == wanted] for wanted in sorted(set(labels))]
    return sorted(groups, key=lambda group: group[0].face.region.id)
