"""Blobs in a local folder or a volume that all workers share."""

from pathlib import Path

from shared.blobs.keys import BlobNotFound, check_digest, check_key
from shared.ids import content_hash, make_id


class FolderBlobs:
    """One file for each blob and record; the folder is made at the first write."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def put(self, data: bytes) -> str:
        digest = content_hash(data)
        path = self._blob_path(digest)
        if not path.exists():
            _write_atomically(path, data)
        return digest

    def get(self, digest: str) -> bytes:
        return _read(self._blob_path(digest), digest)

    def delete(self, digest: str) -> None:
        self._blob_path(digest).unlink(missing_ok=True)

    def write_record(self, kind: str, key: str, data: bytes) -> None:
        _write_atomically(self._record_path(kind, key), data)

    def read_record(self, kind: str, key: str) -> bytes:
        return _read(self._record_path(kind, key), f"{kind}/{key}")

    def delete_record(self, kind: str, key: str) -> None:
        self._record_path(kind, key).unlink(missing_ok=True)

    def list_records(self, kind: str) -> list[str]:
        folder = self._root / "records" / kind
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []

    def _blob_path(self, digest: str) -> Path:
        check_digest(digest)
        return self._root / "blobs" / digest[:2] / digest

    def _record_path(self, kind: str, key: str) -> Path:
        check_key(key)
        return self._root / "records" / kind / key


def _write_atomically(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{make_id('tmp', id(data), path)}")
    temporary.write_bytes(data)
    temporary.replace(path)


def _read(path: Path, name: str) -> bytes:
    try:
        return path.read_bytes()
    except FileNotFoundError as error:
        raise BlobNotFound(f"nothing stored under {name}") from error
