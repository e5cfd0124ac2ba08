"""Faces, names, flags and places with the real weights."""

import time
from dataclasses import dataclass
from pathlib import Path

import cv2
import numpy as np
import pytest

from lab.corpora.photographs import read_photographs
from services.entity_linking.catalogue import ENGINES, FLAGS, GALLERY
from services.entity_linking.engines.flags import FlagFinder
from services.entity_linking.enrolment import reference_of
from services.entity_linking.gallery_reader import GalleryReader
from services.entity_linking.stage import EntityLinkingStage, build
from shared.blobs import FolderBlobs
from shared.commands import RebuildOrder
from shared.engines import EngineRegistry
from shared.errors import InputError
from shared.gallery import Enrolment, Gallery, GalleryKind, Reference
from shared.pictures import RgbArray, decode_rgb
from shared.schemas.article import Article, Image
from shared.schemas.base import Box, TextSpan
from shared.schemas.linking import EntityLinking
from shared.schemas.text import Entity, Language, TextExtraction, TextMention
from shared.schemas.vision import ImageAnalysis, ObjectDetection, Region
from shared.settings import Settings
from shared.stage import StageInput
from tests.corpora import DATA as CORPORA

FIXTURES = Path(__file__).resolve().parents[1] / "fixtures"
PICTURES = FIXTURES / "articles" / "images"
OBAMA = FIXTURES / "people" / "obama2.jpg"


@dataclass(frozen=True)
class Linking:
    """The stage as in production, with the blob store and the galleries that it reads."""

    stage: EntityLinkingStage
    blobs: FolderBlobs
    gallery: Gallery


@pytest.fixture(scope="module")
def linking(tmp_path_factory: pytest.TempPathFactory) -> Linking:
    blobs = FolderBlobs(tmp_path_factory.mktemp("blobs"))
    stage = build(Settings(), blobs)
    stage.load()
    return Linking(stage, blobs, Gallery(blobs))


@pytest.fixture(scope="module")
def finder() -> FlagFinder:
    return EngineRegistry(ENGINES, Settings()).one(FLAGS)


@pytest.fixture(scope="module")
def reader() -> GalleryReader:
    return EngineRegistry(ENGINES, Settings()).one(GALLERY)


def enrol(linking: Linking, name: str, kb_id: str | None, pictures: list[bytes]) -> Reference:
    return linking.stage.enrol(Enrolment(kind="person", name=name, kb_id=kb_id, image_ids=stored(linking, pictures)))


def stored(linking: Linking, pictures: list[bytes]) -> tuple[str, ...]:
    return tuple(linking.blobs.put(data) for data in pictures)


def named(text: str, names: list[tuple[str, str, str]]) -> TextExtraction:
    """Text IE's output for names given as (words, type, field)."""
    mentions, entities = [], []
    for number, (words, kind, field) in enumerate(names):
        start = text.index(words) if field == "text" else 0
        span = TextSpan(field=field, start=start, end=start + len(words))
        mentions.append(
            TextMention(id=f"m{number}", span=span, head=span, text=words, kind="name", type=kind, confidence=1, model="given")
        )
        entities.append(Entity(id=f"e{number}", type=kind, name=words, mention_ids=(f"m{number}",), confidence=1, model="given"))
    language = Language(code="en", confidence=1, model="given")
    return TextExtraction(article_id="a", language=language, mentions=tuple(mentions), entities=tuple(entities))


def link(linking: Linking, pictures: list[str], text: str, names: list[tuple[str, str, str]]) -> EntityLinking:
    ids = [linking.blobs.put((PICTURES / name).read_bytes()) for name in pictures]
    images = tuple(Image(image_id=i, media_type="image/png", width=1, height=1, caption="Joe Biden") for i in ids)
    article = Article(article_id="a", text=text, images=images)
    output = linking.stage.run([StageInput(article=article, text_ie=named(text, names))])[0]
    assert isinstance(output, EntityLinking)
    return output


def test_a_face_is_named_from_the_gallery_and_another_is_not(linking: Linking) -> None:
    person = enrol(linking, "Barack Obama", "wikidata:Q76", [OBAMA.read_bytes()])
    output = link(linking, ["obama.jpg", "biden.jpg", "astronaut.png"], "None.", [])
    assert [len(cluster.face_ids) for cluster in output.clusters] == [1, 1, 1]
    names = {cluster.name for cluster in output.clusters}
    assert names == {"Barack Obama", None}
    assert next(c.person_id for c in output.clusters if c.name) == person.reference_id
    linking.gallery.remove("person", person.reference_id)


def test_without_a_gallery_a_single_face_takes_the_only_name_of_its_caption(linking: Linking) -> None:
    picture = linking.blobs.put((PICTURES / "biden.jpg").read_bytes())
    output = link(linking, ["biden.jpg"], "None.", [("Joe Biden", "PER", f"caption:{picture}")])
    assert [(c.name, c.model) for c in output.clusters] == [("Joe Biden", "rules:caption-name")]
    assert output.clusters[0].confidence < 0.8


