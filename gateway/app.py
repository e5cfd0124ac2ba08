"""The application: routes, middleware and web pages put together from what the caller made."""

from importlib.util import find_spec
from pathlib import Path

from anyio import CapacityLimiter
from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse
from starlette.staticfiles import StaticFiles

from gateway import problems
from gateway.apidocs import describe_bodies
from gateway.auth import require_access
from gateway.dependencies import Dependencies
from gateway.dispatch import Dispatcher
from gateway.metrics import Metrics
from gateway.middleware import RequestMiddleware
from gateway.query_parameters import refuse_unknown_parameters
from gateway.routes import articles, faces, galleries, health, images, ontology, videos
from gateway.routes import graph as _graph
from gateway.routes import jobs as _jobs
from gateway.settings import EXPLORER, GatewaySettings, check_access
from shared import __version__
from shared.articles import ArticleStore
from shared.blobs import FileBlobs
from shared.graph.store import GraphStore
from shared.jobs import JobStore

_TAGS = [
    {"name": "articles", "description": "Send articles with photographs, see what became of them."},
    {"name": "jobs", "description": "How far the stages are."},
    {"name": "graph", "description": "Entities and events, each with the words and boxes it came from."},
    {"name": "ontology", "description": "Which types of entities, relations and events there are, with their roles."},
    {"name": "images", "description": "The photographs as sent, and the frames of videos."},
    {"name": "videos", "description": "The videos as sent."},
    {
        "name": "galleries",
        "description": "References by which people, flags, logos and landmarks are recognised; who changed them.",
    },
    {"name": "people", "description": "Whose faces may be named: the gallery of people."},
    {"name": "faces", "description": "Who was seen where, across articles; the corrections of users."},
    {"name": "health", "description": "For operators."},
]
_DESCRIPTION = (
    "Turns news articles and photographs into a knowledge graph in which every fact shows its evidence. "
    "Every refusal is a problem document (RFC 9457) that says what to change."
)


def create_app(settings: GatewaySettings, jobs: JobStore, graph: GraphStore, blobs: FileBlobs, dispatcher: Dispatcher) -> FastAPI:
    """The gateway over these dependencies; raises ConfigurationError when it would be open to others."""
    check_access(settings)
    app = FastAPI(
        title="newsgraph",
        version=__version__,
        description=_DESCRIPTION,
        openapi_tags=_TAGS,
        docs_url=None,
        redoc_url=None,
        responses=problems.responses(422),
    )
    app.state.settings = settings
    app.state.dependencies = Dependencies(settings, jobs, graph, blobs, ArticleStore(blobs), dispatcher)
    app.state.metrics = Metrics(jobs, graph)
    app.state.streams = CapacityLimiter(settings.max_streams)
    problems.install(app)
    app.add_middleware(RequestMiddleware, metrics=app.state.metrics, settings=settings)
    _add_routes(app)
    _add_pages(app)
    describe_bodies(app)
    return app


def _add_routes(app: FastAPI) -> None:
    known = Depends(refuse_unknown_parameters)
    app.include_router(health.router, dependencies=[known])
    for router in (
        articles.router,
        _jobs.router,
        _graph.router,
        ontology.router,
        images.router,
        videos.router,
        galleries.router,
        faces.router,
        health.metrics_router,
    ):
        app.include_router(router, dependencies=[Depends(require_access), known])


def _add_pages(app: FastAPI, explorer: Path = EXPLORER) -> None:
    """The API's documentation at /docs and the explorer at /; both without anything from other sites."""
    spec = find_spec("fastapi_swagger")
    if spec is not None and spec.submodule_search_locations:
        app.mount("/docs/assets", StaticFiles(directory=Path(spec.submodule_search_locations[0]) / "resources"))
    app.add_api_route("/docs", lambda: RedirectResponse("/docs/"), include_in_schema=False)
    app.mount("/docs", StaticFiles(directory=Path(__file__).parent / "apidocs" / "page", html=True))
    if explorer.is_dir():
        app.mount("/", StaticFiles(directory=explorer, html=True))
    else:
        app.add_api_route("/", lambda: RedirectResponse("/docs/"), include_in_schema=False)
