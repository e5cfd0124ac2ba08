"""The Celery app that gateway and workers share, and the queues of the stages on it."""

from collections.abc import Iterator
from contextlib import contextmanager

from celery import Celery
from kombu.exceptions import ChannelError, OperationalError
from redis.exceptions import RedisError

from services.pipeline import queues
from shared.errors import ServiceUnavailable
from shared.schemas.job import Job, StageName
from shared.settings import Settings
from shared.stage import Step

_CONNECT = 3.0  # seconds to wait for the broker when a message is sent
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


@contextmanager
def broker_reachable() -> Iterator[None]:
    """Turn what Celery, kombu and redis raise for a broker that is away into ServiceUnavailable."""
    try:
        yield
    except (OperationalError, RedisError, ConnectionError) as error:
        raise ServiceUnavailable(f"the broker does not take work: {error}") from error


class CeleryQueues:
    """The queues of the stages (advance.StageQueue). A message is small: ids, and whether the job is forced."""

    def __init__(self, app: Celery) -> None:
        self._app = app

    def send(self, row: Step, job: Job) -> None:
        """Raises ServiceUnavailable within seconds where the broker is away."""
        with broker_reachable(), self._app.connection_for_write() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=_CONNECT)
            self._app.send_task(
                row.task,
                args=(job.job_id, job.article_id),
                kwargs={"force": job.forced},
                queue=row.name,
                ignore_result=True,
                connection=connection,
                retry=False,
            )

    def depth(self, stage: StageName) -> int:
        """How many messages wait; those that a worker holds are not counted."""
        with broker_reachable(), self._app.connection_for_read() as connection:
            connection.ensure_connection(max_retries=1, interval_start=0, timeout=_CONNECT)
            try:
                return int(connection.default_channel.queue_declare(queue=stage, passive=True).message_count)
            except ChannelError:  # nothing was ever sent there
                return 0
