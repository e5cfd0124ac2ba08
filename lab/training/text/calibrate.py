"""Calibrate the heads on the development documents (temperature scaling, Guo et al. 2017) and choose thresholds.

python -m lab.training.text.calibrate --work DIR
"""

from pathlib import Path
from typing import Annotated

import numpy as np
import typer
from scipy.optimize import minimize_scalar
from scipy.special import logsumexp, softmax

from lab.training.text.calibration import Calibration, write_calibration
from lab.training.text.development import MAX_ANTECEDENTS, Booleans, Floats, HeadLogits, collect
from lab.training.text.example import load_prepared
from lab.training.text.export import load_network
from lab.training.text.sets import DEVELOPMENT
from services.text_ie.english.network.labels import Labels, group_name

_BINS = 10
_GRID = np.arange(0.2, 0.81, 0.05)


def main(
    work: Annotated[Path, typer.Option(help="folder with checkpoint and prepared corpora")] = Path(".training/text-ie"),
) -> None:
    """Write temperatures and thresholds into ``labels.json`` and the report into ``calibration.json``."""
    seen = collect(load_network(work).eval(), load_prepared(work, [row.name for row in DEVELOPMENT]))
    labels = Labels.read(work)
    groups = {"events": _group_matrix(labels), "coreference": _any_antecedent()}
    report = {name: calibrate(rows, groups.get(name)) for name, rows in seen.items()}
    thresholds = {
        name: _best_threshold(*_asserted(seen[name], report[name].temperature, None)[:3])
        for name in ("roles", "relations", "event_coreference")
        if name in seen
    }
    update = {"temperatures": {name: row.temperature for name, row in report.items()}, "thresholds": thresholds}
    (work / "labels.json").write_text(labels.model_copy(update=update).model_dump_json(indent=1), encoding="utf-8")
    write_calibration(work, report)
    for name, row in report.items():
        typer.echo(f"{name:18} T={row.temperature:.2f} ECE {row.error_before:.3f} -> {row.error:.3f}  word/pair F1 {row.f1:.3f}")


def calibrate(rows: HeadLogits, groups: Floats | None) -> Calibration:
    """Find the temperature that makes the development labels likeliest; measure the error of asserted labels before and after."""
    logits, allowed = rows.arrays()
    best = minimize_scalar(lambda t: _loss(logits / t, allowed), bounds=(0.3, 5.0), method="bounded")
    temperature = round(float(best.x), 3)
    before = _expected_error(*_asserted(rows, 1.0, groups)[:2])[0]
    confidence, right, gold = _asserted(rows, temperature, groups)
    error, bins = _expected_error(confidence, right)
    precision, recall = right.sum() / max(1, len(right)), right.sum() / max(1, gold)
    f1 = float(2 * precision * recall / max(1e-9, precision + recall))
    return Calibration(temperature=temperature, error_before=before, error=error, f1=f1, bins=bins)


def _loss(logits: Floats, allowed: Booleans) -> float:
    inside = logsumexp(np.where(allowed, logits, -np.inf), axis=-1)
    return float((logsumexp(logits, axis=-1) - inside).mean())


def _group_matrix(labels: Labels) -> Floats:
    """[events, groups + 1] of zeros and ones: which event types make up a group; column 0 is none."""
    matrix = np.zeros((len(labels.events), len(labels.groups) + 1), dtype=np.float32)
    matrix[0, 0] = 1.0
    for number, name in enumerate(labels.events[1:], 1):
        matrix[number, labels.groups.index(group_name(name)) + 1] = 1.0
    return matrix


def _any_antecedent() -> Floats:
    """[1 + antecedents, 2]: a mention is new, or has an antecedent, whichever."""
    matrix = np.zeros((MAX_ANTECEDENTS + 1, 2), dtype=np.float32)
    matrix[0, 0] = 1.0
    matrix[1:, 1] = 1.0
    return matrix


def _asserted(rows: HeadLogits, temperature: float, groups: Floats | None) -> tuple[Floats, Booleans, int]:
    """Confidence and rightness of every label but none that the head prefers; and how many such labels there are in truth."""
    logits, allowed = rows.arrays()
    probability = softmax(logits / temperature, axis=-1)
    if groups is not None:
        probability, allowed = probability @ groups, (allowed.astype(np.float32) @ groups) > 0
    choice = probability.argmax(-1)
    said = choice != 0
    right = allowed[np.arange(len(choice)), choice]
    return probability.max(-1)[said].astype(np.float32), right[said], int((~allowed[:, 0]).sum())


def _expected_error(confidence: Floats, right: Booleans) -> tuple[float, list[tuple[float, float, int]]]:
    bins, error = [], 0.0
    for low in np.arange(0, 1, 1 / _BINS):
        inside = (confidence > low) & (confidence <= low + 1 / _BINS)
        if inside.any():
            bins.append((float(confidence[inside].mean()), float(right[inside].mean()), int(inside.sum())))
            error += abs(bins[-1][0] - bins[-1][1]) * bins[-1][2] / len(confidence)
    return error, bins


def _best_threshold(confidence: Floats, right: Booleans, gold: int) -> float:
    """The threshold of best F1; the lowest of equals."""
    scores = []
    for threshold in _GRID:
        kept = confidence >= threshold
        scores.append(2 * right[kept].sum() / max(1, kept.sum() + gold))
    return round(float(_GRID[int(np.argmax(scores))]), 2)


if __name__ == "__main__":
    typer.run(main)
