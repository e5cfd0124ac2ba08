"""Fit the weights of services/entity_linking/engines/flag_scoring.py and show what each threshold lets through.

usage: python -m lab.training.flags.fit_scoring --photographs LIST --drawings FOLDER [--number 150]

LIST is a text file with a photograph without flags a line; the first are searched as they are, drawings (fr.png) are pasted into
as many next ones. Runs in the environment of the engines. Neither photographs nor warps may be those of the measured result.
"""

import argparse
from dataclasses import dataclass
from pathlib import Path

import numpy as np
from sklearn.linear_model import LogisticRegression

from lab.evaluation.vision.warp import paste
from services.entity_linking.engines.flag_scoring import FlagCandidate
from services.entity_linking.engines.flags import FlagFinder
from shared.pictures import decode_rgb
from shared.settings import Settings
from shared.weights import Weights

NEWS = frozenset({"US", "GB", "FR", "DE", "RU", "CN", "UA", "IL", "SY", "TR", "BR"})
"""Countries that articles mention often: the second table has them all mentioned."""
_RATES = (0.01, 0.02, 0.05, 0.1)


@dataclass(frozen=True)
class Looked:
    """A picture: places that show no flag, and those that show the pasted one and name it rightly."""

    wrong: tuple[FlagCandidate, ...]
    right: tuple[FlagCandidate, ...] = ()


def look(finder: FlagFinder, photographs: list[Path], drawings: list[Path], mentioned: frozenset[str]) -> list[Looked]:
    """The first half of the photographs without, the second with a flag; a pasted flag's country is mentioned where any is."""
    half, looked = len(photographs) // 2, []
    for path in photographs[:half]:
        looked.append(Looked(tuple(finder.candidates(decode_rgb(path.read_bytes()), mentioned))))
    for number, path in enumerate(photographs[half:]):
        drawing = drawings[number % len(drawings)]
        code, rng = drawing.stem.upper(), np.random.default_rng(5000 + number)
        seen = paste(decode_rgb(drawing.read_bytes()), decode_rgb(path.read_bytes()), rng)
        found = finder.candidates(seen.picture, mentioned | {code} if mentioned else mentioned)
        there = [one for one in found if one.box.iou(seen.box) >= 0.4 and one.code == code]
        looked.append(Looked(tuple(one for one in found if one.box.iou(seen.box) < 0.1), tuple(there)))
    return looked


def fit(looked: list[Looked]) -> LogisticRegression:
    """The regression over all places."""
    right = [one.features for picture in looked for one in picture.right]
    wrong = [one.features for picture in looked for one in picture.wrong]
    return LogisticRegression(C=1.0, max_iter=2000).fit(np.array(right + wrong), np.r_[np.ones(len(right)), np.zeros(len(wrong))])


def table(looked: list[Looked], model: LogisticRegression) -> None:
    """Print thresholds of the confidence by false alarms a photograph."""

    def best(places: tuple[FlagCandidate, ...]) -> list[float]:
        return model.predict_proba(np.array([one.features for one in places]))[:, 1].tolist() if places else []

    half = len(looked) // 2
    alarms = np.sort([score for picture in looked[:half] for score in best(picture.wrong)])[::-1]
    hits = np.array([max(best(picture.right), default=0.0) for picture in looked[half:]])
    for rate in _RATES:
        threshold = float(alarms[int(rate * half)])
        print(f"false alarms {rate} a photograph: threshold {threshold:.3f}, flags found {float((hits > threshold).mean()):.1%}")


def main() -> None:
    """Print the weights, then the thresholds without and with mentions."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--photographs", type=Path, required=True)
    parser.add_argument("--drawings", type=Path, required=True)
    parser.add_argument("--number", type=int, default=150)
    given = parser.parse_args()
    weights = Weights(Settings().models_file)
    finder = FlagFinder(weights.path("flags"), weights.path("flag-network"))
    known = set(finder.countries)
    drawings = [path for path in sorted(given.drawings.glob("??.png")) if path.stem.upper() in known]
    drawings = [drawings[place] for place in np.random.default_rng(9).permutation(len(drawings)).tolist()]
    photographs = [Path(line) for line in given.photographs.read_text(encoding="utf-8").split("\n") if line][: 2 * given.number]
    plain = look(finder, photographs, drawings, frozenset())
    model = fit(plain)
    print(f"weights {np.round(model.coef_[0], 2).tolist()} constant {float(model.intercept_[0]):.2f}")
    table(plain, model)
    print("with countries mentioned:")
    table(look(finder, photographs, drawings, NEWS), model)


if __name__ == "__main__":
    main()
