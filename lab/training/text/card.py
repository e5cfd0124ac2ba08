"""Write the model card ``services/text_ie/model/README.md`` from the reports beside the weights and from the measured scores.

python -m lab.training.text.card
"""

from pathlib import Path
from string import Template
from typing import Annotated

import typer

from lab.evaluation.plan import Results, load_runs
from lab.evaluation.table import table, type_table
from lab.training.text import card_tables
from lab.training.text.calibration import read_calibration
from lab.training.text.report import TrainingReport
from lab.training.text.sets import DEVELOPMENT, SETS
from services.text_ie.english.network.labels import Labels
from services.text_ie.english.network.model import MODEL
from shared.settings import REPOSITORY
from shared.weights import digest

FOLDER, EVALUATION = REPOSITORY / "services" / "text_ie" / "model", REPOSITORY / "lab" / "results"
TEXT = Path(__file__).with_name("card.md")
_TYPES = {"m2e2-strict": "M2E2, strict", "wikievents-dev": "WikiEvents dev", "gum-names": "Names, GUM held-out documents"}
_ERRORS = {"wikievents-dev": "WikiEvents dev", "m2e2-strict": "M2E2, strict"}
_MIN, _MIN_FILLERS = 3, 10


def main(
    folder: Annotated[Path, typer.Option(help="folder of the exported network")] = FOLDER,
    evaluation: Annotated[Path, typer.Option(help="folder with runs.toml and results.json of `make eval`")] = EVALUATION,
) -> None:
    """Write the card."""
    (folder / "README.md").write_text(card(folder, evaluation), encoding="utf-8")
    typer.echo(f"model card written into {folder.name}/README.md")


def card(folder: Path, evaluation: Path) -> str:
    """The whole card in Markdown."""
    results, report = current(Results.read(evaluation / "results.json"), folder), TrainingReport.read(folder)
    values = _sizes(folder) | {
        "steps": f"{report.steps:,}",
        "seed": str(report.seed),
        "terms": _terms(),
        "corpora": card_tables.corpora(report),
        "development": ", ".join(row.name.removesuffix("-dev") for row in DEVELOPMENT),
        "calibration": _calibration(folder),
        "scores": _scores(results, evaluation),
        "errors": _errors(results),
    }
    return Template(TEXT.read_text(encoding="utf-8")).substitute(values)


def current(results: Results, folder: Path) -> Results:
    """The results that were measured with the weights of the folder."""
    revision = f"{MODEL}@{digest(folder)[:12]}"
    return Results(runs={name: result for name, result in results.runs.items() if revision in result.models})


def _sizes(folder: Path) -> dict[str, str]:
    labels, size = Labels.read(folder), sum(file.stat().st_size for file in folder.glob("*.onnx"))
    counts = {"tags": labels.tags, "events": labels.events, "roles": labels.roles, "relations": labels.relations}
    names = {name: str(len(row) - 1) for name, row in counts.items()}
    return names | {"model": MODEL, "groups": str(len(labels.groups)), "size": f"{size / 1e6:.1f}"}


def _terms() -> str:
    unfree = [f"- {row.source.title}: {row.source.licence}" for row in SETS if not row.source.free]
    if not unfree:
        return "## Terms\n\nEvery corpus of the mix has a licence that allows commercial use; the weights are Apache-2.0."
    lines = [
        "## Terms: research only, not for commercial use",
        "",
        "These corpora of the mix come without a licence that allows commercial use:",
        "",
        *unfree,
        "",
        "It is not settled whether weights fall under the terms of the texts they were trained on. These are marked",
        "`commercial = false` in deploy/models.toml, and `newsgraph models` says so. For commercial use train without",
        "these corpora: delete their rows in [sets.py](../../../lab/training/text/sets.py).",
    ]
    return "\n".join(lines)


def _calibration(folder: Path) -> str:
    if not (folder / "calibration.json").exists():
        return "These weights are not calibrated: confidences are the network's own probabilities."
    heads = read_calibration(folder)
    return "\n\n".join(
        [
            "Temperature scaling (Guo et al. 2017) on the development documents. Errors are over what a head asserts,\n"
            "in ten bins, on the same documents, so a little flattering.\n"
            "An event's confidence is that of its group (the first two levels); one of\n"
            "coreference, that there is an antecedent at all.",
            card_tables.calibration(heads),
            "How often a head is right (`#`) by its confidence; a perfect head's bar ends at `.` or `|`:",
            card_tables.reliability(heads),
        ]
    )


def _scores(results: Results, evaluation: Path) -> str:
    if not results.runs:
        return "Not measured yet for these weights: run `make eval`, then `make model-card`."
    parts = [
        "Of the whole text engine, network and rules together, in percent.",
        table(load_runs(evaluation / "runs.toml"), results),
    ]
    for name, title in _TYPES.items():
        if name in results.runs:
            rows = results.runs[name].types
            parts += [
                f"### {title}, by type",
                type_table({kind: row for kind, row in rows.items() if "/" not in kind}, _MIN),
            ]
    if "wikievents-dev" in results.runs:
        roles = {kind: row for kind, row in results.runs["wikievents-dev"].types.items() if "/" in kind}
        parts += ["### WikiEvents dev, by role", type_table(roles, _MIN_FILLERS)]
    return "\n\n".join([*parts, f"Types with fewer than {_MIN} gold items are left out, of roles those with fewer than 10."])


def _errors(results: Results) -> str:
    parts = []
    for name, title in _ERRORS.items():
        if name in results.runs:
            rows = results.runs[name].confusions
            parts += [
                f"### {title}: types taken for each other",
                card_tables.wrong_types(rows),
                card_tables.missed_and_surplus(rows),
            ]
    return "\n\n".join(parts) or "Not measured yet for these weights."


if __name__ == "__main__":
    typer.run(main)
