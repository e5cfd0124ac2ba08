"""Serves pictures with faces blurred that belong to nobody in the gallery of people (NEWSGRAPH_BLUR_UNKNOWN_FACES)."""

import io

import numpy as np
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFilter

from shared.blobs import Blobs
from shared.gallery import Gallery
from shared.ids import content_hash
from shared.outputs import Outputs
from shared.pictures import decode_rgb
from shared.schemas.base import Box, Schema
from shared.schemas.linking import EntityLinking
from shared.shown_files import StoredFile

_AROUND = 0.25
"""How far the blur reaches beyond the box of a face, as a share of its sides: hair and chin lie outside."""
_STRENGTH = 0.2
"""Deviation of the blur as a share of the longer side of what is blurred."""
_SAME_FACE = 0.5
_QUALITY = 90


class Unknown(Schema):
    """The faces of a picture that must not be seen; ``everything`` where nobody has looked for faces yet."""

    everything: bool = False
    faces: tuple[Box, ...] = ()

    @property
    def revision(self) -> str:
        """Changes when the served picture does."""
        return content_hash(self.model_dump_json().encode())[:12]


def unknown_faces(image: StoredFile, blobs: Blobs) -> Unknown:
    """The faces that no article's newest output gives to a person who is in the gallery now."""
    people = {reference.reference_id for reference in Gallery(blobs).references("person")}
    outputs = (Outputs(blobs).get(article_id, "entity_linking") for article_id in image.article_ids)
    linked = [output for output in outputs if isinstance(output, EntityLinking)]
    known: list[Box] = []
    unknown: list[Box] = []
    for output in linked:
        named = {face_id for cluster in output.clusters if cluster.person_id in people for face_id in cluster.face_ids}
        for face in output.faces:
            if face.region.image_id == image.file_id:
                (known if face.region.id in named else unknown).append(face.region.box)
    hidden = (box for box in unknown if all(box.iou(other) < _SAME_FACE for other in known))
    return Unknown(everything=not linked, faces=tuple(dict.fromkeys(hidden)))


def blurred(data: bytes, media_type: str, unknown: Unknown) -> tuple[bytes, str]:
    """Bytes and media type of the picture with those faces blurred: JPEG stays JPEG, anything else becomes PNG (first frame).

    Raises StageError where the bytes are no picture.
    """
    picture = Pillow.fromarray(decode_rgb(data))
    whole = Box(x0=0, y0=0, x1=picture.width, y1=picture.height)
    for face in (whole,) if unknown.everything else unknown.faces:
        _hide(picture, face)
    buffer = io.BytesIO()
    if media_type == "image/jpeg":
        picture.save(buffer, "JPEG", quality=_QUALITY)
        return buffer.getvalue(), media_type
    picture.save(buffer, "PNG")
    return buffer.getvalue(), "image/png"


def _hide(picture: Pillow.Image, face: Box) -> None:
    """Blur an ellipse around the face, strongly enough that no feature is left."""
    wide, high = _AROUND * (face.x1 - face.x0), _AROUND * (face.y1 - face.y0)
    left, top = max(0, int(face.x0 - wide)), max(0, int(face.y0 - high))
    right, bottom = min(picture.width, int(np.ceil(face.x1 + wide))), min(picture.height, int(np.ceil(face.y1 + high)))
    if right <= left or bottom <= top:
        return
    cut = picture.crop((left, top, right, bottom))
    mask = Pillow.new("L", cut.size, 0)
    whole = cut.size == picture.size
    (ImageDraw.Draw(mask).rectangle if whole else ImageDraw.Draw(mask).ellipse)((0, 0, *cut.size), fill=255)
    smooth = cut.filter(ImageFilter.GaussianBlur(max(4.0, _STRENGTH * max(cut.size))))
    picture.paste(smooth, (left, top), mask)
