"""The stage entity_linking: faces and their names, flags and their countries, places and their records."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.entity_linking.catalogue import ENGINES, FACES, FLAGS, GALLERY, LINKER
from services.entity_linking.coverage import not_attempted
from services.entity_linking.enrolment import Embedder, enrol, face_embedder, rebuild
from services.entity_linking.face_clusters import FaceClusters
from services.entity_linking.face_reader import FaceReader
from services.entity_linking.faces import EmbeddedFace
from services.entity_linking.flag_links import FlagLinker
from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.linker import MentionLinker
from services.entity_linking.links import link_entities
from services.entity_linking.people import link_people
from services.entity_linking.pictured import Galleries, Shown, open_galleries
from shared.blobs import BlobNotFound, Blobs
from shared.commands import RebuildOrder
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.faces.store import FaceStore
from shared.gallery import GALLERY_KINDS, Enrolment, Gallery, GalleryKind, Person, Rebuilt, Reference
from shared.manifest import FACE_MEMORY, GALLERIES, IMAGE_TEXT, SENTENCE_VECTORS, ontology_id, source_id
from shared.pictures import RgbArray, decode_rgb
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking, Link
from shared.schemas.vision import Region
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

KB_LINKS = "rules:kb-link"
FOLDER = Path(__file__).parent
_SHARED = (IMAGE_TEXT, SENTENCE_VECTORS, FACE_MEMORY, GALLERIES)


@dataclass(frozen=True)
class _Engines:
    faces: FaceReader
    clusters: FaceClusters
    flags: FlagLinker
    linker: MentionLinker
    gallery: GalleryReader


class EntityLinkingStage:
    """Names what can be named, and leaves the rest unknown."""

    name: ClassVar[StageName] = "entity_linking"

    def __init__(self, settings: Settings, blobs: Blobs) -> None:
        self._settings = settings
        self._registry = EngineRegistry(ENGINES, settings)
        self._blobs = blobs
        self._gallery = Gallery(blobs)
        self._engines: _Engines | None = None

    def load(self) -> None:
        """Load face models, flag references, the knowledge base (built at first use) and the encoder; raises WeightsError."""
        built = self._registry.one
        faces = built(FACES)
        clusters = FaceClusters(self._blobs, faces.engine.vector_id, faces.nearness)
        linker = built(LINKER)
        self._engines = _Engines(faces, clusters, FlagLinker(built(FLAGS), linker.kb), linker, built(GALLERY))

    def manifest(self) -> tuple[str, ...]:
        """Revisions of the models, the rules, the state of the galleries and what people decided about faces."""
        galleries = (f"gallery:{kind}@{self._gallery.revision(kind)}" for kind in GALLERY_KINDS)
        decisions = f"faces:decisions@{FaceStore(self._blobs).revision()}"
        return (*self._registry.manifest(), source_id(FOLDER, *_SHARED), ontology_id(), *galleries, decisions)

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One EntityLinking per article; pictures that cannot be read are passed over (object_detection reports them)."""
        people, galleries = self._gallery.people(), open_galleries(self._loaded().gallery, self._gallery)
        return [self._link(inputs, people, galleries) for inputs in batch]

    def enrol(self, order: Enrolment) -> Reference:
        """Take a reference with stored pictures into a gallery; raises InputError saying which must change, BlobNotFound."""
        pictures = [self._blobs.get(digest) for digest in order.image_ids]
        return enrol(order, pictures, embedder=self._embedder(order.kind), gallery=self._gallery)

    def rebuild(self, order: RebuildOrder) -> Rebuilt:
        """Compute the vectors of a gallery anew from the kept pictures."""
        return rebuild(order.kind, order.who, embedder=self._embedder(order.kind), gallery=self._gallery)

    def _embedder(self, kind: GalleryKind) -> Embedder:
        loaded = self._loaded()
        return face_embedder(loaded.faces.engine) if kind == "person" else loaded.gallery.embedder(kind)

    def _loaded(self) -> _Engines:
        if self._engines is None:
            raise RuntimeError("load() must be called before the stage is used")
        return self._engines

    def _link(self, inputs: StageInput, people: Sequence[Person], galleries: Galleries) -> EntityLinking:
        article, text, loaded = inputs.article, inputs.text_ie, self._loaded()
        named = link_entities(article, text, loaded.linker, KB_LINKS) if text else []
        countries = {code for link in named if link.record.description == "country" and (code := link.record.country_code)}
        faces: list[EmbeddedFace] = []
        flags: list[tuple[Region, Link]] = []
        shown: list[Shown] = []
        for image_id, picture in self._pictures(inputs).items():
            objects = _objects(inputs, image_id)
            faces += loaded.faces.read(article.article_id, image_id, picture, objects)
            flags += loaded.flags.read(article.article_id, image_id, picture, objects, countries)
            shown += galleries.shown(inputs, image_id, picture, objects)
        clusters = loaded.clusters.of(article, text, faces, people)
        return EntityLinking(
            article_id=article.article_id,
            faces=tuple(face.face for face in faces),
            clusters=clusters,
            flags=tuple(region for region, _ in (*flags, *shown) if region.kind == "flag"),
            logos=tuple(region for region, _ in shown if region.kind == "logo"),
            landmarks=tuple(region for region, _ in shown if region.kind == "landmark"),
            links=(*_people_first(named, link_people(text, people) if text else []), *(link for _, link in (*flags, *shown))),
            not_attempted=not_attempted(
                galleries,
                self._registry.refusals(FACES),
                embedded_kb=self._settings.kb_file is None,
                pictures=bool(inputs.pictures),
            ),
        )

    def _pictures(self, inputs: StageInput) -> dict[str, RgbArray]:
        pictures = {}
        for image_id in (image.image_id for image in inputs.pictures):
            try:
                pictures[image_id] = decode_rgb(self._blobs.get(image_id))
            except (StageError, BlobNotFound):
                continue
        return pictures


def _objects(inputs: StageInput, image_id: str) -> list[Region]:
    if inputs.object_detection is None:
        return []
    return [region for image in inputs.object_detection.images if image.image_id == image_id for region in image.regions]


def _people_first(named: Sequence[Link], gallery: Sequence[Link]) -> list[Link]:
    """Links of the knowledge base and of the people gallery; the gallery is the user's own and wins."""
    own = {link.subject_id for link in gallery}
    return [*(link for link in named if link.subject_id not in own), *gallery]


def build(settings: Settings, blobs: Blobs) -> EntityLinkingStage:
    """Make the stage; nothing is loaded yet."""
    return EntityLinkingStage(settings, blobs)
