"""The head that tells professions of persons, with ``none`` for everybody else."""

from dataclasses import dataclass

import numpy as np
from sklearn.linear_model import LogisticRegression

from lab.training.pictures.examples import Example, Examples
from lab.training.pictures.features import Features, Floats, split

NONE = "none"
PERSONS = (
    "police",
    "firefighter",
    "pilot",
    "doctor",
    "judge",
    "farmer",
    "engineer",
    "chef",
    "waiter",
    "mechanic",
    "soldier",
    NONE,
)
SETS = ("professions", "wider_events", "stanford40", "flickr8k_entities")
_WIDER = {"Soldier_Firing": "soldier", "Soldier_Patrol": "soldier", "Soldier_Drilling": "soldier", "Surgeons": "doctor"}
_OF_NONE = 3  # every third picture without a profession is taken
_PRECISION = 0.85
_NOBODY = frozenset(("Street_Battle", "Riot", "Raid", "Rescue", "Worker_Laborer", "Waiter_Waitress", "Parade", "Funeral"))


@dataclass(frozen=True)
class PersonHead:
    """The fitted head, the least probability that is asserted, and how it does on pictures that set nothing."""

    model: LogisticRegression
    threshold: float
    report: dict[str, float]


def profession(example: Example) -> str | None:
    """What a picture teaches; None where its people may well have a profession that no label tells."""
    photo = example.picture.photograph
    if example.picture.source == "professions":
        return photo.labels[0]
    if example.picture.source == "wider_events":
        if photo.labels[0] in _NOBODY:
            return None
        return _WIDER.get(photo.labels[0], NONE)
    return NONE


def fit_persons(examples: Examples, seen: Features) -> PersonHead:
    """Fit on what was trained on, set the threshold on one half of the rest, report on the other."""
    train, tune, test = (_known(part) for part in split(examples, SETS))
    model = LogisticRegression(C=0.02, max_iter=300)
    scaled = seen.features
    model.fit(scaled[[e.row for e, _ in train]], [PERSONS.index(name) for _, name in train])
    threshold = _threshold(*_answers(model, scaled, tune))
    guesses, confidence, truth = _answers(model, scaled, test)
    said = (confidence >= threshold) & (guesses != PERSONS.index(NONE))
    has = truth != PERSONS.index(NONE)
    right = said & (guesses == truth)
    report = {
        "precision": 100 * float(right.sum() / max(1, said.sum())),
        "recall": 100 * float(right.sum() / max(1, has.sum())),
        "false_alarms_per_picture": float((said & ~has).sum() / max(1, (~has).sum())),
    }
    return PersonHead(model, threshold, {name: round(value, 3) for name, value in report.items()})


def _known(examples: list[Example]) -> list[tuple[Example, str]]:
    told = [(e, name) for e in examples if (name := profession(e))]
    return [(e, name) for number, (e, name) in enumerate(told) if name != NONE or number % _OF_NONE == 0]


def _answers(model: LogisticRegression, features: Floats, rows: list[tuple[Example, str]]) -> tuple[Floats, Floats, Floats]:
    probabilities = model.predict_proba(features[[e.row for e, _ in rows]])
    return probabilities.argmax(1), probabilities.max(1), np.array([PERSONS.index(name) for _, name in rows])


def _threshold(guesses: Floats, confidence: Floats, truth: Floats) -> float:
    """The lowest probability from which on the asked share of the assertions is right."""
    none = PERSONS.index(NONE)
    for threshold in np.arange(0.4, 0.99, 0.02):
        said = (confidence >= threshold) & (guesses != none)
        if said.any() and (guesses == truth)[said].mean() >= _PRECISION:
            return round(float(threshold), 2)
    return 0.99
