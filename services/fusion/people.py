"""The people of each picture: a face and the person box around it are one person, a box without a face is one too."""

from dataclasses import dataclass

from services.fusion.evidence import Evidence
from services.fusion.thresholds import LIMITS
from shared.schemas.vision import Region


@dataclass(frozen=True)
class Person:
    """Someone in a picture. ``key`` is the id of the face cluster, the face or the box; ``region_ids`` start with the face."""

    key: str
    image_id: str
    region_ids: tuple[str, ...]
    area: float
    confidence: float
    name: str | None = None


def people_of(evidence: Evidence) -> dict[str, list[Person]]:
    """The people of each image, largest first; doubtful boxes beside a face are left out."""
    result: dict[str, list[Person]] = {}
    for image_id in evidence.image_ids:
        faces = _with_faces(evidence, image_id)
        taken = {region_id for person in faces for region_id in person.region_ids}
        everyone = faces + _without_faces(evidence, image_id, taken)
        shown = [p for p in everyone if p in faces or p.confidence >= LIMITS.min_person_without_face or not faces]
        result[image_id] = sorted(shown, key=lambda p: (-p.area, p.key))
    return result


def _with_faces(evidence: Evidence, image_id: str) -> list[Person]:
    cluster_of = {face_id: c for c in evidence.clusters.values() for face_id in c.face_ids}
    people = []
    for face_id, face in evidence.faces.items():
        if face.region.image_id != image_id:
            continue
        box = evidence.regions.get(face.person_region_id or "")
        cluster = cluster_of.get(face_id)
        regions = (face_id, box.id) if box else (face_id,)
        area = box.box.area if box else LIMITS.body_to_face_area * face.region.box.area
        key = cluster.id if cluster else face_id
        people.append(Person(key, image_id, regions, area, face.region.confidence, cluster.name if cluster else None))
    return people


def _without_faces(evidence: Evidence, image_id: str, taken: set[str]) -> list[Person]:
    boxes = [r for r in evidence.regions.values() if r.image_id == image_id and r.kind == "object" and r.entity_type == "PER"]
    kept = [evidence.regions[region_id] for region_id in sorted(taken) if evidence.regions[region_id].kind == "object"]
    people = []
    for region in sorted(boxes, key=lambda r: (-r.confidence, r.id)):
        if region.id not in taken and not _doubles(region, kept):
            kept.append(region)
            people.append(Person(region.id, image_id, (region.id,), region.box.area, region.confidence))
    return people


def _doubles(region: Region, others: list[Region]) -> bool:
    return any(region.box.iou(other.box) > LIMITS.max_person_overlap for other in others)


def prominent(people: list[Person]) -> list[Person]:
    """The people whom a picture is about: all but those much smaller than the largest."""
    largest = max((p.area for p in people), default=0.0)
    return [p for p in people if p.area >= LIMITS.min_prominent_share * largest]
