"""Writes each article's graph in place of its earlier one."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar
from urllib.parse import urlsplit

from shared.blobs import Blobs
from shared.errors import NewsgraphError, ServiceUnavailable, StageError
from shared.graph.open import open_store
from shared.graph.projection import project
from shared.graph.store import GraphStore
from shared.manifest import GRAPH, source_id
from shared.schemas.job import StageName
from shared.settings import Settings
from shared.stage import StageInput, StageOutput

FOLDER = Path(__file__).parent


class GraphWriterStage:
    """Projects the stage outputs and replaces the article in the graph store, one transaction each."""

    name: ClassVar[StageName] = "graph_writer"

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._store: GraphStore | None = None

    def load(self) -> None:
        """Open the store and declare its constraints; raises ConfigurationError or ServiceUnavailable."""
        store = open_store(self._settings)
        store.prepare()
        self._store = store

    def manifest(self) -> tuple[str, ...]:
        """The projection and its store, and where it writes: an article is written again into another graph."""
        address = urlsplit(self._settings.graph_url)
        place = f"{address.hostname or ''}:{address.port or ''}/{self._settings.graph_database or ''}"
        return (source_id(FOLDER, GRAPH), f"graph:{place}")

    def run(self, batch: Sequence[StageInput]) -> list[StageOutput | StageError]:
        """One receipt, or the reason why the article could not be written, per input; raises ServiceUnavailable."""
        return [self._write(given) for given in batch]

    def _write(self, given: StageInput) -> StageOutput | StageError:
        if self._store is None:
            raise RuntimeError("load() comes before run()")
        try:
            return self._store.replace_article(given.article.article_id, project(given))
        except ServiceUnavailable:
            raise
        except NewsgraphError as error:
            return StageError(f"the graph was not written: {error}")


def build(settings: Settings, blobs: Blobs) -> GraphWriterStage:
    """The stage; it reads no blobs."""
    return GraphWriterStage(settings)
