"""visual_events behind the real object_detection: what the photographs of the sample articles show, and what they do not."""

import io
from pathlib import Path

import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from services.object_detection.stage import build as build_detection
from services.visual_events.stage import build as build_events
from shared.blobs import FolderBlobs
from shared.ontology import load_ontology
from shared.schemas.article import Article, Image
from shared.schemas.situations import VisualEvents
from shared.schemas.vision import ObjectDetection
from shared.settings import REPOSITORY, Settings
from shared.stage import Stage, StageInput

pytestmark = pytest.mark.integration

PHOTOGRAPHS = REPOSITORY / "tests" / "fixtures" / "articles" / "images"


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> FolderBlobs:
    return FolderBlobs(tmp_path_factory.mktemp("blobs"))


@pytest.fixture(scope="module")
def stages(blobs: FolderBlobs) -> tuple[Stage, Stage]:
    detection, events = build_detection(Settings(), blobs), build_events(Settings(), blobs)
    detection.load()
    events.load()
    return detection, events


def _see(stages: tuple[Stage, Stage], blobs: FolderBlobs, *pictures: bytes) -> tuple[ObjectDetection, VisualEvents]:
    images = tuple(Image(image_id=blobs.put(data), media_type="image/png", width=1, height=1) for data in pictures)
    article = Article(article_id="article", text="text", images=images)
    (detected,) = stages[0].run([StageInput(article=article)])
    assert isinstance(detected, ObjectDetection)
    (seen,) = stages[1].run([StageInput(article=article, object_detection=detected)])
    assert isinstance(seen, VisualEvents)
    return detected, seen


def _png(picture: Pillow.Image) -> bytes:
    buffer = io.BytesIO()
    picture.save(buffer, "PNG")
    return buffer.getvalue()


def _protest() -> Pillow.Image:
    """Three portraits side by side under a banner."""
    portraits = [Pillow.open(PHOTOGRAPHS / name).convert("RGB") for name in ("obama.jpg", "biden.jpg", "astronaut.png")]
    picture = Pillow.new("RGB", (1500, 900), (160, 170, 180))
    for i, portrait in enumerate(portraits):
        portrait.thumbnail((480, 680))
        picture.paste(portrait, (10 + 500 * i, 900 - portrait.height))
    draw = ImageDraw.Draw(picture)
    draw.rectangle((100, 20, 1400, 180), fill="white")
    draw.text((140, 40), "PEACE AND JUSTICE NOW", fill="black", font=ImageFont.load_default(size=100))
    return picture


@pytest.mark.parametrize("name", ["astronaut.png", "obama.jpg", "biden.jpg"])
def test_a_portrait_shows_clothing_but_no_event(stages: tuple[Stage, Stage], blobs: FolderBlobs, name: str) -> None:
    detected, seen = _see(stages, blobs, (PHOTOGRAPHS / name).read_bytes())
    labels = {r.id: r.label for r in detected.images[0].regions}
    worn = {labels[t.object_id] for t in seen.triples if t.predicate == "wearing"}
    assert worn & {"tie", "suit", "uniform or protective gear"}
    assert seen.events == ()
    assert seen.regions == ()


def test_a_group_under_a_slogan_is_a_demonstration_grounded_in_its_people(
    stages: tuple[Stage, Stage], blobs: FolderBlobs
) -> None:
    detected, seen = _see(stages, blobs, _png(_protest()))
    (event,) = seen.events
    persons = {r.id for r in detected.images[0].regions if r.label == "person"}
    assert event.type == "Conflict.Demonstrate"
    assert len(persons) == 3
    assert {a.region_id for a in event.arguments if a.role == "Entity"} == persons
    assert any("PEACE" in reason for reason in event.reasons)


def test_what_the_stage_gives_fits_the_ontology_and_points_at_known_regions(
    stages: tuple[Stage, Stage], blobs: FolderBlobs
) -> None:
    detected, seen = _see(stages, blobs, _png(_protest()), (PHOTOGRAPHS / "obama.jpg").read_bytes())
    known = {r.id for image in detected.images for r in image.regions} | {r.id for r in seen.regions}
    ontology = load_ontology()
    for event in seen.events:
        event_type = ontology.event_types[event.type]
        assert event.region_id in known
        assert all(event_type.role(a.role) and (a.region_id is None or a.region_id in known) for a in event.arguments)
    for frame in seen.frames:
        assert {filler.role for filler in frame.roles} <= set(ontology.situation_verbs[frame.verb].roles)
    assert all({t.subject_id, t.object_id} <= known for t in seen.triples)


def test_an_article_without_pictures_gives_an_empty_output(stages: tuple[Stage, Stage], blobs: FolderBlobs) -> None:
    _, seen = _see(stages, blobs)
    assert seen == VisualEvents(article_id="article")


def test_a_broken_picture_gives_no_event_and_does_not_stop_its_neighbour(stages: tuple[Stage, Stage], blobs: FolderBlobs) -> None:
    detected, seen = _see(stages, blobs, b"broken", _png(_protest()))
    assert detected.images[0].error
    assert [e.image_id for e in seen.events] == [detected.images[1].image_id]


def test_the_manifest_names_models_and_rules_with_their_digests(tmp_path: Path) -> None:
    entries = build_events(Settings(), FolderBlobs(tmp_path)).manifest()
    assert all("@" in entry for entry in entries)
    assert {e.split("@")[0] for e in entries} >= {"newsgraph-pictures", "rules:visual_events", "rules:ontology"}
