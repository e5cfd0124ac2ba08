"""What routes work with: stores and the way to the workers, made once by ``create_app`` and injected by FastAPI."""

import threading
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from gateway.dispatch import Dispatcher
from gateway.settings import GatewaySettings
from shared.articles import ArticleStore
from shared.blobs import FileBlobs
from shared.graph.store import GraphStore
from shared.jobs import JobStore


@dataclass(frozen=True)
class Dependencies:
    """Stores and the way to the workers; ``keeping`` is held while bytes and records are kept or forgotten together."""

    settings: GatewaySettings
    jobs: JobStore
    graph: GraphStore
    blobs: FileBlobs
    articles: ArticleStore
    dispatcher: Dispatcher
    keeping: threading.Lock = field(default_factory=threading.Lock)


def _dependencies(request: Request) -> Dependencies:
    found: Dependencies = request.app.state.dependencies
    return found


Deps = Annotated[Dependencies, Depends(_dependencies)]
