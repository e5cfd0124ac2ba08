"""Which names blobs and records may have, the same in every store."""

from shared.errors import NewsgraphError


class BlobNotFound(NewsgraphError):
    """Raised when no blob or record has that key."""


def check_digest(digest: str) -> None:
    """Raise BlobNotFound for what cannot be a content hash."""
    if not digest.isalnum():
        raise BlobNotFound(f"{digest!r} is not a content hash")


def check_key(key: str) -> None:
    """Raise BlobNotFound for a key that is not letters, digits, ``-``, ``_`` and ``.``, or that starts with ``.``."""
    if not key.replace("-", "").replace("_", "").replace(".", "").isalnum() or key.startswith("."):
        raise BlobNotFound(f"{key!r} is not a record key")
