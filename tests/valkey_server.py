"""A real Valkey server for tests, in a folder of its own."""

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import redis

from deploy.local.broker import broker_command
from deploy.local.ports import any_free_port


@contextmanager
def running_valkey(folder: Path) -> Iterator[str]:
    """Start it on a free port and give its URL; gone afterwards."""
    port = any_free_port()
    url = f"redis://:test-password@127.0.0.1:{port}/0"
    process = subprocess.Popen(broker_command(folder, port, "test-password"), stdout=subprocess.DEVNULL)
    try:
        _wait(url)
        yield url
    finally:
        process.kill()
        process.wait()


def _wait(url: str) -> None:
    with redis.Redis.from_url(url) as client:
        for _ in range(100):
            try:
                client.ping()
                return
            except redis.ConnectionError:
                time.sleep(0.05)
    raise TimeoutError(f"no Valkey at {url}")
