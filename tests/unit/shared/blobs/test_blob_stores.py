"""What every blob store must do, run on the folder and on the one in memory."""

from collections.abc import Callable
from pathlib import Path
from threading import Thread

import pytest

from shared.blobs import BlobNotFound, Blobs, FolderBlobs, MemoryBlobs
from shared.ids import content_hash

STORES: dict[str, Callable[[Path], Blobs]] = {"folder": FolderBlobs, "memory": lambda _folder: MemoryBlobs()}


@pytest.fixture(params=STORES)
def blobs(request: pytest.FixtureRequest, tmp_path: Path) -> Blobs:
    return STORES[request.param](tmp_path / "blobs")


def test_bytes_come_back_by_their_hash_and_storing_twice_is_harmless(blobs: Blobs) -> None:
    assert blobs.put(b"abc") == blobs.put(b"abc") == content_hash(b"abc")
    assert blobs.put(b"") != blobs.put(b"abc")
    assert blobs.get(content_hash(b"abc")) == b"abc"
    assert blobs.get(content_hash(b"")) == b""


def test_deleted_bytes_are_gone_and_the_others_stay(blobs: Blobs) -> None:
    gone, stays = blobs.put(b"gone"), blobs.put(b"stays")
    blobs.delete(gone)
    blobs.delete(gone)
    with pytest.raises(BlobNotFound, match=gone):
        blobs.get(gone)
    assert blobs.get(stays) == b"stays"


@pytest.mark.parametrize("digest", ["../../etc/passwd", "", ".", "a/b"])
def test_what_is_no_hash_is_refused(blobs: Blobs, digest: str) -> None:
    with pytest.raises(BlobNotFound, match="not a content hash"):
        blobs.get(digest)
    with pytest.raises(BlobNotFound, match="not a content hash"):
        blobs.delete(digest)


def test_bytes_that_were_never_stored_are_not_found(blobs: Blobs) -> None:
    with pytest.raises(BlobNotFound, match="nothing stored"):
        blobs.get(content_hash(b"never stored"))


def test_a_record_is_replaced_and_its_kind_is_a_room_of_its_own(blobs: Blobs) -> None:
    blobs.write_record("people", "ada", b"1")
    blobs.write_record("people", "ada", b"2")
    blobs.write_record("logos", "ada", b"3")
    assert blobs.read_record("people", "ada") == b"2"
    assert blobs.read_record("logos", "ada") == b"3"
    with pytest.raises(BlobNotFound, match="flags/ada"):
        blobs.read_record("flags", "ada")


def test_records_are_listed_in_order_and_deleted_alone(blobs: Blobs) -> None:
    assert blobs.list_records("people") == []
    for key in ("b-2", "a.json", "c_3"):
        blobs.write_record("people", key, key.encode())
    assert blobs.list_records("people") == ["a.json", "b-2", "c_3"]
    blobs.delete_record("people", "b-2")
    blobs.delete_record("people", "b-2")
    assert blobs.list_records("people") == ["a.json", "c_3"]
    with pytest.raises(BlobNotFound):
        blobs.read_record("people", "b-2")


@pytest.mark.parametrize("key", ["../x", "", ".hidden", "a/b", "a b"])
def test_odd_keys_are_refused_and_nothing_is_written(blobs: Blobs, key: str) -> None:
    with pytest.raises(BlobNotFound, match="not a record key"):
        blobs.write_record("people", key, b"")
    with pytest.raises(BlobNotFound, match="not a record key"):
        blobs.read_record("people", key)
    with pytest.raises(BlobNotFound, match="not a record key"):
        blobs.delete_record("people", key)
    assert blobs.list_records("people") == []


def test_threads_that_write_and_list_at_once_lose_nothing(blobs: Blobs) -> None:
    failures: list[BaseException] = []

    def work(name: str) -> None:
        try:
            for number in range(50):
                blobs.write_record("people", f"{name}-{number}", name.encode())
                assert f"{name}-{number}" in blobs.list_records("people")
        except BaseException as error:
            failures.append(error)
            raise

    threads = [Thread(target=work, args=(name,)) for name in "abcd"]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert failures == []
    assert len(blobs.list_records("people")) == 200


def test_a_folder_is_not_made_before_something_is_stored(tmp_path: Path) -> None:
    blobs = FolderBlobs(tmp_path / "blobs")
    assert blobs.list_records("people") == []
    assert not (tmp_path / "blobs").exists()


def test_two_folder_stores_of_one_folder_see_the_same(tmp_path: Path) -> None:
    digest = FolderBlobs(tmp_path).put(b"abc")
    FolderBlobs(tmp_path).write_record("people", "ada", b"1")
    assert FolderBlobs(tmp_path).get(digest) == b"abc"
    assert FolderBlobs(tmp_path).list_records("people") == ["ada"]
