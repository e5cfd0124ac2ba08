"""Labels, edge types and property names: they cannot be query parameters, so only plain names get through."""

import re
import unicodedata

from shared.errors import InputError

FAMILIES = ("Article", "Image", "Video", "Mention", "Entity", "Event", "KBRecord", "Run")
RESERVED = ("id", "article_ids", "claims", "ledger", "locked")

_LABEL = re.compile(r"[A-Z][A-Za-z0-9_]{0,63}")
_EDGE_TYPE = re.compile(r"[A-Z][A-Z0-9_]{0,63}")
_PROPERTY = re.compile(r"[a-z][a-z0-9_]{0,63}")


def check_labels(labels: tuple[str, ...]) -> None:
    """Raise InputError unless the first label is a family and all are plain names."""
    if not labels or labels[0] not in FAMILIES:
        raise InputError(f"the first label of a node must be one of {', '.join(FAMILIES)}, not {labels!r}")
    for label in labels[1:]:
        if not _LABEL.fullmatch(label) or label in FAMILIES:
            raise InputError(
                f"{label!r} cannot be a label: a capital letter, then letters, digits or _ (at most 64), no family name"
            )


def check_edge_type(name: str) -> None:
    """Raise InputError unless it is upper snake case."""
    if not _EDGE_TYPE.fullmatch(name):
        raise InputError(f"{name!r} cannot be an edge type: capital letters, digits and _ (at most 64), a letter first")


def check_property(name: str) -> None:
    """Raise InputError unless it is lower snake case and not one of the store's own names."""
    if not _PROPERTY.fullmatch(name) or name in RESERVED:
        raise InputError(
            f"{name!r} cannot be a property: lower-case letters, digits and _ (at most 64), none of {', '.join(RESERVED)}"
        )


def edge_type(name: str, fallback: str = "RELATED_TO") -> str:
    """Upper snake case of a role, relation or predicate: ``GiverEntity`` -> ``GIVER_ENTITY``, ``part of`` -> ``PART_OF``."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", _ascii(name))
    snake = re.sub(r"[^A-Za-z0-9]+", "_", spaced).strip("_").upper()
    return _headed(snake, fallback, "T_")


def type_label(name: str, fallback: str) -> str:
    """Camel case of a type name for a label; a name that is a family gets ``Type`` behind it."""
    words = re.findall(r"[A-Za-z0-9]+", _ascii(name))
    label = _headed("".join(word[0].upper() + word[1:] for word in words), fallback, "T")
    return f"{label}Type" if label in FAMILIES else label


def _headed(name: str, fallback: str, prefix: str) -> str:
    if not name:
        return fallback
    return (name if name[0].isalpha() else prefix + name)[:60]


def _ascii(name: str) -> str:
    return unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
