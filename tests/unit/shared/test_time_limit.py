"""Work that takes too long is ended, whether it listens or not."""

import subprocess
import sys
import time

import pytest

from shared.errors import StageError
from shared.settings import REPOSITORY
from shared.time_limit import time_limit

_DEAF = """
import signal, time
from shared.time_limit import time_limit
signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGALRM})
with time_limit(0.2, RuntimeError(), lambda: print("last words", flush=True), grace=0.2):
    time.sleep(20)
print("survived")
"""


def test_python_code_is_interrupted_with_the_error() -> None:
    begin = time.monotonic()
    with pytest.raises(StageError, match="too long"), time_limit(0.2, StageError("too long"), lambda: None):
        time.sleep(10)
    assert time.monotonic() - begin < 5


def test_code_that_ends_in_time_is_left_alone_also_later() -> None:
    with time_limit(0.2, StageError("too long"), lambda: None, grace=0.0):
        pass
    time.sleep(0.4)


def test_code_that_does_not_listen_ends_with_its_process_after_the_last_words() -> None:
    answer = subprocess.run(
        [sys.executable, "-c", _DEAF], capture_output=True, text=True, cwd=REPOSITORY, timeout=20, check=False
    )
    assert (answer.returncode, answer.stdout) == (70, "last words\n")
