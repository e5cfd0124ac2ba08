"""object_detection with its real weights on photographs and on pictures drawn here."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image as Pillow
from PIL import ImageDraw, ImageFont

from services.object_detection.stage import ObjectDetectionStage, build
from shared.blobs import FolderBlobs
from shared.schemas.article import Article, Image
from shared.schemas.vision import ImageAnalysis, ObjectDetection
from shared.settings import REPOSITORY, Settings
from shared.stage import StageInput

pytestmark = pytest.mark.integration

PHOTOGRAPHS = REPOSITORY / "tests" / "fixtures" / "articles" / "images"


@pytest.fixture(scope="module")
def blobs(tmp_path_factory: pytest.TempPathFactory) -> FolderBlobs:
    return FolderBlobs(tmp_path_factory.mktemp("blobs"))


@pytest.fixture(scope="module")
def stage(blobs: FolderBlobs) -> ObjectDetectionStage:
    stage = build(Settings(), blobs)
    stage.load()
    return stage


def _article(blobs: FolderBlobs, *pictures: bytes) -> StageInput:
    images = (Image(image_id=blobs.put(data), media_type="image/png", width=1, height=1) for data in pictures)
    return StageInput(article=Article(article_id="article", text="text", images=tuple(images)))


def _analyse(stage: ObjectDetectionStage, blobs: FolderBlobs, *pictures: bytes) -> tuple[ImageAnalysis, ...]:
    (output,) = stage.run([_article(blobs, *pictures)])
    assert isinstance(output, ObjectDetection)
    return output.images


def _png(pixels: np.ndarray | Pillow.Image) -> bytes:
    buffer = io.BytesIO()
    (pixels if isinstance(pixels, Pillow.Image) else Pillow.fromarray(pixels)).save(buffer, "PNG")
    return buffer.getvalue()


def _labels(analysis: ImageAnalysis) -> set[str]:
    return {region.label for region in analysis.regions}


def test_the_astronaut_is_one_person_in_protective_gear(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    (analysis,) = _analyse(stage, blobs, (PHOTOGRAPHS / "astronaut.png").read_bytes())
    persons = [r for r in analysis.regions if r.label == "person"]
    assert len(persons) == 1
    assert persons[0].entity_type == "PER"
    assert persons[0].box.area > 0.4 * 512 * 512
    assert "uniform or protective gear" in _labels(analysis)
    assert {tag.label for tag in analysis.tags} & {"football helmet", "crash helmet"}


@pytest.mark.parametrize("name", ["obama.jpg", "biden.jpg"])
def test_a_portrait_shows_one_person_with_suit_and_tie(stage: ObjectDetectionStage, blobs: FolderBlobs, name: str) -> None:
    (analysis,) = _analyse(stage, blobs, (PHOTOGRAPHS / name).read_bytes())
    assert [r.label for r in analysis.regions].count("person") == 1
    assert {"tie", "suit"} <= _labels(analysis)
    assert "suit" in {tag.label for tag in analysis.tags}


def test_the_pose_puts_the_nose_over_the_shoulders_inside_the_person(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    (analysis,) = _analyse(stage, blobs, (PHOTOGRAPHS / "obama.jpg").read_bytes())
    joints = {joint.name: joint for joint in analysis.poses[0].key_points}
    box = next(r.box for r in analysis.regions if r.id == analysis.poses[0].region_id)
    assert len(joints) == 17
    assert joints["left_shoulder"].x > joints["nose"].x > joints["right_shoulder"].x
    assert joints["nose"].y < joints["left_shoulder"].y
    assert box.x0 < joints["nose"].x < box.x1
    assert box.y0 < joints["nose"].y < box.y0 + 0.35 * (box.y1 - box.y0)


def test_boxes_are_in_pixels_of_the_original_and_move_with_it(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    photograph = Pillow.open(PHOTOGRAPHS / "obama.jpg").convert("RGB")
    shifted = Pillow.new("RGB", (photograph.width * 2, photograph.height), "white")
    shifted.paste(photograph, (photograph.width, 0))
    whole, moved = _analyse(stage, blobs, _png(photograph), _png(shifted))
    before, after = (next(r.box for r in a.regions if r.label == "person") for a in (whole, moved))
    assert (moved.width, moved.height) == (photograph.width * 2, photograph.height)
    assert after.x0 == pytest.approx(before.x0 + photograph.width, abs=0.1 * photograph.width)
    assert after.y1 == pytest.approx(before.y1, abs=0.1 * photograph.height)


def test_printed_words_are_read_where_they_stand(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    banner = Pillow.new("RGB", (1600, 900), (90, 110, 90))
    draw = ImageDraw.Draw(banner)
    draw.rectangle((300, 500, 1300, 640), fill="white")
    draw.text((340, 525), "STOP THE WAR NOW", fill="black", font=ImageFont.load_default(size=90))
    (analysis,) = _analyse(stage, blobs, _png(banner))
    (line,) = [r for r in analysis.regions if r.kind == "text"]
    assert line.text.replace(" ", "") == "STOPTHEWARNOW"
    assert line.box.x0 == pytest.approx(340, abs=30)
    assert line.box.y0 == pytest.approx(540, abs=40)


def test_plain_noise_gives_no_person_and_no_words(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    noise = np.random.default_rng(1).integers(0, 255, (400, 500, 3), dtype=np.uint8)
    (analysis,) = _analyse(stage, blobs, _png(noise))
    assert analysis.error is None
    assert not {"person", "text"} & _labels(analysis)


@pytest.mark.parametrize("size", [(1, 1), (1, 3000), (3000, 2), (40, 40)])
def test_tiny_and_thin_pictures_do_no_harm(stage: ObjectDetectionStage, blobs: FolderBlobs, size: tuple[int, int]) -> None:
    (analysis,) = _analyse(stage, blobs, _png(Pillow.new("RGB", size, "grey")))
    assert (analysis.width, analysis.height) == size


def test_a_broken_picture_tells_its_error_and_its_neighbours_go_on(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    photograph = (PHOTOGRAPHS / "obama.jpg").read_bytes()
    half = photograph[: len(photograph) * 2 // 3]
    broken, garbage, good = _analyse(stage, blobs, half, b"no picture", (PHOTOGRAPHS / "astronaut.png").read_bytes())
    assert broken.error
    assert "truncated" in broken.error
    assert garbage.error
    assert "none of JPEG" in garbage.error
    assert good.error is None
    assert good.regions


def test_an_article_without_pictures_gets_an_empty_output_and_order_is_kept(
    stage: ObjectDetectionStage, blobs: FolderBlobs
) -> None:
    photograph = (PHOTOGRAPHS / "astronaut.png").read_bytes()
    outputs = stage.run([_article(blobs), _article(blobs, photograph)])
    assert [len(o.images) for o in outputs if isinstance(o, ObjectDetection)] == [0, 1]


def test_a_picture_that_is_gone_from_the_store_is_an_error_of_that_picture(
    stage: ObjectDetectionStage, blobs: FolderBlobs
) -> None:
    inputs = _article(blobs, _png(Pillow.new("RGB", (9, 9), "red")))
    blobs.delete(inputs.article.images[0].image_id)
    (output,) = stage.run([inputs])
    assert isinstance(output, ObjectDetection)
    assert output.images[0].error


def test_ids_and_boxes_are_the_same_on_every_run(stage: ObjectDetectionStage, blobs: FolderBlobs) -> None:
    photograph = (PHOTOGRAPHS / "astronaut.png").read_bytes()
    assert _analyse(stage, blobs, photograph) == _analyse(stage, blobs, photograph)
    (analysis,) = _analyse(stage, blobs, photograph)
    assert len({r.id for r in analysis.regions}) == len(analysis.regions)


def test_every_model_of_the_manifest_is_registered_with_a_licence(stage: ObjectDetectionStage) -> None:
    names = [entry.split("@")[0] for entry in stage.manifest()]
    assert "ssd-mobilenet-v2-coco" in names
    assert len(names) == len(set(names))


def test_nothing_is_loaded_before_load_is_called(tmp_path: Path) -> None:
    unloaded = build(Settings(), FolderBlobs(tmp_path))
    with pytest.raises(RuntimeError, match="load"):
        unloaded.run([_article(FolderBlobs(tmp_path), _png(Pillow.new("RGB", (9, 9))))])
