"""Write the model card ``shared/image_text/model/README.md`` from the report of training and the measured scores.

``python -m lab.training.pictures.card``
"""

import json
from pathlib import Path
from string import Template

import typer

from lab.evaluation.plan import Results, load_runs
from lab.evaluation.table import table
from shared.image_text.small import PICTURES_ID
from shared.settings import REPOSITORY
from shared.weights import digest

FOLDER, EVALUATION = REPOSITORY / "shared" / "image_text" / "model", REPOSITORY / "lab" / "results"
TEXT = Path(__file__).with_name("card.md")
_NOT_YET = "Not measured with these weights yet: run `make eval`."


def main() -> None:
    """Write the card."""
    (FOLDER / "README.md").write_text(card(), encoding="utf-8")
    typer.echo("model card written into shared/image_text/model/README.md")


def card() -> str:
    """The whole card in Markdown."""
    report = json.loads((FOLDER / "training.json").read_text(encoding="utf-8"))
    size = sum(file.stat().st_size for file in FOLDER.glob("*.onnx")) / 1e6
    rows = ["| thing | precision | recall | pictures | with it |", "|---|---|---|---|---|"]
    rows += [
        f"| {name} | {r['precision']} | {r['recall']} | {r['pictures']:.0f} | {r['with']:.0f} |"
        for name, r in report["places"].items()
    ]
    values = {
        "steps": f"{report['steps']:,}",
        "size": f"{size:.0f}",
        "scores": _scores(),
        "test": f"{report['events']['test']:.0f}",
        "events": _told(report["events"]),
        "persons": _told(report["persons"]),
        "places": "\n".join(rows),
    }
    return Template(TEXT.read_text(encoding="utf-8")).substitute(values)


def _told(scores: dict[str, float]) -> str:
    return ", ".join(f"{name.replace('_', ' ')} {value:g}" for name, value in scores.items() if name not in ("test", "train"))


def _scores() -> str:
    """The table of `make eval`, of the results that these weights gave."""
    revision = f"{PICTURES_ID}@{digest(FOLDER)[:12]}"
    results = Results.read(EVALUATION / "results.json")
    mine = Results(runs={name: result for name, result in results.runs.items() if revision in result.models})
    return table(load_runs(EVALUATION / "runs.toml"), mine) if mine.runs else _NOT_YET


if __name__ == "__main__":
    typer.run(main)
