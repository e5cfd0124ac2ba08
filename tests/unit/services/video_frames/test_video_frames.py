"""Cutting real (tiny) films into shots and keyframes, and what is said of files that are no films."""

from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from services.video_frames.settings import VideoSettings
from services.video_frames.stage import VideoFramesStage
from shared.blobs import BlobNotFound, FolderBlobs
from shared.pictures import decode_rgb
from shared.schemas.article import Article, Image, Video
from shared.schemas.video import Timeline, VideoFrames
from shared.shown_files import ShownFrames
from shared.stage import StageInput
from tests.films import SIZE, film, scenes, sound

THREE = ("obama.jpg", "biden.jpg", "astronaut.png")


@pytest.fixture(scope="module")
def three() -> bytes:
    """Three pictures of four seconds each."""
    return film(scenes(THREE, 4.0))


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path)


def run(blobs: FolderBlobs, *films: bytes, duration: float = 0.0, **limits: float) -> VideoFrames:
    """The output of the stage for an article with these films."""
    videos = tuple(
        Video(
            video_id=blobs.put(data), media_type="video/mp4", width=SIZE[0], height=SIZE[1], duration=duration, caption="a film"
        )
        for data in films
    )
    stage = VideoFramesStage(VideoSettings.model_validate(limits), blobs)
    stage.load()
    output = stage.run([StageInput(article=Article(article_id="article-1", text="Text.", videos=videos))])[0]
    assert isinstance(output, VideoFrames)
    return output


def only(output: VideoFrames) -> Timeline:
    assert len(output.videos) == 1
    return output.videos[0]


def test_cuts_are_found_where_the_picture_changes(blobs: FolderBlobs, three: bytes) -> None:
    found = only(run(blobs, three))
    assert found.error is None
    assert [shot.start for shot in found.shots] == pytest.approx([0, 4, 8], abs=0.1)
    assert [shot.end for shot in found.shots] == pytest.approx([4, 8, 12], abs=0.1)


def test_keyframes_come_from_every_shot_about_one_in_two_seconds_and_show_its_picture(blobs: FolderBlobs, three: bytes) -> None:
    found = only(run(blobs, three))
    assert {keyframe.shot for keyframe in found.keyframes} == {0, 1, 2}
    assert len(found.keyframes) <= 7
    originals = scenes(THREE, 1.0)[::12]
    for keyframe in found.keyframes:
        pixels = decode_rgb(blobs.get(keyframe.image.image_id)).astype(int)
        assert pixels.shape == (keyframe.image.height, keyframe.image.width, 3)
        distances = [float(np.abs(pixels - original).mean()) for original in originals]
        assert int(np.argmin(distances)) == keyframe.shot


def test_what_keyframes_stand_for_covers_each_shot_without_gaps(blobs: FolderBlobs, three: bytes) -> None:
    found = only(run(blobs, three))
    for number, shot in enumerate(found.shots):
        stretches = [found.stretch(k) for k in found.keyframes if k.shot == number]
        assert stretches[0][0] == shot.start
        assert stretches[-1][1] == shot.end
        assert all(a[1] == b[0] for a, b in pairwise(stretches))


def test_a_still_picture_gives_one_keyframe_however_long_it_stands(blobs: FolderBlobs) -> None:
    still = scenes(THREE[:1], 1.0)[:1] * 96
    found = only(run(blobs, film(still)))
    assert len(found.shots) == 1
    assert len(found.keyframes) == 1
    assert found.stretch(found.keyframes[0]) == pytest.approx((0.0, 8.0), abs=0.1)


def test_the_most_keyframes_is_kept_to_and_they_are_spread_over_the_film(blobs: FolderBlobs, three: bytes) -> None:
    found = only(run(blobs, three, video_interval=0.5, video_same=0.0, video_max_keyframes=4))
    assert len(found.keyframes) == 4
    assert {keyframe.shot for keyframe in found.keyframes} == {0, 1, 2}


def test_large_frames_are_scaled_down_and_the_record_says_so(blobs: FolderBlobs, three: bytes) -> None:
    image = only(run(blobs, three, video_max_side=120)).keyframes[0].image
    assert (image.width, image.height) == (120, 90)


