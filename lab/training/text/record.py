"""Write size and checksum of the exported weights into ``deploy/models.toml``: the worker refuses files that differ.

python -m lab.training.text.record
"""

import re
from pathlib import Path
from typing import Annotated

import typer

from lab.training.text.sets import SETS
from services.text_ie.english.network.model import MODEL
from shared.settings import REPOSITORY, Settings
from shared.weights import digest

FOLDER = "services/text_ie/model"


def main(
    models_file: Annotated[Path, typer.Option(help="the registry of models")] = Settings.model_fields["models_file"].default,
) -> None:
    """Update the record of the network, or append one."""
    folder = REPOSITORY / FOLDER
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and file.name != "README.md")
    text = models_file.read_text(encoding="utf-8")
    models_file.write_text(recorded(text, digest(folder), size), encoding="utf-8")
    typer.echo(f"{MODEL}: {size / 1e6:.1f} MB recorded in {models_file.name}")


def recorded(text: str, checksum: str, size: int) -> str:
    """The registry with this checksum and size (bytes) in the network's record."""
    if f'id = "{MODEL}"' not in text:
        text = text.rstrip("\n") + "\n\n" + _record()
    before, mine, after = _split(text)
    mine = re.sub(r'^sha256 = ".*"$', f'sha256 = "{checksum}"', mine, flags=re.MULTILINE)
    return before + re.sub(r"^size_bytes = \d+$", f"size_bytes = {size}", mine, flags=re.MULTILINE) + after


def _split(text: str) -> tuple[str, str, str]:
    """The text before the network's record, the record, and what follows."""
    start = text.index(f'id = "{MODEL}"')
    end = text.find("[[model]]", start)
    end = len(text) if end < 0 else end
    return text[:start], text[start:end], text[end:]


def _record() -> str:
    unfree = ", ".join(dict.fromkeys(row.source.title.split(",")[0].split(" (")[0] for row in SETS if not row.source.free))
    return f"""# Trained by `make train-text-ie`; model card: {FOLDER}/README.md. Not for commercial use: {unfree} come without
# a licence that allows it. With NEWSGRAPH_TEXT_MODEL naming a network of your own, nothing of it is used.
[[model]]
id = "{MODEL}"
stage = "text_ie"
engine = "english"
task = "mentions, events, roles, relations, coreference (English)"
source = "this repository, trained from all-MiniLM-L6-v2"
path = "{FOLDER}"
sha256 = ""
licence_code = "Apache-2.0"
licence_weights = "research only: {unfree} state no licence for commercial use (model card)"
commercial = {str(all(row.source.free for row in SETS)).lower()}
languages = ["en"]
size_bytes = 0
profiles = ["embedded", "gpu", "llm"]
"""


if __name__ == "__main__":
    typer.run(main)
