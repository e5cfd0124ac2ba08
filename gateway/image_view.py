"""Everything that the stages say of one picture of an article, with which engine said it."""

from collections.abc import Iterable
from typing import TypeVar

from shared.blobs import Blobs
from shared.outputs import Outputs
from shared.schemas.base import Schema
from shared.schemas.fusion import FusedGraph, Grounding
from shared.schemas.linking import EntityLinking, Face, FaceCluster, Link
from shared.schemas.situations import (
    HumanObjectInteraction,
    PhraseGrounding,
    SceneTriple,
    SituationFrame,
    VisualEvent,
    VisualEvents,
)
from shared.schemas.vision import ImageAnalysis, ObjectDetection, Region

T = TypeVar("T", SituationFrame, SceneTriple, HumanObjectInteraction, VisualEvent, PhraseGrounding)


class ImageView(Schema):
    """What is known of a picture; parts whose stage failed or has not run are empty.

    ``regions`` are those of all stages; ``links`` say what face clusters and regions show.
    """

    article_id: str
    image_id: str
    analysis: ImageAnalysis | None = None
    regions: tuple[Region, ...] = ()
    faces: tuple[Face, ...] = ()
    clusters: tuple[FaceCluster, ...] = ()
    links: tuple[Link, ...] = ()
    frames: tuple[SituationFrame, ...] = ()
    triples: tuple[SceneTriple, ...] = ()
    interactions: tuple[HumanObjectInteraction, ...] = ()
    events: tuple[VisualEvent, ...] = ()
    phrases: tuple[PhraseGrounding, ...] = ()
    groundings: tuple[Grounding, ...] = ()


def image_view(blobs: Blobs, article_id: str, image_id: str) -> ImageView:
    """Read the current outputs of the article's stages."""
    outputs = Outputs(blobs)
    detected, linking = outputs.get(article_id, "object_detection"), outputs.get(article_id, "entity_linking")
    seen, fused = outputs.get(article_id, "visual_events"), outputs.get(article_id, "fusion")
    view = ImageView(article_id=article_id, image_id=image_id)
    if isinstance(detected, ObjectDetection):
        view = _with_analysis(view, detected)
    if isinstance(linking, EntityLinking):
        view = _with_links(view, linking)
    if isinstance(seen, VisualEvents):
        view = _with_situations(view, seen)
    if isinstance(fused, FusedGraph):
        here = {region.id for region in view.regions}
        view = view.model_copy(update={"groundings": tuple(g for g in fused.groundings if g.region_id in here)})
    return view


def _with_analysis(view: ImageView, detected: ObjectDetection) -> ImageView:
    analysis = next((image for image in detected.images if image.image_id == view.image_id), None)
    return view.model_copy(update={"analysis": analysis, "regions": analysis.regions if analysis else ()})


def _with_links(view: ImageView, linking: EntityLinking) -> ImageView:
    faces = tuple(face for face in linking.faces if face.region.image_id == view.image_id)
    marks = [r for r in (*linking.flags, *linking.logos, *linking.landmarks) if r.image_id == view.image_id]
    ids = {face.region.id for face in faces}
    clusters = tuple(cluster for cluster in linking.clusters if ids & set(cluster.face_ids))
    subjects = ids | {mark.id for mark in marks} | {cluster.id for cluster in clusters}
    return view.model_copy(
        update={
            "regions": (*view.regions, *(face.region for face in faces), *marks),
            "faces": faces,
            "clusters": clusters,
            "links": tuple(link for link in linking.links if link.subject_id in subjects),
        }
    )


def _with_situations(view: ImageView, seen: VisualEvents) -> ImageView:
    return view.model_copy(
        update={
            "regions": (*view.regions, *(r for r in seen.regions if r.image_id == view.image_id)),
            "frames": _here(view, seen.frames),
            "triples": _here(view, seen.triples),
            "interactions": _here(view, seen.interactions),
            "events": _here(view, seen.events),
            "phrases": _here(view, seen.phrases),
        }
    )


def _here(view: ImageView, things: Iterable[T]) -> tuple[T, ...]:
    return tuple(thing for thing in things if thing.image_id == view.image_id)
