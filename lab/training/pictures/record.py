"""Write sizes and checksums of the exported networks into ``deploy/models.toml``: a worker refuses files that differ.

``python -m lab.training.pictures.record``
"""

import re
from pathlib import Path

import typer

from shared.image_text.backbone import LOWER_ID, UPPER_ID
from shared.image_text.small import PICTURES_ID
from shared.settings import REPOSITORY, Settings
from shared.weights import Weights, digest


def main() -> None:
    """Update the three records."""
    models_file = Settings().models_file
    text = models_file.read_text(encoding="utf-8")
    for model_id in (LOWER_ID, UPPER_ID, PICTURES_ID):
        path = REPOSITORY / Weights(models_file).record(model_id).path
        text = recorded(text, model_id, digest(path), _size(path))
    models_file.write_text(text, encoding="utf-8")


def recorded(text: str, model_id: str, checksum: str, size: int) -> str:
    """The registry with this checksum and size (bytes) in the record of that id."""
    start = text.index(f'id = "{model_id}"')
    end = text.find("[[model]]", start)
    end = len(text) if end < 0 else end
    mine = re.sub(r'^sha256 = ".*"$', f'sha256 = "{checksum}"', text[start:end], flags=re.MULTILINE)
    return text[:start] + re.sub(r"^size_bytes = \d+$", f"size_bytes = {size}", mine, flags=re.MULTILINE) + text[end:]


def _size(path: Path) -> int:
    files = [path] if path.is_file() else [p for p in path.rglob("*") if p.is_file() and p.name != "README.md"]
    return sum(file.stat().st_size for file in files)


if __name__ == "__main__":
    typer.run(main)
