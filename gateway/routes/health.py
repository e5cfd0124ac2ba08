"""Health and metrics, for operators and their machines. Health needs no key; metrics do."""

from fastapi import APIRouter, Request, Response
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.dependencies import Dependencies, Deps
from gateway.metrics import Metrics
from gateway.problems import responses
from shared.errors import ConfigurationError, ServiceUnavailable
from shared.jobs import WorkerState
from shared.schemas.api import Alive, PartHealth, Readiness
from shared.schemas.job import STAGE_NAMES

router = APIRouter(tags=["health"])
metrics_router = APIRouter(tags=["health"])


@router.get("/health/live")
async def live() -> Alive:
    """The process answers."""
    return Alive()


@router.get("/health/ready", responses={503: {"model": Readiness, "description": "Some part is not ready"}})
def ready(deps: Deps, response: Response) -> Readiness:
    """Whether broker and graph answer and every worker has loaded its models; 503 names what is missing."""
    states = _readiness(deps)
    response.status_code = 200 if states.ready else 503
    return states


@metrics_router.get("/metrics", response_class=Response, responses={200: {"content": {"text/plain": {}}}, **responses(401)})
def show_metrics(request: Request) -> Response:
    """Prometheus text format."""
    metrics: Metrics = request.app.state.metrics
    return Response(metrics.render(), media_type=CONTENT_TYPE_LATEST)


def _readiness(deps: Dependencies) -> Readiness:
    graph = _graph(deps)
    try:
        seen = deps.jobs.worker_states()
        broker = PartHealth(ready=True)
    except ServiceUnavailable as error:
        seen, broker = {}, PartHealth(ready=False, detail=str(error))
    workers = {name: _worker(seen.get(name)) for name in STAGE_NAMES}
    everything = {"broker": broker, "graph": graph} | dict(workers)
    missing = [f"{name}: {part.detail}" for name, part in everything.items() if not part.ready]
    return Readiness(ready=not missing, detail="; ".join(missing), broker=broker, graph=graph, workers=workers)


def _graph(deps: Dependencies) -> PartHealth:
    try:
        deps.graph.ping()
    except (ServiceUnavailable, ConfigurationError) as error:
        return PartHealth(ready=False, detail=str(error))
    return PartHealth(ready=True)


def _worker(state: WorkerState | None) -> PartHealth:
    if state is None:
        return PartHealth(ready=False, detail="no worker of this stage is running")
    if state.ready:
        return PartHealth(ready=True, detail=", ".join(state.models))
    return PartHealth(ready=False, detail=state.error or "the worker is loading its models")