def test_enrolment_refuses_a_picture_without_a_face(linking: Linking) -> None:
    from io import BytesIO

    from PIL import Image as Pillow

    buffer = BytesIO()
    Pillow.new("RGB", (200, 200), (90, 120, 60)).save(buffer, "PNG")
    with pytest.raises(InputError, match="picture 2: no face"):
        enrol(linking, "Nobody", None, [OBAMA.read_bytes(), buffer.getvalue()])
    assert linking.gallery.people() == []


@pytest.mark.parametrize(("picture", "person"), [("astronaut.png", (15, 10, 500, 512)), ("obama.jpg", (30, 20, 840, 1137))])
def test_the_hanging_flag_in_a_portrait_is_found_when_the_country_is_mentioned(
    finder: FlagFinder, picture: str, person: tuple[int, int, int, int]
) -> None:
    x0, y0, x1, y1 = person
    pixels = decode_rgb((PICTURES / picture).read_bytes())
    found = finder.find(pixels, {"US"}, [Box(x0=x0, y0=y0, x1=x1, y1=y1)])
    assert [(flag.code, flag.flat) for flag in found] == [("US", False)]
    assert found[0].box.x1 < 0.2 * pixels.shape[1]


def test_a_flag_and_the_country_in_the_text_are_one_record(linking: Linking) -> None:
    output = link(linking, ["obama.jpg"], "She serves the United States.", [("United States", "GPE", "text")])
    assert [flag.label for flag in output.flags] == ["flag of United States"]
    assert {link.record.id for link in output.links if link.subject_id in {output.flags[0].id, "e0"}} == {"wikidata:Q30"}


def test_other_mentioned_countries_bring_no_flag_into_those_portraits(linking: Linking) -> None:
    countries = ["Brazil", "Greece", "South Africa", "Malaysia", "France"]
    text = ", ".join(countries)
    for picture in ("astronaut.png", "biden.jpg"):
        assert link(linking, [picture], text, [(name, "GPE", "text") for name in countries]).flags == ()


@pytest.mark.parametrize(
    ("picture", "people"),
    [
        (PICTURES / "astronaut.png", [(11, 10, 370, 510)]),
        (PICTURES / "obama.jpg", [(65, 32, 832, 1118)]),
        (OBAMA, [(12, 169, 626, 1090), (471, 320, 626, 683)]),
    ],
)
def test_another_red_white_and_blue_country_does_not_get_the_flag_of_a_portrait(
    finder: FlagFinder, picture: Path, people: list[tuple[int, int, int, int]]
) -> None:
    boxes = [Box(x0=x0, y0=y0, x1=x1, y1=y1) for x0, y0, x1, y1 in people]  # what object_detection gives for these pictures
    assert finder.find(decode_rgb(picture.read_bytes()), {"GB", "FR", "SY", "DE", "BR"}, boxes) == []


def test_a_flag_in_a_picture_of_twelve_megapixels_is_found_within_ten_seconds(finder: FlagFinder) -> None:
    pixels = np.asarray(cv2.resize(decode_rgb((PICTURES / "obama.jpg").read_bytes()), (3100, 3873)), dtype=np.uint8)
    started = time.monotonic()
    assert [flag.code for flag in finder.find(pixels, {"US"})] == ["US"]
    assert time.monotonic() - started < 10


def test_a_flat_tricolour_is_found_and_a_portrait_without_flags_has_none(finder: FlagFinder) -> None:
    canvas = np.full((400, 600, 3), (120, 118, 112), dtype=np.uint8)
    for row, colour in enumerate(((0, 0, 0), (221, 0, 0), (255, 206, 0))):
        canvas[100 + 50 * row : 150 + 50 * row, 180:430] = colour
    assert [flag.code for flag in finder.find(canvas, {"DE", "FR"})] == ["DE"]
    assert finder.find(decode_rgb((PICTURES / "biden.jpg").read_bytes()), set()) == []


def test_names_of_the_text_become_links_with_reasons_and_the_gallery_wins_over_the_knowledge_base(
    linking: Linking,
) -> None:
    names = [("Barack Obama", "PER", "text"), ("Paris", "GPE", "text"), ("Xqzzyville", "GPE", "text")]
    text = "Barack Obama left Paris, Texas, for Xqzzyville."
    records = {row.subject_id: row for row in link(linking, [], text, names).links}
    assert {key: row.record.id for key, row in records.items()} == {"e0": "wikidata:Q76", "e1": "wikidata:Q830149"}
    assert "the words after it name the larger place" in records["e1"].reason
    person = enrol(linking, "Barack Obama", "example:7", [OBAMA.read_bytes()])
    again = {row.subject_id: row.record.id for row in link(linking, [], text, names).links}
    linking.gallery.remove("person", person.reference_id)
    assert again == {"e0": "example:7", "e1": "wikidata:Q830149"}


