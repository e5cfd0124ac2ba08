"""Content-addressed bytes and small named records, in a folder or any fsspec URL."""

from pathlib import Path
from typing import Protocol

from shared.errors import NewsgraphError
from shared.ids import content_hash, make_id


class BlobNotFound(NewsgraphError):
    """Raised when no blob or record has that key."""


class Blobs(Protocol):
    """What stages need of a blob store."""

    def put(self, data: bytes) -> str:
        """Store the bytes and return their SHA-256; storing twice is harmless."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes; raise BlobNotFound."""
        ...

    def delete(self, digest: str) -> None:
        """Forget the bytes; unknown digests are ignored."""
        ...

    def write_record(self, kind: str, key: str, data: bytes) -> None:
        """Store a small named record (replaces an earlier one atomically)."""
        ...

    def read_record(self, kind: str, key: str) -> bytes:
        """Return a record; raise BlobNotFound."""
        ...

    def delete_record(self, kind: str, key: str) -> None:
        """Forget a record; unknown keys are ignored."""
        ...

    def list_records(self, kind: str) -> list[str]:
        """The keys of all records of a kind, sorted."""
        ...


class FileBlobs(Blobs, Protocol):
    """A blob store whose blobs are files, so that a server can send parts of one without reading it whole."""

    def path(self, digest: str) -> Path:
        """The file of a blob; raise BlobNotFound."""
        ...


class FolderBlobs:
    """Blobs in a local folder or a volume that all workers share."""

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

    def list_records(self, kind: str) -> list[str]:
        folder = self._root / "records" / kind
        return sorted(p.name for p in folder.iterdir() if not p.name.startswith(".")) if folder.is_dir() else []

    def _blob_path(self, digest: str) -> Path:
        if not digest.isalnum():
            raise BlobNotFound(f"{digest!r} is not a content hash")
        return self._root / "blobs" / digest[:2] / digest

    def _record_path(self, kind: str, key: str) -> Path:
        if not key.replace("-", "").replace("_", "").replace(".", "").isalnum() or key.startswith("."):
            raise BlobNotFound(f"{key!r} is not a record key")
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
