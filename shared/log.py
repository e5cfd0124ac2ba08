"""Logging: one line per event, with the job that it belongs to; never article text. Lines are made by structlog."""

import logging
import sys
from contextlib import AbstractContextManager

import structlog

_SEEN = (
    structlog.contextvars.merge_contextvars,
    structlog.stdlib.add_log_level,
    structlog.stdlib.add_logger_name,
    structlog.processors.TimeStamper(fmt="iso", utc=True),
)


def job_context(job_id: str) -> AbstractContextManager[None]:
    """Name the job on every line logged inside."""
    return structlog.contextvars.bound_contextvars(job=job_id)


def configure_logging(level: str = "INFO") -> None:
    """Send all logging of this process to standard error, as plain lines."""
    handler = logging.StreamHandler(sys.stderr)
    # the plain traceback: structlog's own would print the values of variables, which may be an article's text or a secret
    tracebacks = structlog.dev.plain_traceback
    plain = structlog.dev.ConsoleRenderer(colors=False, pad_event_to=0, pad_level=False, exception_formatter=tracebacks)
    drop = structlog.stdlib.ProcessorFormatter.remove_processors_meta
    handler.setFormatter(structlog.stdlib.ProcessorFormatter(foreign_pre_chain=_SEEN, processors=[drop, plain]))
    logging.basicConfig(level=level.upper(), handlers=[handler], force=True)
