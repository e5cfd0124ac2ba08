"""The stage entity_linking: faces and their names, flags and their countries, places and their records."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import ClassVar

from services.entity_linking.catalogue import ENGINES, FACES, FLAGS, GALLERY, LINKER
from services.entity_linking.engine import FaceVector
from services.entity_linking.engines.flags import FlagFinder, FoundFlag
from services.entity_linking.enrolment import Embedder, enrol, face_embedder, rebuild, reference_of
from services.entity_linking.face_clusters import FaceClusters
from services.entity_linking.face_reader import FaceReader
from services.entity_linking.faces import EmbeddedFace
from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.knowledge.store import KnowledgeBase
from services.entity_linking.linker import MentionLinker
from services.entity_linking.links import link_entities
from services.entity_linking.people import link_people
from services.entity_linking.pictured import Galleries, Shown, open_galleries
from shared.blobs import BlobNotFound, Blobs
from shared.commands import RebuildOrder
from shared.engines import EngineRegistry
from shared.errors import StageError
from shared.faces.store import FaceStore
from shared.gallery import GALLERY_KINDS, Enrolment, Gallery, GalleryKind, Person, Rebuilt, Recognised, Reference
from shared.ids import make_id
from shared.manifest import FACE_MEMORY, GALLERIES, IMAGE_TEXT, SENTENCE_VECTORS, ontology_id, source_id
from shared.pictures import RgbArray, decode_rgb
from shared.schemas.base import Box
from shared.schemas.job import StageName
from shared.schemas.linking import EntityLinking, KBRecord, Link
from shared.schemas.text import NotAttempted
from shared.schemas.vision import Region
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

FLAG_MODEL = "flags"
KB_LINKS = "rules:kb-link"
_FOLDER = Path(__file__).parent
_SHARED = (IMAGE_TEXT, SENTENCE_VECTORS, FACE_MEMORY, GALLERIES)
_FACE_LIMITS = NotAttempted(part="names of unknown faces", reason="faces are named by the people gallery or by captions only")
_FLAG_LIMITS = NotAttempted(
    part="small, plain and folded flags",
    reason="flags of one or two colours are clothes and signs more often than flags; in folds only flags of several colours and "
    "many borders are looked for, and only when the article mentions their countries",
)
_GALLERY_LIMITS = NotAttempted(
    part="logos without a legible name, and landmarks",
    reason="they are recognised by reference pictures of a gallery (`newsgraph gallery add`), which is empty",
)
_KB_LIMITS = NotAttempted(
    part="links of most organisations and people",
    reason="the embedded knowledge base holds places and a few hundred well-known names; NEWSGRAPH_KB names a larger one",
)


@dataclass(frozen=True)
class _Engines:
    faces: FaceReader
    clusters: FaceClusters
    flags: FlagFinder
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
        self._engines = _Engines(faces, clusters, built(FLAGS), built(LINKER), built(GALLERY))

    def manifest(self) -> tuple[str, ...]:
        """Revisions of the models, the rules, the state of the galleries and what people decided about faces."""
        galleries = (f"gallery:{kind}@{self._gallery.revision(kind)}" for kind in GALLERY_KINDS)
        decisions = f"faces:decisions@{FaceStore(self._blobs).revision()}"
        return (*self._registry.manifest(), source_id(_FOLDER, *_SHARED), ontology_id(), *galleries, decisions)

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

    def describe(self, kind: GalleryKind, pictures: Sequence[RgbArray]) -> list[tuple[float, ...]]:
        """The vector that a gallery would keep of each picture; raises InputError where a person's shows no single face."""
        return list(self.reference(kind, "described", pictures).vectors)

    def reference(self, kind: GalleryKind, name: str, pictures: Sequence[RgbArray], kb_id: str | None = None) -> Reference:
        """What a gallery would keep, without keeping it."""
        return reference_of(Enrolment(kind=kind, name=name, kb_id=kb_id, image_ids=()), pictures, self._embedder(kind))

    def recognise(
        self,
        kind: GalleryKind,
        pictures: Sequence[RgbArray],
        references: Sequence[Reference],
        texts: Sequence[Sequence[str]] = (),
    ) -> list[Recognised | None]:
        """Which of the references each picture shows, None for unknown; ``texts`` are the words that OCR read in each."""
        return self._loaded().gallery.recognise(kind, pictures, references, texts)

    def _embedder(self, kind: GalleryKind) -> Embedder:
        loaded = self._loaded()
        return face_embedder(loaded.faces.engine) if kind == "person" else loaded.gallery.embedder(kind)

    def face_vectors(self, pictures: Sequence[RgbArray]) -> FaceVector:
        """Unit vectors [N, D] of the largest face of each picture; the whole picture is the face where none is detected."""
        return self._loaded().faces.vectors(pictures)

    def face_clusters(self, vectors: FaceVector) -> list[int]:
        """A number a row; equal numbers mean one person."""
        return self._loaded().faces.clusters(vectors)

    def flag_in(self, picture: RgbArray, box: Box) -> tuple[str, str]:
        """ISO code and name of the country whose flag a box most likely shows, given that it shows one."""
        code = self._loaded().flags.recognise(picture, box)[0][0]
        return code, self._loaded().linker.kb.country_name(code)

    def flags_of(self, picture: RgbArray) -> list[tuple[Box, str, str]]:
        """Box, ISO code and name of each flag that is found in a picture of which nothing else is known."""
        loaded = self._loaded()
        return [(flag.box, flag.code, loaded.linker.kb.country_name(flag.code)) for flag in loaded.flags.find(picture, ())]

    def _loaded(self) -> _Engines:
        if self._engines is None:
            raise RuntimeError("load() must be called before the stage is used")
        return self._engines

    def _link(self, inputs: StageInput, people: Sequence[Person], galleries: Galleries) -> EntityLinking:
        article, text = inputs.article, inputs.text_ie
        named = link_entities(article, text, self._loaded().linker, KB_LINKS) if text else []
        countries = {link.record.country_code for link in named if link.record.description == "country"}
        faces: list[EmbeddedFace] = []
        flags: list[tuple[Region, Link]] = []
        shown: list[Shown] = []
        for image_id, picture in self._pictures(inputs).items():
            objects = _objects(inputs, image_id)
            faces += self._loaded().faces.read(article.article_id, image_id, picture, objects)
            flags += self._flags(article.article_id, image_id, picture, objects, {code for code in countries if code})
            shown += galleries.shown(inputs, image_id, picture, objects)
        clusters = self._loaded().clusters.of(article, text, faces, people)
        return EntityLinking(
            article_id=article.article_id,
            faces=tuple(face.face for face in faces),
            clusters=clusters,
            flags=tuple(region for region, _ in (*flags, *shown) if region.kind == "flag"),
            logos=tuple(region for region, _ in shown if region.kind == "logo"),
            landmarks=tuple(region for region, _ in shown if region.kind == "landmark"),
            links=(*_people_first(named, link_people(text, people) if text else []), *(link for _, link in (*flags, *shown))),
            not_attempted=(
                *(() if self._settings.kb_file else (_KB_LIMITS,)),
                *((*self._registry.refusals(FACES), _FACE_LIMITS, _FLAG_LIMITS) if inputs.pictures else ()),
                *((_GALLERY_LIMITS,) if inputs.pictures and not galleries.filled else ()),
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

    def _flags(
        self, article_id: str, image_id: str, picture: RgbArray, objects: Sequence[Region], expected: set[str]
    ) -> list[tuple[Region, Link]]:
        loaded = self._loaded()
        people = [region.box for region in objects if region.label == "person"]
        found = loaded.flags.find(picture, expected, people)
        return [_flag(article_id, image_id, flag, loaded.linker.kb, flag.code in expected) for flag in found]


def _objects(inputs: StageInput, image_id: str) -> list[Region]:
    if inputs.object_detection is None:
        return []
    return [region for image in inputs.object_detection.images if image.image_id == image_id for region in image.regions]


def _flag(article_id: str, image_id: str, flag: FoundFlag, kb: KnowledgeBase, mentioned: bool) -> tuple[Region, Link]:
    country = kb.country_name(flag.code)
    ident = make_id("region", article_id, image_id, "flag", flag.code, flag.box.model_dump_json())
    region = Region(
        id=ident,
        image_id=image_id,
        box=flag.box,
        kind="flag",
        label=f"flag of {country}",
        entity_type="GPE",
        confidence=flag.confidence,
        model=FLAG_MODEL,
    )
    seen = "colours, borders and layout of the flag" if flag.flat else "colours, borders and order of colours of the flag"
    reason = f"{seen}; {country} is mentioned" if mentioned else seen
    known = kb.country(flag.code)
    record = known.schema() if known else KBRecord(id=f"iso3166:{flag.code}", name=country, type="GPE", country_code=flag.code)
    return region, Link(subject_id=ident, record=record, confidence=flag.confidence, model=FLAG_MODEL, reason=reason)


def _people_first(named: Sequence[Link], gallery: Sequence[Link]) -> list[Link]:
    """Links of the knowledge base and of the people gallery; the gallery is the user's own and wins."""
    own = {link.subject_id for link in gallery}
    return [*(link for link in named if link.subject_id not in own), *gallery]


def build_mention_linker(settings: Settings) -> MentionLinker:
    """The linker that the stage uses, loaded; raises ConfigurationError or WeightsError."""
    return EngineRegistry(ENGINES, settings).one(LINKER)


def build(settings: Settings, blobs: Blobs) -> EntityLinkingStage:
    """Make the stage; nothing is loaded yet."""
    return EntityLinkingStage(settings, blobs)
