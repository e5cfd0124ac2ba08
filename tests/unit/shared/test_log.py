"""Log lines as an operator reads them: level, logger, job and traceback."""

import subprocess
import sys

from shared.settings import REPOSITORY

LOGS = """
import logging
from shared.log import configure_logging, job_context
configure_logging("info")
log = logging.getLogger("shared.example")
log.debug("too quiet")
log.info("before %s", "it")
with job_context("job-7"):
    article = "".join(["sword", "fish"])
    try:
        1 / 0
    except ZeroDivisionError:
        log.exception("it broke")
log.warning("after")
"""


def test_lines_name_level_logger_and_the_job_inside_its_context_only() -> None:
    result = subprocess.run(
        [sys.executable, "-c", LOGS], cwd=REPOSITORY, capture_output=True, text=True, check=True, env={"PYTHONPATH": "."}
    )
    assert result.stdout == ""
    lines = result.stderr.splitlines()
    before, broke, after = (next(line for line in lines if words in line) for words in ("before it", "it broke", "after"))
    assert all("shared.example" in line for line in (before, broke, after))
    assert all(level in line for level, line in (("info", before), ("error", broke), ("warning", after)))
    assert ["job-7" in line for line in (before, broke, after)] == [False, True, False]
    assert "ZeroDivisionError: division by zero" in lines
    assert not any("too quiet" in line for line in lines)
    assert "swordfish" not in result.stderr  # values of variables stay out
    assert "\x1b" not in result.stderr
