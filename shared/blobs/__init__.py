"""Content-addressed bytes and small named records, kept where the gateway and all workers see them."""

from pathlib import Path
from typing import Protocol

from shared.blobs.folder import FolderBlobs
from shared.blobs.keys import BlobNotFound
from shared.blobs.memory import MemoryBlobs
from shared.blobs.records import RecordDamaged, read_as, readable

__all__ = ["BlobNotFound", "Blobs", "FileBlobs", "FolderBlobs", "MemoryBlobs", "RecordDamaged", "read_as", "readable"]


class Blobs(Protocol):
    """What stages need of a blob store. What a verb has written is on the disk when it returns; it raises StorageFull."""

    def put(self, data: bytes) -> str:
        """Store the bytes and return their SHA-256; storing twice is harmless, and mends a file that was damaged."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes; raise BlobNotFound, also for bytes that are no longer what they were."""
        ...

    def delete(self, digest: str) -> None:
        """Forget the bytes; unknown digests are ignored, what is no digest raises BlobNotFound."""
        ...

    def write_record(self, kind: str, key: str, data: bytes) -> None:
        """Store a small named record (replaces an earlier one atomically); an odd key raises BlobNotFound."""
        ...

    def read_record(self, kind: str, key: str) -> bytes:
        """Return a record; raise BlobNotFound."""
        ...

    def delete_record(self, kind: str, key: str) -> None:
        """Forget a record; unknown keys are ignored, odd ones raise BlobNotFound."""
        ...

    def quarantine(self, kind: str, key: str) -> None:
        """Put a damaged record aside, so that it counts as absent; unknown keys are ignored."""
        ...

    def list_records(self, kind: str) -> list[str]:
        """The keys of all records of a kind, sorted."""
        ...


class FileBlobs(Blobs, Protocol):
    """A blob store whose blobs are files, so that a server can send parts of one without reading it whole."""

    def path(self, digest: str) -> Path:
        """The file of a blob, unread: whether its bytes are still what they were is not looked at; raise BlobNotFound."""
        ...
