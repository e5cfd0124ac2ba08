"""Real corpora, where they are present: gold as a prediction scores 100."""

import os
from pathlib import Path

import pytest

from lab.evaluation.oracle import oracle
from lab.evaluation.predict import article_of
from lab.evaluation.run import find_task
from lab.evaluation.task import ProtocolName
from shared.settings import REPOSITORY
from shared.stage import StageInput

pytestmark = pytest.mark.integration
DATA = Path(os.environ.get("NEWSGRAPH_DATA", REPOSITORY.parent / "shared" / "data"))
CASES = [
    ("events", "m2e2"),
    ("events", "wikievents/dev.jsonl"),
    ("events", "rams"),
    ("ner", "gum"),
    ("ner", "wikievents/dev.jsonl"),
    ("ner", "crossner/conll2003/dev.txt"),
    ("relations", "conll04/dev.txt"),
    ("relations", "redocred"),
]


@pytest.mark.parametrize("protocol", ["strict", "relaxed"])
@pytest.mark.parametrize(("name", "place"), CASES)
def test_an_oracle_scores_100_on_real_corpora(name: str, place: str, protocol: ProtocolName) -> None:
    if not (DATA / place).exists():
        pytest.skip(f"{place} is not in {DATA}; NEWSGRAPH_DATA names the folder of corpora")
    task = find_task(name)
    gold = task.read(DATA / place)
    items = [StageInput(article=article_of(d), text_ie=oracle(d)) for d in gold.documents]
    assert set(task.score(gold, items, protocol).scores.values()) == {100.0}
