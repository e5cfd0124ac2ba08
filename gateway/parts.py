"""The parts that routes work with, made once by ``create_app`` and asked for by FastAPI's dependency injection."""

import threading
from dataclasses import dataclass, field
from typing import Annotated

from fastapi import Depends, Request

from gateway.dispatch import Dispatcher
from gateway.settings import GatewaySettings
from shared.articles import ArticleStore
from shared.blobs import Blobs
from shared.graph.store import GraphStore
from shared.jobs import JobStore


@dataclass(frozen=True)
class Parts:
    """Stores and the way to the workers; ``keeping`` is held while bytes and records are kept or forgotten together."""

    settings: GatewaySettings
    jobs: JobStore
    graph: GraphStore
    blobs: Blobs
    articles: ArticleStore
    dispatcher: Dispatcher
    keeping: threading.Lock = field(default_factory=threading.Lock)


def _parts(request: Request) -> Parts:
    parts: Parts = request.app.state.parts
    return parts


PartsOf = Annotated[Parts, Depends(_parts)]
