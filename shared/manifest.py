"""What a stage's manifest says beside its models: a digest of code, rules and word lists, and one of the settings that decide.

So a change of a rule file, a threshold or a setting makes new outputs, and nobody has to remember to count a version up.
"""

import json
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

from pydantic import SecretStr
from pydantic_settings import BaseSettings

from shared.ids import content_hash
from shared.ontology import load_ontology

_SHARED = Path(__file__).parent
SENTENCE_VECTORS, IMAGE_TEXT = _SHARED / "sentence_vectors.py", _SHARED / "image_text"
FACE_MEMORY, GALLERIES, GRAPH = _SHARED / "faces", _SHARED / "gallery.py", _SHARED / "graph"
"""Code of ``shared`` that decides outputs of the stages which run it."""
_LENGTH = 12
_ELSEWHERE = frozenset({".onnx", ".npz", ".pyc"})
"""Weights are named by their records in models.toml."""
_DOCUMENTS = frozenset({".md"})


@cache
def source_id(folder: Path, *others: Path) -> str:
    """``rules:<name of the folder>@<digest>`` over all its files but weights and documents, and those of ``others``.

    ``others`` are files or folders of ``shared`` that decide too. The digest is of the names and bytes, so it is the same
    wherever the folders lie; it is computed once a process, as is what runs.
    """
    listing = "\n".join(f"{top.name}/{name} {digest}" for top in (folder, *others) for name, digest in sorted(_digests(top)))
    return f"rules:{folder.name}@{content_hash(listing.encode())[:_LENGTH]}"


@cache
def ontology_id() -> str:
    """``rules:ontology@<digest>`` of types, roles, hints and words of the ontology."""
    return f"rules:ontology@{content_hash(load_ontology().model_dump_json().encode())[:_LENGTH]}"


def settings_id(name: str, settings: BaseSettings, names: Iterable[str] | None = None) -> str:
    """``settings:<name>@<digest>`` of the values of ``names``, all fields where none are given.

    Raises ValueError for a secret: it must not decide an output, nor leave a trace in it.
    """
    values = {field: getattr(settings, field) for field in sorted(names or type(settings).model_fields)}
    secret = next((field for field, value in values.items() if isinstance(value, SecretStr)), None)
    if secret is not None:
        raise ValueError(f"{type(settings).__name__}.{secret} is a secret and stands in no manifest")
    said = json.dumps(values, sort_keys=True, default=str)
    return f"settings:{name}@{content_hash(said.encode())[:_LENGTH]}"


def _digests(top: Path) -> Iterator[tuple[str, str]]:
    """Name below ``top`` and digest of each file that decides."""
    files = [top] if top.is_file() else [path for path in top.rglob("*") if path.is_file()]
    for path in files:
        if path.suffix not in _ELSEWHERE | _DOCUMENTS and path.name != "NOTICE" and "__pycache__" not in path.parts:
            yield path.relative_to(top).as_posix(), content_hash(path.read_bytes())
