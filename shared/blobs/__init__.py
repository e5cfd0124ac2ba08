"""Content-addressed bytes and small named records, kept where the gateway and all workers see them."""

from typing import Protocol

from shared.blobs.folder import FolderBlobs
from shared.blobs.keys import BlobNotFound
from shared.blobs.memory import MemoryBlobs

__all__ = ["BlobNotFound", "Blobs", "FolderBlobs", "MemoryBlobs"]


class Blobs(Protocol):
    """What stages need of a blob store."""

    def put(self, data: bytes) -> str:
        """Store the bytes and return their SHA-256; storing twice is harmless."""
        ...

    def get(self, digest: str) -> bytes:
        """Return the bytes; raise BlobNotFound."""
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

    def list_records(self, kind: str) -> list[str]:
        """The keys of all records of a kind, sorted."""
        ...
