"""What a crash, a bad disk or a full one leaves behind: put aside, said, and mended when it is sent again."""

import os
import subprocess
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from shared.articles import ArticleStore
from shared.blobs import BlobNotFound, FolderBlobs, MemoryBlobs, RecordDamaged
from shared.errors import StorageFull
from shared.faces.store import FaceStore
from shared.gallery import Gallery, Reference
from shared.schemas.article import Article, Image

DAMAGE = {"empty": b"", "cut off": b'{"article": {"article_id": "a', "something else": b"[1, 2]"}
PICTURE = b"the bytes of a picture"


@pytest.fixture
def blobs(tmp_path: Path) -> FolderBlobs:
    return FolderBlobs(tmp_path)


def an_article(blobs: FolderBlobs, number: int = 1) -> Article:
    image = Image(image_id=blobs.put(PICTURE), media_type="image/png", width=9, height=9)
    article = Article(article_id=f"article-{number}", text="Ankara.", images=(image,))
    ArticleStore(blobs).save(article)
    return article


@pytest.mark.parametrize("left", DAMAGE.values(), ids=DAMAGE)
def test_a_damaged_article_is_put_aside_and_comes_back_when_it_is_sent_again(
    blobs: FolderBlobs, tmp_path: Path, left: bytes
) -> None:
    articles = ArticleStore(blobs)
    whole, damaged = an_article(blobs, 1), an_article(blobs, 2)
    (tmp_path / "records" / "articles" / damaged.article_id).write_bytes(left)
    assert [article.article_id for article in articles.list()] == [whole.article_id]
    assert not articles.exists(damaged.article_id)
    assert (tmp_path / "damaged" / "records" / "articles" / damaged.article_id).read_bytes() == left
    articles.save(damaged)
    assert articles.get(damaged.article_id) == damaged


@pytest.mark.parametrize("left", [b"", PICTURE[:5], b"other bytes of its size"[: len(PICTURE)]])
def test_a_damaged_picture_is_not_served_and_is_mended_by_sending_it_again(
    blobs: FolderBlobs, tmp_path: Path, left: bytes
) -> None:
    digest = blobs.put(PICTURE)
    (tmp_path / "blobs" / digest[:2] / digest).write_bytes(left)
    with pytest.raises(BlobNotFound, match="damaged"):
        blobs.get(digest)
    assert blobs.put(PICTURE) == digest
    assert blobs.get(digest) == PICTURE


def test_a_cut_off_picture_is_mended_even_if_nobody_has_read_it(blobs: FolderBlobs, tmp_path: Path) -> None:
    digest = blobs.put(PICTURE)
    (tmp_path / "blobs" / digest[:2] / digest).write_bytes(PICTURE[:3])
    blobs.put(PICTURE)
    assert blobs.get(digest) == PICTURE


def test_one_bad_record_hides_no_other_in_galleries_and_faces() -> None:
    blobs = MemoryBlobs()
    reference = Reference(
        reference_id="p1", kind="person", name="Ada", image_ids=(), vectors=(), embedder="e", created_at=datetime.now(UTC)
    )
    Gallery(blobs).add(reference, {})
    blobs.write_record("people", "p2", b"{")
    blobs.write_record("gallery-log", "0", b"")
    blobs.write_record("face-decisions", "0", b"")
    with pytest.raises(RecordDamaged):
        Gallery(blobs).get("person", "p2")
    assert [row.name for row in Gallery(blobs).references("person")] == ["Ada"]
    assert len(Gallery(blobs).log()) == 1
    assert FaceStore(blobs).known() == []


def _fill(blobs: FolderBlobs) -> None:
    for number in range(200):
        blobs.write_record("articles", f"a{number}", os.urandom(4_000))


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 256 kB; needs the right to mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    command = ["mount", "-t", "tmpfs", "-o", "size=256k", "tmpfs", str(folder)]
    if os.geteuid() != 0 or subprocess.run(command, capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small disk here")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def test_a_full_disk_is_said_leaves_nothing_half_written_and_is_over_without_a_restart(small_disk: Path) -> None:
    blobs = FolderBlobs(small_disk)
    first = blobs.put(bytes(100_000))
    with pytest.raises(StorageFull, match="make room"):
        blobs.put(os.urandom(400_000))
    with pytest.raises(StorageFull):
        _fill(blobs)
    assert [path.name for path in small_disk.rglob(".*")] == []
    blobs.delete(first)
    blobs.write_record("articles", "after", b"there is room again")
    assert blobs.read_record("articles", "after") == b"there is room again"
