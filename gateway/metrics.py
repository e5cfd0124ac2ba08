"""Prometheus metrics of one gateway: its requests and refusals, and the state of jobs, graph and workers when scraped."""

from collections.abc import Iterator

from fastapi import FastAPI
from prometheus_client import CollectorRegistry, Counter, Histogram, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.registry import Collector

from shared.errors import ServiceUnavailable
from shared.graph.store import GraphStore
from shared.jobs import JobStore
from shared.schemas.job import STAGE_NAMES

_METHODS = {"GET", "HEAD", "POST", "DELETE", "PUT", "PATCH", "OPTIONS"}


class Metrics:
    """The registry of one app; apps do not share it, so many can live in one process."""

    def __init__(self, jobs: JobStore, graph: GraphStore) -> None:
        self._registry = CollectorRegistry()
        names = ("method", "route", "status")
        self.requests = Counter("newsgraph_http_requests", "Requests answered", names, registry=self._registry)
        self.seconds = Histogram(
            "newsgraph_http_request_seconds", "Time to the end of the answer", ("method", "route"), registry=self._registry
        )
        self.refusals = Counter("newsgraph_http_refusals", "Problem documents by kind", ("kind",), registry=self._registry)
        self._registry.register(_Platform(jobs, graph))

    def observe(self, method: str, route: str, status: int, seconds: float) -> None:
        """Count one answered request; ``route`` is the path template, never the path."""
        method = method if method in _METHODS else "other"
        self.requests.labels(method, route, str(status)).inc()
        self.seconds.labels(method, route).observe(seconds)

    def render(self) -> bytes:
        """The text exposition format."""
        return generate_latest(self._registry)


class _Platform(Collector):
    """Asks jobs, graph and workers at each scrape; a part that does not answer is reported as down."""

    def __init__(self, jobs: JobStore, graph: GraphStore) -> None:
        self._jobs, self._graph = jobs, graph

    def describe(self) -> list[Metric]:
        return []

    def collect(self) -> Iterator[Metric]:
        up = GaugeMetricFamily("newsgraph_part_up", "1 if the part answers", labels=["part"])
        for part, gather in (("broker", self._broker), ("graph", self._stored)):
            try:
                found = list(gather())
                up.add_metric([part], 1)
                yield from found
            except ServiceUnavailable:
                up.add_metric([part], 0)
        yield up

    def _broker(self) -> Iterator[Metric]:
        jobs = GaugeMetricFamily("newsgraph_jobs", "Jobs by state", labels=["state"])
        for state, count in self._jobs.counts().items():
            jobs.add_metric([state], count)
        yield jobs
        workers = GaugeMetricFamily("newsgraph_worker_ready", "1 if the stage's models are loaded", labels=["stage"])
        seen = self._jobs.worker_states()
        for name in STAGE_NAMES:
            workers.add_metric([name], float(name in seen and seen[name].ready))
        yield workers

    def _stored(self) -> Iterator[Metric]:
        nodes = GaugeMetricFamily("newsgraph_graph_nodes", "Nodes by family label", labels=["label"])
        for label, count in self._graph.counts().nodes.items():
            nodes.add_metric([label], count)
        yield nodes


def count_refusal(app: FastAPI, kind: str) -> None:
    """Count a problem document."""
    metrics: Metrics = app.state.metrics
    metrics.refusals.labels(kind).inc()
