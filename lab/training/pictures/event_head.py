"""The head of visual events: the tower's classes and what detectors found, joined at a temperature; and the sentence vector."""

from dataclasses import asdict, dataclass, replace
from itertools import product
from pathlib import Path

import numpy as np
import torch
from numpy.typing import NDArray
from sklearn.linear_model import LogisticRegression, Ridge
from torch import Tensor, nn

from lab.corpora.wider import wider_types
from lab.training.pictures.batches import TextStates
from lab.training.pictures.detected import Detected
from lab.training.pictures.examples import Example, Examples
from lab.training.pictures.features import Features, Floats, split
from services.visual_events.picture_features import picture_features
from services.visual_events.scene import Scene

_PRIOR, _OBJECTS, _FEATURES = (0.0, 0.3, 0.5, 0.7), (0.0, 0.15, 0.3, 0.5), (0.0, 0.3, 0.6, 1.0)
_TEMPERATURES = (0.7, 0.85, 1.0, 1.2, 1.5, 2.0)
_TEXTS = 3
_EPSILON = 1e-6
NONE = "none"


@dataclass(frozen=True)
class Mix:
    """How much of the commonness of types is taken off, what the other two experts weigh, and the temperature of the whole."""

    prior: float
    objects: float
    features: float
    temperature: float = 1.0


class Events(nn.Module):
    """A product of three experts on event types: the tower's classes summed by type, and two linear models.

    These weigh all types alike; one reads what detectors found, the other the tower's features.
    """

    def __init__(self, experts: tuple[nn.Linear, nn.Linear, nn.Linear], to_types: Floats, prior: Floats, mix: Mix) -> None:
        super().__init__()
        self.objects, self.types, self.vector = experts
        self.register_buffer("to_types", torch.from_numpy(to_types))
        self.register_buffer("taken_off", torch.from_numpy(mix.prior * np.log(prior + _EPSILON)))
        self.mix = mix

    def forward(self, features: Tensor, classes: Tensor, objects: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        """Probabilities of classes [N,61] and types [N,12], unit vectors [N,384]."""
        probabilities = torch.softmax(classes, -1)
        mixed = torch.log(probabilities @ self.to_types + _EPSILON) - self.taken_off
        mixed = mixed + self.mix.objects * torch.log_softmax(self.objects(objects), -1)
        mixed = mixed + self.mix.features * torch.log_softmax(self.types(features), -1)
        types = torch.softmax(mixed / self.mix.temperature, -1)
        return probabilities, types, nn.functional.normalize(self.vector(features), dim=-1)


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


def kinds() -> tuple[str, ...]:
    """The event types that WIDER's classes map to, with ``none``, in the order of the model's answers."""
    return tuple(sorted(set(wider_types().values())))


def fit_events(examples: Examples, seen: Features, detected: dict[str, Detected], work: Path) -> EventHead:
    """Fit on what was trained on; the mix is set on half of the rest (macro F1, then likelihood); report on the other."""
    parts = split(examples, ("wider_events",))
    train, tune, test = ([e for e in part if e.picture.name in detected] for part in parts)
    numbers = {e.row: _numbers(detected[e.picture.name]) for part in (train, tune, test) for e in part}
    to_types = _to_types(examples.names["classes"])
    truth = to_types[[e.label[1] for e in train if e.label]].argmax(1)
    rows = [e.row for e in train]
    experts = (
        _balanced(np.stack([numbers[row] for row in rows]), truth),
        _balanced(seen.features[rows], truth),
        _vector(examples, seen, work),
    )
    prior = np.bincount(truth, minlength=to_types.shape[1]).astype(np.float32)
    prior = np.asarray(prior / len(truth), np.float32)

    def made(mix: Mix) -> Events:
        """The module with this mix."""
        return Events(experts, to_types, prior, mix)

    mixes = [Mix(*parts) for parts in product(_PRIOR, _OBJECTS, _FEATURES)]
    best = max(mixes, key=lambda mix: _report(made(mix), seen, numbers, tune)["macro_f1"])
    cooled = [replace(best, temperature=temperature) for temperature in _TEMPERATURES]
    mix = min(cooled, key=lambda mix: _cost(made(mix), seen, numbers, tune))
    report = asdict(mix) | {"train": float(len(train)), "test": float(len(test))}
    for name, candidate in (("", mix), ("classes_alone_", Mix(0.0, 0.0, 0.0))):
        report |= {name + key: value for key, value in _report(made(candidate), seen, numbers, test).items()}
    return EventHead(made(mix), report)


def _to_types(classes: tuple[str, ...]) -> Floats:
    """Which class [61] is of which type [12], as 0 and 1; classes that nobody mapped are ``none``."""
    table = np.zeros((len(classes), len(kinds())), np.float32)
    for number, name in enumerate(classes):
        table[number, kinds().index(wider_types().get(name, NONE))] = 1
    return table


def _balanced(given: Floats, truth: NDArray[np.int64]) -> nn.Linear:
    """Logistic regression on standardised numbers, every type with the same weight in all."""
    mean, spread = given.mean(0), given.std(0) + 1e-3
    model = LogisticRegression(C=1e-3, max_iter=200, class_weight="balanced").fit((given - mean) / spread, truth)
    weight = model.coef_ / spread
    return linear(weight, model.intercept_ - weight @ mean)


def _numbers(row: Detected) -> Floats:
    return picture_features(Scene("training", row.analysis, row.faces))


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


def _probabilities(module: Events, seen: Features, numbers: dict[int, Floats], rows: list[Example]) -> tuple[Floats, Floats]:
    at = [e.row for e in rows]
    given = seen.features[at], seen.classes[at], np.stack([numbers[row] for row in at])
    with torch.inference_mode():
        classes, types, _ = module(*(torch.from_numpy(np.asarray(part, np.float32)) for part in given))
    return classes.numpy(), types.numpy()


def _truth(module: Events, rows: list[Example]) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Class and type of each picture."""
    classes = np.array([e.label[1] for e in rows if e.label])
    return classes, module.to_types.numpy()[classes].argmax(1)


def _cost(module: Events, seen: Features, numbers: dict[int, Floats], rows: list[Example]) -> float:
    _, probabilities = _probabilities(module, seen, numbers, rows)
    return float(-np.log(probabilities[np.arange(len(rows)), _truth(module, rows)[1]] + 1e-9).mean())


def _report(module: Events, seen: Features, numbers: dict[int, Floats], rows: list[Example]) -> dict[str, float]:
    """Accuracy over the classes and the types, and macro F1 over the types with ``none``."""
    classes, types = _probabilities(module, seen, numbers, rows)
    fine, wanted = _truth(module, rows)
    guessed = types.argmax(1)
    scores = []
    for kind in set(wanted.tolist()):
        both = ((wanted == kind) & (guessed == kind)).sum()
        scores.append(2 * both / ((wanted == kind).sum() + (guessed == kind).sum()))
    return {
        "class60_accuracy": round(100 * float((classes.argmax(1) == fine).mean()), 1),
        "accuracy": round(100 * float((wanted == guessed).mean()), 1),
        "macro_f1": round(100 * float(np.mean(scores)), 1),
    }
