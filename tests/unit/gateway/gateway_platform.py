"""The gateway over stores in memory and a folder, and pictures made on the spot."""

import io
import struct
import zlib
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image as Pillow
from starlette.testclient import TestClient

from gateway.app import create_app
from gateway.dispatch import LocalDispatcher
from gateway.settings import GatewaySettings
from shared.blobs import FolderBlobs
from shared.graph.memory import MemoryGraph
from shared.jobs import MemoryJobStore, WorkerState
from shared.schemas.job import STAGE_NAMES, Job, StageReport


@dataclass
class Platform:
    """A gateway, its client, and what stands behind it."""

    client: TestClient
    root: Path
    blobs: FolderBlobs
    jobs: MemoryJobStore
    graph: MemoryGraph
    dispatcher: LocalDispatcher

    def files(self) -> list[str]:
        """Every file that was kept."""
        return sorted(str(path.relative_to(self.root)) for path in self.root.rglob("*") if path.is_file())

    def finish(self, job_id: str, failed: tuple[str, ...] = ()) -> Job:
        """Report the end of all stages, as the workers do."""
        for name in STAGE_NAMES:
            job = self.jobs.update_stage(job_id, StageReport(stage=name, state="failed" if name in failed else "done"))
        return job

    def announce_workers(self) -> None:
        """Say that all workers are ready."""
        for name in STAGE_NAMES:
            self.jobs.announce_worker(WorkerState(stage=name, ready=True, models=("m@1",), seen_at=datetime.now(UTC)))


def make_platform(
    root: Path, dispatcher: LocalDispatcher | None = None, jobs: Any = None, graph: Any = None, **settings: Any
) -> Platform:
    """A gateway with other settings than the defaults where given."""
    blobs, graph = FolderBlobs(root), graph or MemoryGraph()
    jobs, dispatcher = jobs or MemoryJobStore(), dispatcher or LocalDispatcher()
    app = create_app(GatewaySettings(data_dir=root, **settings), jobs, graph, blobs, dispatcher)
    client = TestClient(app, base_url="http://127.0.0.1:8000", raise_server_exceptions=False)
    return Platform(client, root, blobs, jobs, graph, dispatcher)


def picture(kind: str = "JPEG", size: tuple[int, int] = (64, 48), seed: int = 0) -> bytes:
    """A real picture full of noise, so that it has many bytes."""
    pixels = np.random.default_rng(seed).integers(0, 255, (size[1], size[0], 3), dtype=np.uint8)
    buffer = io.BytesIO()
    Pillow.fromarray(pixels).save(buffer, kind)
    return buffer.getvalue()


def png_header(width: int, height: int) -> bytes:
    """A PNG that claims a size in its header; its data is one short row, so that decoding would fail in another way."""

    def chunk(name: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + name + data + struct.pack(">I", zlib.crc32(name + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", zlib.compress(b"\x00" * 10)) + chunk(b"IEND", b"")


def assert_problem(response: Any, status: int, kind: str) -> dict[str, Any]:
    """The response is a problem document of that status and kind, with all that RFC 9457 and our own rule ask for."""
    assert response.status_code == status, response.text
    assert response.headers["content-type"] == "application/problem+json"
    problem: dict[str, Any] = response.json()
    assert problem["type"] == f"urn:newsgraph:problem:{kind}"
    assert problem["status"] == status
    assert problem["title"]
    assert problem["detail"]
    assert problem["change"]
    assert problem["instance"].startswith("/")
    assert problem["request_id"] == response.headers["x-request-id"]
    return problem
