"""What loading an engine imports, seen from a process of its own."""

import subprocess
import sys

_CODE = """
import sys
from {module} import {engine}
from shared.settings import Settings
from shared.weights import Weights
{engine}(Weights(Settings().models_file)).load()
print(*sorted(sys.modules))
"""


def imported_by_loading(module: str, engine: str) -> set[str]:
    """The names of all modules that are there after ``load()``."""
    code = _CODE.format(module=module, engine=engine)
    return set(subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split())
