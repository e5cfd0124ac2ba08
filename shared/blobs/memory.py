"""Blobs in this process only: for tests and for a stage tried without a folder."""

from shared.blobs.keys import BlobNotFound, check_digest, check_key
from shared.ids import content_hash


class MemoryBlobs:
    """Keeps blobs and records in dictionaries; safe for threads, as each verb is one operation on one dictionary."""

    def __init__(self) -> None:
        self._blobs: dict[str, bytes] = {}
        self._records: dict[tuple[str, str], bytes] = {}
        self.damaged: dict[tuple[str, str], bytes] = {}

    def put(self, data: bytes) -> str:
        digest = content_hash(data)
        self._blobs[digest] = data
        return digest

    def get(self, digest: str) -> bytes:
        check_digest(digest)
        if (data := self._blobs.get(digest)) is None:
            raise BlobNotFound(f"nothing stored under {digest}")
        return data

    def delete(self, digest: str) -> None:
        check_digest(digest)
        self._blobs.pop(digest, None)

    def write_record(self, kind: str, key: str, data: bytes) -> None:
        check_key(key)
        self._records[kind, key] = data

    def read_record(self, kind: str, key: str) -> bytes:
        check_key(key)
        if (data := self._records.get((kind, key))) is None:
            raise BlobNotFound(f"nothing stored under {kind}/{key}")
        return data

    def delete_record(self, kind: str, key: str) -> None:
        check_key(key)
        self._records.pop((kind, key), None)

    def quarantine(self, kind: str, key: str) -> None:
        check_key(key)
        if (data := self._records.pop((kind, key), None)) is not None:
            self.damaged[kind, key] = data

    def list_records(self, kind: str) -> list[str]:
        return sorted(key for of, key in list(self._records) if of == kind)
