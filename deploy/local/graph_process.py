"""Run the embedded graph database until told to stop: ``python -m deploy.local.graph_process``, settings from NEWSGRAPH_*.

A process of its own, so that the database ends in order even when the launcher is killed.
"""

import signal
import sys
import time
from types import FrameType

from deploy.local.arcadedb import ArcadeDB
from shared.errors import NewsgraphError
from shared.settings import Settings


class _Stop(Exception):
    pass


def _stop(_signal: int, _frame: FrameType | None) -> None:
    raise _Stop


def main(bolt_port: int, http_port: int) -> int:
    """Start the database under ``data_dir/graph`` and stay; the exit code is 1 when it does not start or dies."""
    settings = Settings()
    database = ArcadeDB(settings.data_dir / "graph", bolt_port, http_port, settings.graph_password.get_secret_value())
    signal.signal(signal.SIGTERM, _stop)
    try:
        database.start()
        print(f"the graph database answers on {database.url}", flush=True)
        while database.pid is not None:
            time.sleep(0.2)
        print(f"the graph database has died; see {database.log_file}", file=sys.stderr)
    except _Stop:
        return 0
    except NewsgraphError as error:
        print(error, file=sys.stderr)
    finally:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        database.stop()
    return 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2])))
