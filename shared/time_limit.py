"""An end for work that takes too long: first an exception, then, where native code does not come back, the end of the process."""

import os
import signal
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from types import FrameType

GRACE = 30.0  # seconds between the exception and the end of the process


@contextmanager
def time_limit(seconds: float, error: Exception, last_words: Callable[[], object], grace: float = GRACE) -> Iterator[None]:
    """Raise ``error`` after so many seconds; after ``grace`` more, call ``last_words`` and end the process. Main thread only."""

    def interrupt(_signal: int, _frame: FrameType | None) -> None:
        raise error

    def end() -> None:
        try:
            last_words()
        finally:
            os._exit(70)

    before = signal.signal(signal.SIGALRM, interrupt)
    timer = threading.Timer(seconds + grace, end)
    timer.daemon = True
    timer.start()
    signal.setitimer(signal.ITIMER_REAL, seconds)
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        timer.cancel()
        signal.signal(signal.SIGALRM, before)
