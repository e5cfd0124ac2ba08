"""``python -m gateway``: the gateway as a process, configured by ``NEWSGRAPH_*``."""

import sys
from datetime import timedelta

import uvicorn

from gateway.app import create_app
from gateway.dispatch import CeleryDispatcher
from gateway.settings import GatewaySettings
from services.advance import Reconciler
from services.broker import make_celery
from shared.blobs import FolderBlobs
from shared.errors import ConfigurationError
from shared.graph.open import open_store
from shared.jobs import open_jobs
from shared.log import configure_logging


def main() -> int:
    """Serve until stopped; 2 when a setting must change."""
    settings = GatewaySettings()
    configure_logging(settings.log_level)
    graph = None
    try:
        graph = open_store(settings)
        blobs = FolderBlobs(settings.data_dir)
        dispatcher, jobs = CeleryDispatcher(make_celery(settings), settings.enrol_timeout), open_jobs(settings.broker_url)
        app = create_app(settings, jobs, graph, blobs, dispatcher)
        if not settings.broker_url.startswith("memory://"):
            Reconciler(jobs, dispatcher, timedelta(days=settings.keep_jobs_days)).start()
        uvicorn.run(
            app,
            host=settings.host,
            port=settings.port,
            log_config=None,
            access_log=False,
            server_header=False,
            timeout_graceful_shutdown=5,
        )
    except ConfigurationError as error:
        print(f"newsgraph gateway: {error}", file=sys.stderr)
        return 2
    finally:
        if graph is not None:
            graph.close()
    return 0


if __name__ == "__main__":
    sys.exit(main())