def test_the_manifest_names_the_knowledge_base(linking: Linking) -> None:
    assert any(part.startswith("kb:embedded@") for part in linking.stage.manifest())


def picture_bytes(pixels: RgbArray) -> bytes:
    done, data = cv2.imencode(".png", pixels[..., ::-1])
    assert done
    return data.tobytes()


def test_a_landmark_and_a_logo_of_the_gallery_are_found_linked_and_after_removal_not(linking: Linking) -> None:
    rocket = decode_rgb((PICTURES / "astronaut.png").read_bytes())
    views = [picture_bytes(rocket), picture_bytes(rocket[20:, 30:])]
    ids = []
    kinds: tuple[GalleryKind, ...] = ("logo", "landmark")
    for kind in kinds:
        order = Enrolment(kind=kind, name="Shuttle model", kb_id="wikidata:Q1", image_ids=stored(linking, views))
        ids.append((kind, linking.stage.enrol(order).reference_id))
    seen = link(linking, ["astronaut.png"], "None.", [])
    other = link(linking, ["biden.jpg"], "None.", [])
    for kind, ident in ids:
        linking.gallery.remove(kind, ident)
    assert [region.label for region in (*seen.logos, *seen.landmarks)] == ["Shuttle model"]
    record = next(row.record for row in seen.links if row.subject_id in {r.id for r in (*seen.logos, *seen.landmarks)})
    assert record.id == "wikidata:Q1"
    assert (other.logos, other.landmarks) == ((), ())
    assert link(linking, ["astronaut.png"], "None.", []).landmarks == ()


def test_a_rebuild_gives_the_same_vectors_and_says_which_references_cannot_be_read(
    linking: Linking, reader: GalleryReader
) -> None:
    first = linking.stage.enrol(Enrolment(kind="landmark", name="A", image_ids=stored(linking, [OBAMA.read_bytes()])))
    stale = first.model_copy(update={"reference_id": "landmark-old", "vectors": ((1.0,),), "embedder": "old", "image_ids": ()})
    linking.gallery.add(stale, {})
    assert reader.recognise("landmark", [decode_rgb(OBAMA.read_bytes())], [stale]) == [None]
    said = [note for note in link(linking, ["biden.jpg"], "None.", []).not_attempted if "gallery rebuild" in note.reason]
    assert [note.part for note in said] == ["1 references of the galleries"]
    done = linking.stage.rebuild(RebuildOrder(kind="landmark", who="me"))
    again = linking.gallery.get("landmark", first.reference_id)
    for row in linking.gallery.references("landmark"):
        linking.gallery.remove("landmark", row.reference_id)
    assert done.reference_ids == (first.reference_id,)
    assert "landmark-old" in done.failed
    assert again == first


def test_a_sign_with_the_name_of_a_brand_is_its_logo(linking: Linking) -> None:
    image_id = linking.blobs.put((PICTURES / "biden.jpg").read_bytes())
    box = Box(x0=0, y0=0, x1=90, y1=30)
    sign = Region(id="s", image_id=image_id, box=box, kind="text", label="text", text="STARBUCKS", confidence=0.9, model="ocr")
    seen = ObjectDetection(article_id="a", images=(ImageAnalysis(image_id=image_id, width=1, height=1, regions=(sign,)),))
    image = Image(image_id=image_id, media_type="image/png", width=1, height=1)
    article = Article(article_id="a", text="None.", images=(image,))
    output = linking.stage.run([StageInput(article=article, object_detection=seen)])[0]
    assert isinstance(output, EntityLinking)
    assert [(region.label, region.box) for region in output.logos] == [("Starbucks", box)]
    assert [row.record.id for row in output.links if row.subject_id == output.logos[0].id] == ["brand:starbucks"]


DATA = CORPORA / "landmarks"


@pytest.mark.skipif(not DATA.is_dir(), reason="the photographs of landmarks are not here (NEWSGRAPH_DATA)")
def test_most_photographs_of_three_landmarks_are_recognised_by_five_references_each(reader: GalleryReader) -> None:
    by_name: dict[str, list[RgbArray]] = {}
    for photograph in read_photographs(DATA):
        pictures = by_name.setdefault(photograph.labels[0], [])
        if photograph.labels[0] in ("taj mahal", "machu picchu", "petra jordan") and len(pictures) < 8:
            pictures.append(decode_rgb(photograph.path.read_bytes()))
    by_name = {name: pictures for name, pictures in by_name.items() if pictures}
    orders = [(Enrolment(kind="landmark", name=name, image_ids=()), pictures[:5]) for name, pictures in by_name.items()]
    references = [reference_of(order, pictures, reader.embedder("landmark")) for order, pictures in orders]
    found = [(name, reader.recognise("landmark", pictures[5:], references)) for name, pictures in by_name.items()]
    right = sum(answer is not None and answer.name == name for name, answers in found for answer in answers)
    assert right >= 6
