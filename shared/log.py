"""Logging: one line per event, with the job that it belongs to; never article text."""

import contextvars
import json
import logging
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime

_job: contextvars.ContextVar[str] = contextvars.ContextVar("job", default="-")


class _JobFilter(logging.Filter):
    def filter(self, record: logging.LogRecord) -> bool:
        record.job = _job.get()
        return True


class _JsonFormatter(logging.Formatter):
    def format(self, record: logging.LogRecord) -> str:
        line = {
            "time": datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds"),
            "level": record.levelname,
            "logger": record.name,
            "job": getattr(record, "job", "-"),
            "message": record.getMessage(),
        }
        if record.exc_info:
            line["traceback"] = self.formatException(record.exc_info)
        return json.dumps(line, ensure_ascii=False)


@contextmanager
def job_context(job_id: str) -> Iterator[None]:
    """Name the job on every line logged inside."""
    token = _job.set(job_id)
    try:
        yield
    finally:
        _job.reset(token)


def configure_logging(level: str = "INFO", *, as_json: bool = False) -> None:
    """Send all logging to standard error, as plain lines or (for containers) one JSON object per line."""
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_JobFilter())
    plain = logging.Formatter("%(asctime)s %(levelname)s %(name)s [%(job)s] %(message)s")
    handler.setFormatter(_JsonFormatter() if as_json else plain)
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
