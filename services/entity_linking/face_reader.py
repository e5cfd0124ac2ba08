"""What a face engine sees in pictures; loads without the knowledge base and the flags."""

from collections.abc import Sequence

import numpy as np

from services.entity_linking.engine import DetectedFace, DistanceCalibration, FaceEngine, FaceVector
from services.entity_linking.faces import EmbeddedFace, face_region, group, make_face
from shared.pictures import RgbArray
from shared.schemas.base import Box
from shared.schemas.vision import Region


class FaceReader:
    """Faces of pictures as regions with vectors."""

    def __init__(self, engine: FaceEngine) -> None:
        self.engine = engine
        self.calibration = DistanceCalibration(engine.same_person, engine.slope)

    def read(self, article_id: str, image_id: str, picture: RgbArray, objects: Sequence[Region]) -> list[EmbeddedFace]:
        """All faces of a picture, best first."""
        detected = self.engine.detect(picture)
        vectors = self.engine.embed([(picture, face) for face in detected])
        regions = [face_region(article_id, image_id, face, self.engine.detector_id) for face in detected]
        faces = [make_face(region, face, picture, objects) for region, face in zip(regions, detected, strict=True)]
        return [EmbeddedFace(face, vector) for face, vector in zip(faces, vectors, strict=True)]

    def vectors(self, pictures: Sequence[RgbArray]) -> FaceVector:
        """Unit vectors [N, D] of the largest face of each picture; the whole picture is the face where none is detected."""
        return self.engine.embed([(picture, self._largest(picture)) for picture in pictures])

    def clusters(self, vectors: FaceVector) -> list[int]:
        """A number a row; equal numbers mean one person."""
        return group(np.asarray(vectors), self.calibration.same)

    def _largest(self, picture: RgbArray) -> DetectedFace:
        height, width = picture.shape[:2]
        whole = DetectedFace(Box(x0=0, y0=0, x1=width, y1=height), (), 0.0)
        return max(self.engine.detect(picture), key=lambda face: face.box.area, default=whole)
