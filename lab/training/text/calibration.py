"""``calibration.json`` beside the weights: how sure each head is, and how often it is right."""

from pathlib import Path

from pydantic import TypeAdapter

from shared.schemas.base import Schema


class Calibration(Schema):
    """One head: temperature, expected calibration error of what it asserts, and its bins [(confidence, accuracy, count)]."""

    temperature: float
    error_before: float
    error: float
    f1: float
    bins: list[tuple[float, float, int]]


_HEADS = TypeAdapter(dict[str, Calibration])


def read_calibration(folder: Path) -> dict[str, Calibration]:
    """The report of a folder, by head."""
    return _HEADS.validate_json((folder / "calibration.json").read_text(encoding="utf-8"))


def write_calibration(folder: Path, heads: dict[str, Calibration]) -> None:
    """Write the report."""
    (folder / "calibration.json").write_bytes(_HEADS.dump_json(heads, indent=1))
