"""Blobs in a local folder or a volume that all workers share."""

import errno
import logging
import os
from contextlib import suppress
from pathlib import Path

from shared.blobs.keys import BlobNotFound, check_digest, check_key
from shared.errors import StorageFull
from shared.ids import content_hash, make_id

log = logging.getLogger(__name__)
_FULL = (errno.ENOSPC, errno.EDQUOT)


class FolderBlobs:
    """One file for each blob and record; the folder is made at the first write."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        digest = content_hash(data)
        path = self._blob_path(digest)
        if not _has_size(path, len(data)):
            _write_atomically(path, data)
        return digest

    def get(self, digest: str) -> bytes:
        path = self._blob_path(digest)
        data = _read(path, digest)
        if content_hash(data) != digest:
            self._put_aside(path)
            log.error("blob %s is damaged (%d bytes) and was put aside; send its source again", digest, len(data))
            raise BlobNotFound(f"what was stored under {digest} was damaged and has been put aside; send its source again")
        return data

    def path(self, digest: str) -> Path:
        path = self._blob_path(digest)
        if not path.is_file():
            raise BlobNotFound(f"nothing stored under {digest}")
        return path

    def delete(self, digest: str) -> None:
        self._blob_path(digest).unlink(missing_ok=True)

    def write_record(self, kind: str, key: str, data: bytes) -> None:
        _write_atomically(self._record_path(kind, key), data)

    def read_record(self, kind: str, key: str) -> bytes:
        return _read(self._record_path(kind, key), f"{kind}/{key}")

    def delete_record(self, kind: str, key: str) -> None:
        self._record_path(kind, key).unlink(missing_ok=True)

    def quarantine(self, kind: str, key: str) -> None:
        self._put_aside(self._record_path(kind, key))

    def _put_aside(self, path: Path) -> None:
        aside = self._root / "damaged" / path.relative_to(self._root)
        with suppress(FileNotFoundError):
            aside.parent.mkdir(parents=True, exist_ok=True)
            path.replace(aside)

    def list_records(self, kind: str) -> list[str]:
        folder = self._root / "records" / kind
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []

    def _blob_path(self, digest: str) -> Path:
        check_digest(digest)
        return self._root / "blobs" / digest[:2] / digest

    def _record_path(self, kind: str, key: str) -> Path:
        check_key(key)
        return self._root / "records" / kind / key


def _has_size(path: Path, size: int) -> bool:
    try:
        return path.stat().st_size == size
    except FileNotFoundError:
        return False


def _write_atomically(path: Path, data: bytes) -> None:
    """The whole file or nothing, on the disk (file and folder) when this returns; raises StorageFull."""
    temporary = path.with_name(f".{path.name}.{make_id('tmp', os.getpid(), id(data), path)}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.replace(path)
        _sync_folder(path.parent)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
        if error.errno in _FULL:
            raise StorageFull(f"the disk under {path.parent} is full: make room there, nothing has to be restarted") from error
        raise


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BlobNotFound(f"nothing stored under {name}") from error
