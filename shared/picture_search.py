"""The vectors of all pictures that were read, so that words find pictures."""

import json

import numpy as np

from shared.blobs import BlobNotFound, Blobs
from shared.image_text.encoder import Floats
from shared.schemas.base import Schema

_KIND = "picture-vectors"


class PictureHit(Schema):
    """A picture and the cosine of its vector and the query's, in [-1, 1]."""

    image_id: str
    score: float


class PictureHits(Schema):
    """Pictures for a query, best first, out of ``searched`` pictures; ``model`` made the vectors."""

    query: str
    model: str
    searched: int
    hits: tuple[PictureHit, ...] = ()


class PictureIndex:
    """One record a picture in the blob store; vectors of another model than the one that asks are passed over."""

    def __init__(self, blobs: Blobs) -> None:
        self._blobs = blobs

    def remember(self, image_id: str, vector: Floats, model: str) -> None:
        """Keep the unit vector of a picture, in the place of an earlier one."""
        record = {"model": model, "vector": [round(float(value), 4) for value in vector]}
        self._blobs.write_record(_KIND, image_id, json.dumps(record).encode())

    def search(self, query: str, vector: Floats, model: str, limit: int) -> PictureHits:
        """The nearest pictures."""
        kept = {key: row["vector"] for key in self._blobs.list_records(_KIND) if (row := self._read(key))["model"] == model}
        if not kept:
            return PictureHits(query=query, model=model, searched=0)
        scores = np.asarray(list(kept.values()), np.float32) @ vector
        best = np.argsort(-scores, kind="stable")[:limit]
        names = list(kept)
        hits = tuple(PictureHit(image_id=names[at], score=round(float(scores[at]), 4)) for at in best)
        return PictureHits(query=query, model=model, searched=len(kept), hits=hits)

    def forget(self, image_id: str) -> None:
        """Drop a picture's vector; unknown ids are ignored."""
        self._blobs.delete_record(_KIND, image_id)

    def _read(self, key: str) -> dict[str, object] | dict[str, str]:
        try:
            row: dict[str, object] = json.loads(self._blobs.read_record(_KIND, key))
        except (BlobNotFound, ValueError):
            return {"model": ""}
        return row
