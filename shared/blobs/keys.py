"""Which names blobs and records may have, the same in every store."""

from shared.errors import NewsgraphError

_MAX_LENGTH = 200  # bytes: names of files end at 255, and those of temporary files are longer than their record's


class BlobNotFound(NewsgraphError):
    """Raised when no blob or record has that key."""


def check_digest(digest: str) -> None:
    """Raise BlobNotFound for what cannot be a content hash."""
    if not digest.isalnum() or len(digest) > _MAX_LENGTH:
        raise BlobNotFound(f"{digest!r} is not a content hash")


def check_key(key: str) -> None:
    """Raise BlobNotFound for a key that is not letters, digits, ``-``, ``_`` and ``.``, or that starts with ``.``."""
    plain = key.replace("-", "").replace("_", "").replace(".", "")
    if not plain.isalnum() or key.startswith(".") or len(key.encode()) > _MAX_LENGTH:
        raise BlobNotFound(f"{key!r} is not a record key")
