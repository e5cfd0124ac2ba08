"""Gold documents through the production stages: the same builders, the same messages, no shortcut."""

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from lab.corpora.document import GoldDocument
from services.pipeline import step
from services.stage_process import build_stage
from shared.blobs import Blobs, FolderBlobs
from shared.errors import StageError
from shared.schemas.article import Article
from shared.schemas.job import StageName
from shared.settings import Settings
from shared.stage import Stage, StageInput

Tell = Callable[[int], None]
_BATCH = 16  # articles


@dataclass(frozen=True)
class Predictions:
    """One input with the stages' outputs a document; ``seconds`` without loading; ``failures`` by article id."""

    items: tuple[StageInput, ...]
    seconds: float
    models: tuple[str, ...]
    failures: dict[str, str]


def article_of(document: GoldDocument) -> Article:
    """The document as a sender would give it: its text, in the language that the corpus is in (English unless noted)."""
    return Article(article_id=document.id, text=document.text, language=document.notes.get("language", "en"))


def predict(documents: Sequence[GoldDocument], stages: Sequence[StageName], settings: Settings, tell: Tell) -> Predictions:
    """Load the stages and run them in order, batch by batch; ``tell`` hears how many documents are done."""
    loaded = [load_stage(name, settings) for name in stages]
    items: list[StageInput] = []
    failures: dict[str, str] = {}
    begin = time.perf_counter()
    for start in range(0, len(documents), _BATCH):
        batch = [StageInput(article=article_of(document)) for document in documents[start : start + _BATCH]]
        for stage in loaded:
            batch = through(stage, batch, failures)
        items += batch
        tell(len(batch))
    seconds = time.perf_counter() - begin
    return Predictions(tuple(items), seconds, tuple(m for stage in loaded for m in stage.manifest()), failures)


def load_stage(name: StageName, settings: Settings, blobs: Blobs | None = None) -> Stage:
    """The stage as a worker holds it, with its models and the platform's blob store unless given another; raises WeightsError."""
    stage = build_stage(step(name), settings, blobs or FolderBlobs(settings.data_dir))
    stage.load()
    return stage


def through(stage: Stage, batch: list[StageInput], failures: dict[str, str]) -> list[StageInput]:
    """The batch with the outputs of one more stage; what failed keeps None, and its message goes to ``failures``."""
    results = []
    for item, output in zip(batch, stage.run(batch), strict=True):
        if isinstance(output, StageError):
            failures.setdefault(item.article.article_id, str(output))
            results.append(item)
        else:
            results.append(item.model_copy(update={stage.name: output}))
    return results
