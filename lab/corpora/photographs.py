"""Folders of photographs: ``index.jsonl`` or ``index.jsonl.gz`` (a line a picture), and WIDER's ``index.json``."""

import gzip
import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shared.errors import InputError
from shared.schemas.base import Box

_INDEXES = ("index.jsonl", "index.jsonl.gz", "index.json")


@dataclass(frozen=True)
class LabelledBox:
    """A box in pixels of the stored picture, with its label and all phrases that speak of it."""

    label: str
    box: Box
    phrases: tuple[str, ...] = ()
    kind: str = ""


@dataclass(frozen=True)
class Photograph:
    """A picture of an annotated folder; ``width`` and ``height`` are 0 where the index does not give them."""

    path: Path
    split: str = ""
    labels: tuple[str, ...] = ()
    captions: tuple[str, ...] = ()
    boxes: tuple[LabelledBox, ...] = ()
    attributes: tuple[tuple[str, float], ...] = ()
    width: int = 0
    height: int = 0


def find_index(folder: Path) -> Path:
    """The index of a folder of photographs; raises InputError that says what one looks like."""
    found = next((folder / name for name in _INDEXES if (folder / name).is_file()), None)
    if found is None:
        raise InputError(f"{folder} holds no {', '.join(_INDEXES)}: give a folder of photographs with an index, a line a picture")
    return found


def read_photographs(folder: Path) -> list[Photograph]:
    """All pictures in file order; raises InputError naming the line that cannot be read."""
    index = find_index(folder)
    if index.name == "index.json":
        rows = json.loads(index.read_text(encoding="utf-8"))
        return [Photograph(folder / row["file"], labels=(_wider_class(row["wider_class"]),)) for row in rows]
    data = gzip.decompress(index.read_bytes()) if index.suffix == ".gz" else index.read_bytes()
    lines = data.decode("utf-8").splitlines()
    return [_photograph(folder, line, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _wider_class(folder: str) -> str:
    """``0--Parade`` -> ``Parade``."""
    return folder.split("--", 1)[-1]


def _photograph(folder: Path, line: str, number: int) -> Photograph:
    try:
        row = json.loads(line)
        return Photograph(
            path=folder / row["file"],
            split=row.get("split", ""),
            labels=tuple(row.get("labels", ())),
            captions=tuple(row.get("captions", ())),
            boxes=tuple(_box(box) for box in row.get("boxes", ())),
            attributes=tuple((name, float(value)) for name, value in row.get("attributes", {}).items() if _is_number(value)),
            width=int(row.get("width", 0)),
            height=int(row.get("height", 0)),
        )
    except (KeyError, ValueError, TypeError) as error:
        raise InputError(f"{folder}: line {number} of the index cannot be read: {error}") from error


def _box(row: dict[str, Any]) -> LabelledBox:
    x, y, width, height = (float(row[key]) for key in ("x", "y", "w", "h"))
    box = Box(x0=x, y0=y, x1=x + max(width, 1.0), y1=y + max(height, 1.0))
    kinds = row.get("type", "")
    kind = kinds if isinstance(kinds, str) else ", ".join(kinds)
    return LabelledBox(row["label"], box, tuple(row.get("phrases", ())), kind)


def _is_number(value: object) -> bool:
    try:
        float(str(value))
    except ValueError:
        return False
    return True
