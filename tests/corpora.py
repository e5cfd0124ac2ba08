"""Where the corpora lie that some tests read: NEWSGRAPH_DATA, else beside the repository."""

import os
from pathlib import Path

from shared.settings import REPOSITORY

DATA = Path(os.environ.get("NEWSGRAPH_DATA", REPOSITORY.parent / "shared" / "data"))
