"""The engines of entity_linking: faces, flags, galleries and the knowledge base with its linker."""

from services.entity_linking.engines.flags import FlagFinder
from services.entity_linking.engines.insightface_faces import MODEL as INSIGHTFACE
from services.entity_linking.face_reader import FaceReader
from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.knowledge.command import encoder, kb_path, open_kb
from services.entity_linking.knowledge.embedded import kb_revision
from services.entity_linking.linker import MentionLinker
from services.entity_linking.settings import GallerySettings
from shared.engines import ALL, CHOSEN, Engine, Order, Role
from shared.image_text.trunk import LOWER_ID, UPPER_ID
from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID
from shared.settings import Settings

DETECTOR, LANDMARKS, VECTORS = "centerface", "dlib-landmarks-5", "dlib-face-resnet"


def _asked_encoder() -> tuple[str, ...]:
    return (GallerySettings().gallery_encoder,)


FACES: Role[FaceReader] = Role("face engine")
FLAGS: Role[FlagFinder] = Role("flag finder")
GALLERY: Role[GalleryReader] = Role("gallery encoder", setting="NEWSGRAPH_GALLERY_ENCODER", asks=_asked_encoder)
LINKER: Role[MentionLinker] = Role("linker of names")


def _insightface(order: Order) -> FaceReader:
    from services.entity_linking.engines.insightface_faces import InsightFace

    return FaceReader(InsightFace(order.path(), order.settings.device))


def _dlib(order: Order) -> FaceReader:
    from services.entity_linking.engines.centerface import CenterFace
    from services.entity_linking.engines.dlib_faces import EmbeddedFaces, FaceEmbedder

    return FaceReader(EmbeddedFaces(CenterFace(order.path(0)), FaceEmbedder(order.path(1), order.path(2))))


def _gallery(order: Order) -> GalleryReader:
    from services.entity_linking.engines.appearance import Appearance
    from shared.image_text.trunk import Trunk

    return GalleryReader(Appearance(Trunk(order.path(0), order.path(1))))


def _dinov2(order: Order) -> GalleryReader:
    from services.entity_linking.engines.dinov2 import Dinov2

    return GalleryReader(Dinov2(order.models[0], order.path(), order.settings.device))


def _linker(order: Order) -> MentionLinker:
    order.path()  # the names of towns are verified before the embedded knowledge base is built from them
    return MentionLinker(open_kb(order.settings), encoder(order.settings))


def _kb_revision(settings: Settings) -> tuple[str, ...]:
    """The embedded knowledge base by what it is built from; another by name, size and time, as it may have gigabytes."""
    if settings.kb_file is None:
        return (f"kb:embedded@{kb_revision()}",)
    path = kb_path(settings)
    if not path.is_file():
        return (f"kb:{path.name}",)
    state = path.stat()
    return (f"kb:{path.name}@{state.st_size}-{state.st_mtime_ns}",)


ENGINES = (
    Engine(
        "insightface", FACES, ("gpu",), _insightface, models=(INSIGHTFACE,), instead="CenterFace and dlib do this work instead"
    ),
    Engine("dlib", FACES, ALL, _dlib, models=(DETECTOR, LANDMARKS, VECTORS)),
    Engine("colour-structure", FLAGS, ALL, lambda o: FlagFinder(o.path(0), o.path(1)), models=("flags", "flag-network")),
    Engine("dinov2", GALLERY, ("gpu",), _dinov2, models=CHOSEN),
    Engine("efficientnet-lite2", GALLERY, ALL, _gallery, models=(LOWER_ID, UPPER_ID)),
    Engine("knowledge", LINKER, ALL, _linker, models=("geonames", MODEL_ID, TOKENIZER_ID), decides=_kb_revision),
)
