"""Fit the small heads on the trained tower's features and write them beside it.

``python -m lab.training.pictures.heads --data FOLDER --work FOLDER``
writes ``events.onnx`` and ``attributes.onnx``, completes
``labels.json`` and writes the report ``training.json``. Thresholds and temperatures are set on every second picture that was held
out, and reported on the others.
"""

import json
from collections import Counter
from pathlib import Path
from typing import Annotated

import torch
import typer
from torch import Tensor, nn

from lab.training.pictures.detected import Detected, read_detected
from lab.training.pictures.event_head import fit_events, kinds, linear
from lab.training.pictures.examples import load
from lab.training.pictures.export import MODEL, write
from lab.training.pictures.features import tower_features
from lab.training.pictures.persons import PERSONS, fit_persons
from lab.training.pictures.placed import place_thresholds
from lab.training.pictures.trunk import FEATURES
from services.visual_events import picture_features

_SEEN = 12  # pictures in which a label must be found to be counted


class _Probabilities(nn.Module):
    """A linear head with its softmax."""

    def __init__(self, layer: nn.Linear) -> None:
        super().__init__()
        self.layer = layer

    def forward(self, features: Tensor) -> Tensor:
        """Probabilities."""
        return torch.softmax(self.layer(features), -1)


def main(data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()], threads: int = 1) -> None:
    """Fit and write."""
    torch.set_num_threads(threads)
    examples = load(data, work)
    detected = {row.name: row for row in read_detected(work)}
    _count_labels(list(detected.values()))
    seen = tower_features(examples, work)
    events, persons = fit_events(examples, seen, detected, work), fit_persons(examples, seen)
    thresholds, placed = place_thresholds(examples, seen)
    given = torch.zeros(2, FEATURES), torch.zeros(2, len(examples.names["classes"])), torch.zeros(2, picture_features.size())
    write(MODEL / "events.onnx", events.module, given, ["features", "classes", "objects"], ["probabilities", "types", "vector"])
    probabilities = _Probabilities(linear(persons.model.coef_, persons.model.intercept_))
    write(MODEL / "attributes.onnx", probabilities, given[:1], ["features"], ["probabilities"])
    file = MODEL / "labels.json"
    more = {
        "types": kinds(),
        "persons": PERSONS,
        "person_threshold": persons.threshold,
        "place_thresholds": thresholds,
    }
    file.write_text(json.dumps(json.loads(file.read_text()) | more, indent=1) + "\n")
    steps = int(torch.load(work / "checkpoint.pt", weights_only=True)["step"])
    report = {"steps": steps, "events": events.report, "persons": persons.report, "places": placed}
    (MODEL / "training.json").write_text(json.dumps(report, indent=1) + "\n")
    print(json.dumps(report))


def _count_labels(rows: list[Detected]) -> None:
    """Write which labels and tags are common enough to be counted."""
    objects = Counter(label for row in rows for label in {r.label for r in row.analysis.regions if r.kind == "object"})
    tags = Counter(tag.label for row in rows for tag in row.analysis.tags)
    kept = ["\n".join(sorted(name for name, count in counter.items() if count >= _SEEN)) for counter in (objects, tags)]
    picture_features.LABELS.parent.mkdir(exist_ok=True)
    picture_features.LABELS.write_text("\n\n".join(kept) + "\n", encoding="utf-8")
    picture_features.labels.cache_clear()


if __name__ == "__main__":
    typer.run(main)
