"""Token states of all captions and phrases, by the MiniLM that the product loads.

``python -m lab.training.pictures.texts --data FOLDER --work FOLDER`` (in the project's own environment) writes
``texts.json`` (the texts in order), ``states.npy`` [all tokens, 384] (float16) and ``starts.npy`` (where each text begins).
"""

import json
from pathlib import Path
from typing import Annotated

import numpy as np
import typer

from lab.training.pictures.prompts import captions
from lab.training.pictures.sets import pictures
from shared.sentence_vectors import MODEL_ID, TOKENIZER_ID, MiniLM
from shared.settings import Settings
from shared.weights import Weights


def main(data: Annotated[Path, typer.Option()], work: Annotated[Path, typer.Option()]) -> None:
    """Encode every text once."""
    wanted: dict[str, None] = {}
    for picture in pictures(data):
        wanted |= dict.fromkeys(captions(picture))
        wanted |= dict.fromkeys(phrase for box in picture.photograph.boxes for phrase in (*box.phrases, box.label))
    weights = Weights(Settings().models_file)
    encoder = MiniLM(weights.path(MODEL_ID), weights.path(TOKENIZER_ID))
    states = encoder.states(list(wanted))
    starts = np.cumsum([0, *(len(rows) for rows in states)])
    np.save(work / "states.npy", np.concatenate(states).astype(np.float16))
    np.save(work / "starts.npy", starts)
    (work / "texts.json").write_text(json.dumps(list(wanted)))


if __name__ == "__main__":
    typer.run(main)
