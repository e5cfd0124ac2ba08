"""Deterministic identifiers: the same natural parts always give the same id, so any task may run twice."""

import hashlib

_SEPARATOR = "\x1f"


def make_id(kind: str, *parts: object) -> str:
    """Return ``kind-<20 hex digits>`` of the parts, joined with a separator so that ("ab", "c") and ("a", "bc") differ."""
    joined = _SEPARATOR.join([kind, *(str(part) for part in parts)])
    return f"{kind}-{hashlib.sha256(joined.encode()).hexdigest()[:20]}"


def content_hash(data: bytes) -> str:
    """Return the SHA-256 of the bytes as 64 hex digits."""
    return hashlib.sha256(data).hexdigest()
