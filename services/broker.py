"""The Celery app that gateway and workers share."""

from celery import Celery

from services.pipeline import queues
from shared.settings import Settings

_SPARE = 120  # seconds beyond the stage's own time limit (shared/time_limit.py) before Celery itself steps in
_LONGEST_LOAD = 300.0  # seconds; a replaced pool child that is not up by then is killed


def make_celery(settings: Settings) -> Celery:
    """The Celery app of gateway and workers: JSON only, one queue per stage, late acknowledgement, one task at a time."""
    app = Celery("newsgraph", broker=settings.broker_url, backend=settings.broker_url, set_as_current=False)
    limit = settings.stage_time_limit
    app.conf.update(
        accept_content=["json"],
        task_serializer="json",
        result_serializer="json",
        result_expires=3600,
        task_routes={task: {"queue": queue} for task, queue in queues().items()},
        task_acks_late=True,
        task_reject_on_worker_lost=True,
        task_time_limit=limit + _SPARE,
        worker_prefetch_multiplier=1,
        worker_concurrency=1,
        worker_proc_alive_timeout=_LONGEST_LOAD,
        worker_soft_shutdown_timeout=5.0,
        worker_enable_soft_shutdown_on_idle=False,
        broker_connection_retry_on_startup=True,
        broker_transport_options={"visibility_timeout": 2 * limit + 4 * _SPARE},
        result_backend_transport_options={"visibility_timeout": 2 * limit + 4 * _SPARE},
    )
    return app
