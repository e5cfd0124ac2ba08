"""Speed of the text stage beside the parser alone, in one run on one text, and the memory of the process.

python -m lab.benchmarks.texts [--articles 40]
"""

import json
import resource
import time
from collections.abc import Callable
from typing import Annotated

import typer

from services.pipeline import step
from services.stage_process import build_stage
from services.text_ie.english.parse.spacy_parser import MODEL, SpacyParser
from shared.blobs import FolderBlobs
from shared.samples import sample_articles
from shared.schemas.article import Article
from shared.settings import Settings
from shared.stage import StageInput
from shared.weights import Weights

_WORDS = 250
_ROUNDS = 3


def main(articles: Annotated[int, typer.Option(help="articles of 250 words in a batch")] = 40) -> None:
    """Print words a second of both, their ratio, and the peak memory."""
    text = " ".join(json.loads(path.read_bytes())["text"] for path in sorted(sample_articles().glob("*.json")))
    words = (text.split() * (1 + _WORDS // len(text.split())))[:_WORDS]
    batch = [StageInput(article=Article(article_id=f"bench-{n}", text=" ".join(words), language="en")) for n in range(articles)]
    settings = Settings()
    stage = build_stage(step("text_ie"), settings, FolderBlobs(settings.data_dir))
    stage.load()
    parser = SpacyParser(Weights(settings.models_file).path(MODEL))
    whole = _speed(lambda: stage.run(batch), articles)
    alone = _speed(lambda: list(parser.parse(i.article.text for i in batch)), articles)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    typer.echo(
        f"text IE {whole:,.0f} words/s, parser alone {alone:,.0f} words/s, ratio {whole / alone:.2f}; peak memory {peak:,.0f} MB"
    )


def _speed(work: Callable[[], object], articles: int) -> float:
    """Words a second of the best of some rounds."""
    best = float("inf")
    for _ in range(_ROUNDS):
        start = time.perf_counter()
        work()
        best = min(best, time.perf_counter() - start)
    return articles * _WORDS / best


if __name__ == "__main__":
    typer.run(main)