def test_the_same_film_gives_the_same_output(blobs: FolderBlobs, three: bytes) -> None:
    assert run(blobs, three) == run(blobs, three)


@pytest.mark.parametrize(
    ("container", "codec"), [("webm", "libvpx"), ("matroska", "libx264"), ("avi", "mpeg4"), ("mov", "libx264")]
)
def test_other_containers_are_read(blobs: FolderBlobs, container: str, codec: str) -> None:
    found = only(run(blobs, film(scenes(THREE[:1], 1.0), container, codec)))
    assert (found.error, len(found.keyframes)) == (None, 1)


def test_an_article_without_videos_costs_nothing(blobs: FolderBlobs, tmp_path: Path) -> None:
    assert run(blobs) == VideoFrames(article_id="article-1")
    assert list(tmp_path.rglob("*")) == []


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"not a film at all", "no video that can be read"),
        (b"#EXTM3U\n#EXTINF:1,\nfile:///etc/passwd\n", "no video that can be read"),
        (sound(), "only sound"),
        (film(scenes(THREE[:1], 1.0))[:3000], "cannot be decoded"),
    ],
    ids=["text", "playlist", "sound", "half"],
)
def test_a_file_that_is_no_film_gets_a_reason_and_its_neighbour_goes_on(
    blobs: FolderBlobs, data: bytes, words: str, three: bytes
) -> None:
    output = run(blobs, data, three)
    assert words in (output.videos[0].error or "")
    assert output.videos[0].keyframes == ()
    assert output.videos[1].error is None
    assert any(words in note.reason for note in output.not_attempted)


def test_a_film_that_breaks_off_keeps_what_came_before(blobs: FolderBlobs) -> None:
    whole = film(scenes(THREE[:2], 2.0), "webm", "libvpx")
    found = only(run(blobs, whole[: len(whole) // 2], duration=4.0))
    assert "breaks off" in (found.error or "")
    assert found.keyframes
    assert found.duration < 3


def test_a_film_that_is_too_long_or_too_large_says_which_setting(blobs: FolderBlobs, three: bytes) -> None:
    assert "NEWSGRAPH_MAX_VIDEO_SECONDS" in (only(run(blobs, three, max_video_seconds=3)).error or "")
    assert "NEWSGRAPH_MAX_VIDEO_BYTES" in (only(run(blobs, three, max_video_bytes=100)).error or "")


def test_a_film_whose_bytes_are_gone_is_reported(blobs: FolderBlobs, three: bytes) -> None:
    blobs.delete(blobs.put(three))
    video = Video(video_id="0" * 64, media_type="video/mp4", width=1, height=1, duration=1)
    stage = VideoFramesStage(VideoSettings(), blobs)
    output = stage.run([StageInput(article=Article(article_id="a", text="x", videos=(video,)))])[0]
    assert isinstance(output, VideoFrames)
    assert "gone" in (only(output).error or "")


def test_keyframes_go_with_the_last_article_that_shows_them(blobs: FolderBlobs, three: bytes) -> None:
    frames, shown = run(blobs, three).keyframes, ShownFrames(blobs)
    first = next(iter(frames))
    shown.keep(first, "article-2")
    shown.release("article-1")
    assert shown.get(first).media_type == "image/jpeg"
    assert blobs.get(first)
    for image_id in list(frames)[1:]:
        with pytest.raises(BlobNotFound):
            blobs.get(image_id)
    shown.release("article-2")
    with pytest.raises(BlobNotFound):
        shown.get(first)


def test_later_stages_see_photographs_and_keyframes_each_once(blobs: FolderBlobs, three: bytes) -> None:
    output = run(blobs, three)
    frame = output.videos[0].keyframes[0].image
    photograph = Image(image_id="photo", media_type="image/png", width=1, height=1)
    article = Article(article_id="a", text="x", images=(photograph, frame))
    pictures = StageInput(article=article, video_frames=output).pictures
    assert [p.image_id for p in pictures[:2]] == ["photo", frame.image_id]
    assert len(pictures) == len({p.image_id for p in pictures}) == 1 + len(output.keyframes)
    assert StageInput(article=article).pictures == article.images
