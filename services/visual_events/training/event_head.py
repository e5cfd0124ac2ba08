"""The head of visual events: the tower's classes and what detectors found, joined at a temperature; and the sentence vector."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import torch
from sklearn.linear_model import LogisticRegression, Ridge
from torch import Tensor, nn

from services.visual_events.picture_features import picture_features
from services.visual_events.scene import Scene
from services.visual_events.training.batches import TextStates
from services.visual_events.training.detected import Detected
from services.visual_events.training.examples import Example, Examples
from services.visual_events.training.features import Features, Floats, split
from shared.corpora.wider import wider_types

_TEMPERATURES = (0.6, 0.8, 1.0, 1.2, 1.5, 1.8)
_WEIGHTS = (0.0, 0.2, 0.4, 0.6, 0.8, 1.0)
_TEXTS = 3


class Events(nn.Module):
    """Late fusion of two experts (a product of their probabilities, the second by a weight)."""

    def __init__(self, objects: nn.Linear, vector: nn.Linear, temperature: float, weight: float) -> None:
        super().__init__()
        self.objects, self.vector = objects, vector
        self.temperature, self.weight = temperature, weight

    def forward(self, features: Tensor, classes: Tensor, objects: Tensor) -> tuple[Tensor, Tensor]:
        """Probabilities of the classes [N,61] and unit vectors [N,384]."""
        mixed = classes / self.temperature + self.weight * torch.log_softmax(self.objects(objects), -1)
        return torch.softmax(mixed, -1), nn.functional.normalize(self.vector(features), dim=-1)


@dataclass(frozen=True)
class EventHead:
    """The module, and how it does on held-out pictures that set nothing."""

    module: Events
    report: dict[str, float]


def linear(weight: Floats, bias: Floats) -> nn.Linear:
    """A layer of a fitted model."""
    layer = nn.Linear(weight.shape[1], weight.shape[0])
    layer.weight.data, layer.bias.data = (torch.tensor(part, dtype=torch.float32) for part in (weight, bias))
    return layer


def fit_events(examples: Examples, seen: Features, detected: dict[str, Detected], work: Path) -> EventHead:
    """Fit on what was trained on; temperature and weight by likelihood on one half of the rest; report on the other."""
    train, tune, test = ([e for e in part if e.picture.name in detected] for part in split(examples, ("wider_events",)))
    numbers = {e.row: _numbers(detected[e.picture.name]) for part in (train, tune, test) for e in part}
    model = LogisticRegression(C=0.05, max_iter=500)
    model.fit(np.stack([numbers[e.row] for e in train]), [e.label[1] for e in train if e.label])
    objects = _all_classes(model, len(examples.names["classes"]))
    vector = _vector(examples, seen, work)
    best = min(
        ((temperature, weight) for temperature in _TEMPERATURES for weight in _WEIGHTS),
        key=lambda pair: _cost(Events(objects, vector, *pair), seen, numbers, tune),
    )
    module = Events(objects, vector, *best)
    report = {"temperature": best[0], "weight": best[1], "train": float(len(train)), "test": float(len(test))}
    for name, candidate in (("", module), ("tower_alone_", Events(objects, vector, 1.0, 0.0))):
        report |= {name + key: value for key, value in _report(candidate, seen, numbers, test, examples).items()}
    return EventHead(module, report)


def _numbers(row: Detected) -> Floats:
    return picture_features(Scene("training", row.analysis, row.faces))


def _all_classes(model: LogisticRegression, count: int) -> nn.Linear:
    """The layer with a row for each class; classes that no picture had stay very unlikely."""
    weight, bias = np.zeros((count, model.coef_.shape[1]), np.float32), np.full(count, -10.0, np.float32)
    weight[model.classes_], bias[model.classes_] = model.coef_, model.intercept_
    return linear(weight, bias)


def _vector(examples: Examples, seen: Features, work: Path) -> nn.Linear:
    """Ridge regression of MiniLM's sentence vectors of the captions on the tower's features."""
    states = TextStates(work)
    train, _, _ = split(examples, tuple({e.picture.source for e in examples.rows}))
    wanted = [(e.row, text) for e in train for text in e.texts[:_TEXTS]]
    targets = []
    for start in range(0, len(wanted), 512):
        tokens, mask = states([text for _, text in wanted[start : start + 512]])
        mean = (tokens * mask.unsqueeze(-1)).sum(1) / mask.sum(1, keepdim=True)
        targets.append(nn.functional.normalize(mean, dim=-1).numpy())
    model = Ridge(alpha=30.0).fit(seen.features[[row for row, _ in wanted]], np.concatenate(targets))
    return linear(model.coef_, model.intercept_)


def _chances(module: Events, seen: Features, numbers: dict[int, Floats], rows: list[Example]) -> Floats:
    at = [e.row for e in rows]
    given = seen.features[at], seen.classes[at], np.stack([numbers[row] for row in at])
    with torch.inference_mode():
        chances, _ = module(*(torch.from_numpy(np.asarray(part, np.float32)) for part in given))
    answer: Floats = chances.numpy()
    return answer


def _cost(module: Events, seen: Features, numbers: dict[int, Floats], rows: list[Example]) -> float:
    chances = _chances(module, seen, numbers, rows)
    return float(-np.log(np.array([c[e.label[1]] for c, e in zip(chances, rows, strict=True) if e.label]) + 1e-9).mean())


def _report(
    module: Events, seen: Features, numbers: dict[int, Floats], rows: list[Example], examples: Examples
) -> dict[str, float]:
    """Accuracy over the classes, and macro F1 over the mapped types with ``none``."""
    chances = _chances(module, seen, numbers, rows)
    names, types = examples.names["classes"], wider_types()
    kinds = sorted(set(types.values()))
    to_kind = np.zeros((len(names), len(kinds)), np.float32)
    for number, name in enumerate(names):
        to_kind[number, kinds.index(types.get(name, "none"))] = 1
    truth = np.array([e.label[1] for e in rows if e.label])
    wanted, guessed = to_kind[truth].argmax(1), (chances @ to_kind).argmax(1)
    scores = []
    for kind in set(wanted):
        both = ((wanted == kind) & (guessed == kind)).sum()
        scores.append(2 * both / ((wanted == kind).sum() + (guessed == kind).sum()))
    return {
        "class60_accuracy": round(100 * float((chances.argmax(1) == truth).mean()), 1),
        "accuracy": round(100 * float((wanted == guessed).mean()), 1),
        "macro_f1": round(100 * float(np.mean(scores)), 1),
    }
